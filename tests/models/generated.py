"""A made-up company of 2,000 accounts and 60 months, as frames: how content an account is shows in its usage, and decides renewals.

What the models should find is known here: an account's mood drifts from month to month (it keeps 0.85 of itself), raises or lowers
how likely its users are to come on a day, how many tickets it opens and what it answers when asked, and with the odds
`LEAVES + PULL * mood` it leaves when its term ends.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from data.schema import CONTRACTS
from metrics.account_measures import Recorded
from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.rules import preset
from models.history import FEEDS, History

FIRST, MONTHS = date(2020, 1, 1), 60
TERMS = np.array([1, 6, 12])
LEAVES, PULL = {1: -4.2, 6: -2.2, 12: -1.6}, 1.7
EVENTS = ("open", "report", "share", "export")


@dataclass(frozen=True)
class Company:
    history: History
    effective: pl.DataFrame
    until: date


def month_starts() -> list[date]:
    return [date(FIRST.year + number // 12, number % 12 + 1, 1) for number in range(MONTHS + 1)]


def company(seed: int, accounts: int = 2000) -> Company:
    rng = np.random.default_rng(seed)
    mood = _moods(rng, accounts)
    begins, term = rng.integers(0, MONTHS - 6, accounts), rng.choice(TERMS, accounts, p=[0.3, 0.2, 0.5])
    ends = _ends(rng, mood, begins, term)
    seats = rng.integers(4, 20, accounts)
    lines = contract_lines(_contracts(begins, ends, term, seats, rng).lazy(), rules=preset("house")).collect()
    until = month_starts()[-1] - timedelta(days=1)
    effective = with_grace(lines.lazy(), as_of=until, rules=preset("house")).collect()
    months, days = _usage(rng, mood, begins, ends, seats)
    tickets, surveys = _tickets(rng, mood, begins, ends), _surveys(rng, mood, begins, ends)
    history = History(lines, months, days, tickets, surveys, feeds=feed(FIRST, until), tickets_recorded=kept(tickets, "opened_at"))
    return Company(history, effective, until)


def feed(covers_from: date, covers_to: date, every: bool = False) -> pl.DataFrame:
    """A daily feed of usage over some days; `every` says that it names every account."""
    return pl.DataFrame([(covers_from, covers_to, 1.0, every)], schema=FEEDS, orient="row")


def kept(rows: pl.DataFrame, column: str) -> Recorded:
    """When a table has rows, and the usual days between two days with some."""
    days = rows[column].cast(pl.Date).drop_nulls().unique().sort()
    return Recorded(days.min(), days.max(), days.diff().dt.total_days().median())


def _moods(rng: np.random.Generator, accounts: int) -> np.ndarray:
    """Low is content; mean 0, variance 1."""
    mood = np.zeros((accounts, MONTHS))
    mood[:, 0] = rng.normal(size=accounts)
    for month in range(1, MONTHS):
        mood[:, month] = 0.85 * mood[:, month - 1] + np.sqrt(1 - 0.85**2) * rng.normal(size=accounts)
    return mood


def _ends(rng: np.random.Generator, mood: np.ndarray, begins: np.ndarray, term: np.ndarray) -> np.ndarray:
    """The month in which an account leaves; MONTHS where it stays."""
    ends = np.full(len(begins), MONTHS)
    for account, (begin, length) in enumerate(zip(begins, term, strict=True)):
        for renewal in range(begin + length, MONTHS, length):
            pressed = mood[account, max(renewal - 3, 0) : renewal].mean()
            if rng.random() < 1 / (1 + np.exp(-(LEAVES[int(length)] + PULL * pressed))):
                ends[account] = renewal
                break
    return ends


def _contracts(begins, ends, term, seats, rng) -> pl.DataFrame:
    day, price = rng.integers(0, 28, len(begins)), rng.integers(20, 60, len(begins))
    starts, rows = month_starts(), []
    for account in range(len(begins)):
        for month in range(begins[account], ends[account], term[account]):
            close = month + int(term[account])
            shift = timedelta(days=int(day[account]))
            after = starts[close] if close <= MONTHS else date(FIRST.year + close // 12, close % 12 + 1, 1)
            rows.append((f"A{account}", starts[month] + shift, after + shift, int(seats[account] * price[account]), int(seats[account])))
    frame = pl.DataFrame(rows, schema=["account_id", "starts_on", "ends_on", "amount", "seats"], orient="row")
    given = {
        "row_key": pl.col("line").cast(pl.String), "batch": pl.lit(1), "kind": pl.lit("recurring"), "is_trial": pl.lit(False),
        "period": pl.lit("1 month"), "currency": pl.lit("USD"), "amount": pl.col("amount").cast(pl.Decimal(18, 4)),
    }  # fmt: skip
    spare = [column for column in CONTRACTS.columns if column.name not in {*frame.columns, *given}]
    nothing = {column.name: pl.lit(None, dtype=column.dtype) for column in spare}
    return frame.with_row_index("line").with_columns(**given, **nothing)


def _live_months(begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = np.arange(MONTHS)
    return np.nonzero((at >= begins[:, None]) & (at < ends[:, None]))


def _usage(rng, mood, begins, ends, seats) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Active days of every user as bits, and events per day, on a fifth of the days so that the frame stays small."""
    account, month = _live_months(begins, ends)
    starts = np.array(month_starts(), dtype="datetime64[D]")
    keen = 1 / (1 + np.exp(-(-1.2 - 0.7 * mood[account, month])))
    each = np.repeat(np.arange(len(account)), seats[account])
    user = np.concatenate([np.arange(count) for count in seats[account]])
    active = rng.random((len(each), 28), dtype=np.float32) < keen[each, None] * (0.15 + 0.7 * (user / seats[account[each]]))[:, None]
    bits = active @ (2 ** np.arange(28, dtype=np.int64))
    months = pl.DataFrame(
        {"account": account[each], "user": user, "month": starts[month[each]], "bits": bits}, schema_overrides={"month": pl.Date}
    ).select(pl.format("A{}", "account").alias("account_id"), pl.format("u{}", "user").alias("user_id"), "month", "bits")
    come = np.add.reduceat(active.astype(np.int64), np.r_[0, np.cumsum(seats[account])[:-1]], axis=0)
    shown = rng.random((len(account), 28, len(EVENTS))) < 0.2 * np.array([1.0, 0.8, 0.5, 0.3])
    counts = shown * (come * keen[:, None])[:, :, None].round().astype(np.int64)
    row, day, event = np.nonzero(counts)
    days = pl.DataFrame(
        {"account": account[row], "event": event, "day": starts[month[row]] + day, "count": counts[row, day, event]},
        schema_overrides={"day": pl.Date},
    )
    names = pl.col("event").replace_strict(dict(enumerate(EVENTS)), return_dtype=pl.String)
    return months.filter(pl.col("bits") > 0), days.select(pl.format("A{}", "account").alias("account_id"), names, "day", "count")


