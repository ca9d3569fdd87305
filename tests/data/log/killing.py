"""Work on a store in a process of its own that is killed (SIGKILL) at a chosen moment: at any line of ours, or inside the engine.

The process is forked from a server that has the program loaded and no store open, so that a kill costs some hundredths of a second.
Nothing of the process is told that it is about to end: what is on disk is what any kill leaves there.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

import data
from data.log.staged import Staged
from data.store.store import Store
from data.store.writing import LinesCutAnew
from tests.waiting import PATIENCE

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["pytest", "pyarrow.parquet", "data.store.store", "tests.data.log.killing"]
)  # what a fork would otherwise load by itself
ROOM = str(Path(data.__file__).parent)


def killed(path: Path, work: Callable[[Store], object], line: int, microseconds: int) -> bool:
    """Open the store at `path`, do the work, and die so many microseconds after the nth line of the room data/ has begun.

    A line that calls the engine lets go of the interpreter, so that a kill some microseconds later strikes inside the engine. Returns
    whether the work was acknowledged: it was done, and said so, before the kill. Work of fewer lines ends by itself.
    """
    heard, says = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_do, args=(says, path, work, line, microseconds))
    process.start()
    says.close()
    process.join(PATIENCE)
    assert not process.is_alive(), "the process neither ended nor died"
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    try:
        acknowledged = heard.poll() and heard.recv() == "done"
    except EOFError:
        acknowledged = False
    heard.close()
    return acknowledged


def commit(store: Store, *, file: Staged) -> None:
    store.commit(file)


def mark(store: Store, *, batch: int, undo: bool) -> None:
    try:
        (store.undo if undo else store.redo)(batch)
    except LinesCutAnew:
        os._exit(0)  # it was refused, and nothing was done


def _do(says: Connection, path: Path, work: Callable[[Store], object], line: int, microseconds: int) -> None:
    store = Store.open(path)
    sys.settrace(_killer(line, microseconds))
    work(store)
    sys.settrace(None)
    says.send("done")
    os._exit(0)  # without closing: the next start finds what a process that just ended leaves


def _killer(line: int, microseconds: int) -> Callable[[FrameType, str, object], object]:
    met = 0

    def look(frame: FrameType, happened: str, _: object) -> object:
        nonlocal met
        if not frame.f_code.co_filename.startswith(ROOM):
            return None
        met += happened == "line"
        if met == line and happened == "line":
            _die(microseconds)
        return look

    return look


def _die(microseconds: int) -> None:
    """Die now, or a little later from another thread, while the engine is at work and has let go of the interpreter."""
    if microseconds == 0:
        os.kill(os.getpid(), signal.SIGKILL)

    def later() -> None:
        time.sleep(microseconds / 1_000_000)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=later, daemon=True).start()
