"""The sample company's support: what it promises, when it is open, and how its tickets went: most were answered in time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

OFFICE, ROUND = "office", None
HOURS = {day: "09:00-12:00, 13:00-17:00" for day in ("monday", "tuesday", "wednesday", "thursday")} | {"friday": "09:00-15:00"}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSED = ((1, 1, "New Year"), (5, 1, "Labour Day"), (10, 3, "German Unity Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day"))
# Priority, plan, hours to the first reply, hours to the resolution, calendar.
PROMISED = (
    ("urgent", None, 1.0, 72.0, ROUND),
    ("urgent", "Max", 0.5, 48.0, ROUND),
    ("high", None, 4.0, 24.0, OFFICE),
    ("normal", None, 8.0, 40.0, OFFICE),
    ("low", None, 16.0, 80.0, OFFICE),
)
TOPICS = ("exports", "single sign-on", "dashboards", "sharing", "alerts", "invitations", "speed", "API", "invoices")
REPLIES = {"urgent": 0.6, "high": 2.5, "normal": 5.0, "low": 9.0}  # hours, in the middle
REOPENED = 0.08


def targets() -> pl.DataFrame:
    """Rows of sla_targets."""
    names = ("target_id", "priority", "plan", "first_reply_hours", "resolution_hours", "calendar")
    rows = [(f"{one[0]}-{one[1]}".lower() if one[1] else one[0], *one) for one in PROMISED]
    return pl.DataFrame(rows, schema=list(names), orient="row")


def calendars() -> pl.DataFrame:
    """The one row of support_calendars."""
    return pl.DataFrame([{"calendar": OFFICE, "time_zone": "Europe/Berlin"} | {day: HOURS.get(day) for day in DAYS}])


def holidays(last_day: date) -> pl.DataFrame:
    """Rows of holidays, of the years that the company is known and the one after."""
    years = range(last_day.year - 3, last_day.year + 2)
    return pl.DataFrame(
        [{"calendar": OFFICE, "day": date(year, month, day), "name": name} for year in years for month, day, name in CLOSED]
    )


def answered(tickets: pl.DataFrame, subjects: Sequence[str], last_day: date) -> pl.DataFrame:
    """Tickets with their first reply, topic and how often they came back; drawn apart from the company, which stays what it is."""
    rng = np.random.default_rng(7)
    told = [_told(rng, row, subjects, last_day) for row in tickets.iter_rows(named=True)]
    return tickets.with_columns(
        pl.DataFrame(told, schema={"first_reply_at": pl.String, "topic": pl.String, "reopened": pl.Int64}, orient="row")
    )


def _told(rng: np.random.Generator, row: dict, subjects: Sequence[str], last_day: date) -> tuple[str | None, str | None, int]:
    opened = datetime.fromisoformat(row["opened_at"])
    reply = opened + timedelta(hours=REPLIES[row["priority"]] * float(rng.lognormal(0, 0.7)))
    done = datetime.fromisoformat(row["resolved_at"]) if row["resolved_at"] else None
    came = min(reply, done) if done else reply
    is_known = done is not None or (came.date() <= last_day and bool(rng.random() < 0.8))
    topic = TOPICS[list(subjects).index(row["subject"])] if row["subject"] in subjects else None
    return f"{came:%Y-%m-%dT%H:%M:%SZ}" if is_known else None, topic, int(rng.random() < REOPENED)
