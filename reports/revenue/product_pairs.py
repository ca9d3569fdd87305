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
    day = books.day or date(1970, 1, 1)
    asked = lines_asked(books.renewable, as_of=day, within=max(books.rules.grace_days, 1), products=books.products).collect()
    rows = [*_open(books, asked, day), *_answered(books)]
    table = pl.DataFrame([dict.fromkeys(COLUMNS) | row for row in rows], schema=schema_of(COLUMNS))
    waiting = table.filter(pl.col("answer").is_null())
    return Answer(table, {"open": waiting.height, "answered": table.height - waiting.height, "arr": waiting["arr"].sum()}, books.notes)


def _open(books: Books, asked: pl.DataFrame, day: date) -> list[dict[str, Any]]:
    counts = asked.group_by(PAIR).agg(times=pl.len(), accounts=pl.col("account_id").n_unique()).lazy()
    paid = asked.lazy().drop_nulls("arr").with_columns(on=pl.lit(day))
    worth = summed(paid, PAIR, on="on", values=("arr",), **books.money)
    found = counts.join(worth, on=PAIR, how="left").with_columns(pl.col("arr").fill_null(0))
    ranked = found.sort("arr", *PAIR, descending=[True, False, False]).collect().to_dicts()
    return [row | (_effect(books, row, day) if at < MOST else {}) for at, row in enumerate(ranked)]


def _effect(books: Books, pair: dict[str, Any], day: date) -> dict[str, int]:
    """What each answer would move, wherever it holds."""
    accounts = accounts_answered(books.renewable, pair["product"], pair["next_product"]).collect().lazy()
    lines, effective = (frame.join(accounts, on="account_id", how="semi") for frame in (books.renewable, books.effective))
    own, key = replace(books, lines=lines, effective=effective, asked=None), (pair["product"], pair["next_product"])
    now = _figures(own, day)
    change, addition = (_figures(replace(own, products=own.products.with_answers({key: said})), day) for said in (CHANGE, ADDITION))
    return {
        "carr_if_change": change["carr"] - now["carr"], "carr_if_addition": addition["carr"] - now["carr"],
        "kept_if_change": change["kept"] - now["kept"], "lost_if_addition": addition["lost"] - now["lost"],
        "kept_arr_if_change": change["kept_arr"] - now["kept_arr"],
    }  # fmt: skip


def _figures(books: Books, day: date) -> dict[str, int]:
    carr = int(balances(books.committed(day), days=[day], **books.money).collect()["arr"].sum())
    results = renewal_results(books.renewable, start=date.min, end=day, as_of=day, **books.renewing, **books.money).collect()
    kept, lost = results["state"].is_in(["on_time", "late"]).sum(), (results["state"] == "lost").sum()
    return {"carr": carr, "kept": int(kept), "lost": int(lost), "kept_arr": int(results["kept"].sum())}


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
