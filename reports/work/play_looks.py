"""The looks at accounts with a play and without, gathered from the books: what they were like the day before, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data.work.templates import Play
from metrics import play_looks as looking
from metrics.grace import paid_spells
from metrics.plays import as_on
from metrics.renewals import renewal_results
from metrics.windows import observed
from reports.books import Books
from reports.customers.risk import FRESH_DAYS
from reports.health.health import known, measured_on, scored_of
from reports.health.looks import certain_until
from reports.health.scorecard import scorecard

HEALTH, MODEL = "health", "churn_probability"
ENOUGH_KNOWN = 0.9  # of the looks on either side: of so many the model must have said something
NO_DAY = date(1970, 1, 1)
TOLD = {
    "segment": pl.String, "days_to_renewal": pl.Int64, "usage_trend": pl.Float64, "health": pl.Float64, "churn_probability": pl.Float64,
    "arr": pl.Int64, "way": pl.String, "due_on": pl.Date, "certain_on": pl.Date, "renewed": pl.Float64, "due": pl.Int64, "kept": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Looks:
    """The looks of one play. rows: got (whether the play started), run_id, account_id, day, kind, risk and all of TOLD, of paying customers
    of which the risk is known. risk_is: HEALTH or MODEL. starts: how many there were in all. trigger_told: whether it is known of the
    others, too, whether what starts the play held. kindred: account_id, started_on, of all plays that the same thing starts."""

    rows: pl.DataFrame
    risk_is: str
    starts: int
    trigger_told: bool
    kindred: pl.DataFrame

    @property
    def got(self) -> pl.DataFrame:
        return self.rows.filter("got")

    @property
    def others(self) -> pl.DataFrame:
        return self.rows.filter(~pl.col("got"))


def runs_by(books: Books) -> pl.DataFrame:
    """All starts in scope by the day looked at."""
    return as_on(books.view.table("play_runs").lazy(), books.day or NO_DAY).collect()


def looks_of(books: Books, play: Play, plays: Mapping[str, Play], runs: pl.DataFrame) -> Looks:
    """The looks at all accounts that got a play, and at all others in scope on the same days."""
    starts = looking.started(runs.lazy().filter(pl.col("play_id") == play.play_id), books.day or NO_DAY).collect()
    beside = looking.shared_days(starts.lazy()).collect()
    treated = starts.join(beside, on="day", maintain_order="left").with_columns(got=True)
    same = kindred(play, plays, runs)
    on_days = observed(books.names(), *beside["beside"].unique().sort())
    control = looking.free(on_days, same.lazy()).with_columns(beside="day", got=False).collect()
    told = described(books, beside["beside"].unique().sort().to_list(), treated)
    every = pl.concat([treated, control], how="diagonal").join(told, on=looking.LOOK, maintain_order="left")
    risk_is, held = _risk_is(every), looking.held_trigger(play.trigger, play.within)
    rows = every.with_columns(risk=risk_is, kind=looking.kind(held)).filter(pl.col("risk").is_not_null())
    got = looking.first_of_renewal(rows.lazy().filter("got")).collect()
    return Looks(pl.concat([got, rows.filter(~pl.col("got"))]), risk_is, starts.height, held is not None, same)


def kindred(play: Play, plays: Mapping[str, Play], runs: pl.DataFrame) -> pl.DataFrame:
    """The starts of the plays that the same thing starts, the play among them: account_id, started_on."""
    same = [name for name, one in plays.items() if name == play.play_id or (play.trigger and one.trigger == play.trigger)]
    return runs.filter(pl.col("play_id").is_in(same)).select("account_id", "started_on")


def _risk_is(told: pl.DataFrame) -> str:
    """The model where it had said something of nearly all on both sides, else the health score."""
    shares = told.group_by("got").agg(known=pl.col(MODEL).is_not_null().mean())["known"].to_list()
    return MODEL if shares and min(shares) >= ENOUGH_KNOWN else HEALTH


def described(books: Books, days: Sequence[date], more: pl.DataFrame) -> pl.DataFrame:
    """Every account on these days, and `more` (account_id, day), as far as they paid on the day and something is ahead of them: TOLD.

    Worked out once of everybody: what an account was like, and what came of it, is the same whoever looks.
    """
    until, card = certain_until(books), scorecard(books.view)
    own = more.filter(~pl.col("day").is_in(list(days))).select(looking.LOOK)

    def work(of: Books) -> pl.DataFrame:
        seen = pl.concat([observed(of.names(), *days), own.lazy()]).unique(maintain_order=True).collect()
        return _described(of, seen, until)

    return books.once("looks of plays", work, tuple(days), tuple(own.rows()), until, repr(card))


def _described(books: Books, seen: pl.DataFrame, until: date) -> pl.DataFrame:
    """account_id, day, TOLD."""
    measured = measured_on(books, seen.lazy())
    _, scored = scored_of(books, seen.lazy(), measured, scorecard(books.view))
    told = (
        seen.join(measured.select(*looking.LOOK, "segment", "days_to_renewal", "usage_trend"), on=looking.LOOK, how="left")
        .join(scored.select(*looking.LOOK, health="score"), on=looking.LOOK, how="left")
        .join(_predicted(books, seen), on=looking.LOOK, how="left")
        .join(looking.arr_on(seen.lazy(), books.effective, **books.money).collect(), on=looking.LOOK)
        .filter(pl.col("arr") > 0)
    )
    return _with_outcome(books, told, until).select(*looking.LOOK, *(pl.col(name).cast(dtype) for name, dtype in TOLD.items()))


def _with_outcome(books: Books, told: pl.DataFrame, until: date) -> pl.DataFrame:
    due = looking.with_due(told.lazy(), books.rules.grace_days).collect()
    first = due["due_on"].min()
    since = min(first, until) - timedelta(days=1) if isinstance(first, date) else until
    results = renewal_results(books.renewable, start=since, end=until, as_of=until, **books.renewing, **books.money)
    waited = due.lazy().select("account_id", day="due_on")
    then = looking.arr_on(waited, books.effective, **books.money).rename({"day": "due_on", "arr": "arr_then"})
    spells = paid_spells(books.effective)
    return looking.with_outcome(due.lazy(), results.rename({"ends_on": "due_on"}), spells, then, until).collect()


def _predicted(books: Books, seen: pl.DataFrame) -> pl.DataFrame:
    """What the churn model had said of each look by its day, and spoke of it still: account_id, day, churn_probability."""
    written = books.store.imports().select(pl.col("batch").cast(pl.Int32), written_on=pl.col("imported_at").dt.date())
    made = books.view.table("predictions").filter(pl.col("purpose") == "outlook").join(written, on="batch")
    said = made.with_columns(as_of=pl.max_horizontal("as_of", "written_on")).sort("as_of", "batch")
    told = said.select("account_id", "as_of", said_of="due_on", churn_probability="probability")
    newest = seen.sort("day").join_asof(
        told, left_on="day", right_on="as_of", by="account_id", strategy="backward", check_sortedness=False
    )  # fmt: skip
    fresh = (pl.col("day") - pl.col("as_of")).dt.total_days().is_between(0, FRESH_DAYS) & (pl.col("said_of") > pl.col("day"))
    return newest.select(*looking.LOOK, churn_probability=pl.when(fresh).then("churn_probability"))


def with_usage(books: Books, looks: pl.DataFrame) -> pl.DataFrame:
    """Adds wau_before and wau_after: weekly actives, in the mean of the weeks before the start and after it; null = not known."""
    day, asked = books.day or NO_DAY, looking.weeks(looks.lazy()).collect()
    days = asked.filter(pl.col("at") <= day).select("account_id", day="at").unique()
    first, last = days["day"].min(), days["day"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return looks.with_columns(wau_before=pl.lit(None, pl.Float64), wau_after=pl.lit(None, pl.Float64))
    told = known(books, first, last).usage_on(days.lazy()).select("account_id", "wau", at="day")
    return looks.join(looking.usage_change(asked.lazy(), told, day).collect(), on=looking.LOOK, how="left", maintain_order="left")
