"""Taking a person or an account out of everything, for good; and events that are kept as rollups only."""
