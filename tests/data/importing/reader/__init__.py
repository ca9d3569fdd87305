"""Tests of data/importing/reader. What spans several files of it:

days: days and moments as people write them, zones and hours that clocks skip
packed_and_odd_files: archives, encodings and days that are unusual
json_lines: objects that do not all have the same names
"""
