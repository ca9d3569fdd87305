"""Did the plays work? Each one's effect on renewals, ARR and usage; who was compared with whom; and how alike they were."""

from datetime import date

import polars as pl

from language import mark, tr, tr_n
from models.play_effect import Difference
from models.play_outcomes import Compared
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty
from reports.work import effect_words
from reports.work.effects import ARR_KEPT, BY_CHANCE, MATCHED, RENEWED, WEEKLY_ACTIVES, Effect, balance, cost_of, effects
from reports.work.play_looks import HEALTH
from reports.work.plays import in_words

COLUMNS = {
    "play": "text", "compared_by": "text", "of_what": "text", "effect": "text", "told": "text", "with_play": "ratio",
    "without_play": "ratio",
    "difference": "ratio", "difference_low": "ratio", "difference_high": "ratio", "got_it": "count", "similar_accounts": "count",
    "plays_started": "count", "not_certain": "count", "nobody_alike": "count", "certain_by": "day", "unmatched_difference": "ratio",
    "arr_effect": "money", "arr_effect_low": "money", "arr_effect_high": "money", "play_cost": "money", "cost_per_arr": "number",
    "cost_told": "text", "play_id": "text",
}  # fmt: skip
PAIRS = {
    "account_id": "text", "name": "text", "play": "text", "started_on": "day", "segment": "text", "risk_as": "text", "risk": "decimal",
    "arr": "money", "days_to_renewal": "count", "usage_trend": "ratio", "came_of_it": "text", "similar_id": "text", "similar_name": "text",
    "similar_day": "day", "similar_risk": "decimal", "similar_arr": "money", "similar_days_to_renewal": "count",
    "similar_usage_trend": "ratio", "similar_came_of_it": "text", "similar_weight": "ratio", "play_id": "text",
}  # fmt: skip
BALANCE = {
    "play": "text", "measure": "text", "got": "number", "others": "number", "apart_before": "number", "matched": "number",
    "alike": "number", "apart_after": "number", "play_id": "text",
}  # fmt: skip
CANNOT_TELL = "cannot_tell"
KEPT, LOST = "renewed", "left"


def _play_effect(books: Books, question: Question) -> Answer:
    """One row per play, way of comparing and outcome: accounts that got it against similar ones that did not.

    compared_by: matched (similar accounts on the same day: segment, risk, ARR, days to renewal and change of usage, see
    docs/PLAY_EFFECT.md), or by_chance (accounts that chance held out). of_what: renewed (share that renewed the next renewal; without one
    ahead, that was a customer 90 days later), arr_kept (of the ARR due), weekly_actives (their change, mean of the 8 weeks after the start
    against the 8 before). difference with its 95 % interval; effect: more, less, not_shown (the interval holds 0) or cannot_tell, and then
    no figure is given and told says why. got_it, similar_accounts: accounts that are compared. not_certain: starts of which it is not
    certain yet what came of it; certain_by: from which day on it is of enough. nobody_alike: starts without any similar account.
    unmatched_difference: against all other accounts as they are, which is no effect. arr_effect: ARR kept more than without the play.
    play_cost, cost_per_arr: only where the whole interval of arr_effect lies above 0, and money is written down for half of the starts.
    Everything is worked out of the accounts in scope. Totals: plays, told (plays of which something is told).
    """
    if books.day is None:
        return Answer(None, {"plays": 0, "plays_told": 0})
    found = effects(books)
    rows = pl.DataFrame([row for one in found for row in _rows(books, one, books.day)], schema=empty(COLUMNS).schema, orient="row")
    known = rows.filter(pl.col("effect") != CANNOT_TELL)["play_id"].n_unique()
    return Answer(in_words(rows, "play"), {"plays": len(found), "plays_told": known}, _notes(found))


def _notes(found: list[Effect]) -> tuple[str, ...]:
    """What is left out, and what is not known of the comparison."""
    many = sum(len({one.renewed.why, one.usage.why}) for one in found)
    later = [tr(LATER)] if many else []
    return tuple(later + [told for one in found for told in _let_go(one)])


LATER = mark(
    "The interval covers the effect in 19 of 20 cases, for each line by itself; what nobody recorded, such as what a CSM felt, is not "
    "matched on."
)


def _let_go(effect: Effect) -> list[str]:
    if not effect.let_go:
        return []
    many = tr_n("{n} account", "{n} accounts", effect.let_go)
    return [
        tr(
            "{play}: {many} that were held out got it after all, and count as neither; people chose them, so that chance decides less.",
            play=tr(effect.play.name), many=many,
        )
    ]  # fmt: skip


def _rows(books: Books, effect: Effect, day: date) -> list[dict[str, object]]:
    """The rows of one play: matched, then by chance."""
    own = (
        (RENEWED, effect.renewed, effect.renewed_by),
        (ARR_KEPT, effect.kept, effect.renewed_by),
        (WEEKLY_ACTIVES, effect.usage, effect.used_by),
    )
    rows = [
        _row(effect, MATCHED, what, found, by, effect_words.told(what, found, by, day, effect.due, books.currency))
        for what, found, by in own
    ]
    rows[1] |= _money(books, effect)
    by_chance = effect.chance.items()
    return rows + [
        _row(effect, BY_CHANCE, what, found, None, effect_words.chance_told(what, found, None, day)) for what, found in by_chance
    ]


