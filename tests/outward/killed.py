"""Pulls in a process of their own, to be killed: loaded once and forked for each pull, so that twenty kills do not cost twenty starts.

python -m tests.outward.killed STORE SOURCE: for each line on its input it forks a process that pulls once; it writes the number of that
process, and once it is gone how it ended: 0, or the signal below zero.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import sources.postgres  # noqa: F401  loaded before it forks
from data.importing.reader import forked
from data.store.store import Store
from sources.description import load
from sources.pulling import pull


def main(store: Path, source: str) -> None:
    readers = forked._KEEPER._renewed()  # one for all pulls, as in a server, which ends with none of them
    for _ in sys.stdin:
        line = readers.control.dup()
        child = os.fork()
        if child == 0:
            _pull(store, source, line)
        line.close()
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _pull(store: Path, source: str, line: object) -> None:
    forked._KEEPER.helper = forked._Helper.__new__(forked._Helper)
    forked._KEEPER.helper.__dict__ |= {"control": line, "process": SimpleNamespace(poll=lambda: None)}
    opened = Store.open(store)
    pull(opened, load(store, source), lambda: datetime.now(UTC))
    opened.close()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
