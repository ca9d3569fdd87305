"""The child process that handles untrusted files: reads, maps and checks them within limits, and leaves typed Parquet behind.

Forked by data.importing.reader.fork_server with a job as JSON; the answer is result.json in the job's folder.
"""

import ctypes
import errno
import hashlib
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from data.importing.findings import Problem, Question, Unanswered
from data.importing.layouts import LAYOUTS, month_columns
from data.importing.mapping import Mapping
from data.importing.options import READING
from data.importing.proposal import proposal
from data.importing.questions import lacking_in, unsaid
from data.importing.reader.cells import OWN_CURRENCY
from data.importing.reader.event_ids import without_repeats
from data.importing.reader.event_numbers import Coding
from data.importing.reader.first_rows import first_rows, values_of
from data.importing.reader.formats import Unreadable, open_source
from data.importing.reader.headings import Line
from data.importing.reader.identity import BESIDE, Identity, dated_links
from data.importing.reader.json_cells import json_columns, with_inner
from data.importing.reader.month_rows import NoLog, check_months, whole_log
from data.importing.reader.notices import lines_left_out, said, who_is_one
from data.importing.reader.settled import Settled
from data.importing.reader.tables import Source
from data.importing.reader.validation import SHOWN, Checked, check
from data.importing.reader.workbook import Fits
from data.log.staged import PROBLEM_SCHEMA, REJECTED_SCHEMA, row_key
from data.schema import TABLES

OF_COLUMNS = ("newest_by", "term_from", "add_from", "less_from", "total_from")  # options that name a column
COLUMNS_OF_A_LIST = 3  # a sheet of a code and its meaning stands beside the list
MEMORY = 8 * 1024**3
CPU_SECONDS = 1200
SHOWN_ROWS, SHOWN_CELLS = 20, 30
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
FAULT = 1  # the exit code of a child that fell over
NO_MEMORY = ("Out of Memory", "Cannot allocate memory", "can't start new thread")  # as libraries say it
BEHIND = 10  # niceness: people who look at pages meanwhile come first


def alone(text: str, *, parent: int) -> int:
    """Do the job within the limits, and end with the parent; the exit code. A full disk is told by it, since no answer can be written."""
    _limit(parent)
    job = json.loads(text)
    told, result = Path(job["out"]) / "told.json", Path(job["out"]) / "result.json"
    try:
        told.write_text(json.dumps(answered(job)))
        told.replace(result)  # whole or not at all
    except BaseException as error:  # a library's panic is no Exception
        return _ended_by(error, Path(job["out"]))
    return 0


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


def _limit(parent: int) -> None:
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
        if job["action"] == "values":
            columns = frozenset(job["columns"])
            return values_of(open_source(Path(job["path"]), out, wanted=columns, fits=_has(columns), **reading), sorted(columns))
        mapping = Mapping.from_toml(job["mapping"])
        wanted = _wanted(mapping)
        source = open_source(Path(job["path"]), out, wanted=wanted, fits=_has(wanted), **reading)
        if job["action"] == "first_rows":
            first = next(source.slices, pl.DataFrame()).head(SHOWN_ROWS)
            return first_rows(source, with_inner(first, _inner(source, first), mapping.sources), mapping, job.get("store_zone") or "UTC")
        return stage(source, mapping, out, job.get("store_zone") or "UTC")
    except Unreadable as error:
        return _refusal(str(error))
    except Unanswered as open_:
        return _asking([open_.question])


def inspect(source: Source) -> dict:
    """Kind, header and the first rows of a file, as text; what JSON cells hold inside counts as columns."""
    first = next(source.slices, pl.DataFrame()).head(SHOWN_ROWS)
    inner = _inner(source, first)
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


def _inner(source: Source, first: pl.DataFrame) -> dict[str, list[str]]:
    return {} if source.kind == "jsonl" else json_columns(first)  # there, objects inside are laid flat while they are read


