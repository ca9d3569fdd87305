"""What a row of tickets, offers, requests and business hours says against itself: such a row is turned away with its reason."""

from datetime import timedelta

import polars as pl

from data.importing.choice_words import NO_OFFERS, bare
from data.importing.headers import meanings
from data.importing.mapping import Mapping
from data.importing.options import zone_names
from data.importing.reader import business_hours
from data.importing.reader.cells import source_of
from data.importing.reader.days_alone import days_alone
from data.importing.reader.settled import Settled
from data.schema import DTYPES

Fault = tuple[str, pl.Series, pl.Series, str]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Columns of a table that come after another one of the same row, with what to do where they do not.
IN_ORDER = {
    "tickets": (
        ("opened_at", "first_reply_at", "the ticket would be answered before it was opened; mend one of the two moments"),
        ("opened_at", "resolved_at", "the ticket would be resolved before it was opened; mend one of the two moments"),
    ),
    "offers": (("made_on", "closed_on", "the offer would be closed before it was made; mend one of the two days"),),
    "referrals": (
        ("asked_on", "given_on", "somebody would be named before it was asked for; mend one of the two days"),
        ("asked_on", "closed_on", "it would end before it was asked for; mend one of the two days"),
    ),
}  # fmt: skip
NOT_BELOW_ZERO = {
    "tickets": ("reopened",),
    "feature_requests": ("votes",),
    "sla_targets": ("first_reply_hours", "resolution_hours"),
    "plan_features": ("monthly_limit",),
    "plan_steps": ("seats",),
}
A_DAY = timedelta(hours=24)
A_DAY_ELSEWHERE = A_DAY + timedelta(hours=26)  # the day of another zone than the store's, in which a day without a time begins
NO_OFFER = "is no offer of more to a customer, as new business, renewals and reductions are none; leave the row out"
BELOW_ZERO = "is below zero, which it cannot be; mend it, or leave it empty"
ITSELF = "is the request itself; name the one that says the same, or leave it empty"
NO_ZONE = "is no time zone; write the name of one, like Europe/Berlin, America/Los_Angeles or UTC"
NO_HOURS = "are no hours that can be read; write them as 09:00-17:00, several with commas between, from 00:00 to 24:00, or leave it empty"
NO_EFFORT = "an effort of zero or less says nothing of the work; kept as it is"
NO_END = "it is won or lost, and the row does not say on which day; kept without one"
NO_PROMISE = "the target promises neither a first reply nor a resolution; kept, and nothing falls under it"
A_YEAR = "is taken as what a year brings; where it is for another time, undo the import and bring a column by the year"
BY_THE_YEAR = {"year", "arr", "acv"}  # what a header says of amounts that are for a year
NO_RESULT = "it has a day on which it was closed, and the row does not say how it ended; kept as open"


def contradicting(frame: pl.DataFrame, texts: dict[str, pl.Series], mapping: Mapping, settled: Settled) -> list[Fault]:
    """The faults of rows; what is odd and can be right is kept in `settled`. texts: the cells by the table's columns, days and moments as
    year-month-day."""
    faults = [fault for one in IN_ORDER.get(mapping.table, ()) if (fault := _out_of_order(frame, texts, mapping, *one))]
    for name in set(NOT_BELOW_ZERO.get(mapping.table, ())) & {*frame.columns}:
        faults.append((source_of(name, mapping), frame[name], frame[name] < 0, BELOW_ZERO))
    if {"merged_into", "request_id"} <= {*frame.columns}:
        faults.append((source_of("merged_into", mapping), frame["merged_into"], frame["merged_into"] == frame["request_id"], ITSELF))
    if mapping.table == "offers" and "kind" in texts:
        faults.append((source_of("kind", mapping), texts["kind"], _no_offers(texts["kind"]), NO_OFFER))
    if mapping.table == "support_calendars":
        faults += _of_calendars(frame, mapping)
    _tell(frame, mapping, settled)
    return faults


def _out_of_order(frame: pl.DataFrame, texts: dict[str, pl.Series], mapping: Mapping, first: str, then: str, reason: str) -> Fault | None:
    """Where one comes before the other; a moment of which only the day is said may be any of that day."""
    if not {first, then} <= {*frame.columns}:
        return None
    latest = frame[then]
    if then in texts and frame.schema[then] == DTYPES["instant"]:
        whole = days_alone(texts[then], midnight=True)
        longest = A_DAY_ELSEWHERE if "timezone" in mapping.options else A_DAY
        latest = pl.select(pl.when(whole).then(latest + longest).otherwise(latest)).to_series()
    return source_of(then, mapping), texts.get(then, frame[then]), latest < frame[first], reason


def _no_offers(kinds: pl.Series) -> pl.Series:
    """Which cells say that the row is business of another kind, which a CRM lists among the offers."""
    such = [text for text in kinds.cast(pl.String).drop_nulls().unique() if bare(text) in NO_OFFERS]
    return kinds.cast(pl.String).is_in(such).fill_null(False)


def _of_calendars(frame: pl.DataFrame, mapping: Mapping) -> list[Fault]:
    faults = []
    if "time_zone" in frame.columns:
        known = frame["time_zone"].str.to_lowercase().is_in([name.lower() for name in zone_names()])
        faults.append((source_of("time_zone", mapping), frame["time_zone"], ~known, NO_ZONE))
    for day in (one for one in WEEK if one in frame.columns):
        faults.append((source_of(day, mapping), frame[day], business_hours.unreadable(frame[day]), NO_HOURS))
    return faults


def _tell(frame: pl.DataFrame, mapping: Mapping, settled: Settled) -> None:
    """What is odd in a row that comes in all the same."""
    if "effort_days" in frame.columns:
        settled.note(frame["line"], source_of("effort_days", mapping), frame["effort_days"], frame["effort_days"] <= 0, NO_EFFORT)
    if mapping.table == "sla_targets" and "target_id" in frame.columns:
        hours = [name for name in ("first_reply_hours", "resolution_hours") if name in frame.columns]
        none = frame.select(pl.all_horizontal(pl.col(hours).is_null())).to_series() if hours else frame["line"].is_not_null()
        settled.note(frame["line"], source_of("target_id", mapping), frame["target_id"], none, NO_PROMISE)
    amount = mapping.columns.get("amount", "amount")
    if mapping.table in ("offers", "referrals") and amount != "amount" and not meanings(amount) & BY_THE_YEAR:
        settled.of_columns[amount] = A_YEAR
    if mapping.table == "offers" and {"result", "closed_on"} <= {*frame.columns}:
        ended, dated = frame["result"].is_not_null(), frame["closed_on"].is_not_null()
        settled.note(frame["line"], source_of("closed_on", mapping), frame["result"], ended & ~dated, NO_END)
        settled.note(frame["line"], source_of("result", mapping), frame["closed_on"], dated & ~ended, NO_RESULT)
