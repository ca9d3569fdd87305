"""The only two doors to an erasure: what it would take out, and taking it out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data.approvals import gate
from data.approvals.kinds import About, Kind, measured, register
from data.approvals.requests import Effect, Request
from data.approvals.rules import ERASURE
from data.audit import keys as audit_keys
from data.audit.entries import begun, record
from data.erasure import files, keys
from data.erasure.files import Beside
from data.erasure.removing import Counts, Removal, in_all
from data.erasure.subjects import ErasureRefused, Found, Likely, Subject, find
from data.erasure.words import can_be_looked_for, plain
from data.settings import current_settings
from data.store.store import Store
from data.upkeep.nightly import kept
from data.viewer import DELETE, Actor, Viewer

KIND = "accounts"
Closes = Callable[[Store, Sequence[str]], pl.DataFrame]
FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "arr", "opened", "kept")
"""What accounts add to the figures of every close: close_id, account_id, and FIGURES in cents."""


@dataclass(frozen=True)
class Erasure:
    """What an erasure takes out, or took. number: None for a preview. entries: who is meant, by key; asked: likely others, to be answered
    first. rows, blanked: rows that go, and texts in which words are blanked out, by table. closes: ids of closes whose figures stay.
    files: what goes beside the store. stays: what stays and why, in sentences. backups: older copies, which an erasure does not reach."""

    kind: str
    entries: tuple[str, ...]
    asked: tuple[Likely, ...]
    rows: dict[str, int]
    blanked: dict[str, int]
    closes: tuple[str, ...]
    files: dict[str, int]
    stays: tuple[str, ...]
    backups: tuple[str, ...]
    number: int | None = None

    def as_json(self) -> dict[str, Any]:
        asked = [{"key": one.entry.key, "name": one.entry.name, "why": one.why} for one in self.asked]
        return {
            "number": self.number, "kind": self.kind, "entries": list(self.entries), "asked": asked, "rows": self.rows,
            "blanked": self.blanked, "closes": list(self.closes), "files": self.files, "stays": list(self.stays), "backups": list(self.backups),
        }  # fmt: skip


def preview(store: Store, viewer: Viewer, subject: Subject, closes: Closes) -> Erasure:
    """What an erasure would take out; nothing is changed. Raises ErasureRefused, NotAllowed, KeyLost."""
    viewer.for_whole_company(DELETE, KIND)
    with store.writing(keep=False) as cursor:
        keys.known(cursor, store.path)
        found = find(cursor, subject)
        removal = _removed(cursor, found)
        stays = _stays(cursor, found)
        backups = _backups(cursor, store.path)
    figures = closes(store, found.accounts)
    return _told(found, removal, figures, files.look(store.path, found), stays, backups)


def erase(store: Store, viewer: Viewer, subject: Subject, closes: Closes, *, who: str = "local", once_more: bool = False) -> Erasure:
    """Take a person or an account out of the store and of what lies beside it, for good: all of it, or nothing. Where the rules ask for
    consent, it is done by who asked, once others have consented. once_more: it was done before, in a store that a restore replaced; then
    it needs no consent anew.

    What the log keeps is that it was done, by whom, and how many rows of which table; not of whom. Raises ErasureRefused where a likely
    other is not answered, or nobody is meant; NotAllowed; NeedsConsent; KeyLost; StoreError.
    """
    viewer.for_whole_company(DELETE, KIND)
    actor = viewer.signs(who)
    with store.alone():
        with store.reading() as cursor:
            keys.known(cursor, store.path)
            found = find(cursor, subject)
            stays, backups = _stays(cursor, found), _backups(cursor, store.path)
        if found.asked:
            raise ErasureRefused(_unanswered(found))
        request = None if once_more else _consented(store, found, viewer)
        figures, beside = closes(store, found.accounts), files.look(store.path, found)
        number, removal = store.write_anew(
            lambda cursor: _erased(cursor, store, found, figures, actor, request), also=lambda: files.clear(store.path, found)
        )
    return _told(found, removal, figures, beside, stays, backups, number)


def _unanswered(found: Found) -> str:
    told = "; ".join(f"{one.entry.key}{f' ({one.entry.name})' if one.entry.name else ''}: {one.why}" for one in found.asked)
    return f"Say first of each of these whether it is who is meant, too: {told}. Nothing was erased."


def _removed(cursor: duckdb.DuckDBPyConnection, found: Found, number: int = 0) -> Removal:
    removal = Removal(cursor, found, number)
    removal.run()
    return removal


def _erased(
    cursor: duckdb.DuckDBPyConnection, store: Store, found: Found, figures: pl.DataFrame, who: str | Actor, request: Request | None
) -> tuple[int, Removal]:  # fmt: skip
    """The whole of it, in the transaction that makes the new store."""
    if find(cursor, found.subject) != found:
        raise ErasureRefused("Something was imported meanwhile, and it is another erasure now. Look at it again.")
    number = cursor.execute("select coalesce(max(erasure), 0) + 1 from erasures").fetchall()[0][0]
    removal = _removed(cursor, found, number)
    keys.write(cursor, store.path, found, number)
    _write_rows(cursor, number, removal.rows)
    _write_figures(cursor, number, figures)
    now = datetime.now(UTC).replace(tzinfo=None)
    told = json.dumps({"rows": in_all(removal.rows), "blanked": in_all(removal.blanked)}, sort_keys=True)
    cursor.execute("insert into erasures values (?, ?, ?, ?, ?)", [number, found.subject.kind, now, str(who), told])
    begun(cursor, store.path)
    logged = cursor.execute("insert into log select coalesce(max(seq), 0) + 1, 'erase', null, ?, ? from log returning seq", [now, str(who)])
    detail = {"log": logged.fetchall()[0][0], "erasure": number, **json.loads(told)}
    record(cursor, "erase", who, kind=KIND, object=audit_keys.keyed(store.path, found.subject.named), detail=detail, store=store.path)
    gate.done(store, cursor, request, str(number))
    return number, removal


def _write_rows(cursor: duckdb.DuckDBPyConnection, number: int, rows: Counts) -> None:
    for (part, batch), n in sorted(rows.items(), key=str):
        cursor.execute("insert into erased_rows values (?, ?, ?, ?)", [number, batch, part, n])


def _write_figures(cursor: duckdb.DuckDBPyConnection, number: int, figures: pl.DataFrame) -> None:
    summed = figures.group_by("close_id").agg(pl.col(FIGURES).sum()).sort("close_id")
    for row in summed.iter_rows(named=True):
        values = [number, row["close_id"], f"erased-{number}", *(row[name] for name in FIGURES)]
        cursor.execute(f"insert into erased_figures values ({', '.join('?' * len(values))})", values)


def _told(
    found: Found, removal: Removal, figures: pl.DataFrame, beside: Beside, stays: tuple[str, ...], backups: tuple[str, ...],
    number: int | None = None,
) -> Erasure:  # fmt: skip
    keys_ = tuple(sorted({one.key for one in found.entries}))
    closes = tuple(sorted(figures["close_id"].unique().to_list()))
    rows, blanked = in_all(removal.rows), in_all(removal.blanked)
    return Erasure(found.subject.kind, keys_, found.asked, rows, blanked, closes, beside.counts, (*stays, *beside.stays), backups, number)


def _stays(cursor: duckdb.DuckDBPyConnection, found: Found) -> tuple[str, ...]:
    """What stays although it may look as if it were of who goes, and why."""
    told = []
    team = {row[0].lower() for row in cursor.execute("select distinct email from rows_people").fetchall()}
    owners = {row[0].lower() for row in cursor.execute("select distinct owner from rows_accounts where owner is not null").fetchall()}
    if found.emails & (team | owners):
        told.append("Who goes is also one of your own team. There they stay: take them off under People and roles.")
    short = sorted(name for name in found.names if not can_be_looked_for(name))
    if short:
        told.append(
            f"{len(short)} names are too short to be looked for within texts; look through notes yourself, or give words to look for."
        )
    if not found.accounts and found.users:
        told.append("Counts per day whose events are no longer kept stay as they are: they name no user.")
    if found.accounts:
        told.append("Closed periods keep their figures: what the account added stands there as erased, without its name.")
    told.append("What churn models learned from many accounts stays: it holds weights and no row. Train anew for one that never saw them.")
    return tuple(told)


def _backups(cursor: duckdb.DuckDBPyConnection, store: Path) -> tuple[str, ...]:
    """Days on which a backup was written, as the audit tells, and those in the folder of the night's backups; an erasure reaches neither."""
    query = "select distinct done_at::date as day from audit where action = 'backup' order by 1"
    days: list[date] = [row[0] for row in cursor.execute(query).fetchall()]
    folder = current_settings().backups
    nightly = [one.path.name for one in kept(folder.expanduser().resolve(), store)] if folder else []
    return tuple([*(f"{day:%Y-%m-%d}" for day in days), *nightly])


