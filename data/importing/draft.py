"""A file on its way in: looked at once for each way of reading it, and staged once under each mapping, however often it is asked for."""

import hashlib
import json
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from data.importing.findings import Problem, Question
from data.importing.mapping import Mapping
from data.importing.options import READING
from data.importing.outcome import ImportRefused, NeedsAnswer
from data.importing.reader.cells import TIMES
from data.importing.reader_jobs import Inspection, digest, first_rows, inspect, inspection, rows_of, stage, values_of
from data.log import workspace
from data.log.progress import Progress, silent
from data.log.staged import Marks, Staged

Look = tuple[dict, Inspection | None]  # what is kept of a look, and what the file looks like where it can be read
WORKBOOK = "excel"  # the kind of file whose sheets are chosen among


@dataclass(frozen=True)
class Draft:
    """One file: where its bytes are, what its owner calls it, and the folder that keeps what was found out about it.

    hashed: the digest of its bytes, where it is known already. marks: what tells its equal events apart. partial: whether it is a part of
    what there is by the way in which it came (see Staged). versions: whether its rows are in the order in which they were written, so
    that of two of a key the last is what holds.
    """

    path: Path
    file: str
    folder: Path
    hashed: str = ""
    marks: Marks | None = None
    partial: bool = False
    versions: bool = False

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of its bytes, in hex."""
        return self.hashed or digest(self.path)

    @property
    def key(self) -> str:
        """A short name that is this draft's own."""
        return self.sha256[:12]

    def inspected(self, options: dict | None = None, *, table: str | None = None, wanted: Collection[str] = ()) -> Inspection:
        """What the file looks like. Raises ImportRefused where it is no table, NeedsAnswer where several sheets may be meant.

        options: how it is to be read, where that is said. table, wanted: which table a sheet is looked for, or which columns it must have.
        """
        reading = {name: (options or {}).get(name) for name in READING}
        found, seen = self._seen(reading, wanted) or self._looked_at(reading, table, wanted)
        if "asked" in found:
            raise NeedsAnswer([Question(**question) for question in found["asked"]], self.file)
        if seen is None:
            raise ImportRefused([Problem(**problem).of(self.file) for problem in found["refused"]])
        return seen

    @cached_property
    def _looks(self) -> dict[Path, Look]:
        """What was read already of what looks have left."""
        return {}

    def _kept(self, path: Path) -> Look:
        if path not in self._looks:
            found = json.loads(path.read_text())
            self._looks[path] = found, inspection(found) if "kind" in found else None
        return self._looks[path]

    def _seen(self, reading: dict, wanted: Collection[str]) -> Look | None:
        """What an earlier look found that holds here too; of a workbook, only one at a sheet with all columns that are wanted."""
        for path in sorted(self.folder.glob(f"inspection-{_short(json.dumps(reading))}-*.json")):
            found, seen = self._kept(path)
            if seen and (seen.kind != WORKBOOK or (wanted and {*wanted} <= {*seen.header})):
                return found, seen
        return None

    def _looked_at(self, reading: dict, table: str | None, wanted: Collection[str]) -> Look:
        path = self.folder / f"inspection-{_short(json.dumps(reading))}-{_short(json.dumps([table, sorted(wanted)]))}.json"
        if not path.exists():
            path.write_text(json.dumps(self._look(reading, table, wanted)))
        return self._kept(path)

    def _look(self, reading: dict, table: str | None, wanted: Collection[str]) -> dict:
        try:
            seen = inspect(self.path, folder=self.folder, options=reading, file=self.file, table=table, wanted=wanted)
        except NeedsAnswer as needed:
            return {"asked": [asdict(question) for question in needed.questions]}
        except ImportRefused as refused:
            return {"refused": [asdict(problem) for problem in refused.problems]}
        return {"kind": seen.kind, "header": seen.header, "sample": seen.sample.to_dict(as_series=False), "written": vars(seen.written)}

    def first_rows(self, mapping: Mapping, store_zone: str = "UTC") -> dict[str, list[str | None]]:
        """Its first rows as they are read under a mapping, as text; empty where they cannot be read yet. Read once for each mapping."""
        kept = self.folder / f"first-rows-{_short(f'{mapping.to_toml()}{store_zone}')}.json"
        if not kept.exists():
            try:
                found = first_rows(self.path, mapping, folder=self.folder, file=self.file, store_zone=store_zone)
            except ImportRefused:
                found = {}
            kept.write_text(json.dumps(found))
        return json.loads(kept.read_text())

    def values(self, columns: Collection[str], options: dict) -> dict[str, list[str]]:
        """What some of its columns hold, each value once; empty where it cannot be read so. Read once."""
        reading = {name: options.get(name) for name in READING}
        kept = self.folder / f"values-{_short(json.dumps([sorted(columns), reading]))}.json"
        if not kept.exists():
            try:
                found = values_of(self.path, columns, options, folder=self.folder, file=self.file)
            except ImportRefused:
                found = {}
            kept.write_text(json.dumps(found))
        return json.loads(kept.read_text())

    def rows(self, columns: Collection[str], options: dict) -> pl.DataFrame:
        """The rows of some of its columns as text, each once, and how often it is there (TIMES); empty where it cannot be read so. Read once."""
        reading = {name: options.get(name) for name in READING}
        kept = self.folder / f"rows-{_short(json.dumps([sorted(columns), reading]))}.json"
        if not kept.exists():
            try:
                found = rows_of(self.path, columns, options, folder=self.folder, file=self.file)
            except ImportRefused:
                found = {"rows": {}, "times": []}
            kept.write_text(json.dumps({"rows": found["rows"], "times": found["times"]}))
        found = json.loads(kept.read_text())
        texts = pl.DataFrame(found["rows"], schema=dict.fromkeys(found["rows"], pl.String))
        return texts.with_columns(pl.Series(TIMES, found["times"], dtype=pl.Int64))

    def staged(self, mapping: Mapping, store_zone: str = "UTC", progress: Progress = silent) -> Staged:
        """The file read, mapped and checked. Raises ImportRefused, or NeedsAnswer where an option must be given first.

        store_zone: in which moments are taken to be that name no zone, where the mapping names none either.
        """
        out = self.folder / _short(f"{mapping.to_toml()}\n# {store_zone}")
        out.mkdir(exist_ok=True)
        staged = stage(
            self.path, mapping, out, file=self.file, sha256=lambda: self.sha256, store_zone=store_zone, progress=progress,
            versions=self.versions,
        )  # fmt: skip
        marks = self.marks if staged.table == "usage_events" else None
        return replace(staged, marks=marks, partial=self.partial, snapshot=staged.snapshot and not self.partial)


@contextmanager
def where_it_lies(
    path: Path,
    *,
    folder: Path | None = None,
    file: str | None = None,
    marks: Marks | None = None,
    partial: bool = False,
    versions: bool = False,
) -> Generator[Draft]:
    """A file as a draft for as long as the context lasts; what is found out about it is kept no longer."""
    with workspace.place(folder, "import") as out:
        yield Draft(Path(path).resolve(), file or Path(path).name, out, marks=marks, partial=partial, versions=versions)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
