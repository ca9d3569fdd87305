"""Tests of server. What spans several files of it, and the command line:

bad_input: standing still, kill -9, full disks, clocks that jump, silent and half-open lines, huge bodies
forwarding: the command line beside a running server
exports_of_erased: whatever can be taken away, after somebody was erased
files_of_erased: files in the inbox that name somebody who was erased
private_files: what a server and a command line under an open umask leave on disk
bad_input: what a server meets that nobody plans for, and that it goes on
"""
