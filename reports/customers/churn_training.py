"""Training a churn model on what is in the store, and writing what it says into the log."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from data.schema import PREDICTIONS, SIMILAR_LOOKS, TABLES
from data.settings import current_settings
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import CONFIGURE, EVERYONE, Actor, Viewer
from language import mark, tr
from metrics.coverage import REACH
from metrics.currency import RATES, converted
from metrics.grace import with_grace
from metrics.health import scores
from metrics.months import first_day
from metrics.segments import held
from models.account_model import learned
from models.candidates import Model
from models.card import Card, Verdict
from models.churn import Trained
from models.drift import drifts, spreads
from models.features import INPUTS, USAGE_FELL, features
from models.history import CHAMPIONS, PEOPLE, History
from models.keeping import keep, kept
from models.observations import known_until, left_on, observations, outlook, why_few
from models.reasons import SEPARATOR, reasons
from models.similar import Similar, similar
from reports.books import Books, opened_books
from reports.customers.churn_words import card_lines
from reports.customers.risk import standing_model
from reports.customers.timeline import contact_history
from reports.health.health import health_components, kept_records, recorded
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.usage.catalogue import as_features
from reports.usage.usage import coverage, started, usage_feeds

FEED = "churn model"
WARM_UP = REACH  # days of usage before the first observation, for the account's own past
FELL = f"usage fell by {USAGE_FELL:.0%}".replace("%", " %")
HEALTH = "health score alone"
NEVER = date(1970, 1, 1)
NOT_THERE = mark("The file of the model {version} is not beside the store any more. Train anew: python cli.py train.")
RECKONED_OTHERWISE = mark("The model {version} learned from figures that are reckoned otherwise by now. Train anew: python cli.py train.")


@dataclass(frozen=True)
class Training:
    """What a training came to: the model's version, the last day that it looked at, and its card."""

    version: str
    as_of: date
    card: Card


def train(store: Store, *, as_of: date | None = None, who: str | Actor = "local", viewer: Viewer = EVERYONE) -> Training:
    """Train on all accounts as of a day (default: as every report), keep the model where it may be used, and log card and predictions.

    Held-out predictions are logged with their outcomes, so that the card can be checked; those of what lies ahead only where
    the model may be used. Training again on the same data gives the same version and adds nothing. Raises ValueError where
    a currency has no rate at all, NotAllowed for a viewer who may not configure the model.
    """
    viewer.for_whole_company(CONFIGURE, "model")
    who = viewer.signs(who)
    with opened_books(store, EVERYONE, Question(as_of=as_of)) as books:
        day = books.day or NEVER
        history = history_of(books, day)
        looked = looked_at(books, history, day)
        trained = _warned(_explained(_learned(books, looked, history), books, history, day), looked, history)
        ahead = _ahead(trained.model, trained.card, history, looked, day)
        trained = replace(trained, card=replace(trained.card, spreads=spreads(ahead.rows, [*trained.card.inputs, "probability"])))
        learned_from = _imports(store, books.view)
        known = set(books.view.table("churn_models")["model_version"])
    version = _version(day, trained.card, learned_from)
    if version not in known:
        _write(store, trained, ahead, version, day, learned_from, who)
    return Training(version, day, trained.card)


def in_words(store: Store, as_of: date | None, *, keep: bool, who: str | Actor, viewer: Viewer = EVERYONE) -> list[str]:
    """Train, or with `keep` only look ahead, and say what came of it, as lines of text."""
    if keep:
        return [f"The model that stands says something of {look_ahead(store, as_of=as_of, who=who, viewer=viewer):,} accounts more."]
    trained = train(store, as_of=as_of, who=who, viewer=viewer)
    return card_lines(trained.version, trained.card)


def look_ahead(store: Store, *, as_of: date | None = None, who: str | Actor = "local", viewer: Viewer = EVERYONE) -> int:
    """Say with the model that stands what lies ahead of a later day, and log it; how many accounts it says something of.

    Nothing is learned: for days between one training and the next. 0 where that day has been looked at already. Raises
    ValueError where no model is in use by that day, or its file is gone, NotAllowed as `train` does.
    """
    viewer.for_whole_company(CONFIGURE, "model")
    who = viewer.signs(who)
    with opened_books(store, EVERYONE, Question(as_of=as_of)) as books:
        day = books.day or NEVER
        standing = standing_model(books.view, day)
        if standing is None or not standing.in_use:
            raise ValueError(tr("There is no churn model in use by that day. Train one: python cli.py train."))
        path = model_path(store, standing.version)
        if not path.exists():
            raise ValueError(tr(NOT_THERE, version=standing.version))
        said = books.view.table("predictions").filter(pl.col("purpose") == "outlook", pl.col("model_version") == standing.version)
        model, history = _of_today(kept(path, standing.card.file_digest), standing.version), history_of(books, day)
        ahead = _ahead(model, standing.card, history, looked_at(books, history, day), day)
    if ahead.rows.is_empty() or day in set(said["as_of"]):
        return 0
    moved = replace(standing.card, drift=drifts(standing.card.spreads, ahead.rows), drift_on=str(day))
    _write_card(store, moved, standing.version, standing.trained_as_of, standing.learned_from, who)
    _write_looks(store, ahead, standing.version, who)
    return commit_frame(store, "predictions", _rows(ahead.rows, "outlook", standing.version), FEED, who).read


