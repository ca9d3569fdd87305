"""Tests of reports as files. What spans several of them:

exported_by: who took a file away, where people sign in
"""
