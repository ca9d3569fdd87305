"""Results that leave: descriptions, targets, what is doubled by nothing, and what a second program reads.

outages: kills and outages in the middle of a delivery
"""
