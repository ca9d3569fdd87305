"""What is to become of files that were dropped together: what each is taken for, how sure that is, and what only a person can say first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from data.importing import saved_mappings
from data.importing.desk import OnDesk, Told
from data.importing.draft import Draft
from data.importing.findings import Problem, Question
from data.importing.known_exports import by_shape, why_not_kept
from data.importing.looks import reading
from data.importing.mapping import Mapping, MappingError
from data.importing.named_by import NAMES_THE_ACCOUNT
from data.importing.options import OPTIONS
from data.importing.other_lists import what_is_missing
from data.importing.outcome import ImportRefused, NeedsAnswer, ReadingFailed
from data.importing.proposal import Proposal, proposal, proposed
from data.importing.questions import lacking_in, unsaid
from data.importing.reader_jobs import Inspection
from data.importing.run import ASKED, Prepared, Repeated, answered, first_questions, prepare
from data.log.progress import Progress, silent
from data.schema import IMPORTED_TABLES, TABLES
from data.store.store import BatchResult, Store
from language import again, mark, tr
from language.formats import listed, sentences
from reports.imports.account_column import question_by
from reports.imports.known_accounts import Known, accounts_in

READY, ASKS, UNUSABLE, IN, UNDONE = "ready", "one question", "not usable", "in", "undone"
FITS_NOTHING = mark("Its columns are those of no table. Say what is in the file, or leave it out.")
SAME_MAPPING = mark("It is in under just this mapping. Change the mapping below, or undo the batch first.")
NOTHING_LOST = mark("Nothing was imported, and nothing was lost.")


@dataclass(frozen=True)
class Guess:
    """What a file is taken for: its mapping, how sure that is (0 to 1; SURE is enough), and by what."""

    mapping: Mapping
    certainty: float
    why: str


@dataclass(frozen=True)
class Planned:
    """One file of a plan. state: READY, ASKS, UNUSABLE, IN (a batch of it stands) or UNDONE.

    guess: what it is taken for, None where that is not known; mapping: that with all answers. questions: what a person must say first;
    lacking: columns that must be chosen. problems: why it cannot be used. note: what else there is to say. batch: of one that is or was in.
    """

    draft: Draft
    told: Told
    state: str
    seen: Inspection | None = None
    guess: Guess | None = None
    mapping: Mapping | None = None
    ready: Prepared | None = None
    questions: tuple[Question, ...] = ()
    lacking: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""
    batch: BatchResult | None = None
    same: tuple[str, ...] = ()

    @property
    def table(self) -> str | None:
        return self.guess.mapping.table if self.guess else self.batch.table if self.batch else None

    @property
    def rows(self) -> int | None:
        """Rows read; None where the file was not read to its end."""
        return self.ready.staged.read if self.ready else self.batch.read if self.batch else None


@dataclass
class _Looked:
    """What was found out about a file before something stopped it."""

    seen: Inspection | None = None
    guess: Guess | None = None
    mapping: Mapping | None = None
    note: str = ""


def planned(store: Store, one: OnDesk, progress: Progress = silent, known: Callable[[], Known] | None = None) -> Planned:
    """What is to become of one file. Never raises for what is in it; it is read to its end once all is known.

    known: gives the accounts that are in, where many files are planned and they need be looked up but once.
    """
    batches = store.imports_of(one.draft.sha256)
    if batches and not one.told.again:
        batch, standing = next((found for found in batches if found[1]), batches[0])
        return Planned(one.draft, one.told, IN if standing else UNDONE, batch=batch, same=one.same)
    looked = _Looked()
    try:
        return replace(_prepared(store, one, looked, progress, known or partial(accounts_in, store)), same=one.same)
    except Repeated as repeated:
        return Planned(one.draft, one.told, IN, looked.seen, looked.guess, note=tr(SAME_MAPPING), batch=repeated.batch, same=one.same)
    except NeedsAnswer as asked:
        return replace(_stopped(one, looked, ASKS), questions=tuple(asked.questions))
    except ImportRefused as refused:
        lacking = _lacking(looked.guess.mapping) if looked.guess else ()
        return replace(_stopped(one, looked, ASKS if lacking else UNUSABLE), problems=tuple(refused.problems), lacking=lacking)
    except (MappingError, ReadingFailed, OSError) as error:
        return replace(
            _stopped(one, looked, UNUSABLE), problems=(Problem(file=one.draft.file, reason=sentences(again(error), tr(NOTHING_LOST))),)
        )


def _stopped(one: OnDesk, looked: _Looked, state: str) -> Planned:
    return Planned(one.draft, one.told, state, looked.seen, looked.guess, looked.mapping, note=looked.note, same=one.same)


def _prepared(store: Store, one: OnDesk, looked: _Looked, progress: Progress, known: Callable[[], Known]) -> Planned:
    draft, told = one.draft, one.told
    seen = looked.seen = draft.inspected(reading(dict(told.answers)), table=told.table or None)
    unwanted = None if told.table or told.mapping else why_not_kept(seen.header)
    if unwanted:
        raise ImportRefused([Problem(file=draft.file, reason=unwanted)])
    looked.note = _outgrown(store, seen.header)
    guess = looked.guess = _of_its_feed(_guess(store, seen, told, draft.file), told)
    if lacking := _lacking(guess.mapping, seen.header):
        return replace(_stopped(one, looked, ASKS), lacking=lacking)
    answers = _fitting(told.answers, guess.mapping)
    looked.mapping = answered(guess.mapping, answers)
    if "account_from" not in answers and not told.mapping and (asked := question_by(known, draft, seen, looked.mapping)):
        raise NeedsAnswer([asked, *first_questions(store, draft, guess.mapping, answers)], draft.file)
    ready = prepare(store, draft, mapping=guess.mapping, answers=answers, person=True, once=True, progress=progress)
    note = sentences(looked.note, _goes_by(ready))
    return Planned(draft, told, READY, seen, guess, ready.mapping, ready, note=note)


def _goes_by(ready: Prepared) -> str:
    """By what a file names its accounts, where no account is in yet and names stand beside its ids; empty else."""
    told = ready.staged.problems.filter(pl.col("reason").str.starts_with(NAMES_THE_ACCOUNT)).select("column", "reason").rows()
    return f"{told[0][0]} {told[0][1]}." if told else ""


def _guess(store: Store, seen: Inspection, told: Told, file: str) -> Guess:
    """What the file is taken for. Raises NeedsAnswer where that is not sure enough, ImportRefused where nothing speaks for any table."""
    if told.mapping:
        return Guess(Mapping.from_toml(told.mapping), 1.0, tr("saved as {name}", name=told.named) if told.named else tr("as you set it"))
    if told.table:
        return Guess(proposed(seen.header, seen.sample, told.table) or Mapping(told.table), 1.0, tr("as you said"))
    for name in saved_mappings.matching(store.path, seen.header)[:1]:
        return Guess(saved_mappings.load(store.path, name), 1.0, tr("saved as {name}", name=name))
    found = proposal(seen.header, seen.sample)
    if found.best is None:
        missing = what_is_missing(seen.header) or tr(FITS_NOTHING)
        raise NeedsAnswer([Question("table", None, missing, IMPORTED_TABLES)], file)
    if found.question:
        raise NeedsAnswer([found.question], file)
    return Guess(found.best.mapping, found.best.certainty, _why(seen, found))


def _of_its_feed(guess: Guess, told: Told) -> Guess:
    """What a file is taken for, within the feed whose rows these are: under another one they would count a second time."""
    set_here = told.mapping and not told.named
    return guess if set_here or not told.feed else replace(guess, mapping=replace(guess.mapping, feed=told.feed))


def _why(seen: Inspection, found: Proposal) -> str:
    if by_shape(seen.header, None, seen.sample):
        return tr("a known export")
    return tr("its own column names") if found.best and found.best.certainty == 1 else tr("by its columns")


def _lacking(mapping: Mapping, header: Sequence[str] = ()) -> tuple[str, ...]:
    """The columns that the table needs and must be chosen among the file's; empty where nothing is lacking, or it can be asked.

    header: what the file has; without it, all that is lacking.
    """
    if header and unsaid(mapping, list(header)) is not None:
        return ()
    table = TABLES[mapping.table]
    one_of = () if not table.required_one_of or mapping.given & {*table.required_one_of} else table.required_one_of[:1]
    return (*lacking_in(mapping), *one_of)


def _fitting(answers: dict[str, str], mapping: Mapping) -> dict[str, str]:
    """The answers that this mapping can take: those of its table, and none for what the file says itself by now."""
    said = mapping.columns.keys() | mapping.when.keys() | mapping.joined.keys()
    names = {*TABLES[mapping.table].names, *ASKED} - said
    fitting = {name for name, option in OPTIONS.items() if not option.tables or mapping.table in option.tables}
    return {name: value for name, value in answers.items() if name in (fitting if name in OPTIONS else names)}


def _outgrown(store: Store, header: list[str]) -> str:
    """Which saved mapping is nearly this file's, and which of its columns are gone; empty where there is none."""
    if saved_mappings.matching(store.path, header):
        return ""
    for name in saved_mappings.names(store.path):
        try:
            sources = saved_mappings.load(store.path, name).sources
        except MappingError:
            continue
        gone = sorted(sources - {*header})
        if gone and len(gone) * 2 <= len(sources):
            told = tr(
                "The saved mapping “{name}” does not fit any more: the file has no column {columns}.", name=name, columns=listed(gone)
            )
            return told
    return ""


