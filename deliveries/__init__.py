"""Results that leave: reports written to a folder, a table or an endpoint, on a schedule, and what became of each."""
