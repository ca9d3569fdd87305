"""What would an import change? ARR, NRR, accounts that come and go, rows that wait, lines that overlap."""

from dataclasses import replace

import polars as pl

from data.log.staged import Staged
from data.store.preview import previewed
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from language import tr, tr_n
from language.formats import listed, sentences
from metrics.book_quality import below_zero
from metrics.import_changes import arr_changes
from metrics.lines import contract_lines
from metrics.quality import overlapping_lines
from metrics.rules import preset
from reports.books import opened_books
from reports.look import as_of
from reports.report import Question, Report
from reports.revenue.arr import arr
from reports.revenue.retention import retention

COLUMNS = {
    "account_id": "text", "name": "text", "change_kind": "text", "arr_before": "money", "arr_after": "money", "arr_change": "money",
}  # fmt: skip
MOST_REMOVED = 0.10
TOTALS = {
    "nrr_before": "ratio", "nrr_after": "ratio", "accounts_starting": "count", "accounts_churned": "count", "accounts_before": "count",
    "accounts_after": "count", "overlapping_before": "count", "overlapping_after": "count",
    "arr_without_grace_before": "money", "arr_without_grace_after": "money",
    **dict.fromkeys(("read", "accepted", "rejected", "duplicate", "waiting", "erased", "too_old"), "count"),
}  # fmt: skip


def import_preview(store: Store, staged: Staged, question: Question) -> Report:
    """One row per account whose ARR would change. Totals: the figures before and after on one day, and the batch's counts.

    The day is the one asked for, else the one that reports would take once the file is in.
    """
    with previewed(store, staged) as then:
        with View(then) as view:
            day, cut = as_of(view, question), _cut_off(view, then.result.batch)
        asked = replace(question, as_of=day, by=None, filters=())
        after, counts = _figures(then, asked), then.result
    before = _figures(store, asked)
    rows = arr_changes(before["arr"].rows.lazy(), after["arr"].rows.lazy()).collect()
    totals = _at(before, "before") | _at(after, "after") | {"arr_change": rows["arr_change"].sum()}
    totals |= {"accounts_starting": _of(rows, "starts paying"), "accounts_churned": _of(rows, "becomes churned")}
    totals |= {name: getattr(counts, name) for name in ("read", "accepted", "rejected", "duplicate", "waiting", "erased", "too_old")}
    stated, units = {"as_of": day, "file": staged.file}, COLUMNS | TOTALS
    shown = replace(after["arr"], name="import-preview", title=tr("What changes"), parameters=stated, notes=cut)
    return replace(shown, rows=rows, totals=totals, units=units)


def _cut_off(view: View, batch: int) -> tuple[str, ...]:
    """The lines of a batch that take more off than their contract has, named; empty where there are none."""
    lines = contract_lines(view.contracts().lazy(), rules=preset("house"))
    found = below_zero(lines).join(lines.filter(pl.col("batch") == batch), left_on="subject", right_on="row_key").collect()
    if not found.height:
        return ()
    named = listed(str(line) for line in found["line"].unique().sort())
    return (tr("More is taken off than the contract has, in line {lines}: what goes below zero counts nothing.", lines=named),)


def ended_by_snapshot(store: Store, staged: Staged) -> str | None:
    """Why a person must look at a snapshot: rows turned away would end as if they were gone, and so would a cut-off export. A log of
    months is one for its months: whom it does not have has paid nothing in them.

    None for what is neither, and where it needs no look. MOST_REMOVED of the ARR before is the most that it may take away.
    Source: house.
    """
    if not (staged.snapshot or staged.log):
        return None
    if staged.snapshot and staged.rejected:
        return tr_n(
            "{n:,} row of this snapshot is rejected, and its lines would end.",
            "{n:,} rows of this snapshot are rejected, and their lines would end.",
            staged.rejected,
        )
    totals = import_preview(store, staged, Question(rules="strict")).totals  # grace would hide what just ended
    removed = totals["arr_before"] - totals["arr_after"]
    if removed > MOST_REMOVED * totals["arr_before"]:
        of_log, of_all = tr("This log of months takes away {share:.0%} of ARR."), tr("This snapshot takes away {share:.0%} of ARR.")
        return (of_log if staged.log else of_all).format(share=removed / totals["arr_before"])
    return None


def too_much(store: Store, staged: Staged) -> str | None:
    """Why a snapshot must not go in unattended, and what to do instead; None where it may."""
    found = ended_by_snapshot(store, staged)
    return found and sentences(found, tr("Look at it on the import page, or give snapshot=confirmed."))


def _at(figures: dict, when: str) -> dict[str, object]:
    """The figures of one side as totals, by names that end with `when`."""
    said = {name: figures[name] for name in ("nrr", "accounts", "overlapping")}
    said |= {name: figures["arr"].totals[name] for name in ("arr", "arr_without_grace")}
    return {f"{name}_{when}": value for name, value in said.items()}


def _of(rows: pl.DataFrame, kind: str) -> int:
    return rows.filter(pl.col("change_kind") == kind).height


def _figures(store: Store, question: Question) -> dict:
    books = arr(store, EVERYONE, replace(question, start=None, end=None))
    with opened_books(store, EVERYONE, question) as book:
        overlapping = overlapping_lines(pl.concat([book.lines, book.apart])).collect().height
    kept = retention(store, EVERYONE, question).totals.get("nrr")
    return {"arr": books, "nrr": kept, "accounts": books.rows.height, "overlapping": overlapping}
