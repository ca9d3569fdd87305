"""What the sample company expects: calls of CSMs on renewals, targets of quarters, and the forecasts that it would have kept at their eves."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from data.schema import FORECASTS, RENEWAL_CALLS, TARGETS
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.months import months_later
from reports.books import Books, opened_books
from reports.customers.risk import churn_risk
from reports.forecast.calls import due_renewals
from reports.forecast.forecast import quarters_ahead
from reports.forecast.keeping import made_on
from reports.report import Question
from reports.revenue.arr import arr_rows
from sample.company import OWNERS

HALF_A_YEAR = 200  # days, within which the next quarter is over
KEPT = 3  # quarters of which the forecast was kept on the eve
CALLED_AHEAD = 120  # days ahead of the last day in which renewals have a call
CALLED_BEFORE = 45  # days before a renewal on which it was made
PAST = 300  # days before the last day since when calls have been made
NOTES = {
    "commit": ("Signed off by the sponsor", "Order is on its way", "Budget confirmed"),
    "likely": ("Wants to go on, price is open", "New sponsor, still to be met", "Asked for an offer"),
    "at_risk": ("Compares with another product", "Nobody answers since the summer", "Half of the seats are not used"),
    "lost": ("Has given notice",),
}
SHARES = {"commit": 1.0, "likely": 1.0, "at_risk": 0.6, "lost": 0.0}  # of what is due
GROWTH, NRR, MORE = 0.005, 0.99, 0.005  # of ARR a quarter that is aimed at; NRR of the first one, and how much more of each after it


def expected(store: Store, last_day: date, *, kept: bool = True) -> None:
    """Write all of it, or all but the forecasts. Calls come first: forecasts that were kept tell what calls expected then."""
    with opened_books(store, EVERYONE, Question(as_of=last_day)) as books:
        calls, targets = called(books, last_day), aimed_at(books, last_day)
    for table, rows in ((RENEWAL_CALLS.name, calls), (TARGETS.name, targets)):
        if rows.height:  # of a few accounts there may be none
            commit_frame(store, table, rows, f"sample {table}", "sample", edit=True)
    told = [frame for day in eves(last_day) if (frame := made_on(store, day)).height] if kept else []
    if told:
        commit_frame(store, FORECASTS.name, pl.concat(told, how="diagonal_relaxed"), "forecasts", "sample")


def eves(last_day: date) -> list[date]:
    """The last days before the quarters of which forecasts were kept, the newest of them before the one that last_day lies in."""
    begins = quarters_ahead(last_day - timedelta(days=1))[0].quarter
    return [months_later(begins, -3 * back) - timedelta(days=1) for back in range(KEPT)]


def called(books: Books, last_day: date) -> pl.DataFrame:
    """Calls on renewals of two in three accounts, but of the CSM who logs nothing: those ahead, and those that were due since PAST."""
    owners = books.view.accounts().select("account_id", "owner").filter(pl.col("owner") != OWNERS[-1])
    likely = set(churn_risk(books.view, books.day).filter("likely")["account_id"])
    lines = books.renewable.filter(~pl.col("is_trial")).collect()
    ended = lines.filter(pl.col("ends_on").is_between(last_day - timedelta(days=PAST), last_day)).group_by("account_id", "ends_on")
    past = ended.agg(pl.col("arr").sum(), pl.col("cancelled_on").min())
    ahead = due_renewals(books, CALLED_AHEAD).select("account_id", "ends_on", "arr", "cancelled_on")
    every = pl.concat([past, ahead], how="vertical_relaxed").join(owners, on="account_id").sort("ends_on", "account_id")
    some = [row for at, row in enumerate(every.iter_rows(named=True)) if at % 3]
    coming = [row for row in some if row["ends_on"] > last_day and row["cancelled_on"] is None]
    warned, calm = ([row["account_id"] for row in coming if (row["account_id"] in likely) is told] for told in (True, False))
    against = {*warned[:1], *calm[:1]}
    return pl.DataFrame([_call(at, row, likely, against, last_day) for at, row in enumerate(some)], infer_schema_length=None)


def _call(at: int, row: dict, likely: set[str], against: set[str], last_day: date) -> dict:
    """What was said: of an account that the model thinks at risk that it is; but of those in `against` the opposite of what it thinks. Of
    what is past every fourth was called at risk, whatever came of it."""
    day = min(row["ends_on"] - timedelta(days=CALLED_BEFORE + at % 30), last_day - timedelta(days=1 + at % 9))
    notice = row["cancelled_on"] is not None and row["cancelled_on"] <= day
    ahead = row["ends_on"] > last_day
    warned = (row["account_id"] in likely) != (row["account_id"] in against) if ahead else at % 4 == 1
    call = "lost" if notice else "at_risk" if warned else ("commit", "likely")[at % 2]
    return {
        "call_id": f"RC-S{at:03}", "account_id": row["account_id"], "due_on": row["ends_on"], "call": call,
        "amount": Decimal(round(row["arr"] * SHARES[call] / 100)), "currency": "USD", "note": NOTES[call][at % len(NOTES[call])],
        "called_by": row["owner"], "called_on": day,
    }  # fmt: skip


def aimed_at(books: Books, last_day: date) -> pl.DataFrame:
    """Targets of ARR and NRR for the quarter of last_day and the next, and of two CSMs for what renews in the second."""
    today = int(arr_rows(books)["arr"].sum()) / 100
    ahead = [one.quarter for one in quarters_ahead(last_day - timedelta(days=1))][:2]
    rows = [_target("arr", quarter, round(today * (1 + GROWTH) ** (at + 1), -4)) for at, quarter in enumerate(ahead)]
    rows += [_target("nrr", quarter, NRR + MORE * at) for at, quarter in enumerate(ahead)]
    due = due_renewals(books, HALF_A_YEAR).join(books.view.accounts().select("account_id", "owner"), on="account_id")
    second = ahead[1]
    for owner in OWNERS[:2]:
        own = due.filter(pl.col("owner") == owner, pl.col("ends_on").is_between(second, months_later(second, 3), closed="left"))
        rows += [_target("renewed_arr", second, round(int(own["arr"].sum()) / 100 * 0.9, -3), owner)] if own.height else []
    return pl.DataFrame(rows, infer_schema_length=None)


def _target(measure: str, quarter: date, amount: float, owner: str | None = None) -> dict:
    return {
        "target_id": f"TG-{measure}-{quarter}-{owner or 'all'}", "quarter": quarter, "measure": measure, "owner": owner, "amount": amount,
        "currency": None if measure == "nrr" else "USD", "note": "Board plan", "entered_by": "vp@example.com", "is_removed": False,
    }  # fmt: skip