def _of_today(model: Model, version: str) -> Model:
    """The model, where it looks at what features are now. Raises ValueError where it learned from others."""
    if set(model.inputs) <= set(INPUTS):
        return model
    raise ValueError(tr(RECKONED_OTHERWISE, version=version))


def model_path(store: Store, version: str) -> Path:
    """Where a model is kept: beside the store."""
    return store.path.parent / "models" / f"{store.path.stem}-{version}.skops"


def history_of(books: Books, day: date) -> History:
    lines = converted(books.lines, on="starts_on", rates=_from_the_first_on(books.rates), currency=books.currency).collect()
    view, feeds = books.view, usage_feeds(books.view)
    since = first_day(lines["starts_on"]) or day
    opens = max(since, first_day(feeds["covers_from"]) or since) - timedelta(days=WARM_UP)
    records: dict[str, Any] = kept_records(view) | recorded(view)
    champions = contact_history(books).filter("says_champion").select(*CHAMPIONS)
    return History(
        lines,
        view.usage_months(opens, day),
        as_features(view, view.usage_days(opens, day)).with_columns(event="feature").drop("feature").collect(),
        feeds=feeds,
        effective=books.effective.collect(),
        accounts=started(books).collect(),
        coverage=coverage(view, opens, day),
        adding=books.products.adding,
        people=view.table("contacts").select(*PEOPLE),
        champions=champions,
        **records,
    )


def _from_the_first_on(rates: pl.LazyFrame) -> pl.LazyFrame:
    """The rates, the first of each currency standing for the time before it: a price of long ago is only compared, never summed."""
    first = rates.select(*RATES).sort("day").group_by("currency", maintain_order=True).first().with_columns(day=pl.lit(NEVER))
    return pl.concat([first.select(*RATES), rates.select(*RATES)])


def looked_at(books: Books, history: History, day: date) -> pl.DataFrame:
    """Observations with their features, from where usage is known, to where contracts are."""
    until = known_until(history.lines, day)
    since = max(first_day(history.lines["starts_on"]) or day, history.covers_from or NEVER)
    effective = with_grace(history.lines.lazy(), as_of=until or NEVER, rules=books.rules).collect()
    end = until if until and until >= since else since
    found = observations(history.lines, effective, since=since, until=end, grace_days=books.rules.grace_days)
    return features(found, history)


def _learned(books: Books, looked: pl.DataFrame, history: History) -> Trained:
    """Trained, with the health score as a baseline where it was known for any of the observations."""
    scored = looked.with_columns(health_risk=-_health(books, looked))
    baselines = {FELL: "usage_fell"} if history.covers_from else {}
    if scored["health_risk"].null_count() < scored.height:
        baselines[HEALTH] = "health_risk"
    segments = books.view.account_history("segment").rename({"value": "segment"}).lazy()
    placed = held(scored.with_row_index("place").lazy(), segments, on="as_of").sort("place").drop("place").collect()
    return learned(placed, history.lines, baselines=baselines, capacity=current_settings().calls_a_month)


def _explained(trained: Trained, books: Books, history: History, day: date) -> Trained:
    """Where losses are too few, the card says why that may be."""
    until = known_until(history.lines, day)
    if trained.card.verdict != Verdict.TOO_FEW_OUTCOMES or until is None:
        return trained
    effective = with_grace(history.lines.lazy(), as_of=until, rules=books.rules).collect()
    told = [trained.card.words, why_few(history.lines, effective, until)]
    if history.covers_from and history.covers_from > (first_day(history.lines["starts_on"]) or day):
        told.append(f"Usage is known from {history.covers_from} on; accounts were looked at from then on alone.")
    return replace(trained, card=replace(trained.card, words=" ".join(told)))


def _warned(trained: Trained, looked: pl.DataFrame, history: History) -> Trained:
    """The card says how many observations lie before the log began: what contracts said then was told afterwards."""
    said = first_day(history.lines["said_on"])
    before = looked.filter(pl.col("as_of") < said).height if said else 0
    if before == 0:
        return trained
    told = (
        f"{before:,} of {looked.height:,} observations lie before contracts were first imported, on {said}. What contracts said then was "
        "told afterwards and may have been corrected since, so the model may do worse on days to come than on those it was tried on."
    )
    return replace(trained, card=replace(trained.card, warnings=(*trained.card.warnings, told)))


def _health(books: Books, looked: pl.DataFrame) -> pl.Series:
    """The health score of each observation, seen from its day."""
    card = scorecard(books.view)
    at = looked.select("account_id", day="as_of").unique()
    scored = scores(health_components(books, at.lazy(), card), card).select("account_id", "day", "score").collect()
    joined = looked.select("account_id", "as_of").join(
        scored, left_on=["account_id", "as_of"], right_on=["account_id", "day"], how="left", maintain_order="left"
    )
    return joined["score"].round(6)  # the last digits of a float sum depend on the order of rows


