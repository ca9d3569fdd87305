"""The helper that has the reader loaded and forks a child for every job, so that no file pays for loading it.

Started by `data.importing.reader.forked` as `python -m data.importing.reader.fork_server FD`. FD is a socket: one byte on it, with the
job's line and the opened job file, is a job. The line ends when the job is no longer wanted: its child is killed. On the line goes the
child's exit code. When FD ends, so does the helper, and every child with it.

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

NO_LONGER_WANTED, ENDED = "no longer wanted", "ended"


@dataclass(frozen=True)
class Running:
    """A child at work: its line to the process that asked, and a pipe that ends with the child, since only the child holds its other end."""

    pid: int
    line: socket.socket
    alive: int


def serve(control: socket.socket) -> None:
    """Fork children for as long as the process that asks is there."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(control, selectors.EVENT_READ)
        running: set[Running] = set()
        while True:
            key = waiting.select()[0][0]  # one at a time: what one does may settle the next
            if key.data is None and not _begin(control, waiting, running):
                break
            if key.data:
                running -= _settled(*key.data, waiting)
    for one in running:
        os.kill(one.pid, signal.SIGKILL)


def _begin(control: socket.socket, waiting: selectors.BaseSelector, running: set[Running]) -> bool:
    """Take the next job and fork a child for it; False where nobody is there to ask any more."""
    asked, fds, _, _ = socket.recv_fds(control, 1, 2)
    if not asked:
        return False
    line, job = socket.socket(fileno=fds[0]), fds[1]
    alive, held = os.pipe()
    ours, pid = os.getpid(), os.fork()
    if pid == 0:
        _be_child(ours, job, [control, line, *(one.line for one in running)], [alive, *(one.alive for one in running)])
    os.close(job)
    os.close(held)
    one = Running(pid, line, alive)
    running.add(one)
    waiting.register(line, selectors.EVENT_READ, (NO_LONGER_WANTED, one))
    waiting.register(alive, selectors.EVENT_READ, (ENDED, one))
    return True


def _be_child(parent: int, job: int, sockets: list[socket.socket], pipes: list[int]) -> None:
    """Do the job in the forked process, which holds nothing of the helper's, and end."""
    code = child.FAULT
    try:
        for one in sockets:
            one.close()
        for one in pipes:
            os.close(one)
        with open(job) as text:
            code = child.alone(text.read(), parent=parent)
    finally:
        os._exit(code)


def _settled(what: str, one: Running, waiting: selectors.BaseSelector) -> set[Running]:
    """Kill a child that is no longer wanted, or say how one ended; the child, once it is gone."""
    if what == NO_LONGER_WANTED:
        waiting.unregister(one.line)
        os.kill(one.pid, signal.SIGKILL)
        return set()
    _, status = os.waitpid(one.pid, 0)
    waiting.unregister(one.alive)
    os.close(one.alive)
    with contextlib.suppress(KeyError):
        waiting.unregister(one.line)
    with contextlib.suppress(OSError), one.line:
        one.line.send(str(os.waitstatus_to_exitcode(status)).encode())
    return {one}


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides what an interruption ends
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
