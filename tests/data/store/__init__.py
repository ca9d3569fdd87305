"""Tests of data/store. What spans several files of it:

snapshots: exports that say that these are all
"""
