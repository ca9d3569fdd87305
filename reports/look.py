"""The store as one report sees it, and what a question leaves open, filled in from the data: never from the clock."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import polars as pl

from data.parameters import WrongParameter
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from reports.periods import year_before
from reports.report import Question


@dataclass(frozen=True)
class Look:
    """The store, a view of it for one viewer at one moment, the day looked at (None in an empty store), and the currency of its money."""

    store: Store
    view: View
    day: date | None
    currency: str

    @property
    def viewer(self) -> Viewer:
        return self.view.viewer

    def names(self) -> pl.LazyFrame:
        """account_id and name of the accounts in scope."""
        return self.view.accounts().lazy().select("account_id", "name")

    def files(self) -> pl.DataFrame:
        """batch and file of every import."""
        return self.store.imports().select("batch", "file")

    def period(self, question: Question) -> tuple[date, date] | tuple[None, None]:
        """The period asked for, see `period`; None in an empty store."""
        return period(question, self.day) if self.day else (None, None)


@contextmanager
def opened(store: Store, viewer: Viewer, question: Question) -> Generator[Look]:
    """Look at the store as the question asks; of no money."""
    with View(store, viewer, question.known_at, question.filters, question.as_of) as view:
        yield Look(store, view, as_of(view, question), "")


@contextmanager
def opened_whole(store: Store, viewer: Viewer, question: Question) -> Generator[Look]:
    """Look at what filters of accounts do not narrow: the log of imports and what was closed."""
    with View(store, viewer, question.known_at) as view:
        yield Look(store, view, as_of(view, question), "")


def as_of(view: View, question: Question) -> date | None:
    """The day looked at: as asked, else the last day that usage covers, else the day of the last import; None in an empty store."""
    imported = view.last_import_at()
    return question.as_of or view.last_covered_day() or (imported.date() if imported else None)


def period(question: Question, day: date) -> tuple[date, date]:
    """Opening and closing balance day: as asked, else the twelve months up to the day looked at.

    Raises WrongParameter where the closing day lies before the opening.
    """
    end = question.end or day
    start = question.start or year_before(end)
    if end < start:
        raise WrongParameter(f"to: {end} lies before {start}, where the period opens.")
    return start, end