def stage(source: Source, mapping: Mapping, out: Path, store_zone: str = "UTC") -> dict:
    """Check every slice, find the key, and write parts, problems and turned-away rows. store_zone: where the store cuts days."""
    first = next(source.slices, pl.DataFrame())
    inner = _inner(source, first)
    missing = [name for name in sorted(_wanted(mapping)) if name not in source.header and not _inside(name, inner)]
    if missing:
        found = ", ".join(source.header[:30])
        return _refusal(f"The file has no column {', '.join(repr(name) for name in missing)}. It has: {found}. Correct the mapping.")
    if mapping.options.get("layout") == "months" and not month_columns(source.header):
        return _refusal(
            f"No columns stand for months, one after the other, as the layout `months` has them. It has: {', '.join(source.header[:30])}."
        )
    questions = unsaid(mapping, source.header)
    if questions is None:
        table = TABLES[mapping.table]
        lacking = lacking_in(mapping) or table.required_one_of
        return _refusal(
            f"The table {mapping.table} needs {', '.join(lacking)}, and no column of the file is mapped to it. "
            f"Columns: {', '.join(source.header[:30])}."
        )
    if questions:
        return _asking(questions)
    staging = _Staging(mapping, source.header, out, store_zone)
    for cells in _read_ahead(chain([first], source.slices)):
        staging.add(with_inner(cells, inner, mapping.sources))
        (out / "progress").write_text(f"{source.place.share} {staging.read}")
    return staging.finish(source)


def _wanted(mapping: Mapping) -> frozenset[str]:
    """The file's columns that a mapping uses."""
    return frozenset(mapping.sources) | {str(mapping.options[name]) for name in OF_COLUMNS if name in mapping.options}


def _inside(name: str, inner: dict[str, list[str]]) -> bool:
    return any(name.startswith(f"{column}.") for column in inner)


def _read_ahead(slices: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The slices, the next of them read while one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, slices, None)
        while isinstance(cells := coming.result(), pl.DataFrame):
            coming = reader.submit(next, slices, None)
            yield cells


def _refusal(reason: str, line: int | None = None, column: str | None = None) -> dict:
    return {"refused": [asdict(Problem(line=line, column=column, reason=reason))]}


def _asking(questions: list[Question]) -> dict:
    return {"questions": [asdict(question) for question in questions]}


