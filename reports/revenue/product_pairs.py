"""Where a product started when another ended: is that a change of plan, or an addition? What was said, and what each answer would do."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from data.schema import PRODUCT_PAIRS
from language import mark
from metrics.balances import balances
from metrics.book_quality import accounts_answered, lines_asked
from metrics.currency import summed
from metrics.products import ADDITION, CHANGE, NO_PRODUCT
from metrics.renewals import renewal_results
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import schema_of

PAIR = ["product", "next_product"]
COLUMNS = {
    "product": "text", "next_product": "text", "answer": "text", "times": "count", "accounts": "count", "arr": "money",
    "carr_if_change": "money", "carr_if_addition": "money", "kept_if_change": "count", "lost_if_addition": "count", "batch": "count",
    "kept_arr_if_change": "money",
}  # fmt: skip
EFFECTS = ("carr_if_change", "carr_if_addition", "kept_if_change", "lost_if_addition", "kept_arr_if_change")
FIGURES = ("carr", "kept", "lost", "kept_arr")
Pair = tuple[str, str]
MOST = 20  # pairs of which the effect is worked out


def _product_pairs(books: Books, question: Question) -> Answer:
    """One row per pair of products: those of which nobody has said what they are (answer empty), the most ARR first, then those answered.

    times, accounts, arr: how many lines of the first product end so, of those that run or are booked by the day, in how many accounts, and
    their ARR on their last days at the rates of the day, reductions aside.
    carr_if_change, carr_if_addition: by how much CARR of the day moves with each answer. kept_if_change: renewals up to the day that are
    then kept and are not now; kept_arr_if_change: by how much more of what was due is then kept, also of renewals that are kept for another
    line now; lost_if_addition: renewals that are then lost and are not now. All of these null beyond MOST pairs. batch: the import of the
    answer; empty where the settings' file gives it.
    """
    table = books.answered_once("pairs of products", question, lambda: _rows(books))
    waiting = table.filter(pl.col("answer").is_null())
    return Answer(table, {"open": waiting.height, "answered": table.height - waiting.height, "arr": waiting["arr"].sum()}, books.notes)


def _rows(books: Books) -> pl.DataFrame:
    day = books.day or date(1970, 1, 1)
    asked = lines_asked(books.renewable, as_of=day, within=max(books.rules.grace_days, 1), products=books.products).collect()
    rows = [*_open(books, asked, day), *_answered(books)]
    return pl.DataFrame([dict.fromkeys(COLUMNS) | row for row in rows], schema=schema_of(COLUMNS))


def _open(books: Books, asked: pl.DataFrame, day: date) -> list[dict[str, Any]]:
    counts = asked.group_by(PAIR).agg(times=pl.len(), accounts=pl.col("account_id").n_unique()).lazy()
    paid = asked.lazy().drop_nulls("arr").with_columns(on=pl.lit(day))
    worth = summed(paid, PAIR, on="on", values=("arr",), **books.money)
    found = counts.join(worth, on=PAIR, how="left").with_columns(pl.col("arr").fill_null(0))
    ranked = found.sort("arr", *PAIR, descending=[True, False, False]).collect().to_dicts()
    moved = _effects(books, [(row["product"], row["next_product"]) for row in ranked[:MOST]], day)
    return [row | moved.get((row["product"], row["next_product"]), {}) for row in ranked]


def _effects(books: Books, pairs: list[Pair], day: date) -> dict[Pair, dict[str, int]]:
    """What each answer would move, wherever it holds. Pairs that are about other accounts are looked at together, since an answer moves
    nothing of an account that has not both products."""
    about = {pair: set(accounts_answered(books.renewable, *pair).collect()["account_id"]) for pair in pairs}
    if not any(about.values()):
        return {pair: dict.fromkeys(EFFECTS, 0) for pair in pairs}
    now, found = _figures(books, set().union(*about.values()), day), dict[Pair, dict[str, int]]()
    for together in _of_other_accounts(about):
        accounts = set().union(*(about[pair] for pair in together))
        change, addition = (_figures(books, accounts, day, dict.fromkeys(together, said)) for said in (CHANGE, ADDITION))
        found |= {pair: _moved(*(_summed(figures, about[pair]) for figures in (now, change, addition))) for pair in together}
    return found


def _of_other_accounts(about: dict[Pair, set[str]]) -> list[list[Pair]]:
    """The pairs in groups, in each of which no account stands twice."""
    groups: list[tuple[list[Pair], set[str]]] = []
    for pair, accounts in about.items():
        together, taken = next((group for group in groups if not group[1] & accounts), ([], set[str]()))
        if not together:
            groups.append((together, taken))
        together.append(pair)
        taken |= accounts
    return [together for together, _ in groups]


def _moved(now: dict[str, int], change: dict[str, int], addition: dict[str, int]) -> dict[str, int]:
    return {
        "carr_if_change": change["carr"] - now["carr"], "carr_if_addition": addition["carr"] - now["carr"],
        "kept_if_change": change["kept"] - now["kept"], "lost_if_addition": addition["lost"] - now["lost"],
        "kept_arr_if_change": change["kept_arr"] - now["kept_arr"],
    }  # fmt: skip


def _figures(books: Books, accounts: set[str], day: date, answers: dict[Pair, str] | None = None) -> pl.DataFrame:
    """CARR and renewals of some accounts with further answers: account_id, carr, kept, lost, kept_arr."""
    wanted = pl.LazyFrame({"account_id": sorted(accounts)}, schema={"account_id": pl.String})
    lines, effective = (frame.join(wanted, on="account_id", how="semi") for frame in (books.renewable, books.effective))
    own = replace(books, lines=lines, effective=effective, asked=None, products=books.products.with_answers(answers or {}))
    carr = balances(own.committed(day), days=[day], **own.money).select("account_id", carr="arr")
    renewals = renewal_results(own.renewable, start=date.min, end=day, as_of=day, **own.renewing, **own.money)
    results = renewals.group_by("account_id").agg(
        kept=pl.col("state").is_in(["on_time", "late"]).sum(), lost=(pl.col("state") == "lost").sum(), kept_arr=pl.col("kept").sum()
    )
    return carr.join(results, on="account_id", how="full", coalesce=True).collect()


def _summed(figures: pl.DataFrame, accounts: set[str]) -> dict[str, int]:
    own = figures.filter(pl.col("account_id").is_in(list(accounts)))
    return {name: int(own[name].sum()) for name in FIGURES}


def _answered(books: Books) -> list[dict[str, Any]]:
    """What was said of pairs; for who does not see all, of the products of their accounts."""
    seen = None if books.viewer.sees_all else {*books.view.contracts()["product"].fill_null(NO_PRODUCT)}
    batches = {(row["product"], row["next_product"]): row["batch"] for row in books.view.table(PRODUCT_PAIRS.name).to_dicts()}
    return [
        {"product": old, "next_product": new, "answer": said, "batch": batches.get((old, new))}
        for (old, new), said in sorted(books.products.pairs.items())
        if seen is None or {old, new} <= seen
    ]


product_pairs = Definition("product-pairs", mark("Changes of plan and additions"), COLUMNS, _product_pairs)
