"""The child process that handles untrusted files: reads, maps and checks them within limits, and leaves typed Parquet behind.

Forked by data.importing.reader.fork_server with a job as JSON; the answer is result.json in the job's folder.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import polars as pl

from data.importing.findings import Unanswered
from data.importing.mapping import Mapping
from data.importing.options import READING
from data.importing.proposal import proposal
from data.importing.reader.answers import asking, refusal
from data.importing.reader.cells import OWN_CURRENCY
from data.importing.reader.first_rows import first_rows, rows_of, values_of
from data.importing.reader.formats import Unreadable, open_source
from data.importing.reader.json_cells import with_inner
from data.importing.reader.staging import inner_columns, stage, wanted_of
from data.importing.reader.tables import Source
from data.importing.reader.validation import SHOWN
from data.importing.reader.workbook import Fits

COLUMNS_OF_A_LIST = 3  # a sheet of a code and its meaning stands beside the list
MEMORY = 8 * 1024**3
CPU_SECONDS = 1200
FRESH_MEMORY, FRESH_SECONDS = 256 * 1024**2, 2.0
SHOWN_ROWS, SHOWN_CELLS = 20, 30
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
FAULT = 1  # the exit code of a child that fell over
NO_MEMORY = ("Out of Memory", "Cannot allocate memory", "can't start new thread")  # as libraries say it
GLIMPSES = {"values": values_of, "rows": rows_of}
BEHIND = 10  # niceness: people who look at pages meanwhile come first


def alone(text: str) -> tuple[int, bool]:
    """Do a job within the limits: the exit code, and whether this process may do another one. A full disk is told by the code, since no
    answer can be written."""
    job = json.loads(text)
    told, result = Path(job["out"]) / "told.json", Path(job["out"]) / "result.json"
    try:
        answer = answered(job)
        told.write_text(json.dumps(answer))
        told.replace(result)  # whole or not at all
    except BaseException as error:  # a library's panic is no Exception
        return _ended_by(error, Path(job["out"])), False
    return 0, "refused" not in answer and _is_fresh()


def _is_fresh() -> bool:
    """Whether next to nothing of the limits is used, so that another file has them whole."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime < FRESH_SECONDS and used.ru_maxrss * 1024 < FRESH_MEMORY


def _ended_by(error: BaseException, out: Path) -> int:
    """The exit code for what ended a job: no room on the disk, no memory, or a fault of ours, whose place in the program is written down.

    The error's own words are not: they may hold what is in the file.
    """
    if "No space left on device" in str(error):
        return errno.ENOSPC
    if isinstance(error, MemoryError) or any(words in str(error) for words in NO_MEMORY):
        return errno.ENOMEM
    frames = [f"{Path(one.filename).name}:{one.lineno} in {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    (out / "fault.json").write_text(json.dumps({"kind": type(error).__name__, "frames": frames}))
    return FAULT


def limit(parent: int) -> None:
    """Take the limits upon this process, which ends with its parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it went before the line above
        os.kill(os.getpid(), signal.SIGKILL)
    os.nice(BEHIND)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answered(job: dict) -> dict:
    """The answer to a job: what was found, or what is refused or asked."""
    out = Path(job["out"])
    try:
        reading: dict[str, Any] = {name: job.get(name) for name in READING}
        if job["action"] == "inspect":
            fits = _has(frozenset(job["wanted"])) if job.get("wanted") else _is_list(job.get("table"))
            return inspect(open_source(Path(job["path"]), out, rows=SHOWN_ROWS, fits=fits, **reading))
        if job["action"] in GLIMPSES:
            columns = frozenset(job["columns"])
            source = open_source(Path(job["path"]), out, wanted=columns, fits=_has(columns), **reading)
            return GLIMPSES[job["action"]](source, sorted(columns))
        mapping = Mapping.from_toml(job["mapping"])
        wanted = wanted_of(mapping)
        source = open_source(Path(job["path"]), out, wanted=wanted, fits=_has(wanted), **reading)
        if job["action"] == "first_rows":
            first = next(source.slices, pl.DataFrame()).head(SHOWN_ROWS)
            return first_rows(
                source, with_inner(first, inner_columns(source, first), mapping.sources), mapping, job.get("store_zone") or "UTC"
            )
        return stage(source, mapping, out, job.get("store_zone") or "UTC", versions=bool(job.get("versions")))
    except Unreadable as error:
        return refusal(str(error))
    except Unanswered as open_:
        return asking([open_.question])


def inspect(source: Source) -> dict:
    """Kind, header and the first rows of a file, as text; what JSON cells hold inside counts as columns."""
    first = next(source.slices, pl.DataFrame()).head(SHOWN_ROWS)
    inner = inner_columns(source, first)
    names = [f"{column}.{key}" for column, keys in inner.items() for key in keys]
    first = with_inner(first, inner, {*names})
    header = [*source.header, *(name for name in names if name not in source.header)]
    sample = {name: _shown(first, name) for name in header if name in first.columns}
    lines = [(line, [cell[:SHOWN] for cell in cells[:SHOWN_CELLS]]) for line, cells in source.first[:SHOWN_ROWS]]
    written = {"sheets": [*source.sheets], "sheet": source.sheet, "header_line": source.line, "lines": lines}
    return {"kind": source.kind, "header": header, "sample": sample, "written": written}


def _shown(first: pl.DataFrame, name: str) -> list[str | None]:
    """A column's first cells as a spreadsheet shows them: amounts with the currency of their format."""
    text, code = first[name].cast(pl.String, strict=False), OWN_CURRENCY + name
    return (first[code].fill_null("") + " " + text).str.strip_chars().to_list() if code in first.columns else text.to_list()


def _has(wanted: frozenset[str]) -> Fits:
    """Whether a sheet has all columns that are going to be used."""
    return lambda source: wanted <= {*source.header}


def _is_list(table: str | None) -> Fits:
    """Whether a mapping would be proposed for a sheet, of one table or of any."""

    def fits(source: Source) -> bool:
        first = next(source.slices, pl.DataFrame()).head(SHOWN_ROWS)
        seen = () if first.is_empty() else proposal(source.header, first.select(source.header)).candidates
        found = {one.mapping.table for one in seen if len(one.mapping.columns) >= COLUMNS_OF_A_LIST}
        return table in found if table else bool(found)

    return fits
