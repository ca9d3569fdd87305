"""What later files bring of those who were erased: left out before anything is written, through whichever door they come."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from data.erasure.files import ENCODINGS, PACKED
from data.erasure.keys import ACCOUNT, CONTACT, CONTRACT, EMAIL, NAME, USER, Erased
from data.erasure.removing import id_places
from data.erasure.words import plain
from data.log.staged import Staged
from data.schema import TABLES

ACCOUNTS_IN = ("account_id", "alias")
NOT_SEARCHED = ("name", "email", "contact_id", "account_id", "contract_id", "owner", "team", "row_key", "alias", "parent_id")
SEARCHED_KINDS = ("text", "id")
Test = Callable[[str], bool]


def without_erased(staged: Staged, erased: Erased) -> Staged:
    """A staged file without the rows of those who were erased, which `erased` of it counts, and with their names blanked out of its texts."""
    if not erased or TABLES[staged.table].of_team:
        return staged
    kept = _without_events(staged, erased) if staged.table == "usage_events" else _without_rows(staged, erased)
    blanked = erased.blanked
    return replace(
        kept, file=blanked(kept.file), mapping=blanked_lines(kept.mapping, erased), header=tuple(map(blanked, kept.header)),
        problems=problems_without(kept.problems, erased), rejected_rows=_rejected(kept, erased),
    )  # fmt: skip


def blanked_lines(text: str, erased: Erased) -> str:
    """A text of several lines, each blanked out for itself, so that lines stay lines."""
    return "\n".join(erased.blanked(line) for line in text.split("\n"))


def is_account(erased: Erased) -> Test:
    """Whether what a file calls an account is one that was erased: by its id, its name, or the address of somebody who was."""
    return lambda written: erased.has(ACCOUNT, written) or erased.has(NAME, plain(written)) or erased.has_address(written)


def _matching(values: pl.Series, test: Test) -> pl.Series:
    """Which values of a column pass a test that looks at each value once."""
    some = [value for value in values.unique().to_list() if value and test(value)]
    return values.is_in(some).fill_null(value=False)


def _goes(rows: pl.DataFrame, table: str, erased: Erased) -> pl.Series:
    """Which rows of a keyed table are of somebody who was erased."""
    gone = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    for name in ACCOUNTS_IN:
        if name in rows.columns:
            gone |= _matching(rows[name], is_account(erased))
    if "contact_id" in rows.columns:
        gone |= _matching(rows["contact_id"], lambda one: erased.has(CONTACT, one) or erased.has_address(one))
    if table == "contacts":
        gone |= _same_person(rows, erased)
    return gone


def _same_person(rows: pl.DataFrame, erased: Erased) -> pl.Series:
    """Contacts with the address, or within the same account the name, of somebody who was erased."""
    gone = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    if "email" in rows.columns:
        gone |= _matching(rows["email"], erased.has_address)
    if {"name", "account_id"} <= {*rows.columns}:
        pairs = zip(rows["account_id"], rows["name"], strict=True)
        gone |= pl.Series([erased.has_namesake(account, name) for account, name in pairs], dtype=pl.Boolean)
    return gone


def _without_rows(staged: Staged, erased: Erased) -> Staged:
    parts, lines, n = [], [], 0
    for part in staged.parts:
        rows = pl.read_parquet(part)
        gone = _goes(rows, staged.table, erased)
        lines += rows.filter(gone)["line"].to_list()
        kept = _blanked(rows.filter(~gone), _searched(staged.table), erased)
        if "parent_id" in kept.columns:
            kept = kept.with_columns(parent_id=pl.when(~_matching(kept["parent_id"], is_account(erased))).then("parent_id"))
        parts += _written(part, kept)
    n = len({*lines}) if staged.log else len(lines)
    return replace(
        staged, parts=tuple(parts), erased=n, attributes=_attributes(staged.attributes, lines, erased),
        problems=staged.problems.filter(~pl.col("line").is_in(lines) | pl.col("rejected")),
    )  # fmt: skip


def _searched(table: str) -> list[str]:
    """Columns of a table in whose texts people may be named."""
    return [
        one.name
        for one in TABLES[table].columns
        if one.kind in SEARCHED_KINDS and one.name not in NOT_SEARCHED and one.name not in TABLES[table].key
    ]


def _blanked(rows: pl.DataFrame, columns: Iterable[str], erased: Erased) -> pl.DataFrame:
    """The rows with those who were erased blanked out of some columns; each text is looked at once."""
    for name in columns:
        if name in rows.columns and rows[name].dtype == pl.String:
            texts = rows[name].drop_nulls().unique().to_list()
            changed = {text: new for text in texts if (new := erased.blanked(text)) != text}
            rows = rows.with_columns(pl.col(name).replace(changed)) if changed else rows
    return rows


def _written(part: Path, rows: pl.DataFrame) -> Sequence[Path]:
    """The rows as a part of their own beside the one that they are from; none where there are none."""
    if rows.is_empty():
        return ()
    path = part.with_name(f"{part.stem}-kept.parquet")
    rows.write_parquet(path, compression="uncompressed", statistics=False)
    return (path,)


def _attributes(path: Path | None, lines: Sequence[int], erased: Erased) -> Path | None:
    if path is None:
        return None
    rows = _blanked(pl.read_parquet(path).filter(~pl.col("line").is_in(lines)), ("value",), erased)
    return next(iter(_written(path, rows)), None)


def _without_events(staged: Staged, erased: Erased) -> Staged:
    if staged.people is None:
        return staged
    people = pl.read_parquet(staged.people)
    gone = of_erased(people, erased)
    out = people.filter(gone)
    links = _links(staged.links, {*out["user_id"]} - {*people.filter(~gone)["user_id"]}, erased)
    if out.is_empty():
        return replace(staged, links=links)
    parts, lines = [], []
    for part in staged.parts:
        rows = pl.read_parquet(part)
        goes = rows["person"].is_in(out["number"].implode())
        lines += rows.filter(goes)["line"].to_list()
        parts += _written(part, rows.filter(~goes))
    known = next(iter(_written(staged.people, people.filter(~gone))), staged.people if not parts else None)
    return replace(
        staged, parts=tuple(parts), people=known, links=links, erased=len(lines),
        problems=staged.problems.filter(~pl.col("line").is_in(lines) | pl.col("rejected")),
    )  # fmt: skip


def of_erased(people: pl.DataFrame, erased: Erased) -> pl.Series:
    """Which users (account_id, contract_id, user_id) are of somebody who was erased."""
    return pl.Series([_is_user(row, erased) for row in people.select("account_id", "contract_id", "user_id").iter_rows()], dtype=pl.Boolean)


def _is_user(row: tuple[str | None, str | None, str | None], erased: Erased) -> bool:
    account, contract, user = row
    if (account and is_account(erased)(account)) or erased.has(CONTRACT, contract):
        return True
    return bool(user) and (erased.has(USER, f"{account or contract or ''}/{user}") or erased.has_address(user))


def _links(path: Path | None, gone: set[str | None], erased: Erased) -> Path | None:
    """What a file says of ids that are one person's, but for those whom it names no more."""
    if path is None:
        return None
    rows = pl.read_parquet(path)
    ids = [one for one in {*rows["one"], *rows["other"]} if one in gone or erased.has_address(one)]
    return next(iter(_written(path, rows.filter(~pl.col("one").is_in(ids), ~pl.col("other").is_in(ids)))), None)


