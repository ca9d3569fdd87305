"""What the first pages ask is worked out ahead: after the start, once imports have come to rest, and, while pages are open, before what an
import brings stands. Who comes then need not wait."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from data.store import open_stores, worked_ahead
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.look import as_of
from reports.periods import PERIODS
from reports.report import Question
from reports.two_at_a_time import LINE
from server.operation.figures import pages_are_open

FIRST = ("today", "accounts")
THEN = ("forecast",)  # what rests on long pasts, and is on no first page
SECONDS = 5.0
LONGEST = 10.0  # seconds that people wait who write something while an import comes in


def first_question(store: Store) -> Question | None:
    """What pages ask where nobody has chosen anything; None of a store that is empty."""
    with View(store) as view:
        day = as_of(view, Question())
    if day is None:
        return None
    start, end = PERIODS["last_12_months"](day)
    return Question(as_of=day, start=start, end=end)


class WhileItComes:
    """Works out what those will ask who have pages open, of a store in which an import is about to stand. Whoever writes waits meanwhile:
    after a time that took too long the next import stands without."""

    def __init__(self) -> None:
        self.took = 0.0

    def __call__(self, store: Store) -> None:
        before, self.took = self.took, 0.0
        question = first_question(store) if before <= LONGEST and pages_are_open() else None
        if question is None:
            return
        began = time.monotonic()
        for name in FIRST:
            run(name, store, EVERYONE, question)
        self.took = time.monotonic() - began


class Ahead(threading.Thread):
    """Looks every few seconds; works where the store has stood still since the look before, and was not worked out as it stands."""

    def __init__(self, store: Callable[[], Store], seconds: float = SECONDS) -> None:
        super().__init__(name="ahead", daemon=True)
        self.store, self.seconds = store, seconds
        self.ended = threading.Event()
        self._before: tuple[str, int] | None = None
        self._done: tuple[str, int] | None = None

    def run(self) -> None:
        self._tried(partial(self.look, begun=True))
        while not self.ended.wait(self.seconds):
            self._tried(self.look)

    def _tried(self, look: Callable[[], object]) -> None:
        try:
            look()
        except Exception:  # a store that is closed or exchanged meanwhile: whoever asks next finds out what is there
            logging.getLogger(__name__).info("What the first pages ask was not worked out ahead.", exc_info=True)

    def look(self, *, begun: bool = False) -> tuple[str, ...]:
        """The reports that were worked out: none while the store changes, nor twice as it stands. begun: the server has just started, and
        whoever comes first need not wait until it is known to stand still."""
        store = self.store()
        now, before = (str(store.path), store.version()), self._before
        self._before = now
        if (now != before and not begun) or now == self._done:
            return ()
        question, self._done = first_question(store), now
        if question is None:
            return ()
        for name in (*FIRST, *THEN):
            LINE.answer(partial(run, name, store, EVERYONE, question))
        return (*FIRST, *THEN)

    def stop(self) -> None:
        self.ended.set()


def work() -> Ahead:
    """Begin to work ahead on the company that pages open at first."""
    worked_ahead.by(WhileItComes())
    begun = Ahead(lambda: open_stores.store(open_stores.default_name()))
    begun.start()
    return begun
