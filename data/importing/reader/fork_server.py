"""The helper that has the reader loaded and forks readers for its jobs, so that no file pays for loading it.

Started by `data.importing.reader.forked` as `python -m data.importing.reader.fork_server FD`. FD is a socket: one byte on it, with a
line, is a job, and the path of the job's file is on the line. The line ends when the job is no longer wanted: its reader is killed. On
the line goes the exit code of whoever did the job. When FD ends, so does the helper, and every reader with it.

A reader does one job at a time. One that has given an answer that is no refusal, and has used next to nothing of its limits, waits some
seconds for another job: to fork a reader costs more than to read a small file. A job at which such a reader ends is done again by a new
one, so that no file pays for another.

The helper itself reads no job and no byte of any file, opens no store, and makes polars and pyarrow do nothing: what has begun threads
of its own cannot be forked.
"""

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from dataclasses import dataclass

import charset_normalizer  # noqa: F401  (these four: what a child would load by itself)
import pyarrow.csv
import pyarrow.parquet  # noqa: F401
import python_calamine  # noqa: F401

from data.importing.reader import child

NO_LONGER_WANTED, SAYS = "no longer wanted", "says"
PATH_BYTES = 4096  # the longest that a system takes; a path is sent at once, and read at once
DONE = b"."  # what a reader says that waits for another job
MOST_WAITING = 2
WAITING_SECONDS = 5.0


@dataclass(eq=False)
class Job:
    """The path of its file, the way to who asked for it, and whether it is still wanted."""

    path: bytes
    line: socket.socket
    wanted: bool = True


@dataclass(eq=False)
class Reader:
    """A child: the pipe that tells it its jobs, and the one on which it says that one is done, which ends with the child, since only the
    child holds its other end. job: what it is at; None where it waits. done: how many jobs it has done."""

    pid: int
    jobs: int
    says: int
    job: Job | None = None
    done: int = 0


class Readers:
    """All readers of one helper."""

    def __init__(self, control: socket.socket) -> None:
        self.control, self.events = control, selectors.DefaultSelector()
        self.events.register(control, selectors.EVENT_READ)
        self.all: set[Reader] = set()
        self.waiting: list[Reader] = []

    def serve(self) -> None:
        """Have jobs done for as long as the process that asks is there."""
        while True:
            ready = self.events.select(WAITING_SECONDS if self.waiting else None)
            if not ready:
                self._let_go(but=0)
                continue
            data = ready[0][0].data  # one at a time: what one does may settle the next
            if data is None and not self._take():
                break
            if data:
                what, reader = data
                self._give_up(reader) if what == NO_LONGER_WANTED else self._hear(reader)
        for reader in self.all:
            os.kill(reader.pid, signal.SIGKILL)
            os.waitpid(reader.pid, 0)

    def _take(self) -> bool:
        """Have the next job done; False where nobody is there to ask any more."""
        asked, fds, _, _ = socket.recv_fds(self.control, 1, 1)
        if not asked:
            return False
        line = socket.socket(fileno=fds[0])
        self._begin(Job(line.recv(PATH_BYTES), line))
        return True

    def _begin(self, job: Job, *, anew: bool = False) -> None:
        """Give a job to a reader that waits, or to a new one: always, where it is begun anew."""
        reader = self._forked(job) if anew or not self.waiting else self.waiting.pop()
        reader.job = job
        self.events.register(job.line, selectors.EVENT_READ, (NO_LONGER_WANTED, reader))
        with contextlib.suppress(BrokenPipeError):  # it ended this very moment, which is heard next
            os.write(reader.jobs, job.path)

    def _forked(self, job: Job) -> Reader:
        """A new reader, which has no hold of the line of its job."""
        theirs, jobs = os.pipe()
        says, tells = os.pipe()
        ours, pid = os.getpid(), os.fork()
        if pid == 0:
            self._be_reader(ours, theirs, tells, [jobs, says], [self.control, job.line])
        os.close(theirs)
        os.close(tells)
        reader = Reader(pid, jobs, says)
        self.all.add(reader)
        self.events.register(says, selectors.EVENT_READ, (SAYS, reader))
        return reader

    def _be_reader(self, parent: int, jobs: int, tells: int, pipes: list[int], sockets: list[socket.socket]) -> None:
        """Do jobs in the forked process, which holds nothing of the helper's, and end."""
        code = child.FAULT
        try:
            for one in (*sockets, *(reader.job.line for reader in self.all if reader.job)):
                one.close()
            for one in (*pipes, *(pipe for reader in self.all for pipe in (reader.jobs, reader.says))):
                os.close(one)
            code = _jobs_done(parent, jobs, tells)
        finally:
            os._exit(code)

    def _give_up(self, reader: Reader) -> None:
        if reader.job:
            self.events.unregister(reader.job.line)
            reader.job.wanted = False
            os.kill(reader.pid, signal.SIGKILL)

    def _hear(self, reader: Reader) -> None:
        """What a reader says: that its job is done, or, as its pipe ends, that it has."""
        job = reader.job
        if os.read(reader.says, 1) != DONE:
            self._ended(reader, job)
        elif job and job.wanted:
            self._answer(job, 0)
            reader.job = None
            reader.done += 1
            self.waiting.append(reader)
            self._let_go(but=MOST_WAITING)

    def _ended(self, reader: Reader, job: Job | None) -> None:
        _, status = os.waitpid(reader.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        self.events.unregister(reader.says)
        os.close(reader.says)
        os.close(reader.jobs)
        self.all.discard(reader)
        if reader in self.waiting:
            self.waiting.remove(reader)
        if job and job.wanted and reader.done and code:
            self.events.unregister(job.line)
            self._begin(job, anew=True)
        elif job:
            self._answer(job, code)

    def _answer(self, job: Job, code: int) -> None:
        """Say how a job ended."""
        if job.wanted:
            self.events.unregister(job.line)
        with contextlib.suppress(OSError), job.line:
            job.line.send(str(code).encode())

    def _let_go(self, but: int) -> None:
        """Kill the readers that wait for a job, but for so many; they hold nothing that is unsaid."""
        for reader in self.waiting[: len(self.waiting) - but]:
            os.kill(reader.pid, signal.SIGKILL)
        self.waiting = self.waiting[len(self.waiting) - but :]


def _jobs_done(parent: int, jobs: int, tells: int) -> int:
    """The exit code of a reader, which does jobs for as long as it may do another one."""
    child.limit(parent)
    while job := os.read(jobs, PATH_BYTES):
        with open(job) as text:
            code, another = child.alone(text.read())
        if not another:
            return code
        os.write(tells, DONE)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides what an interruption ends
    gc.freeze()
    Readers(socket.socket(fileno=int(sys.argv[1]))).serve()