def in_sentences(told: dict[str, Any]) -> list[str]:
    """An erasure, as `as_json` tells it, for who reads it on the command line."""
    done = told["number"] is not None
    lines = [f"Erased, as erasure {told['number']}." if done else "This would be erased; nothing is yet."]
    lines += [f"Meant: {', '.join(told['entries'])}"] if told["entries"] else []
    lines += [
        f"Likely the same, and to be answered first: {one['key']} {one['name']}: {one['why']}. "
        f"--same {one['key']!r} or --other {one['key']!r}."
        for one in told["asked"]
    ]
    lines += [f"{table}: {n:,} rows" for table, n in told["rows"].items()]
    lines += [f"{table}: words blanked out in {n:,} rows" for table, n in told["blanked"].items()]
    lines += [f"beside the store, {kind}: {n:,}" for kind, n in told["files"].items()]
    lines += [f"The figures of {len(told['closes']):,} closes stay, without the name."] if told["closes"] else []
    lines += told["stays"]
    lines += (
        [f"Backups written before still have it: {', '.join(told['backups'])}. docs/ERASURE.md says what to do with them."]
        if told["backups"]
        else []
    )
    return lines


def erasures(store: Store, viewer: Viewer) -> pl.DataFrame:
    """The erasures so far, newest first: erasure, kind, erased_at (UTC), who, rows. Raises NotAllowed."""
    viewer.for_whole_company(DELETE, KIND)
    with store.reading() as cursor:
        query = """select erasure, kind, erased_at, who, coalesce((select sum(rows)::bigint from erased_rows r where r.erasure = e.erasure), 0) as rows
            from erasures e order by erasure desc"""
        return cursor.sql(query).pl().with_columns(pl.col("erased_at").dt.replace_time_zone("UTC"))


