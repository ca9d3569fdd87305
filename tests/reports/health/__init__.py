"""Tests of reports/health. What spans several files of it:

frozen_and_parents: scores of customers that left, and of companies that are several accounts; and that nothing later enters
"""