def _moments(rng, month: np.ndarray) -> np.ndarray:
    starts = np.array(month_starts(), dtype="datetime64[us]")
    return starts[month] + rng.integers(0, 28 * 86400, len(month)).astype("timedelta64[s]")


def _tickets(rng, mood, begins, ends) -> pl.DataFrame:
    account, month = _live_months(begins, ends)
    at = np.repeat(np.arange(len(account)), rng.poisson(0.25 * np.exp(0.5 * mood[account, month])))
    opened = _moments(rng, month[at])
    return pl.DataFrame({"account": account[at], "opened_at": opened, "resolved_at": opened + rng.integers(1, 9, len(at)).astype("timedelta64[D]")}).select(
        pl.format("A{}", "account").alias("account_id"), pl.col("opened_at", "resolved_at").dt.replace_time_zone("UTC"), csat=pl.lit(None, dtype=pl.Float64)
    )  # fmt: skip


def _surveys(rng, mood, begins, ends) -> pl.DataFrame:
    account, month = _live_months(begins, ends)
    asked = rng.random(len(account)) < 0.06
    account, month = account[asked], month[asked]
    score = np.clip(np.round(8 - 1.2 * mood[account, month] + rng.normal(size=len(account))), 0, 10)
    return pl.DataFrame({"account": account, "score": score, "answered_at": _moments(rng, month)}).select(
        pl.format("A{}", "account").alias("account_id"), "score", pl.col("answered_at").dt.replace_time_zone("UTC"), kind=pl.lit("nps")
    )  # fmt: skip
