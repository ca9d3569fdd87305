"""Tests of data/log. What spans several files of it:

crash: imports killed at random moments, as a whole process
killing: the kills that the properties use are kills
disk_full: imports on a disk that runs full
log_properties: random sequences of imports, undos and kills
room_on_disk: what the store's file takes and gives back
"""
