"""Why an account stands elsewhere than before, in a sentence: what caps its band, what is no longer known, what moved its score."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from language import tr
from language.formats import clauses, listed
from metrics.health_change import KNOWN, PLACEMENT
from metrics.health_flow import CAME, CAME_BACK, CHURNED, GONE, STAYED, UNKNOWN
from reports.health.change_words import change_in_words
from reports.words.codes import called

BEHAVIOUR, DATA, PLACE, WARNING, CONTRACT, HAND = "behaviour", "data", "place", "warning", "contract", "hand"
OF_KIND = {KNOWN: DATA, PLACEMENT: PLACE}


def by_what(row: Mapping[str, Any]) -> str | None:
    """What moved an account of reports.health.portfolio.stood for the most part; None for who stayed, and where nothing says it."""
    if row["direction"] == STAYED:
        return None
    if row["before"] in CAME or row["after"] in GONE:
        return CONTRACT
    if _set(row) or _warned(row):
        return HAND if _set(row) else WARNING
    return DATA if {row["before"], row["after"]} & {*UNKNOWN} else row["kind"] and OF_KIND.get(row["kind"], BEHAVIOUR)


def why(row: Mapping[str, Any], day: date | None) -> str:
    """The sentence of such an account; empty where nothing that is known says it. day: the first one."""
    if row["direction"] == STAYED:
        return ""
    if row["after"] in GONE:
        return tr("It is no customer any more") if row["after"] == CHURNED else tr("Its trial ended without a contract")
    if row["before"] in CAME:
        return tr("It became a customer again") if row["before"] == CAME_BACK else tr("It became a customer")
    if _set(row):
        return _set(row)
    told = [_warned(row), _sight(row)] if {row["before"], row["after"]} & {*UNKNOWN} else [_warned(row), _moved(row, day)]
    return clauses(*told)


def _set(row: Mapping[str, Any]) -> str:
    """That somebody set the band since, or that what was set holds no more."""
    before, after = row["set_by_before"], row["set_by_after"]
    if after and after != before:
        reason = (row["set_reason_after"] or "").rstrip(".")
        return tr("set by {who} until {day} ({reason})", who=after, day=row["set_until_after"], reason=reason)
    return tr("what {who} had set holds no more", who=before) if before and not after else ""


def _warned(row: Mapping[str, Any]) -> str:
    """The warning that is new, or over, where it held the band down."""
    before, after = row["exception_before"], row["exception_after"]
    if after and after != before:
        return after
    return tr("this holds no more: {exception}", exception=before) if before and not after else ""


def _sight(row: Mapping[str, Any]) -> str:
    """Which measures are known on one of the two days alone."""
    if row["after"] in UNKNOWN and row["stopped"]:
        return tr("usage cannot be seen since its feed has stopped")
    known = [part for part in row["parts"] or () if part["kind"] == KNOWN]
    gone, came = ([called(part["name"]) for part in known if (part["value_after"] is None) == lost] for lost in (True, False))
    if row["after"] in UNKNOWN and gone:
        return tr("no longer known: {measures}", measures=listed(gone))
    return tr("now known: {measures}", measures=listed(came)) if row["before"] in UNKNOWN and came else ""


def _moved(row: Mapping[str, Any], day: date | None) -> str:
    """What moved the score, where it moved."""
    if not row["parts"] or row["score_before"] is None or row["score_after"] is None:
        return ""
    about = {"stopped": row["stopped"], "day": day, "places": ""}
    return change_in_words(row["score_after"] - row["score_before"], row["parts"], about)
