"""Importing: read, map, validate, preview, commit. One path for browser, API, command line and inbox."""

import errno
import logging
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

from data.approvals.gate import NeedsConsent
from data.erasure.dropping import problems_without
from data.erasure.keys import KeyLost
from data.importing.consented import check_ending
from data.importing.discount_questions import OPTION as DISCOUNTS
from data.importing.draft import Draft, where_it_lies
from data.importing.feed_lines import under_feed_key
from data.importing.findings import Problem, Question
from data.importing.known_exports import why_not_kept
from data.importing.looks import flag_read, reading, still_open_in, told_by_rows
from data.importing.mapping import Mapping, MappingError, known_table
from data.importing.named_by import AccountQuestion, standing_beside
from data.importing.named_elsewhere import with_unknown_names
from data.importing.options import CONFIRMED, OPTIONS, checked
from data.importing.org_tree import check_people
from data.importing.other_lists import what_is_missing
from data.importing.outcome import ImportRefused, NeedsAnswer, Outcome
from data.importing.own_zone import with_own_zone
from data.importing.prepared import Prepared
from data.importing.proposal import proposal
from data.importing.questions import unsaid
from data.importing.settling import Said, as_part, as_said, day_questions, feed_questions, settled
from data.log import workspace
from data.log.progress import Progress, part_of, silent
from data.log.staged import Staged
from data.schema import IMPORTED_TABLES, TABLES
from data.store import worked_ahead
from data.store.deeds import may_import
from data.store.open_file import FULL
from data.store.preview import previewed
from data.store.store import BatchResult, Beside, DiskFull, Store
from data.viewer import EVERYONE, Actor, Viewer

NEVER_ASSUMED = (
    "amount_unit",
    "amount_per",
    "discounts",
    "status",
    "effort_unit",
)  # a proposal that leaves these open is not taken, whoever brings the file
ASKED = ("key", "account_from")  # answers that are neither an option nor a column
ANY_TABLE = "accounts"  # what it takes to bring in files at all is asked before the file is opened
READ = 0.6  # the share of an import that is reading; the rest is writing
SHOWN = 1000  # problems that an outcome lists; the store keeps all
_one_by_one = threading.Lock()
log = logging.getLogger("holdfast.imports")
Guard = Callable[[Store, Staged], str | None]


class Repeated(Exception):
    """The file is in already, under just this mapping, and its batch stands."""

    def __init__(self, batch: BatchResult) -> None:
        super().__init__(f"These bytes stand already as batch {batch.batch}.")
        self.batch = batch


class Asked(TypedDict, total=False):
    """What may be said with a file: see import_draft, whose defaults hold for what is left out."""

    mapping: Mapping | None
    table: str | None
    feed: str | None
    options: dict | None
    dry_run: bool
    strict: bool
    who: str | Actor
    once: bool
    ask: bool
    guard: Guard | None
    names: AccountQuestion | None
    progress: Progress
    viewer: Viewer
    beside: Beside | None


def import_file(store: Store, path: Path, *, file: str | None = None, **asked: Unpack[Asked]) -> Outcome:
    """Import one file, with nobody there to be asked. Never raises for what is in the file.

    Raises MappingError for a table, option or answer that there is not, or whose value is not allowed; ReadingFailed for a fault of ours.

    Whether rows are records or a state, whose day it is and whether it is complete is always asked, where nothing has settled it and the
    answer changes a figure. With `ask`, a file that leaves open what an end means, or the currency, is not taken before that is answered; without, it is taken
    (ends exclusive, no currency) and the outcome holds the questions. With `once`, a file whose bytes stand already under the same
    mapping makes no second batch: its first one is the answer.
    """
    with where_it_lies(path, folder=workspace.folder(store.path), file=file) as draft:
        return import_draft(store, draft, **asked)


def import_draft(
    store: Store,
    draft: Draft,
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    feed: str | None = None,
    options: dict | None = None,
    dry_run: bool = False,
    strict: bool = False,
    who: str | Actor = "local",
    once: bool = False,
    ask: bool = False,
    guard: Guard | None = None,
    names: AccountQuestion | None = None,
    progress: Progress = silent,
    viewer: Viewer = EVERYONE,
    beside: Beside | None = None,
    in_place_of: Sequence[int] = (),
) -> Outcome:
    """As import_file, of a file that was looked at already. names: asks which column names the account, where the file leaves that open.
    viewer: who brings it. beside, in_place_of: see `Store.commit`. Raises NotAllowed for who may not."""
    may_import(viewer, mapping.table if mapping else table or ANY_TABLE)
    try:
        reading = part_of(progress, 0.0, READ)
        ready = prepare(
            store, draft, mapping=mapping, table=table, feed=feed, answers=options, ask=ask, once=once, names=names, progress=reading
        )
    except Repeated as before:
        return Outcome(draft.file, before.batch, [], repeated=True)
    except NeedsAnswer as asked:
        return Outcome(draft.file, None, asked.problems, asked.questions, refused=True)
    except ImportRefused as refused:
        return Outcome(draft.file, None, refused.problems, refused=True)
    writing = part_of(progress, READ, 1.0)
    return take(
        store, ready, who=who, dry_run=dry_run, strict=strict, guard=guard, progress=writing, viewer=viewer, beside=beside,
        in_place_of=in_place_of,
    )  # fmt: skip


