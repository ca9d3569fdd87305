"""What a feed has settled for all of its files, and what a new file leaves open: records or state, whose day, complete or not.

Asked where the answer first changes a figure, once a feed, and never of a feed whose export is known: docs/RECORDS_AND_STATE.md.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from data.importing import contradictions
from data.importing.findings import Question
from data.importing.mapping import Mapping, MappingError
from data.importing.options import CONFIRMED, OPTIONS
from data.log.feed_settings import FeedSettings, as_told, leaves_out, says_otherwise
from data.log.file_days import day_in_name
from data.log.places import RECORDS, STATE, TABLES_OF_STATES
from data.log.staged import Staged
from data.store.store import Store

# What holds for all files of a feed, once it was answered for one; a day, a sheet or a start is that of one file.
FILL_USERS = ("person_id", "anonymous_id")  # of usage: who did what a file names no user for
KEPT_COLUMNS = ("period", "currency", "kind", "status")
KEPT_OPTIONS = (
    "ends_on",
    "date_order",
    "decimal",
    "timezone",
    "epoch",
    "amount_unit",
    "amount_per",
    "discounts",
    "ends_are",
    "effort_unit",
)


@dataclass(frozen=True)
class Said:
    """What a person has said of a file beside its mapping. rows: whether its rows are records or a state, and so those of its feed's
    earlier files; complete: whether what it leaves out has ended. None where nothing was said."""

    rows: str | None = None
    complete: bool | None = None

    @classmethod
    def of(cls, answers: dict, mapping: Mapping | None = None) -> "Said":
        """What answers say, or else a mapping that a person wrote. Raises MappingError for a value that there is not."""
        given = (dict(mapping.options) if mapping else {}) | answers
        rows = OPTIONS["rows"].checked(given["rows"]) if "rows" in given else None
        complete = OPTIONS["snapshot"].checked(given["snapshot"]) in (True, CONFIRMED) if "snapshot" in given else None
        return cls(str(rows) if rows else None, complete)


def as_part(mapping: Mapping | None, answers: dict) -> tuple[Mapping | None, dict]:
    """A mapping, and answers, as they hold for a file that is a part of what there is: nothing can make it complete."""
    answers = {name: value for name, value in answers.items() if name != "snapshot"}
    return mapping and _without_snapshot(mapping), answers


def _without_snapshot(mapping: Mapping) -> Mapping:
    return replace(mapping, options={name: value for name, value in mapping.options.items() if name != "snapshot"})


def settled(store: Store, mapping: Mapping, said: Said, file: str, *, partial: bool = False) -> Mapping:
    """The mapping with what is settled: by a person, else by the feed's earlier files, else by the vendor's export.

    partial: of a file that is a part of what there is, which is never complete, whatever its feed's files are.

    A state gets its day from the file's name where no option gives it.
    """
    feed = store.feed_settings(mapping.table, mapping.feed)
    mapping = _users_as_before(_answered_before(mapping, feed), feed)
    mapping = _without_snapshot(mapping) if partial else mapping
    if mapping.table not in TABLES_OF_STATES:
        return mapping
    rows = said.rows or feed.rows or mapping.options.get("rows")
    options = {name: value for name, value in mapping.options.items() if name != "rows"} | ({"rows": rows} if rows else {})
    if rows != STATE:
        return replace(mapping, options=options)
    day = day_in_name(file)
    options |= {"covers": (day, day)} if day and "covers" not in options else {}
    complete = (feed.complete if said.complete is None else said.complete) and not partial
    options |= {"snapshot": True} if complete and "snapshot" not in options and mapping.table == "contracts" else {}
    return replace(mapping, options=options)


def _answered_before(mapping: Mapping, feed: FeedSettings) -> Mapping:
    """The mapping with what was answered for the feed's newest file, where this one has the same columns and leaves it open as well."""
    try:
        before = Mapping.from_toml(feed.mapping)
    except MappingError:  # of a version that is no more, or of what was written in the app
        return mapping
    common = {*mapping.columns} & {*before.columns}
    if not common or any(mapping.columns[name] != before.columns[name] for name in common):
        return mapping
    open_still = {name: value for name, value in before.constants.items() if name in KEPT_COLUMNS and name not in mapping.given}
    kept = replace(mapping, constants=mapping.constants | open_still)
    for name, value in before.options.items():
        if name in KEPT_OPTIONS and name not in kept.options:
            with suppress(MappingError):  # what has no effect in this file
                told = replace(kept, options={**kept.options, name: value})
                contradictions.check(told)
                kept = told
    return kept


