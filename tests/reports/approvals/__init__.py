"""Consent, as it is asked for what reports work out; also, by topic:

erasing_with_consent: an erasure is done by who asked, once all have consented
"""
