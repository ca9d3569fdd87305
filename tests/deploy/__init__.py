"""Tests of deploy/, which holds examples and no code:

container: the steps of the container file, run in a clean folder
proxies: nginx and Caddy with the files as they are, in front of a real server
unit: the unit of systemd, by systemd's own checks
"""
