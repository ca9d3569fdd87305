"""Tests of data/usage. What spans several files of it:

machine_time_zone: the zone of the machine changes nothing
overlapping_exports: exports that have days in common
"""
