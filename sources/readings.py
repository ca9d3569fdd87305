"""How the rows of a source that stand were read, beside how rows are read now: figures of both together would mean two things."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.importing.findings import Question
from data.importing.mapping import Mapping, MappingError
from data.log.moments import data_version, standing_at
from data.log.staged import Staged
from data.schema import SOURCE_PULLS
from data.store.store import Store
from data.work.pulls import IMPORTED
from sources.description import Source
from sources.keys import AGAIN, READING, STAY

OF_A_FILE = frozenset({"covers", "encoding", "sheet", "header_row", "snapshot", "covers_all_accounts", "covers_accounts", "newest_by"})
"""Options that say something of one file, and not what a value in it means."""
BY_ITS_VALUES = frozenset({"date_order", "decimal"})
"""Options that a proposal finds in the values of each file: a file whose values show nothing leaves them out."""
SHOWN = 6  # differences that a question names
DAYS = r"(?m)^covers = (\[[^\]]*\]|.*$)"


@dataclass(frozen=True)
class Brought:
    """A batch of a source that stands, with the mapping under which it came, and by and as what its source was read (`Keys.read_as`)."""

    batch: int
    table: str
    feed: str
    mapping: str
    header: tuple[str, ...]
    read_by: str


def standing(store: Store, source: str) -> list[Brought]:
    """The batches of a source that stand, the newest first; a day that only says of when a file is, is left out of their mappings."""
    query = f"""select b.batch, b.table_name, b.feed, regexp_replace(b.mapping, '{DAYS}', '', 'g'), b.header, coalesce(p.read_by, '')
        from rows_{SOURCE_PULLS.name} p join batches b on b.batch = p.batch_number
        where p.source = ? and p.outcome = ? and b.batch in ({{standing}}) and p.batch in ({{standing}}) order by b.batch desc"""
    with store.reading() as cursor:
        rows = cursor.execute(query.format(standing=standing_at(data_version(cursor))), [source, IMPORTED]).fetchall()
    return [Brought(batch, table, feed, mapping, tuple(header or ()), read_by) for batch, table, feed, mapping, header, read_by in rows]


def otherwise(store: Store, source: str) -> tuple[int, ...]:
    """The standing batches of a source whose rows were read otherwise than those of its newest one, the newest first; empty where all were
    read alike."""
    found = standing(store, source)
    if not found:
        return ()
    newest, alike = found[0], {}
    for one in found[1:]:
        how = one.table, one.feed, one.mapping, one.header, one.read_by
        alike[how] = alike.get(how) or (one.table == newest.table and not _differ(one, newest))
    return tuple(
        one.batch for one in found[1:] if not alike[one.table, one.feed, one.mapping, one.header, one.read_by] and one.table == newest.table
    )


def question(store: Store, source: Source, staged: Staged) -> Question | None:
    """What must be said of rows that are read otherwise than those that stand; None where they are read alike, or none stand."""
    before = [one for one in standing(store, source.name) if one.table == staged.table]
    if not before:
        return None
    now = Brought(0, staged.table, staged.feed, staged.mapping, staged.header, source.read_by_and_as)
    found = _differ(before[0], now, by_hand=source.mapping is not None)
    if not found:
        return None
    batches = ", ".join(str(one.batch) for one in before[:SHOWN]) + (" ..." if len(before) > SHOWN else "")
    more = " ..." if len(found) > SHOWN else ""
    text = (
        f"These rows are read otherwise than those that came before (batch {batches}): {'; '.join(found[:SHOWN])}{more}. "
        f"Both together would mean two things. Are the earlier ones to be undone, and all read again ({AGAIN}), or do they stay as they "
        f"were read, and only what comes is read so ({STAY})?"
    )
    hint = "What the source has no more does not come again."
    return Question(READING, None, text, (AGAIN, STAY) if source.kind != "webhook" else (STAY,), hint)


def _differ(before: Brought, now: Brought, *, by_hand: bool = False) -> list[str]:
    """What is read otherwise, a few words each; empty where all is read alike. A column that came, or went, is not read otherwise."""
    said = [] if before.feed == now.feed else [f"feed: {now.feed}, was {before.feed}"]
    said += ["the parts of its records"] if _as(before) != _as(now) and _as(before) and _as(now) else []
    if before.mapping == now.mapping:
        return said
    try:
        was, is_now = Mapping.from_toml(before.mapping), Mapping.from_toml(now.mapping)
    except MappingError:  # of a version that is no more: nobody can say what it meant
        return [*said, "the mapping"]
    return [*said, *_columns(was, is_now, before.header, now.header, by_hand=by_hand), *_options(was, is_now, by_hand=by_hand)]


def _as(of: Brought) -> str:
    return of.read_by.partition("-")[2]


def _columns(was: Mapping, now: Mapping, header: Sequence[str], header_now: Sequence[str], *, by_hand: bool) -> Iterator[str]:
    """Columns of the table that come of something else than they did. by_hand: the mapping is a person's, so that what it leaves out now
    is left out on purpose."""
    if was.key and now.key and was.key != now.key:  # where none is said, rows show it
        yield f"key: {', '.join(now.key)}, was {', '.join(was.key)}"
    for name in sorted(was.given & now.given):
        if _of(was, name) != _of(now, name):
            yield f"{name}: {_shown(now, name)}, was {_shown(was, name)}"
    if by_hand:
        yield from (f"{name}: left out, was {_shown(was, name)}" for name in sorted(was.given - now.given) if _there(was, name, header_now))
        yield from (f"{name}: {_shown(now, name)}, was left out" for name in sorted(now.given - was.given) if _there(now, name, header))


def _of(mapping: Mapping, name: str) -> tuple:
    """Where a column of the table comes from, and what becomes of its values."""
    entries = (mapping.columns, mapping.constants, mapping.values, mapping.when, mapping.joined, mapping.otherwise, mapping.after)
    return tuple(entry.get(name) for entry in entries)


def _shown(mapping: Mapping, name: str) -> str:
    if name in mapping.constants:
        return f"“{mapping.constants[name]}”"
    rule = mapping.when.get(name)
    return mapping.columns.get(name) or " ".join(mapping.joined.get(name, ())) or (rule.column if rule else "") or "told otherwise"


def _there(mapping: Mapping, name: str, header: Sequence[str]) -> bool:
    """Whether what a column comes of is in a file of this header; what is held for all rows is in every file."""
    if name in mapping.constants:
        return True
    rule = mapping.when.get(name)
    return bool({mapping.columns.get(name), *mapping.joined.get(name, ()), rule.column if rule else None} & {*header})


def _options(was: Mapping, now: Mapping, *, by_hand: bool) -> Iterator[str]:
    for name in sorted(({*was.options} | {*now.options}) - OF_A_FILE):
        before, after = was.options.get(name), now.options.get(name)
        found = not by_hand and name in BY_ITS_VALUES and None in (before, after)
        if before != after and not found:
            yield f"{name}: {after or 'not said'}, was {before or 'not said'}"
