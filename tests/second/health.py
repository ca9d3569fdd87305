"""How an account is on a day: measures, points, band, change. Written from docs/GLOSSARY.md and the file of the score alone."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.metrics.usage_by_hand import usage_by_hand
from tests.second.customer import Customer
from tests.second.following import Following
from tests.second.lines import Line

SCORE = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "health.toml").read_text())
GROUPS = {name: group for name, group in SCORE["groups"].items()}
HALF_YEAR, YEAR, MONTH = timedelta(days=180), timedelta(days=365), timedelta(days=30)
FELT = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
CUSTOMERS = ("paying", "in_grace", "free", "trial")
Row = dict[str, Any]


@dataclass
class Kept:
    """All that a company keeps. events and feeds are as usage_by_hand takes them; rows of tables hold days and moments, None where empty."""

    accounts: dict[str, Row]
    lines: list[Line]
    events: list[tuple]
    feeds: dict[str, dict]
    tickets: list[Row] = field(default_factory=list)
    surveys: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)


def of_account(rows: Iterable[Row], account: str) -> list[Row]:
    return [row for row in rows if row["account_id"] == account]


def resolved_on(ticket: Row) -> date | None:
    """A status that is open rules; one that is resolved, without a moment, holds since the last update, or else since it was opened."""
    if ticket["status"] in ("open", "reopened", "pending"):
        return None
    if ticket["resolved_at"]:
        return ticket["resolved_at"].date()
    said = max(ticket["updated_at"] or ticket["opened_at"], ticket["opened_at"]).date()
    return said if ticket["status"] in ("solved", "closed") else None


class Seen:
    """One account on a day, as it is known on `as_of`."""

    def __init__(self, kept: Kept, account: str, day: date, as_of: date) -> None:
        self.kept, self.account, self.day = kept, account, day
        self.lines = [line for line in kept.lines if line.account_id == account]
        self.customer = Customer(self.lines, as_of)
        columns = kept.accounts[account]
        live = columns["live_on"] or min((line.starts_on for line in self.lines), default=None)
        self.usage = usage_by_hand(account, live, day, kept.feeds, kept.events)
        self.seats = self.customer.seats(day, columns["seats"])
        self.state = self.customer.state(day)

    def measures(self) -> dict[str, float | None]:
        used = self.usage
        return {
            "seat_use": used["mau"] / self.seats if used["mau"] is not None and self.seats else None,
            "usage_trend": used["trend"],
            "features_used": used["features_used"],
            "stickiness": used["wau"] / used["mau"] if used["mau"] and used["wau"] is not None else None,
            "open_tickets": self.open_tickets(),
            "csat_rating": self.csat(),
            "nps_answer": self.nps(),
            "conversation_sentiment": self.sentiment(),
        }

    def open_tickets(self) -> int | None:
        """Not known before the company's first ticket, or once none came for three usual gaps and a month."""
        opened = sorted({ticket["opened_at"].date() for ticket in self.kept.tickets})
        gaps = [(right - left).days for left, right in pairwise(opened)]
        if not opened or self.day < opened[0] or (self.day - opened[-1]).days > max(30, 3 * median(gaps or [1])):
            return None
        waiting = [row for row in of_account(self.kept.tickets, self.account) if row["opened_at"].date() <= self.day]
        return sum(1 for row in waiting if not (done := resolved_on(row)) or done > self.day)

    def csat(self) -> float | None:
        rated = [(resolved_on(row), row["csat"]) for row in of_account(self.kept.tickets, self.account) if row["csat"] is not None]
        rated += [(row["answered_at"].date(), row["score"]) for row in of_account(self.kept.surveys, self.account) if row["kind"] == "csat"]
        recent = [score for day, score in rated if day and self.day - HALF_YEAR < day <= self.day]
        return mean(recent) if recent else None

    def nps(self) -> float | None:
        answers = [(row["answered_at"], row["score"]) for row in of_account(self.kept.surveys, self.account) if row["kind"] == "nps"]
        by_then = [one for one in answers if one[0].date() <= self.day]
        last = max(by_then, default=None)
        return last[1] if last and self.day - last[0].date() <= YEAR else None

    def sentiment(self) -> float | None:
        said = [
            (row["done_on"], FELT[row["sentiment"]])
            for row in of_account(self.kept.activities, self.account)
            if row["kind"] == "conversation" and row["sentiment"] and self.day - HALF_YEAR < row["done_on"] <= self.day
        ]
        last = max(said, default=None)
        return mean(value for day, value in said if last and day == last[0]) if last else None

    def score(self) -> tuple[float | None, float]:
        """The score, and the share of the whole weight that is known: what is missing gives up its weight, in its group and then as a group."""
        known, reached, weights, whole = 0.0, 0.0, 0.0, sum(group["weight"] for group in GROUPS.values())
        found = self.measures()
        for group in GROUPS.values():
            parts = {name: part for name, part in group.items() if isinstance(part, dict)}
            told = {name: part["weight"] for name, part in parts.items() if found[name] is not None}
            known += group["weight"] / whole * sum(told.values()) / sum(part["weight"] for part in parts.values())
            if told:
                got = sum(points(parts[name]["scale"], found[name]) * weight for name, weight in told.items()) / sum(told.values())
                reached, weights = reached + group["weight"] * got, weights + group["weight"]
        return (reached / weights if weights else None), known

    def exception(self) -> str | None:
        paid = [line for line in self.lines if not line.is_trial and not line.is_reduction and line.worth(self.day)[1] > 0]
        run = [line for line in paid if line.is_live(self.day)]
        going_on = Following(self.customer)
        without_notice = [line for line in paid if not (line.cancelled_on and line.cancelled_on <= self.day)]

        def is_left(line: Line) -> bool:
            return not any(one in without_notice and one.is_booked(self.day) for one in going_on.after(line))

        left = [line for line in run if line not in without_notice and is_left(line)]
        if run:
            booked = any(line.starts_on > self.day and line.is_booked(self.day) for line in without_notice)
            return None if not left else "notice_given" if left == run and not booked else "notice_on_part"
        last = self.customer.lapsed_on(self.day)
        lapsed = self.customer.counted(self.day)[2] != "none" and any(line.ends_on == last and is_left(line) for line in paid)
        return "lapsed_renewal" if lapsed else None

    def row(self) -> Row:
        if self.state not in CUSTOMERS:
            return {"state": self.state, "score": None, "band": None, "exception": None, "known_weight": None, "little": True}
        score, known = self.score()
        little = score is None or known < SCORE["least_known"] or self.usage["state"] == "feed_stopped"
        exception = self.exception()
        band = None if score is None else banded(score, little, SCORE["caps"].get(exception))
        return {"state": self.state, "score": score, "band": band, "exception": exception, "known_weight": known, "little": little}


def points(scale: list[list[float]], value: float) -> float:
    """Straight lines between the pairs of value and points, the end values beyond."""
    if value <= scale[0][0]:
        return scale[0][1]
    for (left, low), (right, high) in pairwise(scale):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return scale[-1][1]


def banded(score: float, little: bool, cap: str | None) -> str:
    """The whole number that is shown decides; little known stands aside but for notice on all; a cap lowers and never lifts."""
    order = list(SCORE["bands"])
    if little:
        return order[0] if cap == order[0] else "little_known"
    own = next(name for name, upper in SCORE["bands"].items() if int(score + 0.5) <= upper)
    return min(own, cap or own, key=order.index)


def health(kept: Kept, account: str, day: date) -> Row:
    """The row of the report, with change: null unless both scores are those of a customer and neither is little known."""
    now, then = (Seen(kept, account, one, day).row() for one in (day, day - MONTH))
    return now | {"change": None if now["little"] or then["little"] else now["score"] - then["score"]}
