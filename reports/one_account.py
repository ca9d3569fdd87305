"""The part of a report that is one account's."""

from dataclasses import replace

import polars as pl

from reports.report import Report


def only(report: Report, account_id: str) -> Report:
    """The same report with the rows of one account; totals are left out, since they are those of all."""
    return replace(report, rows=report.rows.filter(pl.col("account_id") == account_id), totals={})
