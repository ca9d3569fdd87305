"""Committing with progress: the write runs beside, and whoever waits is told how far it should be by now."""

import threading
import time
from collections.abc import Callable

from data.log.staged import Staged
from data.store.store import BatchResult, Store

# Rows written in a second on two cores, rounded down; an estimate for people who wait, nothing hangs on it.
ROWS_A_SECOND = {"usage_events": 300_000}
OTHER_ROWS_A_SECOND = 60_000
TICK_SECONDS = 0.25
Progress = Callable[[float, str], None]


def commit(store: Store, staged: Staged, who: str, tell: Progress) -> BatchResult:
    """Commit a staged file, and tell share done and words until it is. Raises what the store raises; then nothing of it is kept."""
    done: list[BatchResult] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            done.append(store.commit(staged, who))
        except BaseException as error:
            failed.append(error)

    writing = threading.Thread(target=work, name="commit")
    begun = time.monotonic()
    writing.start()
    while writing.is_alive():
        tell(*expected(staged, time.monotonic() - begun))
        writing.join(TICK_SECONDS)
    if failed:
        raise failed[0]
    tell(1.0, "Done")
    return done[0]


def expected(staged: Staged, elapsed: float) -> tuple[float, str]:
    """How far the write of a staged file should be after so many seconds, and what to say: never quite done before it is."""
    rows = staged.read - staged.rejected
    seconds = rows / ROWS_A_SECOND.get(staged.table, OTHER_ROWS_A_SECOND)
    left = seconds - elapsed
    share = min(elapsed / seconds, 0.95) if seconds else 0.95
    return share, f"Writing {rows:,} rows · " + (f"about {left:.0f} s left" if left >= 1 else "nearly done")
