"""The effect of each play, worked out of the accounts in scope: matched, and by chance where accounts were held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from data.work.templates import Play, plays
from metrics import play_looks as looking
from metrics.play_holdouts import drawn
from metrics.plays import steps_of, written_by
from models.play_effect import LEAST, Side, apart, mean_difference, paired, share_difference
from models.play_outcomes import ALIKE, RISK_OF_MODEL, Compared, by_chance, calipers, compared, of_money
from reports.books import Books
from reports.work.play_looks import MODEL, NO_DAY, Looks, described, looks_of, runs_by, with_usage

MATCHED, BY_CHANCE = "matched", "by_chance"
RENEWED, ARR_KEPT, WEEKLY_ACTIVES = "renewed", "arr_kept", "weekly_actives"
CANDIDATES = 10  # for each look: of so many it is looked up how their usage went
AFTER = 7 * looking.WEEKS


@dataclass(frozen=True)
class Effect:
    """What is known of one play. renewed, kept (of the ARR due), usage (as changes): Compared. sides: the looks at those that got it and at
    the others, in the places that pairs speak of. due: cents of the ARR due of those that are compared. renewed_by, used_by: from which day
    on enough outcomes are certain; None where there are not so many starts. chance: the same of accounts held out; empty without any."""

    play: Play
    looks: Looks
    renewed: Compared
    kept: Compared
    usage: Compared
    used: pl.DataFrame
    due: int
    renewed_by: date | None
    used_by: date | None
    chance: Mapping[str, Compared]
    let_go: int


def effects(books: Books) -> list[Effect]:
    """One for each play that was started, or held back, for an account in scope; those of most starts first."""
    runs, known, held = runs_by(books), plays(books.view), held_out(books)
    names = [*runs["play_id"], *held["play_id"]]
    order = sorted({name for name in names if name in known}, key=lambda name: (-names.count(name), name))
    return [_effect(books, known[name], known, runs, held.filter(play_id=name)) for name in order]


def held_out(books: Books) -> pl.DataFrame:
    """Rows of play_holdouts in scope by the day looked at; one released later is not released yet."""
    day = books.day or NO_DAY
    rows = books.view.table("play_holdouts").filter(pl.col("held_out_on") <= day)
    return rows.with_columns(pl.when(pl.col("released_on") <= day).then("released_on").alias("released_on"))


def _effect(books: Books, play: Play, known: Mapping[str, Play], runs: pl.DataFrame, held: pl.DataFrame) -> Effect:
    looks = looks_of(books, play, known, runs)
    got, others, reach = looks.got, looks.others, reach_of(looks)
    renewed = compared(side(got), side(others), _numbers(got, "renewed"), _numbers(others, "renewed"), reach, share_difference)
    kept = _kept(got, others, reach)
    used = _with_usage(books, looks, reach)
    with_it, without = used.filter("got"), used.filter(~pl.col("got"))
    usage = compared(side(with_it), side(without), _change(with_it), _change(without), reach, mean_difference)
    due = int(got[kept.pairs.matched]["due"].sum()) if kept.pairs else 0
    chance, let_go = _chance(books, play, runs, held)
    used_on = got.with_columns(certain_on=pl.col("day") + timedelta(days=AFTER))
    return Effect(play, looks, renewed, kept, usage, used, due, _enough(got), _enough(used_on), chance, let_go)


def reach_of(looks: Looks) -> tuple[float, ...]:
    """How far apart accounts may be that are called alike."""
    return calipers(RISK_OF_MODEL) if looks.risk_is == MODEL else calipers()


def side(rows: pl.DataFrame) -> Side:
    """Looks as one side of a comparison, with the measures of ALIKE."""
    near = rows.select("risk", pl.col("arr").log(), *(pl.col(name).cast(pl.Float64).fill_null(0) for name in (*ALIKE,)[2:]))
    return Side(rows["account_id"].to_numpy().astype(str), rows["kind"].to_numpy().astype(str), near.to_numpy())


def _numbers(rows: pl.DataFrame, name: str) -> np.ndarray:
    return rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _kept(got: pl.DataFrame, others: pl.DataFrame, reach: tuple[float, ...]) -> Compared:
    """The share of ARR due that was kept, each account with what was due of it."""
    shares = [_numbers(rows.with_columns(share=pl.col("kept") / pl.col("due")), "share") for rows in (got, others)]
    due = _numbers(got, "due")[~np.isnan(shares[0])]
    return compared(side(got), side(others), shares[0], shares[1], reach, of_money(due))


def _change(rows: pl.DataFrame) -> np.ndarray:
    """The logarithm of how weekly actives changed, one added to either so that none is a number, too."""
    return _numbers(rows.with_columns(change=((pl.col("wau_after") + 1) / (pl.col("wau_before") + 1)).log()), "change")


def _with_usage(books: Books, looks: Looks, reach: tuple[float, ...]) -> pl.DataFrame:
    """Those that got it, and the nearest of the others, with their weekly actives."""
    got, others = looks.got, looks.others
    near = np.unique(paired(side(got), side(others), reach, CANDIDATES).control)
    return with_usage(books, pl.concat([got, others[near]]))


def _enough(got: pl.DataFrame) -> date | None:
    """The day from which the outcome of LEAST accounts is certain."""
    first = got.group_by("account_id").agg(pl.col("certain_on").min()).sort("certain_on")["certain_on"]
    return first[LEAST - 1] if len(first) >= LEAST else None


def _chance(books: Books, play: Play, runs: pl.DataFrame, held: pl.DataFrame) -> tuple[dict[str, Compared], int]:
    """The comparison by chance, and how many held-out accounts count as neither."""
    if held.is_empty():
        return {}, 0
    looks, let_go = drawn(held.lazy(), runs.lazy().filter(pl.col("play_id") == play.play_id))
    every = looks.collect()
    told = every.join(described(books, [], every), on=looking.LOOK)
    used = with_usage(books, told)
    own, others = used.filter("got"), used.filter(~pl.col("got"))
    return {
        RENEWED: by_chance(_numbers(own, "renewed"), _numbers(others, "renewed"), shares=True),
        WEEKLY_ACTIVES: by_chance(_change(own), _change(others), shares=False),
    }, let_go


def cost_of(books: Books, effect: Effect) -> tuple[int | None, int, int]:
    """Money that went into the starts that are compared (cents; where it is not written down of each, the mean of the others for it), of
    how many it is written down, and of how many there are. None where it is written down of fewer than half."""
    if effect.renewed.pairs is None:
        return None, 0, 0
    ids = effect.looks.got[effect.renewed.pairs.matched]["run_id"]
    runs = books.view.table("play_runs").filter(pl.col("run_id").is_in(ids.implode())).lazy()
    steps = steps_of(runs, written_by(books.view.table("play_steps").lazy(), books.day or NO_DAY))
    spent = steps.drop_nulls("effort_cost").group_by("run_id").agg(pl.col("effort_cost").sum()).collect()
    mean = spent["effort_cost"].mean()
    if not isinstance(mean, float) or 2 * spent.height < len(ids):
        return None, spent.height, len(ids)
    return round(100 * mean * len(ids)), spent.height, len(ids)


def balance(effect: Effect) -> pl.DataFrame:
    """Of each measure of ALIKE (name): the mean of those that got the play (got) and of all others (others), how far apart these are
    (apart_before, in standard deviations of those that got it); then of those that have a match (matched) and of who they are matched with
    (alike), and how far apart those are (apart_after). Empty where nothing is told."""
    pairs, got, others = effect.renewed.pairs, side(effect.looks.got), side(effect.looks.others)
    if pairs is None:
        return pl.DataFrame()
    own, near = got.near[pairs.matched], others.near[pairs.control]
    return pl.DataFrame(
        {
            "name": list(ALIKE), "got": got.near.mean(axis=0), "others": others.near.mean(axis=0),
            "apart_before": apart(got.near, others.near),
            "matched": own.mean(axis=0), "alike": np.average(near, axis=0, weights=pairs.weight),
            "apart_after": apart(own, near, pairs.weight, got.near.std(axis=0, ddof=1)),
        }
    )  # fmt: skip
