"""Books of contract lines for tests: one row is a dict of what differs from a plain monthly line."""

from datetime import date
from decimal import Decimal

import polars as pl

from data.schema import CONTRACTS
from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.rules import preset

PLAIN = {"account_id": "A", "contract_id": "c", "kind": "recurring", "starts_on": date(2020, 1, 1), "amount": "100", "period": "1 month"}
SCHEMA = {column.name: column.dtype for column in CONTRACTS.columns} | {"row_key": pl.String, "batch": pl.Int32, "line": pl.Int64}


def book(*rows: dict) -> pl.LazyFrame:
    """Contracts as the store hands them out."""
    full = []
    for number, row in enumerate(rows):
        merged = dict.fromkeys(SCHEMA) | PLAIN | {"row_key": str(number), "batch": 1, "line": number + 2} | row
        full.append(merged | {"amount": Decimal(merged["amount"])})
    return pl.DataFrame(full, schema=SCHEMA).lazy()


def lines(*rows: dict, rules: str = "strict", as_of: date | None = None) -> pl.LazyFrame:
    return contract_lines(book(*rows), rules=preset(rules), as_of=as_of)


def effective(*rows: dict, rules: str = "strict", as_of: date = date(2030, 1, 1)) -> pl.LazyFrame:
    """Paying lines, with grace as seen on `as_of`."""
    return with_grace(lines(*rows, rules=rules, as_of=as_of), as_of=as_of, rules=preset(rules)).collect().lazy()
