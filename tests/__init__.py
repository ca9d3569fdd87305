"""Tests, in the same tree as what they test. Beside the rooms of the tree, some look at the whole:

house: rules that hold for all rooms, and figures that every way in tells alike
browser: a real browser and a real server
wrong_use: options, tables and answers that are none, through command line, API and mapping file
every_door: what each route, command and file leaves in the audit
cases: files as teams export them, with what is right
access: who may do what, as a table stated by hand, and words of one team that never reach another
outward: servers on loopback that imitate what data comes from and results leave for
second: a second computation of revenue, compared row by row
"""