def prepare(
    store: Store,
    draft: Draft,
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    feed: str | None = None,
    answers: dict | None = None,
    ask: bool = False,
    person: bool = False,
    once: bool = False,
    names: AccountQuestion | None = None,
    progress: Progress = silent,
) -> Prepared:
    """A file read and checked with the mapping given, or with the one that its header proposes; nothing is written yet.

    answers: see `answered`. ask: what is left open is asked before the file is taken. person: somebody is there, is asked before every
    row is read, and also what the store would otherwise settle. once: a file that is in already is not read again. names: asks which
    column names the account, where no earlier file of the feed has settled it.
    Raises ImportRefused, NeedsAnswer, Repeated; MappingError for what cannot be asked; ReadingFailed for a fault of ours.
    """
    table = (answers or {}).get("table") if table is None else table
    answers = {name: value for name, value in (answers or {}).items() if name != "table"}
    _check_asked(table, mapping, answers)
    if draft.partial:
        mapping, answers = as_part(mapping, answers)
    with _room_on_disk(draft.file):
        progress(0.0, f"Reading {draft.file}")
        chosen = mapping or _proposed(draft, table, answers)
        said = Said.of(answers, None if person else mapping)
        chosen, answers = flag_read(draft, chosen, answers)
        chosen = answered(replace(chosen, feed=feed or chosen.feed or chosen.table), answers)
        chosen = settled(store, chosen, said, draft.file, partial=draft.partial)
        chosen = with_own_zone(draft, chosen)
        if person or mapping is None:
            chosen = told_by_rows(draft, chosen)
        marked = draft.marks and chosen.table == "usage_events"  # the same bytes may be other events
        before = standing_under(store, draft.sha256, chosen) if once and not marked else None
        if before:
            raise Repeated(before)
        must, still_open = day_questions(store, chosen, draft.file), still_open_in(draft, chosen, store.timezone if person else None)
        if mapping and not person:  # who writes down a discount says that it comes off
            still_open = [question for question in still_open if question.option != DISCOUNTS]
        if names and mapping is None and "account_from" not in answers:
            must += _account_questions(store, draft, chosen, names)
        lacking = _unsaid(draft, chosen, must) if person else []
        if must or lacking or (person and still_open):  # who is there need not wait for every row to be read
            raise NeedsAnswer([*must, *(still_open if ask or person else ()), *lacking], draft.file)
        never = [] if mapping else [question for question in still_open if question.option in NEVER_ASSUMED]
        staged = as_said(_staged(store, draft, chosen, still_open if ask else never, progress), said, store)
        staged = under_feed_key(store, staged, given=bool(chosen.key))
        if must := feed_questions(store, staged):
            raise NeedsAnswer(must, draft.file)
        check_people(store, staged, chosen, draft.file)
        return Prepared(draft, chosen, with_unknown_names(store, standing_beside(store, staged, chosen), chosen), still_open, said)


def _account_questions(store: Store, draft: Draft, mapping: Mapping, names: AccountQuestion) -> list[Question]:
    """Which column names the account, where another one names more of those that are in, and the feed has no file yet."""
    if mapping.table == "usage_events" or store.feed_settings(mapping.table, mapping.feed).mapping:
        return []
    asked = names(store, draft, draft.inspected(mapping.options, wanted=mapping.sources), mapping)
    return [asked] if asked else []


def first_questions(store: Store, draft: Draft, mapping: Mapping, answers: dict) -> list[Question]:
    """What a person is asked of a file before every row of it is read."""
    mapping, answers = flag_read(draft, mapping, answers)
    chosen = settled(store, answered(replace(mapping, feed=mapping.feed or mapping.table), answers), Said.of(answers), draft.file)
    chosen = told_by_rows(draft, chosen)
    must = day_questions(store, chosen, draft.file)
    return [*must, *still_open_in(draft, chosen, store.timezone), *_unsaid(draft, chosen, must)]


def _unsaid(draft: Draft, mapping: Mapping, but: list[Question]) -> list[Question]:
    """What the table needs, no column says, and a person can say, so that all of a file is asked at once."""
    seen = draft.inspected(mapping.options, wanted=mapping.sources)
    asked = unsaid(mapping, seen.header, seen.sample) or []
    return [question for question in asked if question.option not in {one.option for one in but}]


def _staged(store: Store, draft: Draft, mapping: Mapping, still_open: list[Question], progress: Progress) -> Staged:
    """The file staged; where an answer is needed first, everything that is open is asked at once."""
    try:
        staged = draft.staged(mapping, store.timezone, progress)
    except NeedsAnswer as asked:
        raise NeedsAnswer([*asked.questions, *still_open], draft.file) from None
    if still_open:
        raise NeedsAnswer(still_open, draft.file)
    return staged


