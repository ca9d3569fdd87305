"""Tests of metrics. What spans several files of it:

health_properties: what holds of every health score, whatever is chosen
imports: what an import changes, and whether a feed is late
published_revenue: worked examples that others published
renewal_results: what became of renewals, and what is listed as coming up
retention_in_sql: real contracts, against SQL written without ours
revenue_in_sql: random books, against SQL that walks day by day
revenue_properties: what must hold of any book
surveys_and_seats: published examples of both, and their edges
"""
