"""Tests of pages. What spans several of them:

pages: every page runs, and shows nothing foreign
no_dead_ends: a store held elsewhere, the way back to the sample company
old_sample: the sample company weeks after it was made
odd_input: links that lead nowhere, names of every kind, more than there is room for
imported_text: text from files is shown as text
last_import: the line that says how fresh the data are
renewals_and_activation: renewals, activation and cohorts
figures_open: a click on a figure opens its rows
two_readers: two people in two languages at once
revenue_pages: the pages beside Revenue
"""
