"""What will today's customers pay at the end of each of the next four quarters, and how sure is that?

Entry point: `forecast_of(books) -> Outlook`: the forecast with the pieces that make it up; `Outlook.quarters_under(changes)` for
what-ifs. `quarters_ahead(day)` says which quarters. The reports are `forecast` (reports/forecast/quarters.py) and
`forecast-renewals` (reports/forecast/renewals.py).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import numpy as np
import polars as pl

from metrics.at_stake import IN_GRACE, NO_TERM, RENEWAL, pieces, terms_ahead, worth_beside
from metrics.months import months_later
from metrics.past_rates import Rate
from metrics.those_who_stay import STEP
from models.forecast import DRAWS, QUARTERS, Change, Forecast, Growth, Quarter, Shocks, Stakes, forecast
from models.growth import PastGrowth
from reports.books import Books
from reports.customers.renewals import renewal_rows
from reports.customers.risk import churn_risk
from reports.forecast.past import QUARTER_DAYS, Past, past
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.revenue.arr import arr_rows

MODEL, PAST_RATES, NOTICE, UNKNOWN = "model", "past_rates", "notice", "unknown"
AGAIN = "again"
WHOLE = 0.9  # of what an account pays is due from which on the churn model, which speaks of the account, speaks of the renewal
LEAST_CASES, LEAST_ACCOUNTS = 30, 10  # of the past, below which nothing is forecast
TERM_MONTHS = 12  # of what comes up and says no term
STILL = 0.1  # of ARR up to which accounts whose growth is not known are taken to pay on what they pay, so that the rest can be told


@dataclass(frozen=True)
class Ahead:
    """A calendar quarter: its first day, and the days after the day looked at, up to its last, that are forecast."""

    quarter: date
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Outlook:
    """The forecast of a viewer's customers. day: looked at. quarters: which ones. pieces: PIECES of metrics.at_stake with name, segment,
    owner, band, quarter (place of the one in which it comes up; null), churn_probability (as the model says), notice, source and rate (by
    which it is reckoned). unlearned: today's ARR of accounts whose growth in some quarter is not known, see _learned. forecast: None where
    `reason` says why there is none; due: what comes up, by quarter, in any case. under: models.forecast.forecast of the same pieces, for
    other changes.
    """

    day: date
    quarters: tuple[Ahead, ...]
    pieces: pl.DataFrame
    sources: np.ndarray
    rates: tuple[tuple[Rate | None, ...], ...]
    past: Past
    unlearned: int
    forecast: Forecast | None
    reason: str | None
    under: Callable[..., Forecast]

    def quarters_under(self, changes: Sequence[Change]) -> tuple[Quarter | None, ...]:
        """The quarters of the same pieces under other changes; None for each where there is no forecast."""
        return (None,) * QUARTERS if self.forecast is None else self.under(changes=changes).quarters

    def counted(self, at: int) -> dict[tuple[str, str], int]:
        """How many pieces there are in a quarter, by their kind and by what they are told; AGAIN: terms that end again, after a renewal."""
        places = zip(self.pieces["kind"], self.pieces["quarter"], self.sources[:, at], strict=True)
        return Counter((AGAIN if kind == RENEWAL and quarter != at else kind, source) for kind, quarter, source in places if source)

    def source(self, at: int) -> str:
        """By what most of the ARR is told that may go in a quarter, without what notice is given for."""
        worth = self.pieces["at_stake"].to_numpy()
        by_model, by_rates = (int(worth[self.sources[:, at] == source].sum()) for source in (MODEL, PAST_RATES))
        return MODEL if by_model > by_rates else PAST_RATES

    @property
    def due(self) -> list[int]:
        return [int(self.pieces.filter(pl.col("quarter") == at)["due"].sum()) for at in range(QUARTERS)]


def quarters_ahead(day: date) -> tuple[Ahead, ...]:
    """The calendar quarter of the day after `day`, as far as it lies ahead, and the three after it."""
    first = day + timedelta(days=1)
    begins = date(first.year, first.month - (first.month - 1) % 3, 1)
    starts = [months_later(begins, 3 * number) for number in range(QUARTERS + 1)]
    return tuple(Ahead(start, max(start, first), after - timedelta(days=1)) for start, after in pairwise(starts))


def forecast_of(books: Books, *, draws: int = DRAWS) -> Outlook | None:
    """The forecast as of the day looked at, from nothing after it; None in an empty store, and for a viewer without accounts.

    The past is everybody's, so that an account has the same probability whoever looks; the pieces are those of the viewer's accounts, as
    filtered. draws: for the range.
    """
    if books.day is None or books.view.accounts().is_empty():
        return None
    day, ahead = books.day, quarters_ahead(books.day)
    found = _pieces(books, day, ahead)
    segments = found["segment"].unique().sort(nulls_last=True).to_list()
    known = past(books, day, segments)
    stakes, sources, used = _stakes(found, segments, known, ahead)
    reason = _reason(known, found)
    growth, unlearned = _learned(_growth(known, found, ahead), found)
    under = partial(forecast, stakes, Shocks(known.shock, known.off), growth, draws=draws)
    return Outlook(day, ahead, found, sources, used, known, unlearned, None if reason else under(), reason, under)


def _pieces(books: Books, day: date, ahead: Sequence[Ahead]) -> pl.DataFrame:
    """The pieces with all that their probabilities rest on."""
    scored = health_rows(books, scorecard(books.view))
    coming = renewal_rows(books, (ahead[-1].end - day).days, scored)
    beside = worth_beside(books.effective, books.renewable, day=day, **books.money)
    split = pieces(arr_rows(books).lazy().select("account_id", "arr"), coming.lazy(), beside).collect()
    accounts = books.view.accounts().select("account_id", "name", "segment", "owner")
    of_renewals = coming.select("account_id", "ends_on", "churn_probability", "notice_by", notice=pl.col("cancelled_on").is_not_null())
    loose = churn_risk(books.view, day).select("account_id", account_probability="churn_probability", told_until="due_on")
    bands = scored.select("account_id", band="band")
    terms = terms_ahead(books.renewable, day).collect()
    joined = split.join(accounts, on="account_id", how="left").join(of_renewals, on=["account_id", "ends_on"], how="left")
    for frame in (loose, bands):
        joined = joined.join(frame, on="account_id", how="left")
    dated = joined.join(terms, on=["account_id", "ends_on"], how="left").with_columns(
        quarter=_quarter_of(pl.col("ends_on"), ahead), days_left=(pl.col("ends_on") - pl.lit(day)).dt.total_days(),
        share=pl.col("at_stake") / pl.col("at_stake").sum().over("account_id"), notice=pl.col("notice").fill_null(False),
        months=pl.col("months").fill_null(TERM_MONTHS),
    )  # fmt: skip
    return dated.sort("account_id", "kind", "ends_on")


def _quarter_of(day: pl.Expr, ahead: Sequence[Ahead]) -> pl.Expr:
    """The place of the quarter in which a day lies, 0 to 3."""
    cases = [pl.when(day.is_between(one.start, one.end)).then(pl.lit(at, dtype=pl.Int64)) for at, one in enumerate(ahead)]
    return pl.coalesce(cases)


def _reason(known: Past, found: pl.DataFrame) -> str | None:
    """Why there is no forecast, as a code; None where there is one."""
    today = int(found["at_stake"].sum())
    said = (
        ("no_customers", today <= 0),
        ("too_few_cases", known.cases < LEAST_CASES),
        ("too_few_accounts", known.accounts < LEAST_ACCOUNTS),
        ("nothing_lost", known.lost == 0),
        ("everything_lost", known.lost == known.cases),
    )
    return next((code for code, holds in said if holds), None)


def _stakes(
    found: pl.DataFrame, segments: list[str | None], known: Past, ahead: Sequence[Ahead]
) -> tuple[Stakes, np.ndarray, tuple[tuple[Rate | None, ...], ...]]:
    """The arrays of the pieces, by what each of their probabilities is told (pieces x 4), and the rate that it is, where it is one."""
    loss = np.zeros((found.height, QUARTERS))
    sources = np.full((found.height, QUARTERS), "", dtype=object)
    used: list[tuple[Rate | None, ...]] = []
    for at, row in enumerate(found.iter_rows(named=True)):
        told = _told(row, known, ahead)
        used.append(tuple(rate for _, _, rate in told))
        for quarter, (chance, source, _) in enumerate(told):
            loss[at, quarter], sources[at, quarter] = chance, source
    place = {segment: number for number, segment in enumerate(segments)}
    quarter, due = found["quarter"].to_numpy(), np.zeros((found.height, QUARTERS), dtype=np.int64)
    comes_up = np.flatnonzero(~np.isnan(quarter.astype(float)))
    due[comes_up, quarter[comes_up].astype(int)] = found["due"].to_numpy()[comes_up]
    return (
        Stakes(
            tuple(segment or "" for segment in segments) or ("",), np.array([place[one] for one in found["segment"]], dtype=int),
            found["at_stake"].to_numpy(), due, loss, sources == MODEL, (found["kind"] != NO_TERM).to_numpy(),
        ),
        sources,
        tuple(used),
    )  # fmt: skip


Told = tuple[float, str, Rate | None]
NOTHING: Told = (0.0, "", None)


def _told(row: dict, known: Past, ahead: Sequence[Ahead]) -> list[Told]:
    """For each quarter the probability that a piece is lost where it is still there, by what it is told, and the rate."""
    if row["kind"] == RENEWAL:
        return _of_renewal(row, known, ahead)
    if row["kind"] == NO_TERM:
        return [_without_term(row, known, at, one) for at, one in enumerate(ahead)]
    if row["kind"] == IN_GRACE:
        return [(1 - known.back, PAST_RATES, None), NOTHING, NOTHING, NOTHING]
    return [NOTHING] * QUARTERS


def _of_renewal(row: dict, known: Past, ahead: Sequence[Ahead]) -> list[Told]:
    """The renewal itself, and for terms that end again within the quarters the next ones."""
    told = [NOTHING] * QUARTERS
    first, *following = _comes_up(row, ahead)
    told[first] = _first_renewal(row, known, first)
    for at in following:
        told[at] = _both(told[at], _by_rate(known.renewals[-1].of(row["segment"])))
    return told


def _comes_up(row: dict, ahead: Sequence[Ahead]) -> list[int]:
    """The place of the quarter of the renewal, and of each day after it within the quarters on which such a term ends again."""
    places = [row["quarter"]]
    while (again := _months_on(row["ends_on"], row["months"] * len(places))) <= ahead[-1].end:
        places.append(next(number for number, one in enumerate(ahead) if again <= one.end))
    return places


def _months_on(day: date, months: int) -> date:
    first = months_later(day, months)
    last = months_later(day, months + 1) - timedelta(days=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), last)


def _first_renewal(row: dict, known: Past, at: int) -> Told:
    if row["notice"]:
        return 1.0, NOTICE, None
    if known.model and row["churn_probability"] is not None and row["share"] >= WHOLE:
        return row["churn_probability"], MODEL, None
    return _by_rate(known.renewals[at].of(row["segment"], row["band"] if at == 0 else None))


def _by_rate(rate: Rate | None) -> Told:
    return (float("nan"), UNKNOWN, None) if rate is None else (rate.share, PAST_RATES, rate)


def _both(first: Told, second: Told) -> Told:
    """Lost by either, where both come in one quarter."""
    return second if first == NOTHING else (1 - (1 - first[0]) * (1 - second[0]), first[1], first[2])


def _without_term(row: dict, known: Past, at: int, one: Ahead) -> Told:
    """Within three months an account without a term leaves at its rate; of a part of a quarter, for as long as that is."""
    told_for = (row["told_until"] - one.start).days if row["told_until"] else 0
    if at == 0 and known.model and row["share"] >= WHOLE and told_for >= one.days * 2 / 3:
        return _for_days(row["account_probability"], one.days, max(told_for, 1)), MODEL, None
    rate = known.leaving.of(row["segment"])
    return (float("nan"), UNKNOWN, None) if rate is None else (_for_days(rate.share, one.days, QUARTER_DAYS), PAST_RATES, rate)


def _for_days(chance: float, days: int, told_for: float) -> float:
    return 1 - (1 - chance) ** (days / told_for)


def _growth(known: Past, found: pl.DataFrame, ahead: Sequence[Ahead]) -> Growth | None:
    """Shares of growth for each piece: those of accounts that renewed where its account renews something, else those of the others, for as
    much of the first quarter as lies ahead."""
    if known.growth is None:
        return None
    learned, first, renews = known.growth, min(ahead[0].days / QUARTER_DAYS, 1.0), _renews(found, ahead)
    shape = (found.height, QUARTERS)
    up, down, capped = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for at, (account, segment) in enumerate(found.select("account_id", "segment").rows()):
        parts = renews.get(account, {})
        for number in range(QUARTERS):
            shares, part = learned.of(1, segment, number in parts), parts.get(number, 1.0 if number else first)
            up[at, number], down[at, number] = shares.expansion * part, shares.contraction * part
            capped[at, number] = _capped(learned, segment, number, parts, first)
    by_account = found.group_by("account_id").agg(pl.col("at_stake").sum())["at_stake"].to_numpy().astype(float)
    concentration = float((by_account**2).sum() / max(by_account.sum(), 1.0) ** 2)
    return Growth(up, down, capped, learned.spread(concentration), learned.capped_spread(concentration), learned.quarters)


def _renews(found: pl.DataFrame, ahead: Sequence[Ahead]) -> dict[str, dict[int, float]]:
    """By account, the quarters in which it renews something, and which part of a stretch's renewals that is.

    Terms of up to three months come up in every past stretch of three months, so that what is learned of accounts that renewed is of so
    many renewals. The first quarter may have fewer left of them, or none: then they do not grow in it.
    """
    told: dict[str, dict[int, float]] = {}
    for row in found.filter(pl.col("kind") == RENEWAL, ~pl.col("notice")).iter_rows(named=True):
        places = _comes_up(row, ahead)
        parts = {place: 1.0 for place in places}
        if row["months"] <= STEP:
            parts[0] = min(places.count(0) * row["months"] / STEP, 1.0)
        of = told.setdefault(row["account_id"], {})
        of.update({place: max(part, of.get(place, 0.0)) for place, part in parts.items()})
    return told


def _capped(learned: PastGrowth, segment: str | None, number: int, parts: dict[int, float], first: float) -> float:
    """What is paid less after so many quarters: between the windows of one more and of one fewer, where the first quarter is a part."""
    renewed = any(one <= number for one in parts)
    whole = learned.of(number + 1, segment, renewed).capped
    before = learned.of(number, segment, renewed).capped if number else 0.0
    return before + (parts.get(0, 1.0) if renewed else first) * (whole - before)


def _learned(growth: Growth | None, found: pl.DataFrame) -> tuple[Growth | None, int]:
    """Growth, and today's ARR of accounts of which it is not known in some quarter: they are taken to pay on what they pay where that is at
    most STILL of all; beyond it nothing that rests on growth is known."""
    if growth is None:
        return None, 0
    arrays = {name: getattr(growth, name) for name in ("expansion", "contraction", "capped")}
    worth = found["at_stake"].to_numpy()
    unlearned = int(worth[np.isnan(growth.expansion).any(axis=1)].sum())
    if unlearned > STILL * worth.sum():
        return growth, unlearned
    return replace(growth, **{name: np.nan_to_num(told) for name, told in arrays.items()}), unlearned
