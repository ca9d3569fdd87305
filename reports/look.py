"""The store as one report sees it, and what a question leaves open, filled in from the data: never from the clock."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data.parameters import WrongParameter
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from language import mark, tr
from language.formats import listed
from metrics.hierarchy import topmost
from metrics.months import last_full_month
from reports.periods import year_before
from reports.report import Question

BOOKED = mark("Booked: the period ends on {end}, after {day}, the day looked at. It counts what is signed by now.")
NOT_KNOWN = mark("The last import is of {imported}: what came between it and {day} is not known.")
BEYOND = mark(
    "to: {end} lies after {day}, the day looked at: what is renewed by then is not known. Give an earlier day, or ask with booked for "
    "what is signed by now."
)


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

    def group_by(self, by: str) -> pl.DataFrame:
        """account_id and group (what a column of accounts says) of the accounts in scope. Raises WrongParameter for an unknown column."""
        return groups(self.view, by).collect()

    def files(self) -> pl.DataFrame:
        """batch and file of every import."""
        return self.store.files()

    def closing_day(self, question: Question) -> date | None:
        """The last day of the period asked for; the day looked at where none is asked for. None in an empty store."""
        return closing_day(question, self.day) if self.day and question.end else self.day

    def period(self, question: Question) -> tuple[date, date] | tuple[None, None]:
        """The period asked for, see `period`; None in an empty store."""
        return period(question, self.day) if self.day else (None, None)

    def about_days(self, question: Question) -> tuple[str, ...]:
        """What must be known of the days of a period, in words."""
        imported, day = self.view.last_import_at(), self.day
        if day is None or imported is None:
            return ()
        start, end = question.start, question.end
        said = (
            (question.booked, tr(BOOKED, end=end, day=day)),
            (day > imported.date(), tr(NOT_KNOWN, imported=imported.date(), day=day)),
            (bool(start and start.day == 1), _opens_late(start) if start else ""),
        )
        return tuple(words for holds, words in said if holds)


def _opens_late(start: date) -> str:
    before = start - timedelta(days=1)
    return tr(
        "The period opens with the balance of {start}, which has what begins on that day. For the whole month give from={before}.",
        start=start, before=before,
    )  # fmt: skip


def groups(view: View, by: str, *others: str) -> pl.LazyFrame:
    """account_id and group of the accounts of a view. others: names beside its columns that could have been asked for."""
    if by not in view.columns():
        columns = listed((*view.columns(), *others))
        raise WrongParameter(tr("by: accounts have no column {by!r} to group by. Columns: {columns}.", by=by, columns=columns))
    return view.accounts().lazy().select("account_id", group=pl.col(by).cast(pl.String))


def by_parent(view: View) -> pl.LazyFrame:
    """account_id and group of the accounts of a view: the name of the topmost parent, with its id where two have one name."""
    accounts = view.accounts().lazy()
    tops = topmost(accounts.select("account_id", "parent_id")).join(
        accounts.select(top="account_id", called="name"), on="top", how="left"
    ).with_columns(called=pl.coalesce("called", "top"))  # fmt: skip
    several = pl.col("top").n_unique().over("called") > 1
    return tops.select("account_id", group=pl.when(several).then(pl.format("{} ({})", "called", "top")).otherwise("called"))


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
    """The day looked at: as asked, else the last day that usage covers, else the day of the last import; None in an empty store.

    A period that closes later, and by the day of the last import, moves it to its close.
    """
    imported = view.last_import_at()
    last = imported.date() if imported else None
    usual = question.as_of or view.last_covered_day() or last
    moved = usual and last and question.end and question.as_of is None and usual < question.end <= last
    return question.end if moved else usual


def period(question: Question, day: date) -> tuple[date, date]:
    """Opening and closing balance day: as asked, else the twelve months up to the end of the last full month.

    Raises WrongParameter where the closing day lies before the opening, or after the day looked at and `booked` is not asked for.
    """
    end = closing_day(question, day)
    start = question.start or year_before(end)
    if end < start:
        raise WrongParameter(tr("to: {end} lies before {start}, where the period opens.", end=end, start=start))
    return start, end


def closing_day(question: Question, day: date) -> date:
    """The balance day on which the period closes; see `period`."""
    if question.booked and not (question.end and question.end > day):
        told = tr("booked: it asks for a period that ends after {day}, the day looked at; give such a day as to.", day=day)
        raise WrongParameter(told)
    if question.end is None:
        last = last_full_month(day)
        return last if question.start is None or question.start < last else day
    if question.end > day and not question.booked:
        raise WrongParameter(tr(BEYOND, end=question.end, day=day))
    return question.end
