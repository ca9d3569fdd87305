"""Tests of reports on imports. What spans several of them:

setting_by_looking: first rows as they are read, spellings to join, rejected rows to put right
"""
