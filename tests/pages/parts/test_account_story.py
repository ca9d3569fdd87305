"""What happened to an account, from the tables that have days."""

from datetime import date

import polars as pl

from pages.parts.account_story import _events
from reports.report import Report


def report(name: str, rows: list[dict] | None = None) -> Report:
    return Report(name, name, {}, "house", "USD", 1, pl.DataFrame(rows or []), {}, {})


NOTHING = {name: report(name) for name in ("tickets", "surveys", "churn-events")}


def line(product: str | None, starts_on: date, ends_on: date | None) -> dict:
    return {"product": product, "starts_on": starts_on, "ends_on": ends_on, "cancelled_on": None}


def test_an_end_is_told_where_its_product_does_not_start_again_on_that_day():
    """Core goes over on 1 February and ends for good on 1 March; Meetings gives way to Video; a line without an end has none to tell."""
    january, february, march = (date(2023, month, 1) for month in (1, 2, 3))
    rows = [
        line("Core", january, february), line("Core", february, march), line("Meetings", january, february), line("Video", february, None),
        line(None, january, february),
    ]  # fmt: skip
    told = [(day, words) for day, _, words in _events(NOTHING, report("contract-lines", rows)) if words.endswith("ends")]
    assert sorted(told) == [(february, "Contract line ends"), (february, "Meetings ends"), (march, "Core ends")]
