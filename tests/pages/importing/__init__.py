"""Tests of the steps of the import page.

files_of_erased: old files of somebody who was erased, dropped once more
"""
