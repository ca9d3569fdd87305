"""Who may do what, for every role in every scope, and what of others' accounts never reaches anybody."""
