"""Tests of data/usage. What spans several files of it:

hidden_events: events that are no use of the product count nowhere
machine_time_zone: the zone of the machine changes nothing
overlapping_exports: exports that have days in common
quantities: sums of what events say of how much
"""