ALIKE = ("ends_on", "timezone", "currency", "date_order", "decimal")  # questions whose answer may hold for several files


def asked_alike(plan: Sequence[Planned]) -> dict[str, list[Planned]]:
    """The questions that several files ask with the same choices, each with its files, in the order of the plan; none of those that have
    an answer to be confirmed."""
    found: dict[tuple[str, tuple[str, ...]], list[Planned]] = {}
    for one in plan:
        for question in one.questions:
            if question.option in ALIKE and not question.suggested:
                found.setdefault((question.option, question.choices), []).append(one)
    many: dict[str, list[Planned]] = {}
    for (option, _), asking in found.items():
        if len(asking) > max(1, len(many.get(option, ()))):
            many[option] = asking
    return many


def sure(plan: Sequence[Planned], ends: Callable[[Prepared], str | None]) -> list[Planned]:
    """The files that can be imported without a further word, in the order of their tables. ends: why a person must look at one first."""
    ready = [one for one in plan if one.ready and (one.told.looked or not _may_end(one.ready) or ends(one.ready) is None)]
    return sorted(ready, key=lambda one: [*TABLES].index(one.table or ""))


def _may_end(ready: Prepared) -> bool:
    """Whether a file ends lines that it does not have."""
    return ready.staged.snapshot or ready.staged.log