class _Staging:
    """Collects the slices of one file: events go straight to Parquet, keyed tables are kept until their key is known."""

    def __init__(self, mapping: Mapping, header: list[str], out: Path, store_zone: str) -> None:
        self.mapping, self.header, self.out = mapping, header, out
        self.width = len(header)
        self.table = TABLES[mapping.table]
        self.keeps, self.is_log = mapping.table != "usage_events", mapping.options.get("layout") in LAYOUTS
        self.covers: tuple[date, date] | None = None
        self.rows: list[pl.DataFrame] = []
        self.coding, self.settled, self.with_ids = Coding(), Settled(store_zone=store_zone), False
        self.identity = Identity(mapping)
        self.cells: list[pl.DataFrame] = []
        self.problems = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
        self.rejected = [pl.DataFrame(schema=REJECTED_SCHEMA)]
        self.attributes: list[pl.DataFrame] = []
        self.read = self.parts = self.duplicate = 0
        self.writer, self.writing = ThreadPoolExecutor(1), None

    def add(self, cells: pl.DataFrame) -> None:
        self.read += cells.height
        if not self.keeps:
            self._add_events(cells)
            return
        checked = self._checked(cells)
        self._turn_away(cells, checked.problems)
        self.rows.append(checked.rows)
        self.cells.append(cells)
        self._keep_attributes(cells, checked.rows)

    def _checked(self, cells: pl.DataFrame) -> Checked:
        if self.is_log:
            return check_months(cells, self.mapping, self.header, self.settled)
        return check(cells, self.mapping, self.mapping.options, self.settled)

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of a table that is known by content, with an id made of what each says where the file has none.

        Two that say the same are two: the second is known as the second. So the largest count in any one file is how often it counts.
        """
        own = self.table.key[0]
        if not self.table.known_by_content or own in rows.columns:
            return rows
        content = rows.select(said=pl.concat_str(pl.exclude("line").cast(pl.String).fill_null(""), separator="\x1f"))
        said, nth = content.with_columns(nth=pl.int_range(pl.len()).over("said")).get_columns()
        known = [text if again == 0 else f"{text}\x1f#{again + 1}" for text, again in zip(said, nth, strict=True)]
        ids = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in known]
        return rows.with_columns(pl.Series(own, ids, dtype=pl.String))

    def _add_events(self, cells: pl.DataFrame) -> None:
        mapping = self.mapping
        if self.identity.told:
            said = cells.height
            cells, mapping = self.identity.events(cells), self.identity.of_events
            self.read -= said - cells.height
        rows, unsure = self.coding.split(cells, mapping, self.settled)
        if unsure.height:
            checked = check(unsure, mapping, mapping.options, self.settled)
            self._turn_away(unsure, checked.problems)
            rows = pl.concat([rows, self.coding.code(checked.rows)]).sort("line") if rows.height else self.coding.code(checked.rows)
        self.with_ids |= "event_id" in rows.columns
        self._write(rows)

    def _turn_away(self, cells: pl.DataFrame, problems: pl.DataFrame) -> None:
        if problems.height:
            self.problems.append(problems.with_columns(rejected=pl.lit(True)))
            self.rejected.append(self._as_found(cells, problems))

    def _as_found(self, cells: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
        """The file's own cells of the lines named."""
        bad = cells.with_columns(pl.col("line").cast(pl.Int64)).join(lines.select("line").unique(), on="line", how="semi")
        return bad.select("line", cells=pl.concat_list(pl.col(self._names(cells)).cast(pl.String)))

    def _names(self, cells: pl.DataFrame) -> list[str]:
        """The file's own columns that a slice has; a header may have grown since."""
        return [name for name in self.header if name in cells.columns]

    def _keep_attributes(self, cells: pl.DataFrame, rows: pl.DataFrame) -> None:
        spare = [name for name in self._names(cells) if name not in self.mapping.sources]
        if self.table.name == "accounts" and spare:
            line, bare = pl.col("line").cast(pl.Int64), [pl.col(name).cast(pl.String).str.strip_chars().replace("", None) for name in spare]
            long = pl.concat(
                [cells.select(line, name=pl.lit(name), value=value) for name, value in zip(spare, bare, strict=True)]
            )  # one by one, since a column of the file may be called name or value itself
            named = rows.select("line", row_key="account_id").join(long, on="line")
            self.attributes.append(named.select("line", "row_key", "name", "value"))

    def _write(self, rows: pl.DataFrame) -> None:
        """Begin to write rows beside the work on the next slice; not packed, since they are read once and soon."""
        if rows.height:
            self._wait_for_writing()
            path = self.out / f"part{self.parts}.parquet"
            self.writing = self.writer.submit(rows.write_parquet, path, compression="uncompressed", statistics=False)
            self.parts += 1

    def _wait_for_writing(self) -> None:
        if self.writing is not None:
            self.writing.result()

    def finish(self, source: Source) -> dict:
        if source.ragged:
            self._report_ragged(source.ragged)
        if self.rows and (refused := self._finish_kept()):
            return refused
        self._wait_for_writing()
        if self.with_ids and self.parts:
            self._look_at_ids()
        problems = pl.concat(
            [
                *self.problems,
                said(self.settled, self.mapping.options, source.said),
                lines_left_out(source.left_out),
                who_is_one(self.identity.left_out),
            ]
        ).sort("line")
        rejected = pl.concat(self.rejected).sort("line")
        if len(self.header) > self.width:
            rejected = rejected.with_columns(pl.col("cells").list.gather(list(range(len(self.header))), null_on_oob=True))
        problems.write_parquet(self.out / "problems.parquet")
        if not self.keeps:
            self.coding.people.known.write_parquet(self.out / "people.parquet")
            self.coding.names.known.write_parquet(self.out / "names.parquet")
            dated_links(self.identity.links, self.mapping, self.settled.store_zone).write_parquet(self.out / "links.parquet")
        rejected.write_parquet(self.out / "rejected.parquet")
        given = self.mapping.given
        given |= {*self.table.key} if self.table.known_by_content else set()
        given |= {"currency"} & {name for rows in self.rows for name in rows.columns}  # it may be written beside the amounts alone
        columns = [name for name in self.table.names if name in given and name not in BESIDE]
        return {
            "parts": self.parts,
            "columns": columns,
            "read": self.read,
            "rejected": rejected.height,
            "duplicate": self.duplicate,
            "header": self.header,
            "covers": [day.isoformat() for day in self.covers or ()],
        }

    def _report_ragged(self, ragged: list[Line]) -> None:
        self.read += len(ragged)
        told = [
            (line, None, ",".join(row)[:SHOWN], f"has {len(row)} cells where the header has {len(self.header)}", True)
            for line, row in ragged
        ]
        self.problems.append(pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row"))
        self.rejected.append(pl.DataFrame(ragged, schema=REJECTED_SCHEMA, orient="row"))

    def _finish_log(self) -> dict | None:
        try:
            log = whole_log(pl.concat(self.rows), self.mapping)
        except NoLog as reason:
            return _refusal(str(reason))
        self.covers = log.covers
        self.problems.append(log.notes)
        self._write(log.rows)
        return None

    def _finish_kept(self) -> dict | None:
        if self.is_log:
            return self._finish_log()
        rows = self._newest(self._named(pl.concat(self.rows, how="diagonal")))
        content = [name for name in rows.columns if name != "line"]
        key = self._key(rows.unique(content, maintain_order=True, keep="first"))
        if isinstance(key, dict):
            return key
        distinct = rows.unique(content, maintain_order=True, keep="first")
        self.duplicate += rows.height - distinct.height
        distinct = self._first_of_key(distinct.with_columns(row_key=row_key(key)))
        self._write(distinct)
        if self.attributes:
            pl.concat(self.attributes).join(distinct.select("line"), on="line", how="semi").write_parquet(self.out / "attributes.parquet")
        return None

    def _newest(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of rows that are versions of one thing, the newest by the column that the mapping names; the last where times are equal."""
        by, key = self.mapping.options.get("newest_by"), self.mapping.key or self.table.key
        if not by or not {*key} <= {*rows.columns}:
            return rows
        times = pl.concat([cells.select(pl.col("line").cast(pl.Int64), at=pl.col(str(by)).cast(pl.String)) for cells in self.cells])
        ordered = rows.join(times, on="line", how="left", maintain_order="left").sort("at", maintain_order=True, nulls_last=False)
        kept = ordered.unique(list(key), keep="last", maintain_order=True).drop("at").sort("line")
        self.duplicate += rows.height - kept.height
        return kept

    def _key(self, rows: pl.DataFrame) -> tuple[str, ...] | dict:
        """The key of the mapping, else the table's own, else the first other that is unique in the file; or a refusal.

        Rows of a state go by what does not change.
        """
        possible = self.table.state_keys if self.mapping.options.get("rows") == "state" else (self.table.key, *self.table.alternative_keys)
        others = [key for key in possible if set(key) <= set(rows.columns)]
        unique = [key for key in others if not rows.select(key).is_duplicated().any()]
        wanted = self.mapping.key or (self.table.key if len(self.table.key) == 1 else ())
        if wanted and ((len(wanted) == 1 and wanted == self.table.key) or not rows.select(wanted).is_duplicated().any()):
            return tuple(wanted)
        if wanted or not unique:
            return self._clash(rows, wanted or (others[0] if others else ("account_id", "starts_on")), unique)
        return unique[0]

    def _clash(self, rows: pl.DataFrame, key: tuple[str, ...], unique: list[tuple[str, ...]]) -> dict:
        same = rows.filter(rows.select(key).is_duplicated()).sort(*key, "line")
        lines = same["line"].head(2).to_list()
        instead = f"Unique here: {', '.join(unique[0])}." if unique else "Map a column that tells the rows apart, such as a line id."
        text = f"The key {', '.join(key)} is not unique: lines {lines[0]} and {lines[1]} have the same. {instead}"
        if not unique:
            return _refusal(text, lines[0], ", ".join(key))
        return _asking([Question("key", ", ".join(key), text, tuple(", ".join(one) for one in unique))])

    def _first_of_key(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Where two rows claim one id with different content, the first is taken and the others are turned away."""
        again = ~rows["row_key"].is_first_distinct()
        if again.any():
            clash = rows.filter(again)
            first = rows.filter(~again).select("row_key", first="line")
            told = clash.join(first, on="row_key", how="left").select(
                "line", column=pl.lit(", ".join(self.table.key)), value=pl.col("row_key").str.slice(0, SHOWN),
                reason=pl.format("is already on line {} with other values; keep one of the two", "first"), rejected=pl.lit(True),
            )  # fmt: skip
            self.problems.append(told)
            self.rejected += [self._as_found(cells, clash) for cells in self.cells]
        return rows.filter(~again)

    def _look_at_ids(self) -> None:
        """Leave exact repeats of events with an id out, and tell which ids stand for several events."""
        parts = [self.out / f"part{number}.parquet" for number in range(self.parts)]
        repeats, reused = without_repeats(parts, self.out)
        self.duplicate += repeats
        reason = pl.lit("stands for several different events; all of them are kept")
        value = pl.col("event_id").str.slice(0, SHOWN)
        self.problems.append(reused.select("line", column=pl.lit("event_id"), value=value, reason=reason, rejected=pl.lit(False)))
