"""Importing: read, map, validate, preview, commit. One path for browser, API, command line and inbox."""

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from data.importing.findings import Problem, Question
from data.importing.known_exports import why_not_kept
from data.importing.mapping import Mapping, MappingError, known_table
from data.importing.money_questions import money_questions
from data.importing.options import CONFIRMED, OPTIONS, READING, OptionValue, checked
from data.importing.other_lists import what_is_missing
from data.importing.outcome import ImportRefused, NeedsAnswer, Outcome
from data.importing.proposal import proposal
from data.importing.questions import open_questions
from data.importing.reader.process import READ_FROM, READ_TO, Progress
from data.importing.stage import digest, inspect, staged
from data.log import workspace
from data.log.staged import Staged
from data.schema import IMPORTED_TABLES, TABLES
from data.store.preview import previewed
from data.store.store import FULL, BatchResult, DiskFull, Store

ASKED = ("key", "account_from")  # answers that are neither an option nor a column
Guard = Callable[[Store, Staged], str | None]


def import_file(
    store: Store,
    path: Path,
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    feed: str | None = None,
    options: dict | None = None,
    dry_run: bool = False,
    strict: bool = False,
    file: str | None = None,
    who: str = "local",
    once: bool = False,
    ask: bool = False,
    guard: Guard | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Import one file: with the mapping given, or with the one that its header proposes. Never raises for what is in the file.

    Raises MappingError for a table, option or answer that there is not, or whose value is not allowed; ReadingFailed for a fault of ours.

    With `ask`, a file that leaves open what an end means, or the currency, is not taken before that is answered; without, it is taken
    (ends exclusive, no currency) and the outcome holds the questions. With `once`, a file whose bytes stand already under the same mapping makes no second batch: its first one is the answer.
    `guard` looks at the staged file before it is written, and gives the reason where it must not be, unattended.
    """
    name, folder, tell = file or Path(path).name, workspace.folder(store.path), progress or (lambda share, text: None)
    _check_asked(table, mapping, options or {})
    try:
        tell(READ_FROM, f"Reading {name}")
        chosen = mapping or _proposed(path, name, table, folder, options or {})
        chosen = answered(replace(chosen, feed=feed or chosen.feed or chosen.table), options or {})
        before = [batch for batch, standing in store.imports_of(digest(path), chosen.to_toml()) if standing] if once else []
        if before:
            return Outcome(name, before[0], [], repeated=True)
        still_open = _still_open(path, chosen, folder, name)
        with staged(path, chosen, folder=folder, file=name, store_zone=store.timezone, progress=tell) as ready:
            if ask and still_open:
                raise NeedsAnswer(still_open, name)
            problems = [Problem(file=name, **row) for row in ready.problems.head(1000).to_dicts()]
            if strict and ready.rejected:
                return Outcome(name, None, problems, refused=True)
            stop = guard(store, ready) if guard and chosen.options.get("snapshot") != CONFIRMED else None
            if stop:
                return Outcome(name, None, [Problem(file=name, reason=stop), *problems], refused=True)
            tell(READ_TO, f"Writing {ready.read - ready.rejected:,} rows")
            batch = _dry(store, ready) if dry_run else store.commit(ready, who, tell)
            tell(1.0, "Done")
            return Outcome(name, batch, problems, still_open)
    except NeedsAnswer as asked:
        return Outcome(name, None, asked.problems, asked.questions, refused=True)
    except ImportRefused as refused:
        return Outcome(name, None, refused.problems, refused=True)
    except DiskFull as full:
        return Outcome(name, None, [Problem(file=name, reason=str(full))], refused=True)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return Outcome(name, None, [Problem(file=name, reason=FULL)], refused=True)


def _check_asked(table: str | None, mapping: Mapping | None, answers: dict) -> None:
    """Whether there is such a table, the mapping is for it, and the answers can be given. Raises MappingError, before the file is opened."""
    known = None if table is None else known_table(table)
    if known and mapping and known != mapping.table:
        raise MappingError(f"table: the mapping is for {mapping.table}, not for {known}. Leave one of the two out.")
    known = mapping.table if mapping else known
    columns = {name for one in ([known] if known else IMPORTED_TABLES) for name in TABLES[one].names}
    checked({name: value for name, value in answers.items() if name in OPTIONS or name not in {*columns, *ASKED}}, known)


def answered(mapping: Mapping, answers: dict) -> Mapping:
    """The mapping with what a person answered.

    answers: options by their name; `key`, as names with commas between; `account_from`, the file's column that names the account;
    and columns of the table (currency, period, kind ...) with the value that holds for all rows.
    """
    options = {name: value for name, value in answers.items() if name in OPTIONS or name not in (*TABLES[mapping.table].names, *ASKED)}
    said = {name: value for name, value in answers.items() if name not in options and name not in ASKED and value not in (None, "")}
    for name in sorted(said.keys() & (mapping.columns.keys() | mapping.when.keys() | mapping.joined.keys())):
        source = mapping.columns.get(name) or (mapping.joined[name][0] if name in mapping.joined else mapping.when[name].column)
        raise MappingError(
            f"{name}: the file says it itself, in its column {source!r}. Leave {name} out, or give a mapping that has it under [constants]."
        )
    key = tuple(part.strip() for part in str(answers["key"]).split(",")) if answers.get("key") else mapping.key
    columns = mapping.columns | ({"account_id": answers["account_from"]} if answers.get("account_from") else {})
    return replace(mapping, key=key, columns=columns, constants=mapping.constants | said, options={**mapping.options, **options})


def reading(answers: dict) -> dict[str, OptionValue]:
    """Of answers, the options that say how a file is written, checked; no mapping is needed for them. Raises MappingError."""
    return checked({name: value for name, value in answers.items() if name in READING})


def _dry(store: Store, ready: Staged) -> BatchResult:
    with previewed(store, ready) as seen:
        return seen.result


def _proposed(path: Path, name: str, table: str | None, folder: Path, options: dict) -> Mapping:
    seen = inspect(path, folder=folder, options=reading(options), file=name)
    known = None if table else why_not_kept(seen.header)
    if known:
        raise ImportRefused([Problem(file=name, line=1, reason=f"{known} It has: {', '.join(seen.header[:30])}.")])
    found = proposal(seen.header, seen.sample, table)
    if found.best is None:
        lacks = what_is_missing(seen.header) or "The header matches no table."
        reason = f"{lacks} It has: {', '.join(seen.header[:30])}. Name the table, or give a mapping."
        raise ImportRefused([Problem(file=name, line=1, reason=reason)])
    open_ = [found.question] if found.question and not table else money_questions(answered(found.best.mapping, options), seen.sample)
    if open_:
        raise NeedsAnswer(open_, name)
    return found.best.mapping


def _still_open(path: Path, mapping: Mapping, folder: Path, name: str) -> list[Question]:
    """What the file leaves open although it can be taken: an end that may be the last day paid for, amounts without a currency."""
    if mapping.table != "contracts":
        return []
    return open_questions(mapping, inspect(path, folder=folder, options=mapping.options, file=name).sample)
