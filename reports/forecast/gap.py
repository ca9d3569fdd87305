"""How far is each target from what is expected, and which renewals would close the gap?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from data.work.targets import MONEY, standing
from language import mark, tr
from metrics.forecast_gap import NOT_KNOWN, OVER, closing, movable, state_of
from metrics.months import months_later
from models.forecast import Quarter, Range
from reports.books import Books, opened_books
from reports.definition import Answer, Definition
from reports.forecast.called_quarters import renewals_called
from reports.forecast.forecast import Outlook, forecast_of
from reports.forecast.happened import renewed_by_now
from reports.forecast.keeping import WHOLE
from reports.forecast.log import opened_unfiltered, owners_seen
from reports.forecast.targets import Told, notes_of, told_targets
from reports.report import Question
from reports.units import schema_of

COLUMNS = {
    "quarter": "day", "measure": "text", "owner": "text", "target_amount": "money", "target_rate": "ratio", "expected_amount": "money",
    "expected_rate": "ratio", "expected_low": "money", "expected_high": "money", "rate_low": "ratio", "rate_high": "ratio", "gap": "money",
    "gap_rate": "ratio", "gap_state": "text", "movable": "count", "movable_adds": "money", "needed": "count", "note": "text",
    "as_set": "text", "entered_by": "text", "target_id": "text", "batch": "count",
}  # fmt: skip
ACCOUNTS = {
    "quarter": "day", "measure": "text", "owner": "text", "account_id": "text", "name": "text", "ends_on": "day", "call": "text",
    "due_arr": "money", "expected_amount": "money", "adds": "money", "gap_left": "money", "churn_probability": "ratio", "target_id": "text",
}  # fmt: skip
STATES = ("as_of", "known_at", "viewer", "rules")
NONE = mark("No target is set.")
FROM_TODAY = mark(
    "NRR and GRR are those from {day} to the end of the quarter, as the forecast tells them; ARR is that of today's customers: new ones "
    "are in none of these figures."
)


@dataclass(frozen=True)
class Looked:
    """The forecast of a target's accounts, with the renewals that it is made of and what is known to have renewed, by quarter (cents)."""

    found: Outlook
    renewals: pl.DataFrame
    known: Callable[[date], int]

    def quarter(self, first_day: date) -> Quarter | None:
        """The forecast of a quarter; None where there is none."""
        told = self.found.forecast.quarters if self.found.forecast else ()
        return next((one for ahead, one in zip(self.found.quarters, told, strict=False) if ahead.quarter == first_day), None)


def _gap(books: Books, question: Question) -> Answer:
    """One row per target: what is expected by now, what is missing, and how many renewals would close the gap.

    owner: * is the whole company, told to who sees it all. measure: arr (of today's customers at the end of the quarter), renewed_arr
    (what of the quarter is known to have renewed, and what the forecast expects of the rest), nrr, grr (from the day looked at to the end
    of the quarter). gap: what is missing in ARR, below zero where more is expected; gap_rate: as a rate. movable, movable_adds:
    renewals due in the quarter that are neither lost nor stood for, and what they add if all of them renew; needed: as many of the largest
    as close the gap. gap_state: closed, closable, not_closable (by renewals alone), not_known, or over (the quarter lies
    behind: what renewed of it stands in place of what was expected). as_set: how the target was set, in words, where it is told otherwise:
    money of another currency at the rate of the day looked at; what cannot be told (no rate, or out of bounds) has no target and no gap.
    Totals: targets of each state.
    """
    rows = [row for row, _ in _told(books, question)]
    told = pl.DataFrame(rows, schema=schema_of(COLUMNS))
    states = dict(told["gap_state"].value_counts().rows())
    return Answer(told, {"targets": told.height, "not_closable": states.get("not_closable", 0)}, _notes(books))


def _accounts(books: Books, question: Question) -> Answer:
    """One row per target and renewal that would help to close its gap, the one that adds the most first, until the gap is closed or none is
    left: due_arr, what of it is expected (expected_amount), what it adds if it renews, and what is missing then (gap_left)."""
    frames = [frame for _, frame in _told(books, question)]
    rows = pl.concat(frames) if frames else pl.DataFrame(schema=schema_of(ACCOUNTS))
    return Answer(rows, {"renewals": rows.height}, _notes(books))


def _notes(books: Books) -> tuple[str, ...]:
    targets = _targets(books)
    return (*books.notes, *notes_of(books, targets), tr(FROM_TODAY, day=books.day) if targets else tr(NONE))


def _targets(books: Books) -> list[Told]:
    """The targets in scope, as they can be told; none in an empty store."""
    targets, seen = standing(books.view), owners_seen(books.viewer)
    own = targets if seen is None else targets.filter(pl.col("owner").is_in(list(seen)))
    return told_targets(books, own.sort("quarter", "owner", "measure"))


def _told(books: Books, question: Question) -> list[tuple[dict[str, Any], pl.DataFrame]]:
    """Each target in scope as the two reports tell it."""
    targets = _targets(books)
    quarters: dict[str | None, list[date]] = {}
    for one in targets:
        quarters.setdefault(one.target["owner"], []).extend([] if one.target["amount"] is None else [one.target["quarter"]])
    looked = {owner: _looked(books, question, owner, sorted(set(told))) for owner, told in quarters.items() if told}
    return [_one(books.day or date.max, one, looked.get(one.target["owner"])) for one in targets]


