"""Consent: what may be done only once others have agreed to it, by whom, and what was asked and decided."""
