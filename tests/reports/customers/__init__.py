"""Tests of reports/customers. What spans several files of it:

shared_measures: what the score and the model both look at is one figure
ravenstack: a spreadsheet user's company, saved twice, in every report
"""
