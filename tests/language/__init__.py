"""Words in the reader's language. What spans several files of it:

said_of_pulls: what pulls said in English is told in the reader's words
terms: a term is told in one way
"""
