"""A process beside this one for a job of the reader, forked by a helper that this process starts at its first job and keeps.

A helper that has gone is replaced by a new one. It holds no file of this process, the store's least of all.
"""

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from data import private

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = "data.importing.reader.fork_server"
# No library may begin a thread beside the program's own as soon as it is loaded. Memory is kept for the next slice and not handed back
# in between: a child lives for one file, and handing back cost a fifth of its work (the most that it holds grows by a twentieth).
ALLOCATING = "background_thread:false,dirty_decay_ms:-1"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "_RJEM_MALLOC_CONF": ALLOCATING, "JE_ARROW_MALLOC_CONF": ALLOCATING}
SECONDS_TO_END = 5


class HelperGone(OSError):
    """The helper ended before the child did, and its children ended with it."""


class Forked:
    """A child at work on one job."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def wait(self, seconds: float | None = None) -> int:
        """The child's exit code, negative where a signal ended it. Raises TimeoutError where it is still at work then, HelperGone."""
        self._line.settimeout(seconds)
        try:
            told = self._line.recv(16)
        except ConnectionError:
            told = b""
        if not told:
            raise HelperGone("the helper that forks readers has gone")
        return int(told)

    def end(self) -> None:
        """Kill the child if it is still at work, and return once it is gone."""
        with self._line, contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
            self.wait()


class _Helper:
    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", PROGRAM, str(theirs.fileno())],
                cwd=ROOT,
                env=os.environ | ONE_THREAD,
                pass_fds=[theirs.fileno()],
                umask=private.OTHERS,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def fork(self, job: Path) -> Forked:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                ours.send(os.fsencode(job.resolve()))
                socket.send_fds(self.control, [b"j"], [theirs.fileno()])
        except BaseException:
            ours.close()
            raise
        return Forked(ours)

    def end(self) -> None:
        self.control.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class _Keeper:
    """The one helper of this process."""

    def __init__(self) -> None:
        self.lock, self.helper = threading.Lock(), None

    def fork(self, job: Path) -> Forked:
        with self.lock:
            helper = self.helper
            if helper is None or helper.process.poll() is not None:
                helper = self._renewed()
            try:
                return helper.fork(job)
            except (BrokenPipeError, ConnectionError):  # it went this very moment
                return self._renewed().fork(job)

    def _renewed(self) -> _Helper:
        self.end()
        self.helper = _Helper()
        return self.helper

    def end(self) -> None:
        if self.helper:
            self.helper.end()
        self.helper = None

    def forget(self) -> None:
        """In a fork of this process: the helper belongs to the process that started it."""
        if self.helper:
            self.helper.control.close()
            self.helper.process.returncode = 0  # not ours to wait for
        self.lock, self.helper = threading.Lock(), None


_KEEPER = _Keeper()
atexit.register(_KEEPER.end)
os.register_at_fork(after_in_child=_KEEPER.forget)


def forked(job: Path) -> Forked:
    """A child at work on the job in that file."""
    return _KEEPER.fork(job)
