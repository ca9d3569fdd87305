"""A part of a report: the rows of one account, or those that a search finds."""

from dataclasses import replace

import polars as pl

from reports.report import Report


def only(report: Report, account_id: str) -> Report:
    """The same report with the rows of one account; totals are left out, since they are those of all."""
    return replace(report, rows=report.rows.filter(pl.col("account_id") == account_id), totals={})


def matching(report: Report, search: str, columns: tuple[str, ...] = ("account_id", "name")) -> Report:
    """The same report with the rows in which one of the columns contains the search, whatever its case; all where it is empty."""
    wanted = search.strip().lower()
    if not wanted:
        return report
    found = pl.any_horizontal(pl.col(columns).cast(pl.String).str.to_lowercase().str.contains(wanted, literal=True))
    return replace(report, rows=report.rows.filter(found.fill_null(False)))
