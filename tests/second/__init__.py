"""A second computation of the revenue figures in plain Python: written from docs/GLOSSARY.md alone, it imports nothing that counts.

random_books: every report over random books, by parent, as signed, in the segments of then, as known before and after an undo
"""
