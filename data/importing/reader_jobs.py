"""Looking at a file, and reading, mapping and checking it, so that it is ready to be written."""

import hashlib
from collections.abc import Callable, Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from data.importing import contradictions
from data.importing.findings import Problem
from data.importing.layouts import LAYOUTS
from data.importing.mapping import Mapping
from data.importing.options import CONFIRMED, READING
from data.importing.outcome import ImportRefused
from data.importing.reader.process import ask_child
from data.importing.reader.validation import check_constants
from data.log import workspace
from data.log.progress import Progress, silent
from data.log.staged import Staged


@dataclass(frozen=True)
class Written:
    """How a file is written: of a workbook the sheets that it has and the one that is read; on which line the header stands (of a header
    in two rows the lower one; 0 where there are no lines), and the first lines that are not blank, each with its number and its cells."""

    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    header_line: int = 0
    lines: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Inspection:
    """What a file looks like: kind, header, a sample of its first rows as text, and how it is written."""

    kind: str
    header: list[str]
    sample: pl.DataFrame
    written: Written = field(default_factory=Written)


def inspect(
    path: Path,
    *,
    folder: Path | None = None,
    options: dict | None = None,
    file: str | None = None,
    table: str | None = None,
    wanted: Collection[str] = (),
) -> Inspection:
    """Look at a file without importing it. Raises ImportRefused where it is no table, NeedsAnswer where several sheets may be meant.

    table, wanted: which table a sheet is looked for, or which columns it must have.
    """
    job = {"action": "inspect", "path": str(path), "table": table, "wanted": sorted(wanted), **_reading(options or {})}
    with workspace.place(folder, "import") as out:
        answer = ask_child(job, out, file or Path(path).name)
    return inspection(answer)


def first_rows(path: Path, mapping: Mapping, *, folder: Path | None = None, file: str | None = None, store_zone: str = "UTC") -> dict:
    """A file's first rows as they are read under a mapping, as text by column of the table, with `line`.

    Raises ImportRefused where the mapping does not fit, NeedsAnswer where they leave open what they mean.
    """
    mapped = {"mapping": mapping.to_toml(), "store_zone": store_zone, **_reading(mapping.options)}
    with workspace.place(folder, "import") as out:
        return ask_child({"action": "first_rows", "path": str(path), **mapped}, out, file or Path(path).name)["read"]


def values_of(path: Path, columns: Collection[str], options: dict, *, folder: Path | None = None, file: str | None = None) -> dict:
    """What some columns of a file hold, each value once; see reader/first_rows.py. options: how the file is written. Raises ImportRefused."""
    job = {"action": "values", "path": str(path), "columns": sorted(columns), **_reading(options)}
    with workspace.place(folder, "import") as out:
        return ask_child(job, out, file or Path(path).name)["values"]


def rows_of(path: Path, columns: Collection[str], options: dict, *, folder: Path | None = None, file: str | None = None) -> dict:
    """The rows of some columns of a file as text, each once, and how often it is there: `rows` and `times`; see reader/first_rows.py.

    options: how the file is written. Raises ImportRefused.
    """
    job = {"action": "rows", "path": str(path), "columns": sorted(columns), **_reading(options)}
    with workspace.place(folder, "import") as out:
        return ask_child(job, out, file or Path(path).name)


def inspection(found: dict) -> Inspection:
    """A look at a file, as it was kept."""
    sample = pl.DataFrame(found["sample"], schema=dict.fromkeys(found["sample"], pl.String))
    return Inspection(found["kind"], found["header"], sample, Written(**found.get("written", {})))


@contextmanager
def staged(
    path: Path,
    mapping: Mapping,
    *,
    folder: Path | None = None,
    file: str | None = None,
    edit: bool = False,
    store_zone: str = "UTC",
    progress: Progress = silent,
) -> Generator[Staged]:
    """A file read, mapped and checked, its accepted rows as Parquet for as long as the context lasts.

    Raises ImportRefused where nothing of it can be taken, NeedsAnswer where an option must be given first.
    """
    with workspace.place(folder, "import") as out:
        yield replace(stage(path, mapping, out, file=file, store_zone=store_zone, progress=progress), edit=edit)


def stage(
    path: Path,
    mapping: Mapping,
    out: Path,
    *,
    file: str | None = None,
    sha256: Callable[[], str] | None = None,
    store_zone: str = "UTC",
    progress: Progress = silent,
    versions: bool = False,
) -> Staged:
    """Read, map and check a file into the folder `out`; what an earlier call left there is taken as it is.

    sha256: gives the digest of the bytes; without it, it is worked out here.
    store_zone: where the store cuts days; moments without a zone are in it where the mapping names no other.
    versions: see Draft.

    Raises ImportRefused where nothing of it can be taken, NeedsAnswer where an option must be given first.
    """
    name = file or Path(path).name
    contradictions.check(mapping)
    check_constants(mapping)
    job = {
        "action": "stage",
        "path": str(Path(path).resolve()),
        "mapping": mapping.to_toml(),
        "store_zone": store_zone,
        "versions": versions,
        **_reading(mapping.options),
    }
    with ThreadPoolExecutor(1) as beside:
        hashed = beside.submit(sha256 or partial(digest, path))
        answer = ask_child(job, out, name, progress)
    result = _read_back(answer, mapping, out, name, hashed.result())
    if not result.parts and result.rejected:
        raise ImportRefused([Problem(file=name, **row) for row in result.problems.head(100).to_dicts()])
    if not result.parts and not (mapping.persons_alone and result.read):
        raise ImportRefused([Problem(file=name, reason="The file has a header and no rows. Export it again, with rows.")])
    return result


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _reading(options: dict) -> dict:
    return {name: options.get(name) for name in READING}


def _span(days: list[str]) -> tuple[date, date]:
    first, last = map(date.fromisoformat, days)
    return first, last


def _read_back(answer: dict, mapping: Mapping, out: Path, name: str, sha256: str) -> Staged:
    log = mapping.options.get("layout") in LAYOUTS
    covers = _span(answer["covers"]) if log else mapping.options.get("covers")
    attributes = out / "attributes.parquet"
    return Staged(
        mapping.table,
        mapping.feed or mapping.table,
        name,
        sha256,
        tuple(out / f"part{number}.parquet" for number in range(answer["parts"])),
        tuple(answer["columns"]),
        attributes if attributes.exists() else None,
        pl.read_parquet(out / "problems.parquet"),
        pl.read_parquet(out / "rejected.parquet"),
        tuple(answer["header"]),
        answer["read"],
        answer["rejected"],
        answer["duplicate"],
        covers if isinstance(covers, tuple) else None,
        mapping.options.get("snapshot") in (True, CONFIRMED) and not log,
        mapping.options.get("covers_all_accounts") is True or mapping.options.get("covers_accounts") == "all",
        mapping.to_toml(),
        people=out / "people.parquet" if mapping.table == "usage_events" else None,
        names=out / "names.parquet" if mapping.table == "usage_events" else None,
        links=out / "links.parquet" if mapping.table == "usage_events" else None,
        log=log,
        rows=str(mapping.options.get("rows") or ""),
        keys=tuple(answer["keys"]),
    )
