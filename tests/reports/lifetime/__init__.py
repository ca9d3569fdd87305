"""Tests of reports/lifetime. What spans several files of it:

lifetimes: all reports of a company whose leaving was planted, beside computations that know its lives alone
too_little: where too little is known for a figure, and what is said in its place
"""
