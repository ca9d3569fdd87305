"""What a deed that may need consent would change: worked out on the store as it would be, and kept as figures alone."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import polars as pl

import data.erasure.erasing  # noqa: F401  it adds its kind
import reports.health.versions  # noqa: F401  it adds its kind
from data.approvals import kinds
from data.approvals.gate import fingerprint
from data.approvals.kinds import About
from data.approvals.requests import Effect, Request
from data.approvals.rules import REOPEN, SNAPSHOT, UNDO
from data.schema import CONTRACTS
from data.store.preview import Previewed, as_if_marked, previewed
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from metrics.import_changes import arr_changes
from reports.approvals.other_days import on_other_days
from reports.look import as_of
from reports.report import Question, Report
from reports.revenue.arr import arr

RULES = "strict"  # without grace, which would hide what has just ended
OF_FILE = ("batch", "line", "feed", "said_on", "end_said_on")  # of a row: where it came from, not what it says


@contextmanager
def as_it_would_be(store: Store, kind: str, about: About, ready: Any) -> Generator[Previewed]:
    """The store as it would be once a deed is done; nothing of it remains. Raises StoreError where it cannot be done."""
    if kind == SNAPSHOT:
        with previewed(store, ready.staged) as then:
            yield then
    else:
        with as_if_marked(store, about["action"], about["batch"]) as then:
            yield then


def changes(store: Store, kind: str, about: About, ready: Any, day: str | None = None) -> Report:
    """The accounts whose ARR a deed would change, as `import_preview` lists them, largest first. Parameters: as_of. Totals: arr_before and
    arr_after of all accounts, in currency units, and all_known, whether no account's ARR is unknown."""
    return _changes(store, kind, about, ready, day)[0]


def changes_of(store: Store, request: Request, now: datetime) -> Report:
    """The accounts whose ARR a request would change now, on the day on which it was asked for; see `changes`. Raises EditRefused and
    StoreError where it cannot be done any more."""
    with kinds.KINDS[request.kind].prepared(store, request.about, now) as ready:
        return changes(store, request.kind, request.about, ready, request.effect.day)


def _changes(store: Store, kind: str, about: About, ready: Any, day: str | None) -> tuple[Report, pl.DataFrame, pl.DataFrame]:
    """The accounts that change, the rows of the deed's table that do, and what changes of ARR on other days."""
    table = _table(store, kind, about, ready)
    with View(store) as view:
        looked = date.fromisoformat(day) if day else as_of(view, Question())
        rows = _rows(view, table, store, about)
    asked = Question(as_of=looked, rules=RULES)
    before = arr(store, EVERYONE, asked)
    with as_it_would_be(store, kind, about, ready) as then:
        after = arr(then, EVERYONE, asked)
        others = on_other_days(store, then, asked)
        with View(then) as view:
            differing = _differing(rows, _rows(view, table, store, about))
    moved = arr_changes(before.rows.lazy(), after.rows.lazy()).collect()
    totals = {"arr_before": before.total("arr"), "arr_after": after.total("arr"), "all_known": not _unknown(before) | _unknown(after)}
    report = replace(after, name="approval", rows=moved, totals=totals, parameters={"as_of": looked}, units=COLUMNS)
    return report, differing, others


def _unknown(report: Report) -> bool:
    """Whether the ARR of an account cannot be told, as without an exchange rate."""
    return bool(report.rows["arr"].null_count())


COLUMNS = {
    "account_id": "text", "name": "text", "change_kind": "text", "arr_before": "money", "arr_after": "money", "arr_change": "money",
}  # fmt: skip


def _table(store: Store, kind: str, about: About, ready: Any) -> str:
    return ready.staged.table if kind == SNAPSHOT else store.table_of(about["batch"]) or CONTRACTS.name


def _rows(view: View, table: str, store: Store, about: About) -> pl.DataFrame:
    """What a table says; of usage, how many events each account has on each day that the batch covers."""
    if table != "usage_events":
        return view.table(table).drop(OF_FILE, strict=False)
    known = store.imports().filter(pl.col("batch") == about["batch"]).row(0, named=True)
    first, last = known["covers_from"] or date.min, known["covers_to"] or date.max
    return view.usage_daily(first, last)


