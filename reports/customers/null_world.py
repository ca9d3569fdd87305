"""Would the churn model have passed, had leaving been chance? Tried on the company's own book."""

from collections.abc import Callable
from datetime import date

from data.store.store import Store
from data.viewer import EVERYONE
from language import mark, tr
from language.formats import sentences
from metrics.months import first_day
from models.null_world import ByChance, tried_by_chance
from models.observations import known_until
from reports.books import opened_books
from reports.customers.churn_training import FELL, NEVER, history_of, looked_at
from reports.report import Question

TRIES = 20
MOST_PASSED = 0.05  # share of tries that may pass by luck; above it the book itself misleads a model


def chance_on_own_book(
    store: Store, *, as_of: date | None = None, tries: int = TRIES, progress: Callable[[int], None] = lambda done: None
) -> ByChance:
    """Leaving redrawn by chance at the book's own rates, so many times, and a model trained on each. Nothing is written.

    Raises ValueError where the book has no lost and no kept account to take rates from.
    """
    with opened_books(store, EVERYONE, Question(as_of=as_of)) as books:
        day = books.day or NEVER
        history, rules = history_of(books, day), books.rules
        looked = looked_at(books, history, day)
    until = known_until(history.lines, day)
    if until is None or looked.is_empty() or looked["churned"].n_unique() < 2:
        raise ValueError(tr(NO_RATES))
    since = max(first_day(history.lines["starts_on"]) or day, history.covers_from or NEVER)
    baselines = {FELL: "usage_fell"} if history.covers_from else {}
    return tried_by_chance(history, looked, since=since, until=until, rules=rules, tries=tries, baselines=baselines, progress=progress)


def in_words(found: ByChance) -> str:
    """What the tries say, as sentences."""
    if not found.aucs:
        drawn = tr("Leaving was drawn by chance {tries} times, at the rates of this book.", tries=found.tries)
        return sentences(drawn, tr("Not once were there losses enough to try a model, so this says nothing about it, for or against."))
    called = CALLED.get(found.passed, OFTEN)
    told = tr(called, tries=found.tries, n=found.passed) if called == OFTEN else tr(called, tries=found.tries)
    return sentences(told, tr(TOO_OFTEN if found.passed > MOST_PASSED * found.tries else SELDOM))


NO_RATES = mark("Nobody was lost, or nobody kept, in what is known: there are no rates by which chance could be drawn.")
CALLED = {
    0: mark("Leaving was drawn by chance {tries} times, at the rates of this book; a model was called usable not once."),
    1: mark("Leaving was drawn by chance {tries} times, at the rates of this book; a model was called usable once."),
}
OFTEN = mark("Leaving was drawn by chance {tries} times, at the rates of this book; a model was called usable {n} times.")
TOO_OFTEN = mark("That is more than luck allows: do not rely on a model of this book, and have a look at what contracts say of ends.")
SELDOM = mark("So what the card says of the real book is not what chance would say.")
