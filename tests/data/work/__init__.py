"""Tests of the day's work. What spans several files of it:

three_at_work: three people of different scopes, deed by deed, with stale pages, undo and redo
every_table: that a deed of any table is logged, audited, undone, and not known before
"""
