"""Tests of reports. What spans several files of it:

days_on_the_command_line: a day that is none
in_another_language: every report in English and in another language
kept_until_changed: what is worked out once, and when it is worked out anew
taken_from_everybody: what is worked out of everybody, and taken from there by each viewer
"""
