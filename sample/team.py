"""The team of the sample company: those who own its accounts, two who lead them, and one for each of the other roles."""

import polars as pl

from sample.company import OWNERS

SIDES = ("South", "North")  # as accounts say of their owner's number: see sample/company.py
OTHERS = [
    ("vp@example.com", "Head of Customer Success", "executive", "", ""),
    ("analyst@example.com", "Analyst", "analyst", "", ""),
    ("viewer@example.com", "Viewer", "viewer", "", ""),
    ("admin@example.com", "Administrator", "administrator", "", ""),
]


def team() -> pl.DataFrame:
    """email, name, role, team, manager: one row per person."""
    leads = [(f"lead-{side.lower()}@example.com", f"Manager {side}", "manager", side, "vp@example.com") for side in SIDES]
    owners = [
        (owner, f"CSM {number}", "csm", SIDES[number % 2], f"lead-{SIDES[number % 2].lower()}@example.com")
        for number, owner in enumerate(OWNERS, start=1)
    ]
    return pl.DataFrame([*owners, *leads, *OTHERS], schema=["email", "name", "role", "team", "manager"], orient="row")
