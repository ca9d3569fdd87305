"""What stands out about an account that the model thinks at risk, in words with numbers: an association, never a cause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.candidates import Model, matrix, raw_odds

LEAST_PEERS = 5  # below that a median would tell one account's figures
SIZE_BANDS = 3  # accounts like it: the same third by MRR
STANDS_OUT = 0.1  # log odds: about a tenth more likely than were it like its peers
MOST = 3
SEPARATOR = "\n"


@dataclass(frozen=True)
class Topic:
    """Inputs of the model that say the same thing, and how to say it of one account next to its peers' medians."""

    inputs: tuple[str, ...]
    words: Callable[[dict, dict], str | None]


def reasons(rows: pl.DataFrame, model: Model) -> list[list[str]]:
    """Up to three sentences for each row of an outlook, the weightiest first; empty where nothing stands out.

    rows: features() of an outlook on one day. Each topic is weighed by how far the model's odds fall when its inputs are set to the
    medians of accounts like it (the same third by MRR; all, where a third has fewer than five). A topic that does not
    raise the odds by STANDS_OUT is left out, and so is one about which nothing is known of anybody.
    """
    if rows.height < LEAST_PEERS:
        return [[] for _ in range(rows.height)]
    bands = _bands(rows)
    typical = _medians(rows, bands, model.inputs)
    weights = {topic: _weight(rows, typical, topic, model) for topic in TOPICS}
    counts = _medians(rows, bands, COUNTED)
    return [
        _sentences({topic: weights[topic][at] for topic in TOPICS}, own, peers)
        for at, (own, peers) in enumerate(zip(_changes(rows).to_dicts(), counts.to_dicts(), strict=True))
    ]


def _bands(rows: pl.DataFrame) -> pl.Series:
    """The third by MRR that each row lies in; one band for all where a third would be too small to hide an account."""
    if rows.height < SIZE_BANDS * LEAST_PEERS:
        return pl.repeat(0, rows.height, dtype=pl.Int64, eager=True)
    return (rows["mrr"].rank("ordinal").cast(pl.Int64) - 1) * SIZE_BANDS // rows.height


def _medians(rows: pl.DataFrame, bands: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    changes = _changes(rows)
    return changes.select(pl.col(name).cast(pl.Float64).median().over(bands.alias("band")) for name in names)


def _weight(rows: pl.DataFrame, typical: pl.DataFrame, topic: Topic, model: Model) -> np.ndarray:
    """How much higher the odds are than if the account were like its peers in this topic."""
    taken = [name for name in topic.inputs if name in model.inputs]
    if not taken:
        return np.zeros(rows.height)
    like_peers = rows.with_columns(pl.when(typical[name].is_not_null()).then(typical[name]).otherwise(name).alias(name) for name in taken)
    own, peers = (raw_odds(model.estimator, matrix(frame, model.inputs)) for frame in (rows, like_peers))
    return model.scale.slope * (own - peers)


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the relative change of each count that has a past; null where it was nothing."""
    past = {name: f"{name}_before" for name in ("wau", "features_used", "events", "mrr", "talks")}
    grown = [pl.when(pl.col(b) > 0).then(pl.col(n) / pl.col(b) - 1).alias(f"{n}_grown") for n, b in past.items()]
    return rows.with_columns(*grown)


def _sentences(weights: dict[Topic, float], own: dict, peers: dict) -> list[str]:
    heavy = sorted((topic for topic in weights if weights[topic] >= STANDS_OUT), key=lambda topic: -weights[topic])
    told = (topic.words(own, peers) for topic in heavy)
    return [sentence for sentence in told if sentence][:MOST]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or float(value).is_integer() else f"{value:.1f}"


def _like_it(value: float | None, share: bool = False) -> str:
    if value is None:
        return ""
    percent = f"{round(100 * value):+d} %".replace("+0 ", "0 ")
    return f"; accounts like it {percent if share else _number(value)}"


def _changed(name: str, title: str, over: str, scale: int = 1) -> Callable[[dict, dict], str | None]:
    """The count then and now, where both are known; else the count now."""

    def words(own: dict, peers: dict) -> str | None:
        now, before = own[name], own[f"{name}_before"]
        if now is None or before is None or now == before:
            return _one_value(name, title, scale=scale)(own, peers)
        return f"{title} {_number(before / scale)} -> {_number(now / scale)} in {over}{_like_it(peers[f'{name}_grown'], share=True)}"

    return words


def _one_value(name: str, title: str, after: str = "", scale: float = 1) -> Callable[[dict, dict], str | None]:
    def words(own: dict, peers: dict) -> str | None:
        peer = None if peers[name] is None else peers[name] / scale
        if own[name] is None:
            return None if peer is None else f"{title} not known{_like_it(peer)}"
        return f"{title} {_number(own[name] / scale)}{after}{_like_it(peer)}"

    return words


def _tickets(own: dict, peers: dict) -> str | None:
    if own["tickets"] is None:
        return None
    waiting = (
        f", {_number(own['open_tickets'])} open, the oldest for {_number(own['oldest_open_days'])} days" if own["open_tickets"] else ""
    )
    return f"tickets in 90 days {_number(own['tickets'])}{waiting}{_like_it(peers['tickets'])}"


def _conversation(own: dict, peers: dict) -> str | None:
    if own["days_since_conversation"] is None:
        return None
    return _one_value("days_since_conversation", "no conversation for", " days")(own, peers)


PRICES = ("mrr_log", "mrr_change", "price_per_seat_log", "mrr_year_change", "price_year_change", "step_change")
USE = ("wau_log", "wau_change", "mau_log", "mau_change", "seat_use", "stickiness")
TOPICS = (
    Topic(USE, _changed("wau", "weekly actives", "eight weeks")),
    Topic(("features_used", "features_used_change"), _changed("features_used", "features used", "eight weeks")),
    Topic(
        ("events_log", "events_change", "active_days", "events_net_change", "events_year_change"),
        _changed("events", "events in 30 days", "eight weeks"),
    ),
    Topic(("days_since_use_log",), _one_value("days_since_use", "last used", " covered days ago")),
    Topic(("tickets_log", "open_tickets", "oldest_open_log", "tickets_change", "reply_hours_log"), _tickets),
    Topic(("csat_rating",), _one_value("csat_rating", "CSAT", " on average")),
    Topic(("nps_answer",), _one_value("nps_answer", "NPS answer")),
    Topic(("conversation_log",), _conversation),
    Topic(("talks_log", "talks_change", "people_talked"), _changed("talks", "conversations", "90 days")),
    Topic(("people_left",), _one_value("people_left", "people who left in 180 days")),
    Topic(("champions", "champion_talk_log"), _one_value("champions", "champions")),
    Topic(("renewed_log", "days_late", "renewed_change"), _one_value("days_late", "last renewal late by", " days")),
    Topic(PRICES, _changed("mrr", "MRR", "90 days", scale=100)),
    Topic(("seats_log", "lines"), _one_value("seats", "seats")),
    Topic(("tenure_log", "age_log"), _one_value("tenure_days", "customer for", " days")),
    Topic(("term_months",), _one_value("term_months", "term in months")),
)
COUNTED = (
    "wau", "wau_grown", "features_used", "features_used_grown", "events", "events_grown", "mrr", "mrr_grown", "talks", "talks_grown",
    "people_left", "champions", "days_late", "days_since_use", "tickets", "csat_rating", "nps_answer", "days_since_conversation", "seats",
    "tenure_days", "term_months",
)  # fmt: skip
