"""The contract lines behind every figure of revenue, each with the file and line that it was imported from."""

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from reports.books import opened_books
from reports.parameters import printed
from reports.report import Question, Report

UNITS = {
    "account_id": "text", "product": "text", "kind": "text", "starts_on": "day", "ends_on": "day", "mrr": "money", "arr": "money",
    "currency": "text", "seats": "count", "cancelled_on": "day", "is_trial": "flag", "file": "text", "line": "count",
}  # fmt: skip


def contract_lines(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per contract line in scope: what it is worth a month and a year, and where it came from. Totals are left out."""
    with opened_books(store, viewer, question) as books:
        files = store.imports().select("batch", "file")
        rows = (
            pl.concat([books.lines, books.apart])
            .collect()
            .join(files, on="batch", how="left")
            .select(*UNITS)
            .sort("account_id", "starts_on", "product")
        )
        parameters = printed(books.view, viewer, question, books.day)
        version = books.view.data_version
    return Report("contract-lines", "Contract lines", parameters, books.rules.name, books.currency, version, rows, {}, UNITS, books.notes)
