"""Running the child process on a file, and what becomes of its answer."""

import errno
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from data.importing.findings import Problem, Question
from data.importing.outcome import ImportRefused, NeedsAnswer
from data.importing.reader.forked import Forked, HelperGone, forked
from data.store.store import FULL

WALL_SECONDS = 1800
WATCH_SECONDS = 0.2
READ_FROM, READ_TO = 0.05, 0.6  # the share of an import that is reading; the rest is writing
Progress = Callable[[float, str], None]


def ask_child(job: dict, out: Path, name: str, progress: Progress | None = None) -> dict:
    """Run the child on a job; what it refuses, asks or dies of becomes an exception. An answer that is there already is not asked again."""
    result = out / "result.json"
    if not result.exists():
        _run_child(job, out, name, progress)
    answer = json.loads(result.read_text())
    if "refused" in answer:
        raise ImportRefused([Problem(**fault).of(name) for fault in answer["refused"]])
    if "questions" in answer:
        raise NeedsAnswer([Question(**question) for question in answer["questions"]], name)
    return answer


def _run_child(job: dict, out: Path, name: str, progress: Progress | None) -> None:
    """Let the child answer into result.json; where it dies or takes too long, the answer says so."""
    result = out / "result.json"
    (out / "job.json").write_text(json.dumps(job | {"out": str(out), "path": str(Path(job["path"]).resolve())}))
    told = "The file cannot be read within the limits of memory and time; it is damaged, or far larger inside than an export is. Export it again, as CSV if you can."
    code = _exit_code(out, progress)
    if code is None:
        told = "Reading took more than half an hour. Split the file."
    if code == errno.ENOSPC:
        raise ImportRefused([Problem(file=name, reason=FULL)])
    if not result.exists():
        result.write_text(json.dumps({"refused": [asdict(Problem(reason=told))]}))


def _exit_code(out: Path, progress: Progress | None) -> int | None:
    """Let a child do the job, telling how far it has come; its exit code, None where it takes too long."""
    try:
        return _waited(forked(out / "job.json"), out / "progress", progress)
    except HelperGone:  # not for what is in the file: that only a child sees
        return _waited(forked(out / "job.json"), out / "progress", progress)


def _waited(child: Forked, place: Path, progress: Progress | None) -> int | None:
    until = time.monotonic() + WALL_SECONDS
    try:
        while time.monotonic() < until:
            try:
                return child.wait(WATCH_SECONDS if progress else WALL_SECONDS)
            except TimeoutError:
                _tell_place(place, progress)
    finally:
        child.end()
    return None


def _tell_place(place: Path, progress: Progress | None) -> None:
    words = place.read_text().split() if progress and place.exists() else []
    if len(words) == 2:  # a note that is being written is empty
        progress(READ_FROM + (READ_TO - READ_FROM) * float(words[0]), f"Read {int(words[1]):,} rows")
