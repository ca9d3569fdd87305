"""The card of a churn model: what it learned from, how it did on later time, and whether it may be used, in plain words."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

STORED_AS = {"baselines": "rivals"}  # cards that are kept, and scripts that read them, know this name


class Verdict(StrEnum):
    """Whether a model may be used, and if not, why not."""

    USABLE = "usable"
    TOO_FEW_OUTCOMES = "too_few_outcomes"
    TOO_FEW_HELD_OUT = "too_few_held_out"
    TOO_FEW_TO_LEARN = "too_few_to_learn"
    NOTHING_TO_LEARN_FROM = "nothing_to_learn_from"
    KNOWS_THE_OUTCOME = "knows_the_outcome"
    NO_BETTER_THAN_BASELINES = "no_better_than_rivals"
    CARRIED_BY_BOOKKEEPING = "carried_by_bookkeeping"


@dataclass(frozen=True)
class Split:
    """One stretch of time: rows, those with the outcome, and how many different cases of the two kinds (cases, outcomes)."""

    name: str
    start: str
    end: str
    rows: int
    rows_with_outcome: int
    kept: int
    outcomes: int


@dataclass(frozen=True)
class Score:
    """How one model or baseline did on a stretch of time; low and high hold 95 % of the resampled AUCs.

    margin_low: the least by which the model beats this baseline, at the confidence asked for; null for the model itself.
    """

    name: str
    auc: float
    low: float | None = None
    high: float | None = None
    lift: float | None = None
    brier: float | None = None
    log_loss: float | None = None
    margin_low: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Measure:
    """One measure on the held-out time, with the range of 95 of 100 draws of whole groups; None where it cannot be told. capacity: how many
    rows of a month could be looked into, where it depends on that."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    capacity: int | None = None


@dataclass(frozen=True)
class Slice:
    """How it did in a quarter, or in one kind of accounts; auc is None where there are too few to say. outcomes, kept: cases; predicted,
    observed: mean probability and rate of its rows."""

    by: str
    value: str
    rows: int
    outcomes: int
    kept: int
    predicted: float
    observed: float
    auc: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Curve:
    """What an input does to the log odds against the average look: (value, effect) in order of values; missing: where it is not known,
    None where it always was. weight: how far that moves odds from look to look (a standard deviation)."""

    name: str
    points: tuple[tuple[float, float], ...]
    missing: float | None
    weight: float


@dataclass(frozen=True)
class Spread:
    """How an input, or the score, lay on the day of training: edges between shares of the rows, the last share that of the missing."""

    name: str
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    rows: int


@dataclass(frozen=True)
class Drift:
    """How far an input lies from where it lay on the day of training (population stability index). by_chance: what chance alone makes of
    it between so few rows, on average."""

    name: str
    psi: float
    by_chance: float


@dataclass(frozen=True)
class Card:
    """Everything that a reader needs to trust a model or not. `words` is the verdict in plain sentences.

    alone: what the best single inputs are worth by themselves. constant: inputs without two different values, which were left out.
    spared: inputs that were there, and did not surely help. within: the column
    within whose values all was judged. warnings: what a reader should know beside, as sentences. slope_range: what holds
    the slope in 95 of 100 such samples. limits: the lowest and the highest probability that the model ever gives. rates: for each number in
    `within`, the share of the held-out observations with the outcome. capacity: how many rows of a month can be looked into, for recall.
    spreads: how inputs and score lay on the day of training; drift: how far they lay from there on drift_on (a day). file_digest: SHA-256
    of the model's file. Cards of before have none of what came later.
    """

    verdict: Verdict
    words: str
    outcomes: int
    kept: int
    rows: int
    embargoed: int = 0
    chosen: str | None = None
    inputs: tuple[str, ...] = ()
    splits: tuple[Split, ...] = ()
    candidates: tuple[Score, ...] = ()
    model: Score | None = None
    baselines: tuple[Score, ...] = ()
    slope: float | None = None
    intercept: float | None = None
    reliability: tuple[dict, ...] = ()
    weights: tuple[tuple[str, float], ...] = field(default=())
    alone: tuple[Score, ...] = ()
    constant: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    within: str | None = None
    warnings: tuple[str, ...] = ()
    slope_range: tuple[float, float] | None = None
    limits: tuple[float, float] | None = None
    rates: tuple[tuple[float, float], ...] = ()
    capacity: int | None = None
    measures: tuple[Measure, ...] = ()
    slices: tuple[Slice, ...] = ()
    curves: tuple[Curve, ...] = ()
    spreads: tuple[Spread, ...] = ()
    drift: tuple[Drift, ...] = ()
    drift_on: str | None = None
    file_digest: str | None = None

    @property
    def usable(self) -> bool:
        return self.verdict == Verdict.USABLE

    @property
    def on_average(self) -> tuple[float, float] | None:
        """The mean probability of the held-out observations, and the share of them with the outcome; None where nothing was tried."""
        rows = sum(fifth["rows"] for fifth in self.reliability)
        if not rows:
            return None
        said, happened = (sum(fifth["rows"] * fifth[name] for fifth in self.reliability) for name in ("predicted", "observed"))
        return said / rows, happened / rows

    def rates_of(self, within: pl.Expr) -> pl.Expr:
        """The share of the held-out observations that had the outcome, among those with the next number in `within` that is not smaller.

        What lies beyond the largest number has its share; null where nothing was tried.
        """
        if not self.rates:
            return pl.lit(self._rate_of_all, dtype=pl.Float64)
        *nearer, (_, last) = self.rates
        return pl.coalesce([*(pl.when(within <= number).then(pl.lit(rate)) for number, rate in nearer), pl.lit(last)])

    @property
    def _rate_of_all(self) -> float | None:
        last = self.splits[-1] if self.splits else None
        return last.rows_with_outcome / last.rows if last and last.rows else None

    def to_json(self) -> str:
        """The card as text; from_json gives it back."""
        return json.dumps({STORED_AS.get(name, name): value for name, value in asdict(self).items()})

    @classmethod
    def from_json(cls, text: str) -> "Card":
        named = {stored: name for name, stored in STORED_AS.items()}
        raw: dict[str, Any] = {named.get(stored, stored): value for stored, value in json.loads(text).items()}
        raw["verdict"] = Verdict(raw["verdict"])
        raw["splits"] = tuple(Split(**split) for split in raw["splits"])
        for name in ("candidates", "baselines", "alone"):
            raw[name] = tuple(Score(**score) for score in raw.get(name, ()))
        raw["model"] = Score(**raw["model"]) if raw["model"] else None
        raw["weights"] = tuple((name, value) for name, value in raw["weights"])
        raw["rates"] = tuple((number, rate) for number, rate in raw.get("rates", ()))
        for name, made in (("measures", Measure), ("slices", Slice), ("drift", Drift)):
            raw[name] = tuple(made(**one) for one in raw.get(name, ()))
        raw["curves"] = tuple(Curve(**one | {"points": tuple(map(tuple, one["points"]))}) for one in raw.get("curves", ()))
        lists = [one | {name: tuple(one[name]) for name in ("edges", "shares")} for one in raw.get("spreads", ())]
        raw["spreads"] = tuple(Spread(**one) for one in lists)
        raw |= {name: tuple(raw[name]) if raw.get(name) else None for name in ("slope_range", "limits")}
        raw |= {name: tuple(raw.get(name, ())) for name in ("inputs", "reliability", "constant", "spared", "warnings")}
        return cls(**raw)
