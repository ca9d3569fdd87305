"""Tests of reports/customers. What spans several files of it:

shared_measures: what the score and the model both look at is one figure
ravenstack: a spreadsheet user's company, saved twice, in every report
churn_leakage: books in which leaving is chance, and what would make a model of them look good
"""
