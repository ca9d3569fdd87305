"""What came in, what did not and why: one document to look at after a first import, and to sign off by name and day."""

from datetime import datetime

import polars as pl

from data.schema import TABLES
from data.store.edits import commit_frame
from data.store.store import BatchResult, Store
from data.store.view import View
from reports.definition import Answer, Definition
from reports.imports.account_matching import account_matching
from reports.imports.quality import quality
from reports.look import Look, opened_whole
from reports.report import Question
from reports.units import schema_of

COLUMNS = {"section": "text", "batch": "count", "file": "text", "what": "text", "detail": "text", "rows": "count"}
IN, REJECTED, TWICE, TOTALS, NAMES, SAID, OPEN, SIGNED = (
    "Came in", "Rejected, and why", "Duplicates, counted once", "The files' own totals", "Names unified", "Said of the files",
    "Open", "Signed off",
)  # fmt: skip
SECTIONS = (IN, REJECTED, TWICE, TOTALS, NAMES, SAID, OPEN, SIGNED)
SUM, AGREES = "left out: row of sums", "equal to the rows above"


def sign_off(store: Store, who: str, comment: str, *, at: datetime) -> BatchResult:
    """Keep that somebody has looked at all that stands and agrees to it: a batch of its own, undone like any. Raises ValueError without a
    name, or where nothing came in."""
    with View(store) as view:
        last = view.import_records()["batch"].max()
    if not who.strip():
        raise ValueError("Give your name: it is kept with the sign-off.")
    if not isinstance(last, int):
        raise ValueError("There is nothing to sign off: import files first.")
    row = {
        "sign_off_id": f"{at:%Y-%m-%dT%H:%M:%S.%f}", "signed_by": who.strip(), "signed_at": at, "last_batch": last,
        "comment": comment.strip() or None,
    }  # fmt: skip
    return commit_frame(store, "sign_offs", pl.DataFrame([row], schema_overrides={"comment": pl.String}), "sign-offs", who.strip())


def _migration(look: Look, question: Question) -> Answer:
    """One row per statement, in the order of its sections; `rows` is how many rows of files it is about.

    Came in: a file that stands, with its new rows. Rejected: a reason. Duplicates: rows that said nothing new. The files' own totals: a
    row of sums that a file has, and whether it agrees with the rows above it. Names unified: names that mean an account, by what. Said
    of the files: how open meanings were read. Open: what waits for somebody. Signed off: who agreed, and to what.
    Totals: files, read, accepted, rejected, duplicate, waiting, and open statements. Empty for who does not see all accounts.
    """
    files = look.view.import_records()
    if files.is_empty():
        return Answer()
    said = look.view.import_problems().join(files.select("batch", "file"), on="batch")
    rows = [*_in(files), *_rejected(said), *_twice(files), *_totals(said), *_names(look.view), *_said(said)]
    rows += [*_open(look, question), *_signed(look.view, files)]
    counts = {name: int(files[name].sum()) for name in ("read", "accepted", "rejected", "duplicate", "waiting")}
    still = sum(row["section"] == OPEN for row in rows)
    return Answer(pl.DataFrame(rows, schema=schema_of(COLUMNS)), {"files": files.height} | counts | {"open": still})


def _row(section: str, what: str, detail: str = "", rows: int | None = None, batch: int | None = None, file: str | None = None) -> dict:
    return {"section": section, "batch": batch, "file": file, "what": what, "detail": detail or None, "rows": rows}


def _in(files: pl.DataFrame) -> list[dict]:
    told = []
    for one in files.iter_rows(named=True):
        days = f", {one['covers_from']} to {one['covers_to']}" if one["covers_from"] else ""
        detail = f"{one['read']:,} rows read, {one['imported_at']:%Y-%m-%d %H:%M} UTC, feed {one['feed']}{days}"
        told.append(_row(IN, f"{TABLES[one['table']].title}: new rows", detail, one["accepted"], one["batch"], one["file"]))
    return told


def _rejected(said: pl.DataFrame) -> list[dict]:
    return [_of_problem(REJECTED, one) for one in said.filter("rejected").iter_rows(named=True)]


def _of_problem(section: str, one: dict) -> dict:
    what = f"{one['column']}: {one['reason']}" if one["column"] else one["reason"]
    return _row(section, what, _first(one), one["n"], one["batch"], one["file"])


def _first(one: dict) -> str:
    value = f": {one['value']}" if one["value"] else ""
    return f"first on line {one['line']}{value}" if one["line"] else ""


def _twice(files: pl.DataFrame) -> list[dict]:
    return [
        _row(TWICE, "rows that were known already, or repeated in the file", "", one["duplicate"], one["batch"], one["file"])
        for one in files.filter(pl.col("duplicate") > 0).iter_rows(named=True)
    ]


def _totals(said: pl.DataFrame) -> list[dict]:
    """Each row of sums; where rows of its file were rejected, what came in is less than it says."""
    told = []
    for one in said.filter(pl.col("reason") == SUM).iter_rows(named=True):
        away = said.filter(pl.col("rejected") & (pl.col("batch") == one["batch"]))["n"].sum()
        less = f"; {away:,} {'problem' if away == 1 else 'problems'} with rejected rows: what came in is less by those rows" if away else ""
        checked = "agrees with the rows above it" if one["value"] == AGREES else "was left out, and could not be compared"
        told.append(_row(TOTALS, f"the row of sums {checked}", f"line {one['line']}{less}", one["n"], one["batch"], one["file"]))
    return told


def _names(view: View) -> list[dict]:
    found = view.table("account_aliases").filter(pl.col("alias") != pl.col("account_id"))
    called = dict(view.accounts().select("account_id", "name").rows())
    return [
        _row(NAMES, f"{one['alias']} → {called.get(one['account_id']) or one['account_id']}", one["reason"] or "")
        for one in found.iter_rows(named=True)
    ]


def _said(said: pl.DataFrame) -> list[dict]:
    others = said.filter(~pl.col("rejected") & (pl.col("reason") != SUM))
    return [_of_problem(SAID, one) for one in others.iter_rows(named=True)]


def _open(look: Look, question: Question) -> list[dict]:
    """What waits for somebody: names without an account, and what does not fit together."""
    names = account_matching.answer(look, question).totals
    told = []
    if names["waiting"]:
        told.append(_row(OPEN, "names in files that fit no account yet", "match them, or say that they are nobody", names["waiting"]))
    if names["perhaps_the_same"]:
        told.append(_row(OPEN, "pairs of accounts that may be one company", "merge them, or keep them apart", names["perhaps_the_same"]))
    found = quality(look.store, look.viewer, question).totals
    told += [_row(OPEN, name, "see the report quality", number) for name, number in found.items() if number]
    return told


def _signed(view: View, files: pl.DataFrame) -> list[dict]:
    told = []
    for one in view.table("sign_offs").sort("signed_at").iter_rows(named=True):
        later = files.filter(pl.col("batch") > one["last_batch"]).height
        since = f"; {later:,} {'file' if later == 1 else 'files'} came in since" if later else ""
        said = f" · {one['comment']}" if one["comment"] else ""
        told.append(_row(SIGNED, f"by {one['signed_by']} on {one['signed_at']:%Y-%m-%d}", f"up to import {one['last_batch']}{since}{said}"))
    return told


migration = Definition("migration", "Migration report", COLUMNS, _migration, opens=opened_whole, states=("known_at", "viewer"))
