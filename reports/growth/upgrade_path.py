"""Where does each account stand on the upgrade path, what comes next, and what do accounts there pay?"""

import polars as pl

from language import mark, tr_n
from metrics import upgrade_path as on_path
from metrics.unrated import CUSTOMERS
from reports.books import Books
from reports.definition import Answer, Definition
from reports.growth.path import Path, path_of, standing
from reports.look import Look, opened
from reports.report import Question
from reports.revenue.arr import PAYING, arr_rows
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "plan": "text", "place": "count", "next_plans": "text", "seats": "count", "plan_seats": "count",
    "arr": "money", "arr_per_seat": "money", "next_paying": "count", "next_median_arr": "money", "next_seated": "count",
    "next_median_per_seat": "money", "owner": "text", "segment": "text",
}  # fmt: skip
PLANS = {
    "plan": "text", "place": "count", "plan_seats": "count", "customers": "count", "paying": "count", "arr": "money", "median_arr": "money",
    "seated": "count", "median_per_seat": "money", "batch": "count",
}  # fmt: skip
FEATURES = {"feature": "text", "plan": "text", "monthly_limit": "number", "lowest_plans": "text", "is_known": "flag", "batch": "count"}
TOLD = ("paying", "median_arr", "seated", "median_per_seat")


def _path(books: Books, question: Question) -> Answer:
    """One row per customer on the day, the largest first: its plan, the next ones, and what accounts on these pay.

    place: empty for who is on no plan of the path. next_plans: those of the next higher place; empty on the highest. arr_per_seat: of the
    account. next_median_arr, next_median_per_seat: of the accounts in sight on the next plans together that pay or are in grace
    (next_paying, next_seated of them); empty for fewer than 5. Totals: customers, on_path, off_path, at_the_top.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), dict.fromkeys(("customers", "on_path", "off_path", "at_the_top"), 0))
    path = path_of(books.view)
    rows = _rows(books, path)
    on, top = rows["place"].is_not_null(), rows["next_plans"].is_null()
    totals = {"customers": rows.height, "on_path": on.sum(), "off_path": (~on).sum(), "at_the_top": (on & top).sum()}
    return Answer(rows, totals, (*_off_path(path, int(totals["off_path"])), *path.notes))


def _rows(books: Books, path: Path) -> pl.DataFrame:
    money = arr_rows(books).filter(pl.col("state").is_in(CUSTOMERS)).lazy()
    about = books.view.accounts().lazy().select("account_id", "owner", "segment")
    placed = money.join(path.places, on="account_id").join(about, on="account_id")
    told = placed.join(_next(_paying(books, path), path), on="place", how="left")
    per_seat = pl.when(pl.col("seats") > 0).then((pl.col("arr") / pl.col("seats")).round(mode="half_away_from_zero").cast(pl.Int64))
    rows = told.with_columns(arr_per_seat=per_seat).select(*COLUMNS).sort("arr", "account_id", descending=[True, False])
    return rows.collect()


def _paying(books: Books, path: Path) -> pl.LazyFrame:
    """account_id, plan_key, arr, seats of the accounts of which medians are told."""
    paying = arr_rows(books).lazy().filter(pl.col("state").is_in(PAYING), pl.col("arr") > 0)
    return paying.select("account_id", "arr", "seats").join(path.places.select("account_id", "plan_key", "place"), on="account_id")


def _next(paying: pl.LazyFrame, path: Path) -> pl.LazyFrame:
    """place, next_plans and what accounts on all of them together pay."""
    higher = on_path.next_plans(path.steps)
    named = higher.group_by("place").agg(next_plans=pl.col("next_plan").sort().str.join(", "))
    there = higher.select("place", "next_key").join(paying.drop("place"), left_on="next_key", right_on="plan_key")
    keyed = there.with_columns(plan_key=pl.col("place"))
    told = on_path.paid_on_plans(keyed, named.select(plan_key="place"))
    return named.join(told.select(place="plan_key", **{f"next_{name}": name for name in TOLD}), on="place", how="left")


def _off_path(path: Path, count: int) -> tuple[str, ...]:
    if path.steps.select(pl.len()).collect().item() == 0 or not count:
        return ()
    return (
        tr_n(
            "{n:,} customer is on no plan of the upgrade path: its next plan is not known.",
            "{n:,} customers are on no plan of the upgrade path: their next plan is not known.",
            count,
        ),
    )


def _plans(books: Books, question: Question) -> Answer:
    """One row per plan that was said to be on the upgrade path, from the lowest place up: its place, the most seats that it has, customers
    in sight on it, and of those that pay or are in grace (paying; seated of them with seats) arr, and the median of ARR and of
    ARR per seat, empty for fewer than 5. batch: as who writes has to have seen it."""
    said = standing(books.view, "plan_steps").with_columns(plan_key=on_path.plan_key())
    if books.day is None or said.is_empty():
        return Answer(empty(PLANS), {})
    path = path_of(books.view)
    customers = arr_rows(books).lazy().filter(pl.col("state").is_in(CUSTOMERS)).select("account_id")
    on_plan = path.places.join(customers, on="account_id").group_by("plan_key").agg(customers=pl.len().cast(pl.Int64))
    told = on_path.paid_on_plans(_paying(books, path).drop("place"), path.steps).join(on_plan, on="plan_key", how="left")
    rows = said.lazy().join(told, on="plan_key", how="left").with_columns(plan_seats="seats").with_columns(pl.col("customers").fill_null(0))
    return Answer(rows.sort("place", "plan").select(*PLANS).collect(), {}, path.notes)


def _features(look: Look, question: Question) -> Answer:
    """One row per feature and plan that has it: its monthly limit there, and the plans from which on it is sold (lowest_plans; empty where
    a plan of it is on no place of the path, which is_known tells). batch: as who writes has to have seen it."""
    path = path_of(look.view)
    known = path.steps.select("plan_key").with_columns(is_known=True)
    said = standing(look.view, "plan_features").lazy().with_columns(plan_key=on_path.plan_key())
    told = said.join(known, on="plan_key", how="left").join(on_path.features(path.features, path.steps), on="feature", how="left")
    rows = told.with_columns(pl.col("is_known").fill_null(False)).sort("feature", "plan").select(*FEATURES).collect()
    return Answer(rows, {}, path.notes)


upgrade_path = Definition("upgrade-path", mark("Upgrade path"), COLUMNS, _path)
upgrade_plans = Definition("upgrade-plans", mark("Plans of the upgrade path"), PLANS, _plans)
plan_features = Definition("plan-features", mark("Features of plans"), FEATURES, _features, opens=opened)