@dataclass(frozen=True)
class Ahead:
    """What a model says of what lies ahead (rows, with probability and reasons), and the looks of the past that were most like each."""

    rows: pl.DataFrame
    looks: pl.DataFrame


def _ahead(model: Model | None, card: Card, history: History, looked: pl.DataFrame, day: date) -> Ahead:
    """What the model says of what lies ahead, and how those ended that were most like it; empty where there is none that may be used."""
    rows = features(outlook(history.lines, as_of=day), history)
    if model is None or rows.is_empty():
        return Ahead(rows.clear().with_columns(probability=pl.lit(0.0), reasons=pl.lit("")), _looks(rows, looked, []))
    alike = similar(rows, looked, card.curves)
    told = [SEPARATOR.join([*said, *_ended(found)]) or None for said, found in zip(reasons(rows, model), alike, strict=True)]
    said = rows.with_columns(probability=pl.Series(model.probabilities(rows), dtype=pl.Float64), reasons=pl.Series(told, dtype=pl.String))
    return Ahead(said, _looks(rows, looked, alike))


def _ended(found: Similar | None) -> list[str]:
    """How accounts ended that were most like one: counts alone, since who reads it may not see them."""
    return [] if found is None else [f"of {found.accounts} other accounts that were most like it {found.lost} left"]


def _looks(rows: pl.DataFrame, looked: pl.DataFrame, alike: list[Similar | None]) -> pl.DataFrame:
    """Those that were most like each row, as the log keeps them, but for the model's version."""
    near = [
        (at, place, one.row, one.likeness, ",".join(one.alike) or None, ",".join(one.apart) or None)
        for at, found in enumerate(alike) if found for place, one in enumerate(found.nearest, start=1)
    ]  # fmt: skip
    told = {"at": pl.Int64, "place": pl.Int64, "row": pl.Int64, "likeness": pl.Float64, "alike_in": pl.String, "apart_in": pl.String}
    stayed = pl.when(pl.col("kind") == "renewal").then(pl.lit("renewed")).otherwise(pl.lit("stayed"))
    past = looked.select(
        pl.int_range(pl.len()).alias("row"), other_account_id="account_id", other_looked_on="as_of", other_due_on="due_on",
        left_on=left_on(), outcome=pl.when("churned").then(pl.lit("lost")).otherwise(stayed),
    )  # fmt: skip
    own = rows.select(pl.int_range(pl.len()).alias("at"), "account_id", "as_of", "due_on")
    return pl.DataFrame(near, schema=told, orient="row").join(past, on="row").join(own, on="at").sort("at", "place").drop("at", "row")


def _imports(store: Store, view: View) -> list[int]:
    """The batches that stand, without those that models wrote."""
    own = {name for name, table in TABLES.items() if table.by_program or table.in_app}
    written = set(store.imports().filter(pl.col("table").is_in(list(own)))["batch"])
    return [batch for batch in view.standing if batch not in written]


def _version(day: date, card: Card, learned_from: list[int]) -> str:
    """The same for the same data, rules and method: the card to four decimals, and the imports."""
    told = re.sub(r"(\d\.\d{4})\d+", r"\1", card.to_json())
    digest = hashlib.sha256(f"{told}{learned_from}".encode()).hexdigest()[:8]
    return f"churn-{day}-{digest}"


def _write(store: Store, trained: Trained, ahead: Ahead, version: str, day: date, learned_from: list[int], who: str | Actor) -> None:
    """The model first and the card last: a card that is there has all that belongs to it."""
    digest = keep(trained.model, model_path(store, version)) if trained.model is not None else None
    tested = trained.tested if "probability" in trained.tested.columns else ahead.rows.clear().with_columns(churned=pl.lit(False))
    rows = pl.concat([_rows(ahead.rows, "outlook", version), _rows(tested, "test", version)])
    _write_looks(store, ahead, version, who)
    if rows.height:
        commit_frame(store, "predictions", rows, FEED, who)
    _write_card(store, replace(trained.card, file_digest=digest), version, day, ",".join(map(str, learned_from)), who)


def _write_looks(store: Store, ahead: Ahead, version: str, who: str | Actor) -> None:
    """Before the predictions that they belong to."""
    if ahead.looks.height:
        told = ahead.looks.with_columns(model_version=pl.lit(version)).select(SIMILAR_LOOKS.names)
        commit_frame(store, "similar_looks", told, FEED, who)


def _write_card(store: Store, card: Card, version: str, day: date, learned_from: str, who: str | Actor) -> None:
    row = {
        "model_version": version, "trained_as_of": day, "verdict": str(card.verdict), "card": card.to_json(), "learned_from": learned_from,
    }  # fmt: skip
    commit_frame(store, "churn_models", pl.DataFrame([row]), FEED, who)


def _rows(frame: pl.DataFrame, purpose: str, version: str) -> pl.DataFrame:
    told = frame if "reasons" in frame.columns else frame.with_columns(reasons=pl.lit(None, dtype=pl.String))
    return told.with_columns(purpose=pl.lit(purpose), model_version=pl.lit(version)).select(PREDICTIONS.names)
