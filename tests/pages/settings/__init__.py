"""Tests of pages of settings. What spans several of them:

churn_refusals: books that no churn model can be learned from
"""
