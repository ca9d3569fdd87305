"""Titles of columns that two reports use of different things: what the whole book has, and what the accounts of its opening have."""

BALANCES = {
    "opening": "Opening MRR", "closing": "Closing MRR",
    "opening_mrr": "Opening MRR of the cohort", "closing_mrr": "Closing MRR of the cohort", "retained_mrr": "Retained MRR of the cohort",
    "paid_and_left": "Paid and left between closes", "paid_and_left_mrr": "MRR that came and left", "why_null": "What is missing",
    "accounts": "Paying accounts",
}  # fmt: skip
