"""What was said before accounts were lost or kept, by hand."""

from datetime import date

import polars as pl
import pytest

from metrics.foresight import called, counted, counted_in_lists, days_before, price, said, tenure, verdicts

DAY = date(2024, 7, 1)


def looks(*rows):
    """account, before, is_lowest, likely, call, noticed; all lost on DAY unless the account begins with K."""
    names = ("account_id", "before", "is_lowest", "likely", "call", "noticed")
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    came = pl.when(pl.col("account_id").str.starts_with("K")).then(pl.lit("kept")).otherwise(pl.lit("lost"))
    return said(frame.with_columns(pl.col("is_lowest", "likely").cast(pl.Boolean), on=pl.lit(DAY), came=came, afterwards=pl.lit(False)))


def test_the_days_before():
    rows = days_before(pl.DataFrame({"account_id": ["A"], "on": [DAY]})).rows()
    assert rows == [("A", DAY, 90, date(2024, 4, 2)), ("A", DAY, 60, date(2024, 5, 2)), ("A", DAY, 30, date(2024, 6, 1))]


CALLS = [
    ("A", DAY, "commit", date(2024, 3, 1), None),
    ("A", DAY, "lost", date(2024, 5, 2), date(2024, 6, 1)),  # counts on its first day, and no more on the day on which it is taken back
    ("A", date(2024, 5, 20), "at_risk", date(2024, 3, 1), None),  # another renewal of the account
    ("B", date(2024, 9, 1), "lost", date(2024, 4, 2), None),  # of a later renewal than the day on which it left
    ("B", date(2024, 8, 1), "likely", date(2024, 4, 2), None),
    ("B", date(2024, 8, 1), "at_risk", date(2024, 4, 2), None),  # the same day, written later
]


def test_the_call_that_stood_on_each_day():
    rows = [(*row, f"RC-{at}", at, None, None, "one@example.com") for at, row in enumerate(CALLS)]
    names = ["account_id", "due_on", "call", "called_on", "withdrawn_on", "call_id", "batch", "amount", "note", "called_by"]
    calls = pl.DataFrame(rows, schema=names, orient="row")
    cases = days_before(pl.DataFrame({"account_id": ["A", "B", "C"], "on": [DAY] * 3}))
    told = {(account, before): call for account, _, before, call in called(cases, calls).rows()}
    assert told == {
        ("A", 90): "commit", ("A", 60): "lost", ("A", 30): "commit", ("B", 90): "at_risk", ("B", 60): "at_risk", ("B", 30): "at_risk",
    }  # fmt: skip
    exact = called(cases, calls, exact=True)
    assert set(exact["account_id"]) == {"A"}


def test_who_warned_first_and_whether_before_notice():
    found = looks(
        ("A", 90, False, None, None, False), ("A", 60, None, True, "at_risk", False), ("A", 30, True, None, "commit", True),
        ("B", 90, False, None, None, False), ("B", 60, False, None, None, False), ("B", 30, True, None, None, True),
        ("C", 90, None, False, None, False), ("C", 60, None, None, None, False), ("C", 30, None, None, None, True),
        ("D", 90, None, None, None, False), ("D", 60, None, None, None, False), ("D", 30, None, None, None, True),
    )  # fmt: skip
    told = {account: tuple(rest) for account, _, *rest in verdicts(found).rows()}
    assert told == {
        "A": ("seen", "model", 60), "B": ("after_notice", "score", 30), "C": ("unseen", None, None), "D": ("not_known", None, None),
    }  # fmt: skip


def test_warnings_that_came_true_and_false_alarms():
    found = looks(
        ("L1", 90, True, None, None, False), ("L1", 30, False, None, None, False),
        ("L2", 90, False, None, None, False), ("L2", 30, True, None, None, True),
        ("L3", 90, None, None, None, False), ("L3", 30, False, None, "likely", False),
        ("K1", 90, True, None, None, False), ("K1", 30, True, None, None, False),
        ("K2", 90, False, None, None, False), ("K2", 30, False, None, "lost", False),
    )  # fmt: skip
    rows = {(row["source"], row["lead_days"]): row for row in price(found).to_dicts()}

    def counts(source, lead):
        row = rows[source, lead]
        return tuple(row[f"{came}_{says}"] for came in ("lost", "kept") for says in ("warned", "fine", "not_known"))

    assert counts("score", 90) == (1, 1, 1, 1, 1, 0)
    assert counts("score", 30) == (1, 2, 0, 1, 1, 0)
    assert counts("score", None) == (2, 1, 0, 1, 1, 0)
    assert counts("model", None) == (0, 0, 3, 0, 0, 2)
    assert counts("csm", None) == (0, 1, 2, 1, 0, 1)
    assert counts("anybody", None) == (2, 1, 0, 2, 0, 0)
    assert rows["score", None]["lost_after_notice"] == 1 and rows["score", 90]["lost_after_notice"] == 0
    assert rows["score", None]["seen_share"] == pytest.approx(2 / 3) and rows["anybody", None]["true_share"] == 0.5
    assert rows["model", None]["seen_share"] is None


def test_where_nothing_was_said_of_those_who_were_kept_no_warning_could_be_false():
    found = looks(("L1", 90, None, None, "lost", False), ("L2", 90, None, None, "commit", False), ("K1", 90, True, None, None, False))
    row = next(row for row in price(found).to_dicts() if row["source"] == "csm" and row["lead_days"] == 90)
    assert (row["lost_warned"], row["kept_warned"], row["kept_not_known"]) == (1, 0, 1)
    assert row["seen_share"] == 0.5 and row["true_share"] is None and row["true_low"] is None
    together = next(row for row in price(found).to_dicts() if row["source"] == "anybody" and row["lead_days"] == 90)
    assert (together["lost_warned"], together["kept_warned"], together["true_share"]) == (1, 1, None)  # the CSM could not be wrong


def test_how_long_an_account_had_paid():
    days = pl.DataFrame({"days": [0, 364, 365, 729, 730, None]})
    assert days.select(tenure(pl.col("days"))).to_series().to_list() == [
        "1: under a year", "1: under a year", "2: one to two years", "2: one to two years", "3: two years and more", None,
    ]  # fmt: skip


def test_who_has_what_of_two_groups():
    unseen = pl.DataFrame({"plan": ["Pro", "Pro", None], "missing": [["nps"], [], None]}, schema_overrides={"missing": pl.List(pl.String)})
    kept = pl.DataFrame({"plan": ["Pro", "Max"], "missing": [["nps", "seats"], ["nps"]]})
    assert counted(unseen, kept, "plan").rows() == [("plan", "Max", 0, 2, 1, 2), ("plan", "Pro", 2, 2, 1, 2)]
    assert counted_in_lists(unseen, kept, "missing", ["nps", "seats"]).rows() == [
        ("missing", "nps", 1, 2, 2, 2), ("missing", "seats", 0, 2, 1, 2),
    ]  # fmt: skip
