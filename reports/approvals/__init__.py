"""What a deed that needs consent would change, and the requests as a report."""
