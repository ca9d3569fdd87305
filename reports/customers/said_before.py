"""What health score and churn model said of accounts on days of the past, and what CSMs did, as far as they had said it by then."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from metrics.foresight import CASE, called, days_before
from metrics.health import LITTLE_KNOWN
from metrics.health_history import customers_on, in_force_on
from metrics.health_overrides import by_score
from metrics.scorecard import Scorecard
from models.card import Card
from reports.books import Books
from reports.customers.risk import FRESH_DAYS, RISKY_LIFT
from reports.health.health import measured_on, scored_of
from reports.health.health_history import turns

SCORED = {"band": pl.String, "is_lowest": pl.Boolean, "missing": pl.List(pl.String)}
LOOKED = {
    "account_id": pl.String, "on": pl.Date, "before": pl.Int64, "day": pl.Date, **SCORED, "probability": pl.Float64, "likely": pl.Boolean,
    "afterwards": pl.Boolean, "noticed": pl.Boolean,
}  # fmt: skip


def looks_at(books: Books, cases: pl.DataFrame) -> pl.DataFrame:
    """What score and model said of cases (CASE) so many days before.

    band: that of the score by itself, under the version in force on the day, worked out with what is known now of that day; null where the
    account was no customer or nothing of it was measured. is_lowest: whether it is the lowest band, null where it is little known or null.
    missing: the measures that were not known. probability: what the model said by the day, no older than FRESH_DAYS and of a model that
    might be used; what it wrote later of an earlier day was not said then. likely: it thought a loss likely (see risk.churn_risk), null
    where it said nothing. afterwards: no line of the account had been imported by the day, so that nobody could read a score of it.
    noticed: notice had been given for a line that ran up to the day of the case. Returns LOOKED.
    """
    looks = days_before(cases)
    told = looks.join(_scored(books, looks), on=["account_id", "day"], how="left")
    for beside, key in ((_predicted(books, looks), [*CASE, "before"]), (_imported(books), ["account_id"]), (notices(books, cases), CASE)):
        told = told.join(beside, on=key, how="left")
    return told.with_columns(
        afterwards=(pl.col("day") < pl.col("first_imported")).fill_null(True),
        noticed=(pl.col("notice_on") <= pl.col("day")).fill_null(False),
    ).select(pl.col(name).cast(dtype) for name, dtype in LOOKED.items())


def with_calls(books: Books, looks: pl.DataFrame, *, exact: bool = False) -> pl.DataFrame:
    """The looks with the CSM's call on the renewal that held on the day; see metrics.foresight.called."""
    of_day = called(looks.select(*CASE, "before", "day"), books.view.table("renewal_calls"), exact=exact)
    return looks.join(of_day, on=[*CASE, "before"], how="left")


def notices(books: Books, cases: pl.DataFrame) -> pl.DataFrame:
    """The first day on which notice was given for a line that ran up to the day of each case: CASE, notice_on; cases without have none."""
    lines = books.in_any_currency[0].select("account_id", "starts_on", "ends_on", "cancelled_on").collect()
    last = pl.col("on") - pl.duration(days=1)
    ran = (pl.col("starts_on") <= last) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > last)) & pl.col("cancelled_on").is_not_null()
    return cases.select(CASE).join(lines, on="account_id").filter(ran).group_by(CASE).agg(notice_on=pl.col("cancelled_on").min())


def cards_on(books: Books, days: pl.Series) -> dict[date, Scorecard]:
    """The scorecard in force on each day: the version that was published last by then, before the first one that of the file."""
    known = turns(books.view)
    cards = {one.version: one.card for one in known}
    used = in_force_on(days.to_list(), [(one.version, one.since) for one in known if one.since], known[0].version)
    return {day: cards[version] for day, version in used.items()}


def versions(books: Books) -> str:
    """By what changes which version of the score was in force when."""
    return repr([(one.version, one.since, one.card) for one in turns(books.view)])


