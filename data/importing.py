"""Importing: read, map, validate, preview, commit. One path for browser, API and command line."""

import errno
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from data import staging
from data.built_in_shapes import why_not_kept
from data.mapping import OPTIONS, Mapping
from data.open_questions import open_questions
from data.proposing import proposed
from data.schema import TABLES
from data.staged import ImportRefused, Staged
from data.store import FULL, BatchResult, DiskFull, Store

WALL_SECONDS = 1800
WATCH_SECONDS = 0.2
READ_FROM, READ_TO = 0.05, 0.6  # the share of an import that is reading; the rest is writing
ROOT = Path(__file__).resolve().parent.parent
ASKED = ("key", "account_from")  # answers that are neither an option nor a column
CONFIRMED = "confirmed"  # the option snapshot, once a person has looked at what it ends
Progress = Callable[[float, str], None]
Guard = Callable[[Store, Staged], str | None]


@dataclass(frozen=True)
class Inspection:
    """What a file looks like: kind, header, and a sample of its first rows as text."""

    kind: str
    header: list[str]
    sample: pl.DataFrame


class NeedsAnswer(ImportRefused):
    """The file leaves open what only a person can say; `questions` hold option, column, text, choices."""

    def __init__(self, questions: list[dict], file: str) -> None:
        super().__init__([_problem(file, question["text"], column=question["column"]) for question in questions])
        self.questions = questions


@dataclass(frozen=True)
class Outcome:
    """How an import ended: its batch, or why there is none."""

    file: str
    batch: BatchResult | None
    problems: list[dict]
    questions: list[dict] = field(default_factory=list)
    refused: bool = False
    repeated: bool = False

    def as_json(self) -> dict:
        """One entry of `import --json`."""
        empty = dict.fromkeys(("batch", "table", "feed")) | dict.fromkeys(("read", "accepted", "rejected", "duplicate", "waiting"), 0)
        counts = asdict(self.batch) if self.batch else empty | {"file": self.file}
        return counts | {"problems": self.problems, "questions": self.questions}


def inspect(path: Path, *, folder: Path | None = None, options: dict | None = None, file: str | None = None) -> Inspection:
    """Look at a file without importing it. Raises ImportRefused where it is no table."""
    with staging.place(folder, "import") as out:
        answer = _child({"action": "inspect", "path": str(path), **_reading(options or {})}, out, file or Path(path).name)
    return Inspection(answer["kind"], answer["header"], pl.DataFrame(answer["sample"], schema=dict.fromkeys(answer["sample"], pl.String)))


@contextmanager
def staged(
    path: Path,
    mapping: Mapping,
    *,
    folder: Path | None = None,
    file: str | None = None,
    edit: bool = False,
    progress: Progress | None = None,
) -> Iterator[Staged]:
    """A file read, mapped and checked, its accepted rows as Parquet for as long as the context lasts.

    Raises ImportRefused where nothing of it can be taken, NeedsAnswer where an option must be given first.
    """
    with staging.place(folder, "import") as out:
        yield replace(stage(path, mapping, out, file=file, progress=progress), edit=edit)


def stage(
    path: Path, mapping: Mapping, out: Path, *, file: str | None = None, sha256: str | None = None, progress: Progress | None = None
) -> Staged:
    """Read, map and check a file into the folder `out`; what an earlier call left there is taken as it is.

    Raises ImportRefused where nothing of it can be taken, NeedsAnswer where an option must be given first.
    """
    name = file or Path(path).name
    job = {"action": "stage", "path": str(Path(path).resolve()), "mapping": mapping.to_toml(), **_reading(mapping.options)}
    with ThreadPoolExecutor(1) as beside:
        hashed = None if sha256 else beside.submit(digest, path)
        answer = _child(job, out, name, progress)
    result = _read_back(answer, mapping, out, name, sha256 or hashed.result())
    if not result.parts and result.rejected:
        raise ImportRefused([{"file": name, **row} for row in result.problems.head(100).to_dicts()])
    if not result.parts:
        raise ImportRefused([_problem(name, "The file has a header and no rows. Export it again, with rows.")])
    return result