def _looked(books: Books, question: Question, owner: str | None, quarters: list[date]) -> Looked | None:
    """The forecast of one owner's accounts, of all for None, as known and under the rules that are asked for. quarters: of the targets."""
    asked = replace(question, as_of=books.day, by=None, filters=(("owner", (owner,)),) if owner else ())
    with opened_books(books.store, books.viewer, asked) as own:
        found = forecast_of(own)
        if found is None:
            return None
        known = {quarter: renewed_by_now(own, asked, quarter) for quarter in quarters}
        return Looked(found, renewals_called(own, found), lambda quarter: known.get(quarter, 0))


def _one(day: date, told: Told, looked: Looked | None) -> tuple[dict[str, Any], pl.DataFrame]:
    """A target, and the renewals that would close its gap."""
    target = told.target
    named = {
        "quarter": target["quarter"],
        "measure": target["measure"],
        "owner": target["owner"] or WHOLE,
        "target_id": target["target_id"],
    }
    kept = named | {name: target[name] for name in ("note", "entered_by", "batch")} | {"as_set": told.as_set}
    if target["amount"] is None:
        return dict.fromkeys(COLUMNS) | kept | {"gap_state": NOT_KNOWN}, _listed(None, named)
    kept |= _amounts(target)
    if months_later(target["quarter"], 3) <= day + timedelta(days=1):
        return dict.fromkeys(COLUMNS) | kept | _reached(target, looked) | {"gap_state": OVER}, _listed(None, named)
    quarter = looked.quarter(target["quarter"]) if looked else None
    if looked is None or quarter is None:
        return dict.fromkeys(COLUMNS) | kept | {"gap_state": NOT_KNOWN}, _listed(None, named)
    expected = _expected(target["measure"], quarter, looked)
    gap = _missing(target, expected, looked.found)
    could = movable(looked.renewals.filter(quarter=target["quarter"]).lazy()).collect()
    needed = closing(could, gap or 0)
    adds = int(could["adds"].sum())
    missing = {"gap": gap, "gap_rate": _rate_missing(target, expected), "gap_state": state_of(gap, adds), "movable": could.height}
    return dict.fromkeys(COLUMNS) | kept | expected | missing | {"movable_adds": adds, "needed": needed.height}, _listed(needed, named)


def _reached(target: dict[str, Any], looked: Looked | None) -> dict[str, Any]:
    """What a quarter that lies behind has reached, where that can be told: renewed ARR."""
    if target["measure"] != "renewed_arr" or looked is None:
        return {}
    known = looked.known(target["quarter"])
    return {"expected_amount": known, "gap": round(target["amount"] * 100) - known}


def _amounts(target: dict[str, Any]) -> dict[str, Any]:
    money = target["measure"] in MONEY
    return {"target_amount": round(target["amount"] * 100)} if money else {"target_rate": target["amount"]}


def _expected(measure: str, quarter: Quarter, looked: Looked) -> dict[str, Any]:
    """What is expected of a measure, with its range."""
    if measure == "arr":
        return {"expected_amount": quarter.expected} | _range("expected", quarter.expected_range)
    if measure == "renewed_arr":
        day = next(one.quarter for one in looked.found.quarters[quarter.number - 1 :])
        known = looked.known(day)
        told = quarter.renewing_range
        shifted = told and Range(told.low + known, told.high + known)
        return {"expected_amount": None if quarter.renewing is None else known + quarter.renewing} | _range("expected", shifted)
    rate, told = (quarter.nrr, quarter.nrr_range) if measure == "nrr" else (quarter.grr, quarter.grr_range)
    return {"expected_rate": rate} | _range("rate", told)


def _range(name: str, told: Range | None) -> dict[str, Any]:
    return {f"{name}_low": told.low, f"{name}_high": told.high} if told else {}


def _missing(target: dict[str, Any], expected: dict[str, Any], found: Outlook) -> int | None:
    """What is missing in cents of ARR; of rates what they come to of today's ARR."""
    if target["measure"] in MONEY:
        amount = expected["expected_amount"]
        return None if amount is None else round(target["amount"] * 100) - amount
    missing = _rate_missing(target, expected)
    return None if missing is None else round(missing * int(found.pieces["at_stake"].sum()))


def _rate_missing(target: dict[str, Any], expected: dict[str, Any]) -> float | None:
    rate = expected.get("expected_rate")
    return None if rate is None else target["amount"] - rate


def _listed(needed: pl.DataFrame | None, named: dict[str, Any]) -> pl.DataFrame:
    shape = schema_of(ACCOUNTS)
    if needed is None:
        return pl.DataFrame(schema=shape)
    told = needed.with_columns(**{name: pl.lit(value) for name, value in named.items()}).rename(
        {"due": "due_arr", "model": "expected_amount"}
    )
    return told.select(pl.col(name).cast(kind) for name, kind in shape.items())


forecast_gap = Definition(
    "forecast-gap", mark("Targets and gap"), COLUMNS, _gap, {"targets": "count", "not_closable": "count"}, opens=opened_unfiltered,
    states=STATES,
)  # fmt: skip
forecast_gap_accounts = Definition(
    "forecast-gap-accounts", mark("What would close the gap"), ACCOUNTS, _accounts, {"renewals": "count"}, opens=opened_unfiltered,
    states=STATES,
)  # fmt: skip
