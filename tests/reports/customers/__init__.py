"""Tests of reports/customers. What spans several files of it:

shared_measures: what the score and the model both look at is one figure
ravenstack: a spreadsheet user's company, saved twice, in every report
calls_on_today: calls on renewals that the churn model contradicts, as Today lists them
churn_leakage: books in which leaving is chance, and what would make a model of them look good
"""
