"""What is said about a file although its rows are taken: how open meanings were read. Runs in the child process only."""

import polars as pl

from data.importing.reader.settled import Settled
from data.log.staged import PROBLEM_SCHEMA

EPOCH = (
    None, None, None,
    "Seconds since 1970 were read in UTC, as projects made since 2023 give them. An older project counts them on its own clock: undo the import "
    "and give the option timezone where it is one", False,
)  # fmt: skip


def said(settled: Settled, options: dict[str, object]) -> pl.DataFrame:
    """Notices as problems that turn no row away, one for a whole column."""
    told = [EPOCH] if options.get("epoch") == "local" and "timezone" not in options else []
    told += [_zone(source, count, settled.store_zone) for source, count in settled.without_zone.items()]
    told += [_empty(source, words) for source, words in settled.empty.items()]
    told += [_currency(source, *told_of) for source, told_of in settled.other_currency.items()]
    return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")


def _zone(source: str, count: int, zone: str) -> tuple:
    reason = (
        f"{count:,} of the file's moments name no time zone; they were read as {zone}, the zone of the store. Where they are in another, undo the "
        "import and give the option timezone, such as America/Los_Angeles"
    )
    return None, source, None, reason, False


def _empty(source: str, words: dict[str, int]) -> tuple:
    count, shown = sum(words.values()), ", ".join(f"'{word}'" for word in sorted(words, key=lambda word: -words[word])[:8])
    return None, source, None, f"{count:,} {'cell says' if count == 1 else 'cells say'} {shown}: no value", False


def _currency(source: str, written: str, said: str, count: int) -> tuple:
    reason = (
        f"{count:,} {'amount is' if count == 1 else 'amounts are'} written in {written} and not in {said}, as was said; taken as written"
    )
    return None, source, None, reason, False
