"""Reports are worked out two at a time, for pages and API together: fifty that are asked at once would each take the memory of one, and
none would be there sooner. The others wait in line, and may leave it."""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from data.store.stopping import Stoppable, is_under_way
from language import language, speaking

T = TypeVar("T")
AT_ONCE = 2
COMES_BACK = 2.0  # seconds in which who left may ask for the same again, as a page does that is clicked while it is drawn


class TooManyWait(Exception):
    """The line is as long as the one who asks would have it."""


class Place(Generic[T]):
    """One's place in the line. began: it is one's turn. ended: `found` has it. key, waiting: those who ask for the same share it."""

    def __init__(self, work: Callable[[], T], key: Hashable = None) -> None:
        self.began, self.ended = threading.Event(), threading.Event()
        self.key, self.waiting = key, 1
        self.stoppable, self._work = Stoppable(), work
        self._context, self._spoken = copy_context(), language()
        self._found: Any = None
        self._error: BaseException | None = None

    def found(self) -> T:
        """What came of it, or the error that it raised."""
        self.ended.wait()
        if self._error is not None:
            raise self._error
        return self._found

    def come(self) -> None:
        """Do the work, in the language of the one who asked."""
        self.began.set()
        try:
            self._found = self._context.run(self._done)
        except BaseException as error:  # whoever waits is told, and the next in line is served
            self._error = error
        finally:
            del self._work, self._context
            self.ended.set()

    def _done(self) -> T:
        with self.stoppable.under_way(), speaking(self._spoken):
            self.stoppable.go_on()
            return self._work()


class Line:
    """Who asks first is served first; by so many threads, begun once they are needed."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._changed = threading.Condition()
        self._waiting: deque[Place] = deque()
        self._shared: dict[Hashable, Place] = {}
        self._threads = self._busy = 0

    def ask(self, work: Callable[[], T], key: Hashable = None, most: int | None = None) -> Place[T]:
        """A place in the line, to be left in the end. key: what is asked, where others may ask the same. most: raises TooManyWait where so
        many wait already."""
        with self._changed:
            if shared := self._shared.get(key):
                shared.waiting += 1
                return shared
            if most is not None and len(self._waiting) >= most:
                raise TooManyWait
            place = Place(work, key)
            self._line_up(place)
        return place

    def _line_up(self, place: Place) -> None:
        self._waiting.append(place)
        if place.key is not None:
            self._shared[place.key] = place
        if self._threads < self.at_once and self._threads < self._busy + len(self._waiting):
            self._threads += 1
            threading.Thread(target=self._serve, name=f"reports-{self._threads}", daemon=True).start()
        self._changed.notify()

    def leave(self, place: Place) -> None:
        """Wait no more. Work that nobody waits for any more is not begun, or is interrupted: that others may ask for a moment later."""
        with self._changed:
            place.waiting -= 1
        if place.key is None or place.ended.is_set():
            return self._give_up(place)
        later = threading.Timer(COMES_BACK, self._give_up, [place])
        later.daemon = True
        later.start()

    def _give_up(self, place: Place) -> None:
        with self._changed:
            if place.waiting:
                return
            if self._shared.get(place.key) is place:
                del self._shared[place.key]
        place.stoppable.stop()

    def answer(self, work: Callable[[], T], most: int | None = None) -> T:
        """What work finds, once it was its turn. Work that is done here already goes on at once: it has its place."""
        return work() if is_under_way() else self.ask(work, most=most).found()

    def is_asked(self, key: Hashable) -> bool:
        """Whether somebody waits for this."""
        with self._changed:
            return key in self._shared

    @property
    def is_full(self) -> bool:
        """Whether who asks now has to wait for others."""
        with self._changed:
            return self._busy + len(self._waiting) >= self.at_once

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                place = self._waiting.popleft()
                self._busy += 1
            place.come()
            del place
            with self._changed:
                self._busy -= 1


LINE = Line()
