"""Results that leave: descriptions, targets, what is doubled by nothing, and what a second program reads.

postgres: a server on loopback, and connections that break
outages: kills and outages in the middle of a delivery
"""
