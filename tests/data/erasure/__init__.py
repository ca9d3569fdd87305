"""Topics that are of no file alone:

consent: an erasure that waits for consent
random_companies: random companies, and kills, in which somebody is erased
"""
