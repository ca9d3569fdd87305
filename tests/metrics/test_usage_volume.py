"""The volume of accounts in their windows: where it is known, where it is zero, and what it was before."""

from datetime import date
from decimal import Decimal

import polars as pl

from metrics.usage_volume import by_event, volumes

SPAN = {"month_from": date(2024, 6, 1), "month_to": date(2024, 6, 30), "before_from": date(2024, 5, 2), "before_to": date(2024, 5, 31)}
JUNE, MAY = date(2024, 6, 3), date(2024, 5, 3)
DAYS = {"account_id": pl.String, "event": pl.String, "day": pl.Date, "count": pl.Int64, "told": pl.Int64,
        "quantity": pl.Decimal(38, 9), "below": pl.Decimal(38, 9)}  # fmt: skip
NOTHING = pl.DataFrame(schema={"event": pl.String, "known_from": pl.Date})


def told(rows, spans=None, known_from=NOTHING):
    days = pl.DataFrame(
        [(*row[:5], *(None if one is None else Decimal(one) for one in row[5:])) for row in rows], schema=DAYS, orient="row"
    )
    own = pl.DataFrame(
        [{"account_id": "A"} | SPAN] if spans is None else spans, schema={"account_id": pl.String} | dict.fromkeys(SPAN, pl.Date)
    )
    found = volumes(days.lazy(), own.lazy(), known_from.lazy()).collect()
    return {row["event"]: row for row in found.to_dicts()}


def test_sums_do_not_depend_on_the_order_of_rows():
    rows = [("A", "calls", date(2024, 6, day), 1, 1, number, "0") for day, number in ((1, "0.1"), (2, "0.2"), (3, "0.3"), (4, "1e15"))]
    rows += [("A", "calls", date(2024, 6, 5), 1, 1, "-1e15", "-1e15")]
    assert told(rows)["calls"]["volume"] == told(rows[::-1])["calls"]["volume"] == 0.6  # floating point makes 0.625 of it, or 0.5
    assert told(rows)["calls"]["corrections"] == -1e15


def test_what_happened_without_a_quantity_is_not_zero():
    row = told([("A", "calls", JUNE, 3, 0, None, None), ("A", "calls", MAY, 2, 2, "5", "0")])["calls"]
    assert (row["volume"], row["volume_before"], row["volume_change"]) == (None, 5, None)
    assert (row["volume_events"], row["without_quantity"], row["corrections"]) == (3, 3, None)


def test_a_change_against_nothing_or_less_is_none():
    for before in ("0", "-3"):
        row = told([("A", "calls", JUNE, 1, 1, "4", "0"), ("A", "calls", MAY, 1, 1, before, before)])["calls"]
        assert (row["volume"], row["volume_before"], row["volume_change"]) == (4, float(before), None)


def test_a_window_that_is_not_covered_and_quantities_that_are_lost_are_not_known():
    rows = [("A", "calls", JUNE, 1, 1, "4", "0"), ("A", "calls", MAY, 1, 1, "2", "0")]
    young = told(rows, [{"account_id": "A"} | SPAN | {"before_from": None, "before_to": None}])["calls"]
    assert (young["volume"], young["volume_before"], young["volume_change"]) == (4, None, None)
    lost = told(rows, known_from=pl.DataFrame({"event": ["calls"], "known_from": [date(2024, 6, 1)]}))["calls"]
    assert (lost["volume"], lost["volume_before"]) == (4, None)
    unseen = told(rows, [{"account_id": "A"} | dict.fromkeys(SPAN)])["calls"]
    assert {unseen[name] for name in ("volume", "volume_before", "volume_change", "volume_events", "without_quantity", "corrections")} == {
        None
    }


def test_an_event_over_accounts_compares_those_alone_that_are_known_in_both():
    rows = pl.DataFrame(
        {
            "account_id": ["A", "B", "C", "D"], "event": ["calls"] * 4, "volume": [10.0, 0.0, 5.0, None],
            "volume_before": [5.0, 5.0, None, 7.0], "volume_events": [2, 0, 1, None], "without_quantity": [1, 0, 0, None],
            "corrections": [-1.0, 0.0, 0.0, None],
        }
    )  # fmt: skip
    row = by_event(rows.lazy()).collect().to_dicts()[0]
    assert (row["volume"], row["volume_compared"], row["volume_before"], row["volume_change"]) == (
        15,
        10,
        10,
        0.0,
    )  # 10 + 0 against 5 + 5; C has no days before
    assert [row[name] for name in ("accounts_told", "accounts_using", "accounts_untold", "compared")] == [3, 2, 1, 2]
    assert (row["without_quantity"], row["corrections"]) == (1, -1)