@dataclass(frozen=True)
class Leaning:
    """How many of the accounts that a file names come with another file of the plan."""

    accounts: int
    others: dict[str, int] = field(default_factory=dict)


def leaning(plan: Sequence[Planned]) -> dict[str, Leaning]:
    """For each file that names accounts, by its digest: how many, and how many of them a list of accounts beside it brings."""
    lists = {one.draft.file: _accounts(one) for one in plan if one.ready and one.table == "accounts"}
    found = {}
    for one in plan:
        if one.ready and one.table != "accounts" and (named := _accounts(one)):
            found[one.draft.sha256] = Leaning(len(named), {file: len(named & theirs) for file, theirs in lists.items() if named & theirs})
    return found


def _accounts(one: Planned) -> set[str]:
    """The accounts that a file names; of a list of accounts, their ids."""
    staged = one.ready.staged if one.ready else None
    if staged is None:
        return set()
    paths = [staged.people] if staged.people else list(staged.parts)
    ids: set[str] = set()
    for path in paths:
        lazy = pl.scan_parquet(path)
        names = lazy.collect_schema().names()
        column = "account_id" if "account_id" in names else "row_key" if one.table == "accounts" and "row_key" in names else None
        ids |= {*lazy.select(pl.col(column).drop_nulls().unique()).collect().to_series()} if column else set()
    return ids
