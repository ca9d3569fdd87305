"""Rows of offers and referrals that no figure can count, since no import has named their account."""

import polars as pl

from reports.look import Look


def unnamed(look: Look, table: str) -> int:
    """How many rows of a table name an account that no import has named; told to who sees all, others are told of none."""
    return int(look.view.names_without_account().filter(pl.col("table") == table)["rows"].sum())
