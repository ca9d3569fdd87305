"""By which columns the lines of a feed are told apart, worked out anew from the files of it that stand.

Each file says by which keys its own rows are unique. The lines of a feed go by the first key that is unique in all of its files: so one
line of a contract that comes alone is known again, though its file by itself could go by the contract. The answer follows from the files
that stand, in whatever order they came, and undo takes back what a file said of it. A key that a person or a known export gave is the only
one that its file says. Files whose lines nothing but their amounts tells apart, or that name contracts and need a key without them, go by
that key alone: for all others an amount is what changes, and what is of another contract is another line.
"""

from collections.abc import Collection, Iterable, Sequence

from data.schema import TABLES
from data.schema.columns import Table

AMOUNT = "amount"
NAMED = "contract_id"  # a file that names contracts, and one that does not, are told apart each by its own key


def written(key: Collection[str]) -> str:
    """A key as the log keeps it: its columns with commas between."""
    return ",".join(key)


def columns_of(key: str) -> tuple[str, ...]:
    return tuple(key.split(","))


def possible(table: Table, *, state: bool) -> tuple[tuple[str, ...], ...]:
    """The keys by which rows of a table may go, the best first; of a state those that do not change come before all others."""
    known = (table.key, *table.alternative_keys)
    return tuple(dict.fromkeys((*table.state_keys, *known) if state else known))


def key_in_sql(key: str) -> str:
    """SQL for the text that a row goes by under a key, as `row_key` of staged.py writes it."""
    names = columns_of(key)
    if len(names) == 1:
        return f'"{names[0]}"::varchar'
    return " || '|' || ".join(f"""'{name}=' || coalesce("{name}"::varchar, '')""" for name in names)


def common_key(table: str, told: Sequence[Sequence[str]], *, state: bool) -> str | None:
    """The key of files that say by which keys each is unique; None where no key is unique in all of them. Lines of states go by what does
    not change, unless another key was given."""
    shared = set(told[0]).intersection(*told[1:])
    named = any(map(_names_contracts, told))
    every = TABLES[table].state_keys if state else possible(TABLES[table], state=False)
    known = [key for key in every if _settles(key, named=named)]
    given = min((key for key in shared if AMOUNT not in columns_of(key)), default=None) if any(len(one) == 1 for one in told) else None
    return next((key for one in known if (key := written(one)) in shared), given)


def keys_by_file(table: str, files: dict[int, tuple[str, ...]], *, state: bool) -> dict[int, str]:
    """The key by which each file of one feed is read.

    files: the keys by which each is unique, as the log keeps them, the one first that it came under. Where a key was given for one file
    it holds for all in which it is unique; where it is not, and beside files that do not name contracts, each sort goes by its own.
    """
    given = {told[0] for told in files.values() if len(told) == 1}
    if len(given) == 1 and (key := common_key(table, list(files.values()), state=state)):
        return dict.fromkeys(files, key)
    found = {}
    for sort in _sorts(files):
        key = common_key(table, [files[batch] for batch in sort], state=state)
        found |= {batch: key or files[batch][0] for batch in sort}
    return found


def _names_contracts(told: Sequence[str]) -> bool:
    return any(NAMED in columns_of(key) for key in told)


def _settles(key: Sequence[str], *, named: bool) -> bool:
    """Whether a key may hold for other files than the one that needs it."""
    return AMOUNT not in key and (NAMED in key or not named)


def _sorts(files: dict[int, tuple[str, ...]]) -> Iterable[list[int]]:
    """The files that are to be told apart alike: those under a given key, those that need one of their own, and the others by whether they
    name contracts."""
    sorts: dict[str, list[int]] = {}
    for batch, told in files.items():
        named = _names_contracts(told)
        alike = any(_settles(columns_of(key), named=named) for key in told)
        sorts.setdefault(f"named {named}" if len(told) > 1 and alike else told[0], []).append(batch)
    return sorts.values()


def moved(read: dict[int, str]) -> str:
    """SQL for the key of each row of the log, where some batches are read by another key than they came under; batches with that key."""
    by: dict[str, list[int]] = {}
    for batch, key in read.items():
        by.setdefault(key, []).append(batch)
    cases = " ".join(f"when batch in ({', '.join(map(str, batches))}) then {key_in_sql(key)}" for key, batches in by.items())
    return f"case {cases} else row_key end"
