"""Which account do names mean that no import knows, which accounts are perhaps one company, and what was confirmed?"""

import polars as pl

from data.schema import IMPORTED_TABLES, TABLES
from data.store.reading_once import FIGURES
from data.store.view import View
from language import mark
from metrics.account_matching import filled, perhaps_the_same, suggested
from reports.definition import Answer, Definition
from reports.look import Look, opened_whole
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "state": "text", "written": "text", "name": "text", "tables": "text", "rows": "count", "account_id": "text", "account": "text",
    "reason": "text", "fits": "count", "says": "count", "account_says": "count",
}  # fmt: skip
SUGGESTED, UNKNOWN, SAME, CONFIRMED = "suggested", "nothing fits", "perhaps the same company", "confirmed"

OF_NAMES = tuple(dict.fromkeys((*FIGURES, *IMPORTED_TABLES)))
"""By which tables the names that wait change: each that a file may bring."""


def _account_matching(look: Look, question: Question) -> Answer:
    """One row per name and account that it may mean, per pair of accounts that may be one company, and per confirmed name.

    state: suggested, nothing fits, perhaps the same company, confirmed. written: the name as files have it, or the id of the entry
    that would be merged (name: what that entry is called); rows: how many rows stand under it (contract lines, for a pair).
    account_id, account: what it means, or would. fits: how many accounts fit as well. says, account_says: of a pair, how many columns
    of each entry say something; the fuller one remains. Totals: names that wait, those with a suggestion, pairs, confirmed ones. Empty for
    who does not see all accounts. Filters do not narrow it.
    """
    rows = look.view.worked_out(("account matching",), lambda: _rows(look.view), OF_NAMES) if look.viewer.sees_all else empty(COLUMNS)
    counts = dict(rows.unique(["state", "written"])["state"].value_counts().rows())
    totals = {
        "waiting": counts.get(SUGGESTED, 0) + counts.get(UNKNOWN, 0), "suggested": counts.get(SUGGESTED, 0),
        "perhaps_the_same": counts.get(SAME, 0), "confirmed": counts.get(CONFIRMED, 0),
    }  # fmt: skip
    return Answer(rows, totals)


def _rows(view: View) -> pl.DataFrame:
    known = view.accounts().filter(~pl.col("is_stub"))
    confirmed = view.table("account_aliases")
    kept_apart = confirmed.filter(pl.col("alias") == pl.col("account_id")).select(written="alias")
    contacts = view.table("contacts").lazy()
    lines = view.contracts().group_by("account_id").agg(rows=pl.len().cast(pl.Int64))
    pairs = perhaps_the_same(known.lazy(), contacts, lines.lazy()).collect().join(kept_apart, on="written", how="anti")
    called = known.select("account_id", account="name")
    told = [
        _waiting(view, known, contacts, kept_apart),
        pairs.join(lines.rename({"account_id": "written"}), on="written", how="left").with_columns(
            state=pl.lit(SAME), tables=pl.lit(TABLES["contracts"].title)
        ),
        confirmed.select("account_id", "reason", written="alias", state=pl.lit(CONFIRMED)),
    ]
    shape = empty(COLUMNS).drop("name", "account", "says", "account_says")
    every = pl.concat([shape, *told], how="diagonal").join(called, on="account_id", how="left")
    named = every.join(called.rename({"account_id": "written", "account": "name"}), on="written", how="left")
    says = filled(known)
    of_pair = pl.col("state") == SAME
    return named.with_columns(
        says=pl.when(of_pair).then(pl.col("written").replace_strict(says, default=None, return_dtype=pl.Int64)),
        account_says=pl.when(of_pair).then(pl.col("account_id").replace_strict(says, default=None, return_dtype=pl.Int64)),
    ).select(*COLUMNS)


def _waiting(view: View, known: pl.DataFrame, contacts: pl.LazyFrame, kept_apart: pl.DataFrame) -> pl.DataFrame:
    """The names that wait, most rows first, each with what it may mean."""
    names = view.names_without_account().join(kept_apart, on="written", how="anti")
    titles = {name: table.title for name, table in TABLES.items()}
    counted = names.group_by("written").agg(tables=pl.col("table").replace(titles).sort().str.join(", "), rows=pl.col("rows").sum())
    found = suggested(counted.lazy(), known.lazy(), contacts).collect()
    state = pl.when(pl.col("account_id").is_null()).then(pl.lit(UNKNOWN)).otherwise(pl.lit(SUGGESTED))
    told = counted.join(found, on="written", how="left").with_columns(state=state)
    return told.sort(pl.col("account_id").is_null(), -pl.col("rows"), "written", "account_id")


account_matching = Definition("account-matching", mark("Account matching"), COLUMNS, _account_matching, opens=opened_whole)
