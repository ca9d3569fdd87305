"""Running the child process on a file, and what becomes of its answer."""

import errno
import json
import logging
import signal
import time
from dataclasses import asdict
from pathlib import Path

from data.importing.findings import Problem, Question
from data.importing.outcome import ImportRefused, NeedsAnswer, ReadingFailed
from data.importing.reader.forked import Forked, HelperGone, forked
from data.log.progress import Progress, silent
from data.store.open_file import FULL

log = logging.getLogger(__name__)
TOO_MUCH = "The file cannot be read within the limits of memory and time; it is damaged, or far larger inside than an export is. Export it again, as CSV if you can."
TOO_LONG = "Reading took more than half an hour. Split the file."
# How a child ends that wants more than it may have: told by itself, given up by a library, or ended by the system.
BEYOND_LIMITS = (errno.ENOMEM, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)
WALL_SECONDS = 1800
WATCH_SECONDS = 0.2


def ask_child(job: dict, out: Path, name: str, progress: Progress = silent) -> dict:
    """Run the child on a job; what it refuses or asks becomes an exception. An answer that is there already is not asked again.

    Raises ReadingFailed for a fault of ours.
    """
    result = out / "result.json"
    if not result.exists():
        _run_child(job, out, name, progress)
    answer = json.loads(result.read_text())
    if "refused" in answer:
        raise ImportRefused([Problem(**fault).of(name) for fault in answer["refused"]])
    if "questions" in answer:
        raise NeedsAnswer([Question(**question) for question in answer["questions"]], name)
    return answer


def _run_child(job: dict, out: Path, name: str, progress: Progress) -> None:
    """Let the child answer into result.json; where it dies or takes too long, the answer says so."""
    result = out / "result.json"
    (out / "job.json").write_text(json.dumps(job | {"out": str(out), "path": str(Path(job["path"]).resolve())}))
    code = _exit_code(out, progress)
    if code == errno.ENOSPC:
        raise ImportRefused([Problem(file=name, reason=FULL)])
    if result.exists():
        return
    if code is not None and code not in BEYOND_LIMITS:
        raise _fault(out / "fault.json", name, code)
    result.write_text(json.dumps({"refused": [asdict(Problem(reason=TOO_LONG if code is None else TOO_MUCH))]}))


def _fault(written: Path, name: str, code: int) -> ReadingFailed:
    """The fault that ended a child, logged with its place in the program and without a word of the file."""
    found = json.loads(written.read_text()) if written.exists() else {}
    kind, frames = found.get("kind") or f"ended with {code}", found.get("frames") or []
    log.error("Reading a file failed: %s at %s", kind, " < ".join(reversed(frames)) or "an unknown place")
    return ReadingFailed(name, f"{kind} at {frames[-1]}" if frames else kind)


def _exit_code(out: Path, progress: Progress) -> int | None:
    """Let a child do the job, telling how far it has come; its exit code, None where it takes too long."""
    try:
        return _waited(forked(out / "job.json"), out / "progress", progress)
    except HelperGone:  # not for what is in the file: that only a child sees
        return _waited(forked(out / "job.json"), out / "progress", progress)


def _waited(child: Forked, place: Path, progress: Progress) -> int | None:
    until = time.monotonic() + WALL_SECONDS
    try:
        while time.monotonic() < until:
            try:
                return child.wait(WALL_SECONDS if progress is silent else WATCH_SECONDS)
            except TimeoutError:
                _tell_place(place, progress)
    finally:
        child.end()
    return None


def _tell_place(place: Path, progress: Progress) -> None:
    words = place.read_text().split() if place.exists() else []
    if len(words) == 2:  # a note that is being written is empty
        progress(float(words[0]), f"Read {int(words[1]):,} rows")