def run(
    store: Store,
    path: Path,
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    feed: str | None = None,
    options: dict | None = None,
    dry_run: bool = False,
    strict: bool = False,
    file: str | None = None,
    who: str = "local",
    once: bool = False,
    ask: bool = False,
    guard: Guard | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Import one file: with the mapping given, or with the one that its header proposes. Never raises for what is in the file.

    With `ask`, a file that leaves open what an end means, or the currency, is not taken before that is answered; without, it is taken
    (ends exclusive, no currency) and the outcome holds the questions. With `once`, a file whose bytes stand already under the same mapping makes no second batch: its first one is the answer.
    `guard` looks at the staged file before it is written, and gives the reason where it must not be, unattended.
    """
    name, folder, tell = file or Path(path).name, staging.folder(store.path), progress or (lambda share, text: None)
    try:
        tell(READ_FROM, f"Reading {name}")
        chosen = mapping or _proposed(path, name, table, folder, options or {})
        chosen = answered(replace(chosen, feed=feed or chosen.feed or chosen.table), options or {})
        before = [batch for batch, standing in store.imports_of(digest(path), chosen.to_toml()) if standing] if once else []
        if before:
            return Outcome(name, before[0], [], repeated=True)
        still_open = _still_open(path, chosen, folder, name)
        with staged(path, chosen, folder=folder, file=name, progress=tell) as ready:
            if ask and still_open:
                raise NeedsAnswer(still_open, name)
            problems = [{"file": name, **row} for row in ready.problems.head(1000).to_dicts()]
            if strict and ready.rejected:
                return Outcome(name, None, problems, refused=True)
            stop = guard(store, ready) if guard and chosen.options.get("snapshot") != CONFIRMED else None
            if stop:
                return Outcome(name, None, [_problem(name, stop), *problems], refused=True)
            tell(READ_TO, f"Writing {ready.read - ready.rejected:,} rows")
            batch = _dry(store, ready) if dry_run else store.commit(ready, who, tell)
            tell(1.0, "Done")
            return Outcome(name, batch, problems, still_open)
    except NeedsAnswer as asked:
        return Outcome(name, None, asked.problems, asked.questions, refused=True)
    except ImportRefused as refused:
        return Outcome(name, None, refused.problems, refused=True)
    except DiskFull as full:
        return Outcome(name, None, [_problem(name, str(full))], refused=True)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return Outcome(name, None, [_problem(name, FULL)], refused=True)


def answered(mapping: Mapping, answers: dict) -> Mapping:
    """The mapping with what a person answered.

    answers: options by their name; `key`, as names with commas between; `account_from`, the file's column that names the account;
    and columns of the table (currency, period, kind ...) with the value that holds for all rows.
    """
    options = {name: value for name, value in answers.items() if name in OPTIONS or name not in (*TABLES[mapping.table].names, *ASKED)}
    said = {name: value for name, value in answers.items() if name not in options and name not in ASKED and value}
    key = tuple(part.strip() for part in str(answers["key"]).split(",")) if answers.get("key") else mapping.key
    columns = mapping.columns | ({"account_id": answers["account_from"]} if answers.get("account_from") else {})
    return replace(mapping, key=key, columns=columns, constants=mapping.constants | said, options={**mapping.options, **options})


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _dry(store: Store, ready: Staged) -> BatchResult:
    with store.preview(ready) as view:
        return view.previewed


def _proposed(path: Path, name: str, table: str | None, folder: Path, options: dict) -> Mapping:
    seen = inspect(path, folder=folder, options=options, file=name)
    known = None if table else why_not_kept(seen.header)
    if known:
        raise ImportRefused([_problem(name, f"{known} It has: {', '.join(seen.header[:30])}.", line=1)])
    found = proposed(seen.header, seen.sample, table)
    if found is None:
        reason = f"The header matches no table. It has: {', '.join(seen.header[:30])}. Name the table, or give a mapping."
        raise ImportRefused([_problem(name, reason, line=1)])
    return found


def _still_open(path: Path, mapping: Mapping, folder: Path, name: str) -> list[dict]:
    """What the file leaves open although it can be taken: an end that may be the last day paid for, amounts without a currency."""
    if mapping.table != "contracts":
        return []
    return open_questions(mapping, inspect(path, folder=folder, options=mapping.options, file=name).sample)


def _reading(options: dict) -> dict:
    return {"encoding": options.get("encoding"), "sheet": options.get("sheet")}


def _child(job: dict, out: Path, name: str, progress: Progress | None = None) -> dict:
    """Run the child on a job; what it refuses, asks or dies of becomes an exception. An answer that is there already is not asked again."""
    result = out / "result.json"
    if not result.exists():
        _run_child(job, out, name, progress)
    answer = json.loads(result.read_text())
    if "refused" in answer:
        raise ImportRefused([{"file": name, **problem} for problem in answer["refused"]])
    if "questions" in answer:
        raise NeedsAnswer(answer["questions"], name)
    return answer


def _run_child(job: dict, out: Path, name: str, progress: Progress | None) -> None:
    """Let the child answer into result.json; where it dies or takes too long, the answer says so."""
    result = out / "result.json"
    (out / "job.json").write_text(json.dumps(job | {"out": str(out), "path": str(Path(job["path"]).resolve())}))
    told = "The file cannot be read within the limits of memory and time; it is damaged, or far larger inside than an export is. Export it again, as CSV if you can."
    child = subprocess.Popen(
        [sys.executable, "-m", "data.child", str(out / "job.json")], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if not _ended(child, out / "progress", progress):
            told = "Reading took more than half an hour. Split the file."
    finally:
        child.kill()
        child.wait()
    if child.returncode == errno.ENOSPC:
        raise ImportRefused([_problem(name, FULL)])
    if not result.exists():
        result.write_text(json.dumps({"refused": [{"line": None, "column": None, "value": None, "reason": told}]}))


def _ended(child: subprocess.Popen, place: Path, progress: Progress | None) -> bool:
    """Wait for the child, telling how far it has come; False where it takes too long."""
    until = time.monotonic() + WALL_SECONDS
    while time.monotonic() < until:
        try:
            child.wait(WATCH_SECONDS if progress else WALL_SECONDS)
        except subprocess.TimeoutExpired:
            _tell_place(place, progress)
        else:
            return True
    return False


def _tell_place(place: Path, progress: Progress | None) -> None:
    words = place.read_text().split() if progress and place.exists() else []
    if len(words) == 2:  # a note that is being written is empty
        progress(READ_FROM + (READ_TO - READ_FROM) * float(words[0]), f"Read {int(words[1]):,} rows")


def _problem(file: str, reason: str, *, line: int | None = None, column: str | None = None) -> dict:
    return {"file": file, "line": line, "column": column, "value": None, "reason": reason}


def _read_back(answer: dict, mapping: Mapping, out: Path, name: str, sha256: str) -> Staged:
    covers = mapping.options.get("covers")
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
        tuple(date.fromisoformat(str(day)) for day in covers) if covers else None,
        str(mapping.options.get("snapshot", "")).lower() in ("true", CONFIRMED),
        mapping.options.get("covers_all_accounts") in (True, "true"),
        mapping.to_toml(),
        people=out / "people.parquet" if mapping.table == "usage_events" else None,
        names=out / "names.parquet" if mapping.table == "usage_events" else None,
    )
