"""What came in, what did not and why: one document to look at after a first import, and to sign off by name and day."""

from datetime import datetime

import polars as pl

from data.schema import TABLES
from data.store.edits import commit_frame
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, Actor, Viewer
from language import again, mark, tr, tr_n
from reports.definition import Answer, Definition
from reports.imports.account_matching import account_matching
from reports.imports.quality import quality
from reports.look import Look, opened_whole
from reports.report import Question
from reports.units import schema_of
from reports.words.codes import said as word_for

COLUMNS = {"section": "text", "batch": "count", "file": "text", "what": "text", "detail": "text", "rows": "count"}
IN, REJECTED, TWICE, TOTALS, NAMES, SAID, OPEN, SIGNED = (
    "Came in", "Rejected, and why", "Duplicates, counted once", "The files' own totals", "Names unified", "Said of the files",
    "Open", "Signed off",
)  # fmt: skip
SECTIONS = (IN, REJECTED, TWICE, TOTALS, NAMES, SAID, OPEN, SIGNED)
SUM, AGREES = "left out: row of sums", "equal to the rows above"


def sign_off(store: Store, who: str | Actor, comment: str, *, at: datetime, viewer: Viewer = EVERYONE) -> BatchResult:
    """Keep that somebody has looked at all that stands and agrees to it: a batch of its own, undone like any. Raises ValueError without a
    name, or where nothing came in, NotAllowed for a viewer who may not answer for imports."""
    viewer.for_whole_company(EDIT, "imports")
    who = viewer.signs(who)
    with View(store) as view:
        last = view.import_records()["batch"].max()
    if not who.name.strip():
        raise ValueError(tr("Give your name: it is kept with the sign-off."))
    if not isinstance(last, int):
        raise ValueError(tr("There is nothing to sign off: import files first."))
    row = {
        "sign_off_id": f"{at:%Y-%m-%dT%H:%M:%S.%f}", "signed_by": who.name.strip(), "signed_at": at, "last_batch": last,
        "comment": comment.strip() or None,
    }  # fmt: skip
    return commit_frame(store, "sign_offs", pl.DataFrame([row], schema_overrides={"comment": pl.String}), "sign-offs", who)


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
        what = tr("{table}: new rows", table=tr(TABLES[one["table"]].title))
        told.append(_row(IN, what, _read(one), one["accepted"], one["batch"], one["file"]))
    return told


def _read(one: dict) -> str:
    plain = tr("{read:,} rows read, {at:%Y-%m-%d %H:%M} UTC, feed {feed}")
    covering = tr("{read:,} rows read, {at:%Y-%m-%d %H:%M} UTC, feed {feed}, {first} to {last}")
    days = {"first": one["covers_from"], "last": one["covers_to"]}
    return (covering if one["covers_from"] else plain).format(read=one["read"], at=one["imported_at"], feed=one["feed"], **days)


def _rejected(said: pl.DataFrame) -> list[dict]:
    return [_of_problem(REJECTED, one) for one in said.filter("rejected").iter_rows(named=True)]


def _of_problem(section: str, one: dict) -> dict:
    why = again(one["reason"])
    what = f"{one['column']}: {why}" if one["column"] else why
    return _row(section, what, _first(one), one["n"], one["batch"], one["file"])


def _first(one: dict) -> str:
    if not one["line"]:
        return ""
    said = tr("first on line {line}: {value}") if one["value"] else tr("first on line {line}")
    return said.format(line=one["line"], value=one["value"])


def _twice(files: pl.DataFrame) -> list[dict]:
    return [
        _row(TWICE, tr("rows that were known already, or repeated in the file"), "", one["duplicate"], one["batch"], one["file"])
        for one in files.filter(pl.col("duplicate") > 0).iter_rows(named=True)
    ]


def _totals(said: pl.DataFrame) -> list[dict]:
    """Each row of sums; where rows of its file were rejected, what came in is less than it says."""
    told = []
    for one in said.filter(pl.col("reason") == SUM).iter_rows(named=True):
        away = int(said.filter(pl.col("rejected") & (pl.col("batch") == one["batch"]))["n"].sum())
        agrees, alone = tr("the row of sums agrees with the rows above it"), tr("the row of sums was left out, and could not be compared")
        what = agrees if one["value"] == AGREES else alone
        told.append(_row(TOTALS, what, _less(one["line"], away), one["n"], one["batch"], one["file"]))
    return told


def _less(line: int, away: int) -> str:
    """The line of a row of sums, and how many problems make what came in less than it says."""
    if not away:
        return tr("line {line}", line=line)
    return tr_n(
        "line {line}; {n:,} problem with rejected rows: what came in is less by those rows",
        "line {line}; {n:,} problems with rejected rows: what came in is less by those rows",
        away,
        line=line,
    )


def _names(view: View) -> list[dict]:
    found = view.table("account_aliases").filter(pl.col("alias") != pl.col("account_id"))
    called = dict(view.accounts().select("account_id", "name").rows())
    return [
        _row(NAMES, f"{one['alias']} → {called.get(one['account_id']) or one['account_id']}", word_for("reason", one["reason"]) or "")
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
        told.append(
            _row(OPEN, tr("names in files that fit no account yet"), tr("match them, or say that they are nobody"), names["waiting"])
        )
    if names["perhaps_the_same"]:
        told.append(
            _row(OPEN, tr("pairs of accounts that may be one company"), tr("merge them, or keep them apart"), names["perhaps_the_same"])
        )
    found = quality(look.store, look.viewer, question).totals
    told += [_row(OPEN, word_for("check", name), tr("see the report quality"), number) for name, number in found.items() if number]
    return told


def _signed(view: View, files: pl.DataFrame) -> list[dict]:
    told = []
    for one in view.table("sign_offs").sort("signed_at").iter_rows(named=True):
        later = files.filter(pl.col("batch") > one["last_batch"]).height
        comment = f" · {one['comment']}" if one["comment"] else ""
        what = tr("by {who} on {at:%Y-%m-%d}", who=one["signed_by"], at=one["signed_at"])
        told.append(_row(SIGNED, what, _up_to(one["last_batch"], later) + comment))
    return told


def _up_to(batch: int, later: int) -> str:
    if not later:
        return tr("up to import {batch}", batch=batch)
    return tr_n("up to import {batch}; {n:,} file came in since", "up to import {batch}; {n:,} files came in since", later, batch=batch)


migration = Definition("migration", mark("Migration report"), COLUMNS, _migration, opens=opened_whole, states=("known_at", "viewer"))