def take(
    store: Store,
    ready: Prepared,
    *,
    who: str | Actor,
    dry_run: bool = False,
    strict: bool = False,
    guard: Guard | None = None,
    progress: Progress = silent,
    viewer: Viewer = EVERYONE,
    beside: Beside | None = None,
    in_place_of: Sequence[int] = (),
) -> Outcome:
    """Write a prepared file as one batch, or say why not. Raises NotAllowed for a viewer who may not bring in rows of its table.

    beside, in_place_of: see `Store.commit`. guard: looks at the staged file before it is written, and gives the reason where it must not be, unattended. strict: nothing is taken
    where a row is rejected.
    """
    name, staged = ready.draft.file, ready.staged
    may_import(viewer, staged.table)
    try:
        told = problems_without(staged.problems, store.erased())
    except KeyLost as lost:
        return Outcome(name, None, [Problem(file=name, reason=str(lost))], refused=True)
    problems = [Problem(file=name, **row) for row in told.head(SHOWN).to_dicts()]
    if strict and staged.rejected:
        return Outcome(name, None, problems, refused=True)
    try:
        with _room_on_disk(name):
            stop = guard(store, staged) if guard and ready.mapping.options.get("snapshot") != CONFIRMED else None
            if stop:
                return Outcome(name, None, [Problem(file=name, reason=stop), *problems], refused=True)
            progress(0.0, f"Writing {staged.read - staged.rejected:,} rows")
            batch = _dry(store, staged) if dry_run else _committed(store, ready, viewer, who, progress, beside, in_place_of)
    except NeedsConsent as needs:
        return Outcome(name, None, [Problem(file=name, reason=str(needs)), *problems], refused=True, needs=needs)
    except ImportRefused as full:
        return Outcome(name, None, full.problems, refused=True)
    progress(1.0, "Done")
    return Outcome(name, batch, problems, ready.questions)


def _committed(
    store: Store, ready: Prepared, viewer: Viewer, who: str | Actor, progress: Progress, beside: Beside | None, in_place_of: Sequence[int]
) -> BatchResult:
    """The batch, where it needs nobody's consent. Raises NeedsConsent."""
    begun = time.monotonic()
    with store.alone():
        check_ending(store, ready, viewer)
        batch = store.commit(
            ready.staged, viewer.signs(who), progress, before=worked_ahead.of(store), beside=beside, in_place_of=in_place_of
        )
    counts = {name: getattr(batch, name) for name in ("batch", "table", "read", "accepted", "rejected", "duplicate", "waiting")}
    log.info("imported", extra={"fields": counts | {"seconds": round(time.monotonic() - begun, 3)}})
    return batch


def take_once(store: Store, ready: Prepared, *, who: str | Actor, progress: Progress = silent, viewer: Viewer = EVERYONE) -> Outcome:
    """As take, of a file that several people may bring in at the same moment: it makes one batch, and the others are told of that one."""
    may_import(viewer, ready.mapping.table)
    with _one_by_one:
        before = standing_under(store, ready.draft.sha256, ready.mapping)
        if before:
            return Outcome(ready.draft.file, before, [], repeated=True)
        return take(store, ready, who=who, progress=progress, viewer=viewer)


@contextmanager
def _room_on_disk(file: str) -> Generator[None]:
    """A disk that is full, or a key that is lost, is a reason why a file is not taken, not a fault."""
    try:
        yield
    except (DiskFull, KeyLost) as why:
        raise ImportRefused([Problem(file=file, reason=str(why))]) from None
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ImportRefused([Problem(file=file, reason=FULL)]) from None


def standing_under(store: Store, sha256: str, mapping: Mapping) -> BatchResult | None:
    """The newest standing batch of just these bytes under a mapping that says the same, however it was written down then."""
    same = (batch for batch, standing in store.imports_of(sha256) if standing and _says(store.mapping(batch.batch), mapping))
    return next(same, None)


def _says(written: str, mapping: Mapping) -> bool:
    try:
        before = Mapping.from_toml(written)
        kept = before if mapping.key else replace(before, key=())  # states were written down with the key of their feed once
        return kept == mapping or before == mapping
    except MappingError:  # of an earlier version, which took what is no longer taken
        return False


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


def _dry(store: Store, ready: Staged) -> BatchResult:
    with previewed(store, ready) as seen:
        return seen.result


def _proposed(draft: Draft, table: str | None, answers: dict) -> Mapping:
    seen = draft.inspected(reading(answers), table=table)
    why = None if table else why_not_kept(seen.header)
    if why:
        raise ImportRefused([Problem(file=draft.file, line=1, reason=f"{why} It has: {', '.join(seen.header[:30])}.")])
    found = proposal(seen.header, seen.sample, table)
    if found.best is None:
        lacks = what_is_missing(seen.header) or "The header matches no table."
        reason = f"{lacks} It has: {', '.join(seen.header[:30])}. Name the table, or give a mapping."
        raise ImportRefused([Problem(file=draft.file, line=1, reason=reason)])
    if found.question and not table:
        raise NeedsAnswer([found.question], draft.file)
    return found.best.mapping