def _differing(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows that one look has and the other has not, as JSON each, sorted; +: only after, -: only before."""
    was, now = ({*_as_text(frame)} for frame in (before, after))
    return pl.DataFrame({"row": sorted([*(f"+{one}" for one in now - was), *(f"-{one}" for one in was - now)])}, schema={"row": pl.String})


def _as_text(frame: pl.DataFrame) -> list[str]:
    return frame.select(sorted(frame.columns)).with_columns(pl.all().cast(pl.String, strict=False)).write_ndjson().splitlines()


def of_batches(kind: str) -> kinds.Measure:
    """How the effect of undoing or redoing a batch, or of bringing in a file, is worked out."""

    def measure(store: Store, about: About, ready: Any, day: str | None) -> Effect:
        report, rows, others = _changes(store, kind, about, ready, day)
        moved, was, now = report.rows, report.totals["arr_before"] or 0.0, report.totals["arr_after"] or 0.0
        looked, told = report.parameters["as_of"], moved.select("account_id", "arr_before", "arr_after").sort("account_id").rows()
        amount, most_on = _most(moved, others, only_ends=kind == SNAPSHOT)
        share = amount / was if was else None
        if not report.totals["all_known"]:
            amount = share = None
        same = fingerprint(kind, dict(about), told, rows["row"].to_list())
        changing = pl.concat([moved["account_id"], others["account_id"]]).unique()
        segments = _segments(store, kind, about, ready, changing)
        return Effect(
            same, str(looked) if looked else None, moved.height, rows.height, was, now, amount, share, segments, report.currency, most_on
        )

    return measure


def _most(moved: pl.DataFrame, others: pl.DataFrame, *, only_ends: bool) -> tuple[float, str | None]:
    """ARR that changes, in currency units, on the day on which most of it does: that day, None for the one looked at. only_ends: what is
    lost alone counts."""
    lost, lost_then = (one.filter(pl.col("arr_change") < 0) if only_ends else one for one in (moved, others))
    days = lost_then.group_by("day").agg(pl.col("arr_change").abs().sum()).sort("arr_change", "day", descending=[True, False])
    now, (day, then) = int(lost["arr_change"].abs().sum() or 0), days.row(0) if days.height else (None, 0)
    return (then / 100, str(day)) if then > now else (now / 100, None)


def _segments(store: Store, kind: str, about: About, ready: Any, changing: pl.Series) -> tuple[str, ...] | None:
    """The segments of the accounts whose ARR changes on any day; of a change of accounts themselves, any may be meant."""
    if _table(store, kind, about, ready) == "accounts":
        return None
    with View(store) as view:
        known = view.accounts()
    found = known.filter(pl.col("account_id").is_in(changing.implode()))
    if found.height < changing.len() or found["segment"].null_count():
        return None
    return tuple(found["segment"].unique().sort())


def of_close(store: Store, about: About, _ready: Any, _day: str | None) -> Effect:
    """What taking back a close, or letting it stand again, changes: the figures that were published."""
    with as_if_marked(store, about["action"], about["batch"]) as then, View(then) as view, View(store) as before:
        rows = pl.concat([before.table("closes"), view.table("closes")])
    found = rows.filter(pl.col("batch") == about["batch"]).row(0, named=True)
    return published(found, {"about": dict(about)})


def published(row: Mapping[str, Any], more: Mapping[str, Any]) -> Effect:
    """The effect of publishing the figures of a period, or of taking them back: it is about all ARR, of every segment."""
    figures = json.loads(row["figures"])
    told = {name: row[name] for name in ("opens_on", "closes_on", "as_of", "rules")}
    money = figures["arr"] / 100 if figures.get("arr") is not None else None
    return Effect(fingerprint(told, figures, dict(more)), str(row["as_of"]), None, 1, money, money, money, 1.0, None)


kinds.measured(UNDO, of_batches(UNDO))
kinds.measured(SNAPSHOT, of_batches(SNAPSHOT))
kinds.measured(REOPEN, of_close)
