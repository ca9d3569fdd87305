"""Tests of data/importing. What spans several files of it:

importing: files as people have them, from file to store
every_shape: each known export, with and without answers
crm: a real company of 4.5 million events through the command line
hostile_files: files made to break a reader
"""
