"""The books of one moment: contracts in scope as lines of money, with and without grace, ready for a metric."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import polars as pl

from data.scope import Viewer
from data.store import Store
from data.view import View
from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.rules import Rules, preset
from reports.parameters import as_of
from reports.report import Question


@dataclass(frozen=True)
class Books:
    """lines: contract_lines; effective: the paying ones with grace; strict: without. groups: account_id, group, or None."""

    view: View
    day: date | None
    rules: Rules
    currency: str
    rates: pl.LazyFrame
    lines: pl.LazyFrame
    effective: pl.LazyFrame
    strict: pl.LazyFrame
    groups: pl.LazyFrame | None


@contextmanager
def opened_books(store: Store, viewer: Viewer, question: Question) -> Iterator[Books]:
    """Load what revenue reports need. Raises ValueError for unknown rules or an unknown column to group by."""
    with View(store, viewer, question.known_at, question.filters) as view:
        rules, day = preset(question.rules), as_of(view, question)
        lines = contract_lines(view.contracts().lazy(), rules=rules).collect().lazy()
        seen = day or date(1970, 1, 1)
        effective = with_grace(lines, as_of=seen, rules=rules).collect().lazy()
        strict = with_grace(lines, as_of=seen, rules=preset("strict")).collect().lazy()
        yield Books(
            view, day, rules, reporting_currency(lines), view.table("fx_rates").lazy(), lines, effective, strict, _groups(view, question.by)
        )


def reporting_currency(lines: pl.LazyFrame) -> str:
    """The currency of most lines, USD where none is said."""
    found = lines.select(pl.col("currency").drop_nulls().mode().sort().first()).collect().item()
    return found or "USD"


def _groups(view: View, by: str | None) -> pl.LazyFrame | None:
    if by is None:
        return None
    if by not in view.columns():
        raise ValueError(f"by: accounts have no column {by!r} to group by. Columns: {', '.join(view.columns()) or 'none'}.")
    return view.accounts().lazy().select("account_id", group=pl.col(by).cast(pl.String))
