"""Tests of server. What spans several files of it, and the command line:

forwarding: the command line beside a running server
"""
