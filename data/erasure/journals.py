"""What deliveries know of what they took elsewhere: whom an erasure is of goes from there, too. Lines of JSON, as `deliveries/journal.py` has
them: `named` has the values of keys, all else is by their digests; texts name rows."""

import json
import os
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from data import private
from data.erasure.words import Blanks, as_words

TEXTS = ("problem", "what_to_do", "told")
Lines = list[dict[str, Any]]


def stays(store: Path) -> tuple[str, ...]:
    """What stays where it was taken to, and what to do."""
    names = [path.stem for path in _all(store)]
    if not names:
        return ()
    told = (
        f"What deliveries took elsewhere stays there ({', '.join(names)}): delete there what is of who goes. Nothing more of them is sent."
    )
    return (told,)


def of(store: Path, ids: Sequence[str], blanks: Blanks) -> Iterator[tuple[Path, Lines]]:
    """The journals that name who goes, with what is left of each."""
    for path in _all(store):
        lines = [*_read(path)]
        kept = _without(lines, {*ids}, as_words(ids), blanks)
        if kept != lines:
            yield path, kept


def clear(store: Path, ids: Sequence[str], blanks: Blanks) -> None:
    """Take who goes out of them. Done once more it finds nothing."""
    for path, lines in [*of(store, ids, blanks)]:
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        private.close(fresh)
        os.replace(fresh, path)


def _all(store: Path) -> list[Path]:
    return sorted((store.parent / "deliveries" / "delivered").glob("*.jsonl"))


def _read(path: Path) -> Iterator[dict[str, Any]]:
    """Its lines; one that is not whole is none."""
    for line in path.read_bytes().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _without(lines: Lines, ids: set[str], words: re.Pattern[str], blanks: Blanks) -> Lines:
    named = [item for line in lines for item in line.get("named", {}).items()]
    gone = {key for key, values in named if any(str(value) in ids or blanks.stands_in(str(value)) for value in values)}
    return [_kept(line, gone, words, blanks) for line in lines]


def _kept(held: Any, gone: Collection[str], words: re.Pattern[str], blanks: Blanks) -> Any:
    if isinstance(held, list):
        return [_kept(one, gone, words, blanks) for one in held if not (isinstance(one, str) and one in gone)]
    if not isinstance(held, dict):
        return held
    left = {name: one for name, one in held.items() if name not in gone}
    return {name: _text(one, words, blanks) if _is_text(name, one) else _kept(one, gone, words, blanks) for name, one in left.items()}


def _is_text(name: str, held: Any) -> bool:
    return name in TEXTS and isinstance(held, str | list)


def _text(held: Any, words: re.Pattern[str], blanks: Blanks) -> Any:
    if isinstance(held, list):
        return [_text(one, words, blanks) for one in held]
    return blanks.in_stead if words.search(held) or blanks.stands_in(held) else held
