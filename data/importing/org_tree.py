"""Whether a file of your own people fits: it comes in whole or not at all, since half an org tree would let the wrong people in."""

from collections.abc import Iterator

import polars as pl

from data.access import roles as role_files
from data.access.administration import check_somebody_is_left
from data.access.people import People, is_address, people, same
from data.access.roles import RolesWrong
from data.importing.findings import Problem
from data.importing.mapping import Mapping
from data.importing.outcome import ImportRefused
from data.log.staged import Staged
from data.schema import PEOPLE
from data.store.edits import EditRefused
from data.store.preview import previewed
from data.store.store import Store
from data.store.view import View

WHOLE = "The list of people comes in whole or not at all: put these lines right and import the file again."


def check_people(store: Store, staged: Staged, mapping: Mapping, file: str) -> None:
    """Raises ImportRefused, with line and column of everything that cannot be, where a file of people must not come in; nothing for the
    other tables."""
    if staged.table != PEOPLE.name:
        return
    rejected = [Problem(file=file, **row) for row in staged.problems.filter(pl.col("rejected")).to_dicts()]
    rows = pl.concat([pl.read_parquet(part) for part in staged.parts]) if staged.parts else pl.DataFrame(schema={"email": pl.String})
    found = rejected + [one.of(file) for one in (*_by_line(store, rows, mapping), *_of_the_tree(store, staged, rows, mapping))]
    if found:
        first = [Problem(file=file, reason=WHOLE)] if any(one.line for one in found) else []
        raise ImportRefused([*sorted(found, key=lambda one: one.line or 0), *first])


def _by_line(store: Store, rows: pl.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    """What is wrong with a line by itself, or beside the others."""
    written = _as_written(store)
    first: dict[str, int] = {}
    for row in rows.iter_rows(named=True):
        email = row["email"]
        if not is_address(email):
            yield _problem(row, "email", mapping, "is no e-mail address; write it as the person signs in")
        if (line := first.setdefault(same(email), row["line"])) != row["line"]:
            yield _problem(row, "email", mapping, f"is on line {line} in other letters; keep one of the two")
        elif (known := written.get(same(email), email)) != email:
            yield _problem(row, "email", mapping, f"stands on the list as {known}; write it with the same letters")
        yield from _of_roles(row, mapping)


def _of_roles(row: dict, mapping: Mapping) -> Iterator[Problem]:
    try:
        known = role_files.current().roles
    except RolesWrong as wrong:
        raise ImportRefused([Problem(reason=f"The file of roles cannot be used, and has to be mended first. {wrong}")]) from None
    for one in (part.strip() for part in (row.get("role") or "").split(",")):
        if one and one not in known:
            yield _problem(row, "role", mapping, f"{one!r} is no role; roles are {', '.join(known)}")


def _of_the_tree(store: Store, staged: Staged, rows: pl.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    """What is wrong with the list as it would be: loops through lines of the file, and nobody left who could mend it."""
    lines = {same(row["email"]): row for row in rows.iter_rows(named=True)}
    with previewed(store, staged) as then, View(then) as view:
        after = people(view)
    for email in after.loops():
        if email in lines:
            way = " -> ".join([email, *after.chain(after.by_email[email])])
            yield _problem(lines[email], "manager", mapping, f"everybody would report, in the end, to themselves: {way}")
    yield from _nobody_left(store, after)


def _nobody_left(store: Store, after: People) -> Iterator[Problem]:
    with View(store) as view:
        before = people(view)
    try:
        check_somebody_is_left((before, role_files.current()), (after, role_files.current()))
    except EditRefused as refused:
        yield Problem(reason=str(refused))


def _as_written(store: Store) -> dict[str, str]:
    """How each address on the list is written."""
    with View(store) as view:
        return {same(one): one for one in view.table(PEOPLE.name)["email"]}


def _problem(row: dict, column: str, mapping: Mapping, reason: str) -> Problem:
    return Problem(line=row["line"], column=mapping.columns.get(column, column), value=row.get(column), reason=reason)