def problems_without(problems: pl.DataFrame, erased: Erased) -> pl.DataFrame:
    """What was said of rows, with no value of somebody who was erased."""
    test: Test = lambda value: is_account(erased)(value) or erased.has(CONTACT, value)  # noqa: E731
    named = _matching(problems["value"], test)
    return _blanked(problems.with_columns(value=pl.when(~named).then("value")), ("value", "reason"), erased)


def _rejected(staged: Staged, erased: Erased) -> pl.DataFrame:
    """The rows that were turned away, but for those of somebody who was erased; these stay counted, and no more."""
    places = id_places(staged.header, staged.mapping)
    rows = [
        (line, [one and erased.blanked(one) for one in cells])
        for line, cells in staged.rejected_rows.iter_rows()
        if not _is_of(cells, places, erased)
    ]
    return pl.DataFrame(rows, schema=staged.rejected_rows.schema, orient="row")


def _is_of(cells: Sequence[str | None], places: Sequence[int], erased: Erased) -> bool:
    ids = [cells[place] for place in places if place < len(cells) and cells[place]]
    if any(is_account(erased)(one) or erased.has(CONTACT, one) or erased.has(CONTRACT, one) for one in ids if one):
        return True
    return any(erased.has(EMAIL, plain(one)) for one in cells if one)


LARGEST = 16 * 2**20  # bytes of a file that is searched


def may_name(path: Path, erased: Erased) -> bool:
    """Whether a file names somebody who was erased. Of one that is packed, or too large to be searched, nobody can say that it does not."""
    if not erased:
        return False
    content = path.read_bytes() if path.stat().st_size <= LARGEST else PACKED[0]
    return content.startswith(PACKED) or any(_names(content.decode(encoding, errors="ignore"), erased) for encoding in ENCODINGS)


def _names(text: str, erased: Erased) -> bool:
    """Whether a text names somebody, or has a cell with the id of somebody, who was erased."""
    if any(erased.blanked(line) != line for line in text.splitlines()):
        return True
    cells = {cell.strip() for cell in re.split(r"[,;\t|\n\r\"]+", text)}
    return any(erased.has(kind, cell) for cell in cells if cell for kind in (ACCOUNT, CONTACT))