def _consented(store: Store, found: Found, viewer: Viewer) -> Request | None:
    """The gate of consent, where the rules have one. What is asked for is of whom and with which words, as a keyed hash alone, since requests are kept, and how
    many rows go: where that is another number by the time it is done, it is another request. Raises NeedsConsent."""
    if not any(rule.levels for rule in gate.rules_of(store).about(ERASURE)):
        return None
    with store.writing(keep=False) as cursor:
        rows = in_all(_removed(cursor, found).rows)
    meant, words = sorted({one.key for one in found.entries}), sorted({plain(word) for word in found.subject.words})
    subject = audit_keys.keyed(store.path, json.dumps([meant, words]))
    return gate.check(store, ERASURE, {"kind": found.subject.kind, "subject": subject, "rows": rows}, viewer)


def _measure(_store: Store, about: About, _ready: None, _day: str | None) -> Effect:
    """What an erasure would change: so many rows. Whatever condition a rule asks for is taken to hold."""
    return Effect(gate.fingerprint(dict(about)), rows=sum(about["rows"].values()))


def _may(_store: Store, _about_it: About, viewer: Viewer) -> None:
    viewer.for_whole_company(DELETE, KIND)


register(Kind(ERASURE, KIND, _may))
measured(ERASURE, _measure)
