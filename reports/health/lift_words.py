"""What would lift a score, and what holds it back, in words."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from language import tr, tr_n
from language.formats import listed
from metrics.scorecard import Limit, Scorecard
from reports.health.change_words import measure_told, value_told
from reports.health.health import LIMIT
from reports.words.codes import called
from reports.words.health_words import limit_called


def lift_told(row: Mapping[str, Any]) -> str:
    """The change of one measure: seat use from 34% to 52% (7 more users a month). row: figure, value, value_needed, mau, seats."""
    before, after = (value_told(row["figure"], row[name]) for name in ("value", "value_needed"))
    told = tr("{measure} from {before} to {after}", measure=measure_told(row["figure"]), before=before, after=after)
    people = _people(row)
    return tr("{what} ({more})", what=told, more=people) if people else told


def _people(row: Mapping[str, Any]) -> str:
    """How many users more that is, and against what a trend is told; empty for other measures, and where no number is known."""
    if row["figure"] == "usage_trend":
        return tr("against the 30 days before")
    if row["figure"] != "seat_use" or row["mau"] is None or not row["seats"]:
        return ""
    more = ceil(row["value_needed"] * row["seats"] - 1e-9) - row["mau"]
    return tr_n("{n:,} more user a month", "{n:,} more users a month", more) if more > 0 else ""


def cap_of(row: Mapping[str, Any], card: Scorecard) -> str | None:
    """The highest band that the exception of an account allows; None where there is none, or the score no more knows it."""
    if row["exception_kind"] == LIMIT:
        return limit.at_most if (limit := _limit(row, card)) else None
    return card.caps.get(row["exception_kind"] or "")


def _limit(row: Mapping[str, Any], card: Scorecard) -> Limit | None:
    """The exception of the team's own that holds for an account."""
    return next((one for one in card.limits if one.name == row["exception"]), None)


def held_back(row: Mapping[str, Any], card: Scorecard) -> str:
    """What holds an account back whatever its score: a band set by hand, an exception, or that too little is known, with what would have to
    be known."""
    if row["set_by"]:
        return tr(
            "{who} has set the band to {band} until {day}: {reason}. Until then no score moves it.",
            who=row["set_by"], band=called(row["band"]), day=row["set_until"], reason=(row["set_reason"] or "").rstrip("."),
        )  # fmt: skip
    if row["exception_kind"] == LIMIT and (limit := _limit(row, card)):
        return tr("{exception}. This caps the band, whatever the score.", exception=limit_called(limit))
    if row["exception"]:
        return tr("{exception}: this caps the band, whatever the score.", exception=row["exception"])
    if (row["known_weight"] or 0.0) >= card.least_known:
        return tr("Little known: the usage feed has stopped. Once usage comes in again, the score tells.")
    missing = [part["name"] for part in row["components"] or () if part["missing"]]
    return tr(
        "Little known: {known:.0%} of the weight is known, and {least:.0%} are needed. Not known: {missing}.",
        known=row["known_weight"] or 0.0, least=card.least_known, missing=listed(measure_told(name) for name in missing),
    )  # fmt: skip
