"""What is said about a file although its rows are taken: how open meanings were read. Runs in the child process only."""

from collections.abc import Sequence

import polars as pl

from data.importing.options import Options
from data.importing.reader.left_out import LeftOut
from data.importing.reader.settled import Settled
from data.log.staged import PROBLEM_SCHEMA

MERGED = "the amount above covers this row too (merged cells); it is counted once, and this row has none"
AGREES = "equal to the rows above"
EACH = 5  # lines of one kind that are told one by one
EPOCH = (
    None, None, None,
    "Seconds since 1970 were read in UTC, as projects made since 2023 give them. An older project counts them on its own clock: undo the import "
    "and give the option timezone where it is one", False,
)  # fmt: skip


def said(settled: Settled, options: Options, more: Sequence[str] = ()) -> pl.DataFrame:
    """Notices as problems that turn no row away, one for a whole column, and `more` of the file as a whole."""
    told = [EPOCH] if options.get("epoch") == "local" and "timezone" not in options else []
    told += [_zone(source, count, settled.store_zone) for source, count in settled.without_zone.items()]
    told += [(None, None, None, text, False) for text in more]
    told += [(line, source, None, MERGED, False) for source, lines in settled.merged.items() for line in lines]
    told += [_empty(source, words) for source, words in settled.empty.items()]
    told += [(None, None, None, _since(status, count, options), False) for status, count in settled.since_unknown.items()]
    told += [_currency(source, *told_of) for source, told_of in settled.other_currency.items()]
    told += [_unknown(source, words) for source, words in settled.unknown.items()]
    told += [(None, source, None, text, False) for source, text in settled.of_columns.items()]
    told += _noted(settled.notes)
    return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")


def _noted(notes: list[tuple[int, str, str | None, str]]) -> list[tuple]:
    """What is odd in rows that are taken: each by itself while they are few, else those of a kind together."""
    kinds: dict[tuple[str, str], list[tuple[int, str | None]]] = {}
    for line, source, value, text in notes:
        kinds.setdefault((source, text), []).append((line, value))
    told = []
    for (source, text), rows in kinds.items():
        if len(rows) > EACH:
            shown = ", ".join(str(line) for line, _ in rows[:EACH])
            told.append((None, source, None, f"{len(rows):,} lines, {shown} and others: {text}", False))
        else:
            told += [(line, source, value, text, False) for line, value in rows]
    return told


def _unknown(source: str, words: dict[str, int]) -> tuple:
    count, shown = sum(words.values()), ", ".join(f"'{word}'" for word in sorted(words, key=lambda word: -words[word])[:8])
    one = f"{count:,} cell says {shown}: it is not known what that means, and it is left empty. Translate it under [values] of a mapping"
    many = f"{count:,} cells say {shown}: it is not known what that means, and it is left empty. Translate it under [values] of a mapping"
    return None, source, None, one if count == 1 else many, False


def lines_left_out(left_out: LeftOut) -> pl.DataFrame:
    """The lines that are no rows: each by itself while they are few, else those of a kind together."""
    kinds: dict[str, list[int]] = {}
    for line, why in sorted(left_out.lines):
        kinds.setdefault(why, []).append(line)
    told = []
    for why, lines in kinds.items():
        if len(lines) > EACH:
            shown = ", ".join(map(str, lines[:EACH]))
            told.append((None, None, None, f"left out: {len(lines):,} lines that are no rows ({why}): {shown} and others", False))
        else:
            told += [(line, None, AGREES if line in left_out.agreeing else None, f"left out: {why}", False) for line in lines]
    return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")


def who_is_one(count: int, *, alone: bool = False) -> pl.DataFrame:
    """How many lines only say which ids are one person's; they are no use of their own. alone: the file has no others."""
    text = f"left out: {count:,} lines that say which ids are one person's, and are no use themselves"
    text = f"{count:,} lines say which ids are one person's; they are kept for that, and are no use themselves" if alone else text
    told = [(None, None, None, text, False)]
    return pl.DataFrame(told if count else [], schema=PROBLEM_SCHEMA, orient="row")


def _since(status: str, count: int, options: Options) -> str:
    """What is taken of lines that are paused, unpaid or ended since nobody says when."""
    covers = options.get("covers")
    day = covers[1].isoformat() if isinstance(covers, tuple) else ""
    what = status
    one, many = (
        f"{count:,} line is {what}, and the file does not say since when;",
        f"{count:,} lines are {what}, and the file does not say since when;",
    )
    return f"{one if count == 1 else many} {_ended(day) if status == 'ended' else _stopped(status, day)}"


def _ended(day: str) -> str:
    if not day:
        return "taken as ended on the day of the first file that says so. Where this one is the first of all, they count nothing"
    return f"taken as ended on the day of the first file that says so. Where this one, of {day}, is the first of all, they count nothing"


def _stopped(what: str, day: str) -> str:
    at = f"taken as {what} since the first file that says so, at the latest {day}."
    words = at if day else f"taken as {what} since the first file that says so, at the latest the day of this one."
    return f"{words} What was before the first file is not known: it counts"


def _zone(source: str, count: int, zone: str) -> tuple:
    reason = (
        f"{count:,} of the file's moments name no time zone; they were read as {zone}, the zone of the store. Where they are in another, undo the "
        "import and give the option timezone, such as America/Los_Angeles"
    )
    return None, source, None, reason, False


def _empty(source: str, words: dict[str, int]) -> tuple:
    count, shown = sum(words.values()), ", ".join(f"'{word}'" for word in sorted(words, key=lambda word: -words[word])[:8])
    return None, source, None, f"{count:,} cell says {shown}: no value" if count == 1 else f"{count:,} cells say {shown}: no value", False


def _currency(source: str, written: str, said: str, count: int) -> tuple:
    one = f"{count:,} amount is written in {written} and not in {said}, as was said; taken as written"
    reason = one if count == 1 else f"{count:,} amounts are written in {written} and not in {said}, as was said; taken as written"
    return None, source, None, reason, False
