"""Words in the reader's language. What spans several files of it:

terms: a term is told in one way
"""