def _users_as_before(mapping: Mapping, feed: FeedSettings) -> Mapping:
    """Usage of a feed whose earlier files left events without a user as they were goes on so: else an event of an overlapping export
    would be another one, of another user."""
    try:
        before = Mapping.from_toml(feed.mapping)
    except MappingError:
        return mapping
    if mapping.table != "usage_events" or {*FILL_USERS} & {*before.columns} or "distinct" in mapping.columns.get("user_id", ""):
        return mapping
    return replace(mapping, columns={name: source for name, source in mapping.columns.items() if name not in FILL_USERS})


def for_next_files(mapping: Mapping) -> Mapping:
    """The mapping as it may be kept for files to come: without the days of this one."""
    constants = mapping.constants
    if mapping.options.get("rows") == STATE:
        constants = {name: value for name, value in constants.items() if name != "starts_on"}
    return replace(mapping, constants=constants, options={name: value for name, value in mapping.options.items() if name != "covers"})


def day_questions(store: Store, mapping: Mapping, file: str) -> list[Question]:
    """On which day a state was exported, and since when its lines run, where neither the file nor anybody has said; empty else."""
    if mapping.options.get("rows") != STATE:
        return []
    asked = []
    if "covers" not in mapping.options:
        text = f"{file} says what holds on the day on which it was exported. Which day was that?"
        asked.append(Question("covers", None, text, (), "A day like 2025-01-31. A day in the file's name would have told."))
    if mapping.table == "contracts" and "starts_on" not in mapping.given and not store.feed_settings(mapping.table, mapping.feed).starts:
        text = "The file does not say since when its lines run. Since when do they, at the latest? Later files need not say it again."
        asked.append(Question("starts_on", None, text, (), "A day like 2025-01-31. What comes new in later files begins on their day."))
    return asked


def as_said(staged: Staged, said: Said, store: Store) -> Staged:
    """The staged file with what a person has said of it and of its feed."""
    if staged.table not in TABLES_OF_STATES:
        return staged
    before = store.feed_settings(staged.table, staged.feed)
    return replace(staged, declares=bool(said.rows) and said.rows != before.rows, complete=said.complete)


def feed_questions(store: Store, staged: Staged) -> list[Question]:
    """What must be known of a feed before this file can be read: whether other values are corrections or changes, and whether lines
    that are missing have ended. Empty where it is settled, or changes no figure yet."""
    if staged.table != "contracts" or staged.log:
        return []
    if not staged.rows:
        return _records_or_state(store, staged)
    if staged.rows != STATE or staged.snapshot or staged.partial or staged.complete is not None:
        return []
    return [] if store.feed_settings(staged.table, staged.feed).complete is not None else _complete(store, staged)


def _records_or_state(store: Store, staged: Staged) -> list[Question]:
    with store.reading() as cursor:
        found = says_otherwise(cursor, staged, store.standing(cursor))
    if not found:
        return []
    before, now = _shown(found.column, found.before), _shown(found.column, found.now)
    text = (
        f"{as_told(found.line)} has {found.column} {before} in an earlier file of “{staged.feed}”, and {now} in this one. "
        "Is that a correction (records: it was wrong before), or a change (state: the file says what holds on its day)?"
    )
    return [Question("rows", found.column, text, (RECORDS, STATE), "Asked once for this feed. A list of what runs now is a state.")]


def _shown(column: str, value: str | None) -> str:
    """A value as a person writes it: an amount without the zeros that the store keeps behind it."""
    if value is None:
        return "empty"
    return f"{Decimal(value).normalize():f}" if column == "amount" else value


def _complete(store: Store, staged: Staged) -> list[Question]:
    with store.reading() as cursor:
        found = leaves_out(cursor, staged, store.standing(cursor))
    if not found:
        return []
    text = (
        f"{as_told(found.line)} is in {found.before}, and not in {found.now}. Are these files complete, so that a line that is missing has "
        "ended on the day of the file (yes), or may they leave out lines that go on (no)?"
    )
    return [Question("snapshot", None, text, ("yes", "no"), "Asked once for this feed.")]
