"""Tests of reports/voice. What spans several files of it:

asked_in_sql: random answers and requests, against SQL written without ours
"""
