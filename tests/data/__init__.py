"""Tests of data. What spans several files of it:

engine: by which engine of polars frames are worked out
"""
