"""Consent; also, by topic:

what_stands: whatever four people do in whatever order, what stands is what was consented to
"""