def _scored(books: Books, looks: pl.DataFrame) -> pl.DataFrame:
    """account_id, day and SCORED of the looks on which the account was a customer."""
    seen = looks.lazy().select("account_id", "day").unique(maintain_order=True)
    own = customers_on(seen, *books.on_each_day).sort("account_id", "day").collect()
    if own.is_empty():
        return own.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in SCORED.items())
    measured = measured_on(books, own.lazy())
    by_day = cards_on(books, own["day"].unique())
    return pl.concat([_under(books, own, measured, by_day, card) for card in {id(one): one for one in by_day.values()}.values()])


def _under(
    books: Books, own: pl.DataFrame, measured: pl.DataFrame, by_day: Mapping[date, Scorecard], card: Scorecard
) -> pl.DataFrame:  # fmt: skip
    """The same of the days on which one scorecard was in force."""
    of_card = pl.col("day").is_in([day for day, one in by_day.items() if one is card])
    parts, scored = scored_of(books, own.lazy().filter(of_card), measured.filter(of_card), card)
    missing = parts.group_by("account_id", "day").agg(missing=pl.col("name").filter(pl.col("missing")).sort())
    known = pl.col("band").is_not_null() & (pl.col("band") != LITTLE_KNOWN)
    told = scored.select("account_id", "day", by_score()).join(missing, on=["account_id", "day"], how="left")
    lowest = pl.when(known).then(pl.col("band") == card.bands[0][0])
    return told.with_columns(is_lowest=lowest).select("account_id", "day", *SCORED)


def _predicted(books: Books, looks: pl.DataFrame) -> pl.DataFrame:
    """The newest that a model said of each account by each of the days, where it was fresh on it: CASE, before, probability, likely."""
    written = books.store.imports().select(pl.col("batch").cast(pl.Int32), written_on=pl.col("imported_at").dt.date())
    made = books.view.table("predictions").filter(pl.col("purpose") == "outlook").join(written, on="batch")
    said = made.with_columns(as_of=pl.max_horizontal("as_of", "written_on")).sort("as_of", "batch")
    told = said.select("account_id", "as_of", "due_on", "probability", "lead_days", "model_version")
    newest = looks.sort("day").join_asof(
        told, left_on="day", right_on="as_of", by="account_id", strategy="backward", check_sortedness=False
    )  # fmt: skip
    fresh = (pl.col("day") - pl.col("as_of")).dt.total_days().is_between(0, FRESH_DAYS) & (pl.col("due_on") > pl.col("day"))
    found = newest.filter(fresh).select(*CASE, "before", "probability", "lead_days", "model_version")
    return pl.concat([_of_model(found, version, card) for version, card in _usable(books).items()] or [_of_model(found.clear(), "", None)])


def _usable(books: Books) -> dict[str, Card]:
    """The models that might be used, by version."""
    trained = books.view.table("churn_models").select("model_version", "card").rows()
    return {version: card for version, text in trained if (card := Card.from_json(text)).usable}


def _of_model(found: pl.DataFrame, version: str, card: Card | None) -> pl.DataFrame:
    likely = pl.col("probability") >= RISKY_LIFT * card.rates_of(pl.col("lead_days")) if card else pl.lit(None, pl.Boolean)
    own = found.filter(pl.col("model_version") == version)
    return own.with_columns(likely=likely.cast(pl.Boolean)).select(*CASE, "before", "probability", "likely")


def _imported(books: Books) -> pl.DataFrame:
    """The day by which the log had a line of each account: account_id, first_imported; never before the first import of lines at all."""
    begun = books.store.imports().filter(pl.col("table") == "contracts", pl.col("standing"))["imported_at"].dt.date().min()
    said = books.view.contracts().group_by("account_id").agg(said_on=pl.col("said_on").min())
    return said.select("account_id", first_imported=pl.max_horizontal("said_on", pl.lit(begun, pl.Date)))
