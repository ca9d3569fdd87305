"""Tests of reports/revenue. What spans several files of it:

bad_books: contracts that do not fit together
cohorts_and_unit_economics: both, from files to report
monthly_exports: states of each month, with one undone, one twice, one late
periods_end: one period for every report: where it opens, where it closes, and what lies after it
revenue_opens: every figure opens to the rows that make it up
revenue_reports: a book that can be reckoned by hand
segments_of_then: segments as the log of imports tells them
"""
