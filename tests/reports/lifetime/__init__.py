"""Tests of reports/lifetime. What spans several files of it:

lifetimes: all reports of a company whose leaving was planted, beside computations that know its lives alone
without_rates: accounts that pay in a currency without an exchange rate
too_little: where too little is known for a figure, and what is said in its place
"""
