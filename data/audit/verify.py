"""Is the audit as it was written? Every entry against its seal, the chain, the keys, the log, closes, and every head that was kept."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from data.audit import heads, keys
from data.audit.entries import COLUMNS, FIRST, canonical, digest_of_log
from data.audit.heads import Head

UNDOES = ("undo", "reopen")  # entries of the log that let a batch stand no more
SHOWN = 20  # faults that are told one by one


@dataclass
class Verified:
    """What was looked at, what is wrong with it, and what is to be known besides, in sentences. first: the first entry that is wrong."""

    entries: int = 0
    heads: int = 0
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    first: int | None = None

    def in_words(self) -> str:
        """One line for people: what was looked at, and how it is."""
        looked = f"{self.entries:,} entries, {self.heads:,} heads"
        if not self.faults:
            return f"{looked}. The audit is as it was written."
        begins = "" if self.first is None else f" The first entry that is wrong: {self.first}."
        return f"{looked}. {len(self.faults):,} faults.{begins}"

    def wrong(self, sentence: str, seq: int | None = None) -> None:
        self.faults.append(sentence)
        if seq is not None and (self.first is None or seq < self.first):
            self.first = seq


def verify(cursor: duckdb.DuckDBPyConnection, store: Path, kept: Path | None = None) -> Verified:
    """Look at all of it. store: where the store lies, beside which key and heads are. kept: a file of heads that was kept elsewhere.

    Raises KeyUnreadable, and OSError where `kept` cannot be read.
    """
    found, known = Verified(), {keys.id_of(key): key for key in keys.all_of(store)}
    entries = _entries(cursor)
    found.entries = len(entries)
    _chain(found, entries, known)
    _log(found, cursor, entries, known)
    by_seq = {entry["seq"]: entry for entry in entries}
    _closes(found, cursor, by_seq)
    _own_heads(found, store, by_seq)
    if kept is not None:
        _heads(found, *heads.read(kept), by_seq, kept.name)
    return found


def _entries(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    rows = cursor.execute(f"select {', '.join(COLUMNS)} from audit order by seq nulls first").fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _chain(found: Verified, entries: Iterable[dict[str, Any]], known: Mapping[str, str]) -> None:
    """Numbers without a gap, each entry with its own seal, over the one before."""
    expected, previous, strange, latest = 1, FIRST, [], datetime.min
    for entry in entries:
        seq = entry["seq"] if entry["seq"] is not None else -1
        if seq > expected:
            found.wrong(_missing(expected, seq - 1), expected)
        elif seq < expected:
            found.wrong(f"Entry {seq} is there more than once, or is numbered as no entry is.", seq)
        if entry["key"] not in known:
            strange.append(seq)
        elif keys.sealed(known[entry["key"]], canonical(entry)) != entry["hash"]:
            found.wrong(f"Entry {seq} ({_named(entry)}) is not as it was written: its seal does not fit.", seq)
        if seq == expected and entry["previous"] != previous:
            found.wrong(f"Entry {seq} ({_named(entry)}) does not follow the entry before it.", seq)
        if entry["done_at"] and entry["done_at"] < latest:
            found.remarks.append(f"Entry {seq} ({_named(entry)}) is of a moment before the entry before it: the clock was set back.")
        expected, previous, latest = max(expected, seq + 1), entry["hash"], entry["done_at"] or latest
    if strange:
        found.wrong(_strange(strange), strange[0])


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."


def _strange(seqs: list[int]) -> str:
    which = f"Entry {seqs[0]} is" if len(seqs) == 1 else f"{len(seqs):,} entries, {seqs[0]} to {seqs[-1]}, are"
    return f"{which} sealed with a key that is not beside the store: put back the file {keys.SUFFIX} that was there when they were written."


def _named(entry: Mapping[str, Any]) -> str:
    at = entry["done_at"]
    return f"{entry['action']}, {at:%Y-%m-%d %H:%M} UTC" if isinstance(at, datetime) else str(entry["action"])


def _log(found: Verified, cursor: duckdb.DuckDBPyConnection, entries: list[dict[str, Any]], known: Mapping[str, str]) -> None:
    """What was logged since the chain began has its entry, of the same batch; what was logged before is as the first entry says."""
    told = {log: entry for entry in entries if isinstance(log := _detail(entry).get("log"), int)}
    first = _detail(entries[0]) if entries else {}
    logged = said if isinstance(said := first.get("logged"), int) else 0
    key = known.get(entries[0]["key"]) if entries else None
    if key and keys.keyed_with(key, digest_of_log(cursor, logged)) != first.get("digest"):
        found.wrong("The log of what was there before the audit began is not as it was then.", 1)
    rows = cursor.execute("select seq, action, batch from log order by seq").fetchall()
    for seq, action, batch in rows:
        entry = told.pop(seq, None)
        if seq > logged and entry is None:
            found.wrong(f"The log's entry {seq} ({action} of batch {batch}) has no entry in the audit.")
        elif entry and ((batch is not None and entry["object"] != str(batch)) or (action == "undo") != (entry["action"] in UNDOES)):
            found.wrong(f"The log's entry {seq} ({action} of batch {batch}) is not what entry {entry['seq']} says.", entry["seq"])
    for seq, entry in told.items():
        found.wrong(f"Entry {entry['seq']} ({_named(entry)}) is of the log's entry {seq}, which is missing.", entry["seq"])


def _detail(entry: Mapping[str, Any]) -> dict[str, Any]:
    try:
        told = json.loads(entry["detail"])
    except (TypeError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _closes(found: Verified, cursor: duckdb.DuckDBPyConnection, by_seq: Mapping[int, dict[str, Any]]) -> None:
    """Each close keeps the head of the chain as it was when it was made."""
    rows = cursor.execute("select distinct row_key, audit_head from rows_closes where audit_head is not null order by 1").fetchall()
    for close, kept in rows:
        seq, _, seal = kept.partition(" ")
        found.heads += 1
        if not seq.isdecimal() or _seal(by_seq, int(seq)) != seal:
            found.wrong(f"The close {close} keeps another head of entry {seq}.", int(seq) if seq.isdecimal() else None)


def _own_heads(found: Verified, store: Path, by_seq: Mapping[int, dict[str, Any]]) -> None:
    path = heads.place(store)
    try:
        known, broken = heads.read(path)
    except OSError:
        if by_seq:
            found.wrong(f"There is no file {path.name} beside the store, or it cannot be read: nothing tells whether entries are missing.")
        return
    _heads(found, known, broken, by_seq, path.name)
    begins = next((head.seq for head in known if head.seq > 0), None)
    if begins not in (None, 1) and not known[0].replaced:
        found.wrong(f"{path.name} begins with the head of entry {begins}: of those before it none is kept there.")
    if not known and len(by_seq) > heads.OF_FIRST_DEED:
        found.wrong(
            f"{path.name} holds no head, and {len(by_seq):,} entries are there: it was emptied. Nothing tells whether any are missing."
        )
    newest, headed = max(by_seq, default=0), known[-1].seq if known else 0
    if newest > headed:
        found.remarks.append(f"Entries {headed + 1} to {newest} have no head yet: after a crash, it is written with the next deed.")
    late = [head.seq for head in known if head.late]
    if late:
        found.remarks.append(f"Heads that were written after a crash, with the next deed: {', '.join(map(str, late))}.")


def _heads(found: Verified, known: list[Head], broken: list[int], by_seq: Mapping[int, dict[str, Any]], name: str) -> None:
    """Each head that was kept is that of an entry which is there; what a restore replaced is told, and no fault."""
    found.heads += len(known)
    for line in broken:
        found.wrong(f"{name}, line {line}: this is no head.")
    expected: dict[int, Head] = {}
    before = None
    for head in known:
        if head.replaced:
            _replaced(found, head, expected, by_seq)
        elif before is not None and head.seq > before + 1:
            found.wrong(f"{name}: the heads of entries {before + 1} to {head.seq - 1} are missing.")
        if head.seq in expected and expected[head.seq].hash != head.hash:
            found.wrong(f"{name} has two heads of entry {head.seq}, which are not the same.", head.seq)
        if head.seq > 0:
            expected[head.seq] = head
        before = head.seq
    for seq, head in sorted(expected.items()):
        seal = _seal(by_seq, seq)
        if seal is None:
            found.wrong(f"{name}: entry {seq} had its head written on {head.at}, and is missing.", seq)
        elif seal != head.hash:
            found.wrong(f"{name}: entry {seq} is not the one whose head was written on {head.at}.", seq)


def _replaced(found: Verified, head: Head, expected: dict[int, Head], by_seq: Mapping[int, dict[str, Any]]) -> None:
    """The store became another one: heads after its newest entry were of the store before, and the entry that follows says why."""
    gone = [seq for seq in expected if seq > head.seq]
    for seq in gone:
        del expected[seq]
    if gone:
        found.remarks.append(
            f"A restore on {head.at} replaced a store with entries {min(gone)} to {max(gone)}: they are in the store set aside."
        )
    if not any(by_seq.get(seq, {}).get("action") == "restore" for seq in (head.seq + 1, head.seq + 2)):
        found.wrong(f"The heads say that the store was replaced after entry {head.seq}, and no entry says so.", head.seq + 1)


def _seal(by_seq: Mapping[int, dict[str, Any]], seq: int) -> str | None:
    return by_seq[seq]["hash"] if seq in by_seq else None
