"""The contract lines behind every figure of revenue, each with the file and line that it was imported from."""

import polars as pl

from language import mark
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question

COLUMNS = {
    "account_id": "text", "product": "text", "kind": "text", "starts_on": "day", "ends_on": "day", "mrr": "money", "arr": "money",
    "currency": "text", "seats": "count", "cancelled_on": "day", "is_trial": "flag", "file": "text", "line": "count",
    "known_since": "day",
}  # fmt: skip


def _contract_lines(books: Books, question: Question) -> Answer:
    """One row per contract line in scope: what it is worth a month and a year, and where it came from. Totals are left out."""
    every = pl.concat([books.lines, books.apart]).collect().join(books.files(), on="batch", how="left")
    return Answer(every.select(*COLUMNS).sort("account_id", "starts_on", "product"), notes=books.notes)


contract_lines = Definition("contract-lines", mark("Contract lines"), COLUMNS, _contract_lines)