def _row(effect: Effect, by: str, what: str, found: Compared, certain: date | None, told: str) -> dict[str, object]:
    gap = found.difference
    shown = gap.as_change() if gap and what == WEEKLY_ACTIVES else gap
    return {
        "play": effect.play.name, "compared_by": by, "of_what": what, "effect": gap.finding if gap else CANNOT_TELL, "told": told,
        "got_it": gap.accounts if gap else found.got, "similar_accounts": gap.controls if gap else None,
        "plays_started": effect.looks.starts, "not_certain": found.waiting, "nobody_alike": found.alone,
        "certain_by": None if gap else certain, "play_id": effect.play.play_id,
        "unmatched_difference": found.naive if what != WEEKLY_ACTIVES else None, **_figures(shown),
    }  # fmt: skip


def _figures(gap: Difference | None) -> dict[str, float]:
    if gap is None:
        return {}
    names = ("with_play", "without_play", "difference", "difference_low", "difference_high")
    return dict(zip(names, (gap.treated, gap.control, gap.difference, gap.low, gap.high), strict=True))


def _money(books: Books, effect: Effect) -> dict[str, object]:
    """What the share kept is in money, and what it cost."""
    gap, (cost, known, starts) = effect.kept.difference, cost_of(books, effect)
    told = effect_words.cost_told(gap, cost, known, starts, effect.due, books.currency)
    if gap is None:
        return {"cost_told": told}
    sums = {f"arr_effect{end}": round(one * effect.due) for end, one in (("", gap.difference), ("_low", gap.low), ("_high", gap.high))}
    if cost is None or gap.low <= 0:
        return sums | {"cost_told": told}
    return sums | {"play_cost": cost, "cost_per_arr": cost / (gap.difference * effect.due), "cost_told": told}


def _pairs(books: Books, question: Question) -> Answer:
    """One row per start of a play and similar account without it: what both were like on the day before the start (of the similar one:
    similar_day), and what came of either's renewal. risk_as: health (points of the score) or churn_probability (in hundredths).
    similar_weight: for how much of the comparison it stands; those of one start add to 1. Of plays of which nothing is told, none.
    Totals: starts, similar_accounts."""
    if books.day is None:
        return Answer(None, {"plays_started": 0, "similar_accounts": 0})
    frames = [empty(PAIRS), *(_pairs_of(books, one) for one in effects(books) if one.renewed.pairs)]
    rows = pl.concat(frames)
    starts = rows.select("account_id", "started_on", "play_id").n_unique()
    return Answer(in_words(rows, "play"), {"plays_started": starts, "similar_accounts": rows["similar_id"].n_unique()})


def _pairs_of(books: Books, effect: Effect) -> pl.DataFrame:
    pairs, names = effect.renewed.pairs, dict(books.names().select("account_id", "name").collect().rows())
    if pairs is None:
        return empty(PAIRS)
    times = 1 if effect.looks.risk_is == HEALTH else 100
    shown = ("account_id", "day", "risk", "arr", "days_to_renewal", "usage_trend")
    came = pl.when(pl.col("renewed") == 1).then(pl.lit(KEPT)).otherwise(pl.lit(LOST))
    like = (pl.col("risk") * times, "arr", "days_to_renewal", "usage_trend")
    own = effect.looks.got[pairs.treated].select("account_id", "started_on", "segment", *like, came_of_it=came)
    similar = effect.looks.others[pairs.control].select(*like, similar_id="account_id", similar_day="day", similar_came_of_it=came)
    beside = similar.rename({name: f"similar_{name}" for name in shown[2:]})
    said = {"play": effect.play.name, "risk_as": effect.looks.risk_is, "play_id": effect.play.play_id}
    return pl.concat([own, beside], how="horizontal").with_columns(
        name=pl.col("account_id").replace(names), similar_name=pl.col("similar_id").replace(names),
        similar_weight=pl.Series(pairs.weight), **{name: pl.lit(one) for name, one in said.items()},
    ).select(*PAIRS).sort("started_on", "account_id", "similar_id")  # fmt: skip


def _balance(books: Books, question: Question) -> Answer:
    """One row per play and measure on which accounts are matched: the mean of those that got the play, of all others, and how far apart
    these are; then of those that are compared, of their similar accounts, and how far apart those are. In standard deviations of the
    accounts that got it; beyond 0.25 nothing is told. risk: points of health, or the churn probability; arr: the natural logarithm of
    cents."""
    if books.day is None:
        return Answer(None)
    found = [
        balance(one).with_columns(play=pl.lit(one.play.name), play_id=pl.lit(one.play.play_id), measure="name").select(*BALANCE)
        for one in effects(books)
        if one.renewed.pairs
    ]
    return Answer(in_words(pl.concat([empty(BALANCE), *found]), "play"))


play_effect = Definition("play-effect", mark("Did the plays work?"), COLUMNS, _play_effect)
play_effect_pairs = Definition("play-effect-pairs", mark("Who was compared with whom"), PAIRS, _pairs)
play_effect_balance = Definition("play-effect-balance", mark("How alike they were"), BALANCE, _balance)
EFFECTS = (play_effect, play_effect_pairs, play_effect_balance)
