"""Tests of models, beside those of its files:

bad_input: books that tell too little to learn from, and files that are broken
"""
