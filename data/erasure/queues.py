"""What webhooks brought and is in no batch yet, and whom their queues know: who goes leaves from there, too (data/kept_webhooks.py)."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from data.erasure.words import Blanks, as_words

FOLDER = "webhooks"


def of(store: Path, ids: list[str], blanks: Blanks) -> int:
    """How many events that wait, and things of which the newest is known, are of who goes."""
    return sum(len(events) + len(keys) for _, events, keys in _found(store, ids, blanks))


def clear(store: Path, ids: list[str], blanks: Blanks) -> None:
    """Take them out. An event that tells of several at once stays until it is imported: the rows of who goes are then left out."""
    for path, events, keys in list(_found(store, ids, blanks)):
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as queue:
            queue.execute("pragma secure_delete = on")
            queue.execute("begin immediate")
            for seq in events:
                queue.execute("delete from kept where seq = ?", [seq])
            for kind, key in keys:
                queue.execute("delete from newest where kind = ? and key = ?", [kind, key])
            queue.execute("commit")
            queue.execute("pragma wal_checkpoint(truncate)")


def _found(store: Path, ids: list[str], blanks: Blanks) -> Iterator[tuple[Path, list[int], list[tuple[str, str]]]]:
    """Each queue with the numbers of such events, and such keys."""
    named = as_words(ids)
    for path in sorted((store.parent / FOLDER).glob("*.sqlite")):
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as queue:
            waiting = queue.execute("select seq, key, body from kept").fetchall()
            known = queue.execute("select kind, key from newest").fetchall()
        events = [seq for seq, key, body in waiting if key in ids or _is_of(body, named, blanks)]
        yield path, events, [(kind, key) for kind, key in known if key in ids or blanks.stands_in(key)]


def _is_of(body: bytes, named: re.Pattern[str], blanks: Blanks) -> bool:
    """Whether an event is of who goes, and of nobody besides."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    text = json.dumps(said, ensure_ascii=False)
    return not _tells_of_several(said) and (bool(named.search(text)) or blanks.stands_in(text))


def _tells_of_several(said: Any) -> bool:
    lists = [said] if isinstance(said, list) else [one for one in said.values() if isinstance(one, list)] if isinstance(said, dict) else []
    return any(sum(isinstance(one, dict) for one in found) > 1 for found in lists)
