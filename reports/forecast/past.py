"""What the forecast learns from everybody's past: rates of renewals and of those without a term, growth, and how quarters differed."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from metrics.months import balance_day_before, first_day
from metrics.past_rates import Rates, rates
from metrics.renewal_history import HISTORY, open_ahead, renewal_history
from metrics.those_who_stay import GROWN, LEFT, MOST, STEP, days_back, growth_of_stayers, left_without_a_term
from models.common_shock import Shock, shock_of
from models.growth import PastGrowth, past_growth
from reports.books import OF_MONEY, Books
from reports.customers.risk import StandingModel, standing_model
from reports.health.looks import bands_before, certain_until
from reports.health.scorecard import scorecard

QUARTER_DAYS = 365 / 4
LEADS = (45, 137, 228, 319)  # days ahead: the middle of each of the four quarters
BAND_LEAD = 60  # days before a renewal at which the band of health is looked at, for rates by band; the score's past has 90, 60 and 30
TESTED_LEAD = 60  # days ahead of the tested probabilities by which a model is held to what happened


@dataclass(frozen=True)
class Past:
    """What past quarters say. renewals: rates of losing a renewal that is still open, by the quarter ahead in which it lies; leaving: of
    leaving within three months without a term. back: of lapses without notice, the share that renewed late (a half where there were none).
    standing: the newest churn model; off: how far what it said was off, where it may be used. lost, cases: renewals, and accounts
    without a term once a quarter; renewed: the renewals among them. accounts: how many there were at once, or with a renewal.
    """

    renewals: tuple[Rates, ...]
    leaving: Rates
    back: float
    growth: PastGrowth | None
    shock: Shock
    standing: StandingModel | None
    off: Shock | None
    lost: int
    cases: int
    accounts: int
    renewed: int

    @property
    def model(self) -> StandingModel | None:
        return self.standing if self.standing and self.standing.in_use else None


def past(books: Books, day: date, segments: list[str | None]) -> Past:
    """The past as known on a day, the same whoever looks."""
    standing = standing_model(books.view, day)
    usable = standing if standing and standing.in_use else None
    known, left = history(books, day), _left(books, day)
    bands = known if usable else known.join(_bands(books, day), on=["account_id", "ends_on"], how="left").with_columns(band="band_then")
    renewals = tuple(_rates(bands if number == 0 else known, lead) for number, lead in enumerate(LEADS))
    leaving = rates(left.with_columns(segment="group", band=pl.lit(None, pl.String), cases="accounts"))
    shock = _shock(known, left, renewals[0], leaving, day)
    lapsed, late = known.filter("lost", pl.col("noticed_on").is_null()).height, known.filter("late").height
    windows = _grown(books, day)
    return Past(
        renewals, leaving, (late + 0.5) / (late + lapsed + 1), past_growth(windows, segments), shock,
        standing, _off(books, day, usable, shock) if usable else None,
        lost=int(known["lost"].sum()) + int(left["lost"].sum()), cases=known.height + int(left["accounts"].sum()),
        accounts=max(known["account_id"].n_unique(), _most(left), _most(windows.filter(pl.col("steps") == 1))), renewed=known.height,
    )  # fmt: skip


def _most(windows: pl.DataFrame) -> int:
    """The most accounts of any window."""
    return max(windows.group_by("day").agg(pl.col("accounts").sum())["accounts"].to_list(), default=0)


def history(books: Books, day: date) -> pl.DataFrame:
    """renewal_history up to a day, of as many years as the forecast looks back on, with the segment of each account."""
    return books.learned("past renewals", lambda of: _history(of, day), day, of=OF_MONEY)


def _history(books: Books, day: date) -> pl.DataFrame:
    found = renewal_history(books.renewable, until=min(certain_until(books), day), as_of=day, **books.renewing, **books.money).collect()
    recent = found.filter(pl.col("ends_on") > balance_day_before(day, STEP * MOST))
    segments = books.view.accounts().select("account_id", "segment")
    return recent.join(segments, on="account_id", how="left").with_columns(band=pl.lit(None, pl.String)).select(*HISTORY, "segment", "band")


def _groups(books: Books) -> pl.LazyFrame:
    return books.view.accounts().lazy().select("account_id", group="segment")


def _days(books: Books, day: date) -> list[date]:
    first = first_day(books.effective.select("starts_on").collect()["starts_on"])
    return days_back(day, first) if first else []


def _grown(books: Books, day: date) -> pl.DataFrame:
    def work(of: Books) -> pl.DataFrame:
        days, known = _days(of, _renewals_certain(of, day)), history(of, day).lazy()
        return growth_of_stayers(of.effective, known, _groups(of), days=days, **of.money).collect().select(*GROWN)

    return books.learned("growth of stayers", work, day, of=OF_MONEY)


def _renewals_certain(books: Books, day: date) -> date:
    """The last day of `history`: who came up after it would count as one who renewed nothing. The day itself where nothing ever came up."""
    if history(books, day).is_empty():
        return day
    return min(certain_until(books), day) - timedelta(days=books.rules.grace_days)


def _left(books: Books, day: date) -> pl.DataFrame:
    def work(of: Books) -> pl.DataFrame:
        days = _days(of, min(_renewals_certain(of, day), day - timedelta(days=of.rules.grace_days)))  # who is in grace has not stayed yet
        return left_without_a_term(of.effective, of.renewable, _groups(of), days=days, **of.money).collect().select(*LEFT)

    return books.learned("left without a term", work, day, of=OF_MONEY)


def _bands(books: Books, day: date) -> pl.DataFrame:
    """The band that the score had BAND_LEAD days before each past renewal: account_id, ends_on, band_then."""

    def work(of: Books) -> pl.DataFrame:
        looks = bands_before(of, scorecard(of.view), BAND_LEAD)
        return looks.rename({"due_on": "ends_on", "band": "band_then"}).unique(["account_id", "ends_on"])

    return books.learned("bands before past renewals", work, day, repr(scorecard(books.view)))


def _rates(known: pl.DataFrame, lead: int) -> Rates:
    """The rates of the past renewals that were still open so many days ahead."""
    return rates(known.filter(open_ahead(lead)).select("segment", "band", "lost", cases=pl.lit(1)))


def _shock(known: pl.DataFrame, left: pl.DataFrame, renewals: Rates, leaving: Rates, day: date) -> Shock:
    """How past quarters, three months each back from the day, lay off the rates by segment."""
    came_up = known.filter(open_ahead(LEADS[0])).select("segment", "lost", on="ends_on", cases=pl.lit(1), termed=pl.lit(True))
    went = left.select(segment="group", lost="lost", on="day", cases="accounts", termed=pl.lit(False))
    number = ((pl.lit(day) - pl.col("on")).dt.total_days() / QUARTER_DAYS).floor().cast(pl.Int64)
    every = pl.concat([one.with_columns(pl.col("lost", "cases").cast(pl.Int64)) for one in (came_up, went)]).with_columns(quarter=number)
    counted = every.group_by("quarter", "segment", "termed").agg(pl.col("lost", "cases").sum()).sort("quarter", "segment", "termed")
    said = [(renewals if termed else leaving).of(segment) for segment, termed in counted.select("segment", "termed").rows()]
    chance = np.array([one.share if one else np.nan for one in said])
    quarter, lost, cases = (counted[name].to_numpy() for name in ("quarter", "lost", "cases"))
    return shock_of(quarter, chance, lost, cases=cases)


def _off(books: Books, day: date, model: StandingModel, shock: Shock) -> Shock:
    """How far the model's probabilities of held-out renewals were off, given how far quarters differ."""

    def work(of: Books) -> pl.DataFrame:
        said = of.view.table("predictions").filter(pl.col("purpose") == "test", pl.col("model_version") == model.version)
        return said.filter(pl.col("lead_days") == TESTED_LEAD, pl.col("due_on") <= day).select("due_on", "probability", "churned")

    tested = books.learned("tested probabilities", work, day, model.version).drop_nulls()
    quarter = np.array([int((day - due).days / QUARTER_DAYS) for due in tested["due_on"]])
    return shock_of(quarter, tested["probability"].to_numpy(), tested["churned"].to_numpy(), spreads=shock.of_spreads)
