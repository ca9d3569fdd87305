"""One file staged: its slices checked one by one, its key found, and typed Parquet left behind with problems and rejected rows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain
from pathlib import Path

import polars as pl

from data.importing.layouts import LAYOUTS, month_columns
from data.importing.mapping import Mapping
from data.importing.questions import lacking_in, unsaid
from data.importing.reader.answers import asking, refusal
from data.importing.reader.event_ids import without_repeats
from data.importing.reader.event_numbers import Coding
from data.importing.reader.headings import Line
from data.importing.reader.identity import BESIDE, Identity, dated_links
from data.importing.reader.json_cells import json_columns, with_inner
from data.importing.reader.month_rows import NoLog, check_months, whole_log
from data.importing.reader.notices import lines_left_out, said, who_is_one
from data.importing.reader.row_keys import keys_of, last_versions, newest, versions_or_lines, with_own_id
from data.importing.reader.settled import Settled
from data.importing.reader.support_told import support_told
from data.importing.reader.survey_previews import PREVIEW, previews
from data.importing.reader.tables import Source
from data.importing.reader.together import told_together
from data.importing.reader.validation import SHOWN, Checked, check
from data.log.feed_keys import written
from data.log.staged import PROBLEM_SCHEMA, REJECTED_SCHEMA, row_key
from data.schema import TABLES

OF_COLUMNS = ("newest_by", "term_from", "add_from", "less_from", "total_from")  # options that name a column


def stage(source: Source, mapping: Mapping, out: Path, store_zone: str = "UTC", *, versions: bool = False) -> dict:
    """Check every slice, find the key, and write parts, problems and turned-away rows. store_zone: where the store cuts days.
    versions: whether of two rows of a key the last is what holds."""
    first = next(source.slices, pl.DataFrame())
    inner = inner_columns(source, first)
    missing = [name for name in sorted(wanted_of(mapping)) if name not in source.header and not _inside(name, inner)]
    if missing:
        found = ", ".join(source.header[:30])
        return refusal(f"The file has no column {', '.join(repr(name) for name in missing)}. It has: {found}. Correct the mapping.")
    if mapping.options.get("layout") == "months" and not month_columns(source.header):
        return refusal(
            f"No columns stand for months, one after the other, as the layout `months` has them. It has: {', '.join(source.header[:30])}."
        )
    questions = unsaid(mapping, source.header)
    if questions is None:
        table = TABLES[mapping.table]
        lacking = lacking_in(mapping) or table.required_one_of
        return refusal(
            f"The table {mapping.table} needs {', '.join(lacking)}, and no column of the file is mapped to it. "
            f"Columns: {', '.join(source.header[:30])}."
        )
    if questions:
        return asking(questions)
    staging = Staging(mapping, source.header, out, store_zone)
    staging.versions = versions
    for cells in _read_ahead(chain([first], source.slices)):
        staging.add(with_inner(cells, inner, mapping.sources))
        (out / "progress").write_text(f"{source.place.share} {staging.read}")
    return staging.finish(source)


def inner_columns(source: Source, first: pl.DataFrame) -> dict[str, list[str]]:
    """What JSON cells of a file hold inside: the keys by column."""
    return {} if source.kind == "jsonl" else json_columns(first)  # there, objects inside are laid flat while they are read


def wanted_of(mapping: Mapping) -> frozenset[str]:
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


class Staging:
    """Collects the slices of one file: events go straight to Parquet, keyed tables are kept until their key is known."""

    def __init__(self, mapping: Mapping, header: list[str], out: Path, store_zone: str) -> None:
        self.mapping, self.header, self.out = mapping, header, out
        self.width = len(header)
        self.table = TABLES[mapping.table]
        self.keeps, self.is_log = mapping.table != "usage_events", mapping.options.get("layout") in LAYOUTS
        self.keys: list[str] = []
        self.versions = False
        self.covers: tuple[date, date] | None = None
        self.rows: list[pl.DataFrame] = []
        self.coding, self.settled, self.with_ids = Coding(), Settled(store_zone=store_zone), False
        self.identity = Identity(mapping)
        self.previews: list[int] = []
        self.cells: list[pl.DataFrame] = []
        self.problems = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
        self.rejected = [pl.DataFrame(schema=REJECTED_SCHEMA)]
        self.attributes: list[pl.DataFrame] = []
        self.read = self.parts = self.duplicate = 0
        self.writer, self.writing = ThreadPoolExecutor(1), None

    def add(self, cells: pl.DataFrame) -> None:
        if self.mapping.table == "surveys":
            cells = self._without_previews(cells)
        self.read += cells.height
        if not self.keeps:
            self._add_events(cells)
            return
        checked = self._checked(cells)
        self._turn_away(cells, checked.problems)
        self.rows.append(checked.rows)
        self.cells.append(cells)
        self._keep_attributes(cells, checked.rows)

    def _without_previews(self, cells: pl.DataFrame) -> pl.DataFrame:
        found = previews(cells, self.header)
        self.previews += cells["line"].filter(found).to_list()
        return cells.filter(~found)

    def _checked(self, cells: pl.DataFrame) -> Checked:
        if self.is_log:
            return check_months(cells, self.mapping, self.header, self.settled)
        return check(cells, self.mapping, self.mapping.options, self.settled)

    def _add_events(self, cells: pl.DataFrame) -> None:
        mapping = self.mapping
        if mapping.persons_alone:
            self.identity.events(cells)
            return
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
        source.left_out.lines += [(line, PREVIEW) for line in self.previews]
        problems = pl.concat(
            [
                *self.problems,
                said(self.settled, self.mapping.options, source.said),
                support_told(self.header, self.cells, self.mapping),
                lines_left_out(source.left_out),
                who_is_one(self.identity.left_out, alone=self.mapping.persons_alone),
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
        given |= {"currency", "kind"} & {name for rows in self.rows for name in rows.columns}  # said beside amounts, or by periods
        given -= {"effort_days"} if self.mapping.options.get("effort_unit") == "points" else set()
        columns = [name for name in self.table.names if name in given and name not in BESIDE]
        return {
            "parts": self.parts,
            "columns": columns,
            "keys": self.keys,
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
            return refusal(str(reason))
        self.covers = log.covers
        self.problems.append(log.notes)
        self._write(log.rows)
        return None

    def _finish_kept(self) -> dict | None:
        if self.is_log:
            return self._finish_log()
        named = with_own_id(pl.concat(self.rows, how="diagonal"), self.table)
        rows = newest(named, self.mapping, self.cells)
        rows = last_versions(rows, self.mapping) if self.versions else rows
        self.duplicate += named.height - rows.height
        content = [name for name in rows.columns if name != "line"]
        distinct = rows.unique(content, maintain_order=True, keep="first")
        if self.versions and (asked := versions_or_lines(distinct, self.mapping)):
            return asked
        keys = keys_of(distinct, self.mapping)
        if isinstance(keys, dict):
            return keys
        key, self.keys = keys[0], [written(key) for key in keys] if self.table.alternative_keys else []
        self.duplicate += rows.height - distinct.height
        distinct = self._first_of_key(distinct.with_columns(row_key=row_key(key)))
        self.problems.append(told_together(distinct, self.mapping))
        self._write(distinct)
        if self.attributes:
            pl.concat(self.attributes).join(distinct.select("line"), on="line", how="semi").write_parquet(self.out / "attributes.parquet")
        return None

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
