"""What do the events that say a quantity add up to: for each account, and for each event over all of them?"""

from datetime import date

import polars as pl

from data.store.reading_once import IN_FILES
from language import mark, tr
from language.formats import day as day_told
from language.formats import listed
from metrics.coverage import reaches_back, windows
from metrics.usage_volume import by_event, volumes
from metrics.windows import observed
from reports.books import Books
from reports.customers.unseen import late
from reports.definition import Answer, Definition
from reports.report import Question
from reports.usage.catalogue import as_features
from reports.usage.usage import coverage, usage_rows
from reports.usage.usage_depth import depth_rows

COLUMNS = {
    "account_id": "text", "name": "text", "event": "text", "feature": "text", "state": "text", "volume": "number",
    "volume_before": "number", "volume_change": "ratio", "volume_events": "count", "without_quantity": "count", "corrections": "number",
    "covered_to": "day", "customer": "flag",
}  # fmt: skip
OF_EVENTS = {
    "event": "text", "feature": "text", "volume": "number", "accounts_using": "count", "accounts_told": "count", "accounts_untold": "count",
    "volume_compared": "number", "volume_before": "number", "volume_change": "ratio", "compared": "count", "without_quantity": "count",
    "corrections": "number",
}  # fmt: skip
KNOWN_BY = {"month": "events", "before": "events_before"}  # null where silence is no answer in that window
NEVER = date(1970, 1, 31)


def _usage_volume(books: Books, question: Question) -> Answer:
    """One row per account in scope and event with quantities that it had in the days that windows reach: what these quantities add up to
    in the last 30 covered days (volume) and in the 30 before, how that changed, how often the event happened, how often without a quantity,
    and the sum of those below zero (corrections), which volume holds. Null where usage cannot be seen, where the event never said a
    quantity, and where its quantities are lost; 0 where it did not happen in days that are covered. Events are never added together: what
    a quantity counts is not known. Totals: events, and accounts whose volume is known. Notes: until when usage
    is covered, since when quantities are known."""
    rows = _rows(books)
    told = rows.filter(pl.col("volume").is_not_null())
    return Answer(rows, {"events": rows["event"].n_unique(), "accounts": told["account_id"].n_unique()}, _lost_told(books))


def _volume_by_event(books: Books, question: Question) -> Answer:
    """One row per event with quantities, over the customers in scope that had it: the volume of those of whom it is known (accounts_told;
    accounts_using of them had it in the last 30 covered days), and of how many it is not; volume_compared, volume_before and volume_change
    of those alone of whom both are known (compared). The events that most accounts use first. Notes as in usage-volume."""
    rows = as_features(books.view, by_event(_rows(books).filter("customer").lazy()).collect()).collect()
    return Answer(rows.sort("accounts_using", "event", descending=[True, False]).select(*OF_EVENTS), {}, _lost_told(books))


def _rows(books: Books) -> pl.DataFrame:
    return books.once("usage volume", _volumes, of=IN_FILES)


def _volumes(books: Books) -> pl.DataFrame:
    view, accounts = books.view, depth_rows(books).lazy()
    known_from = view.quantities_known_from().lazy()
    told = volumes(view.usage_quantities(*_reach(books)).lazy(), _seen(books), known_from)
    about = accounts.select("account_id", "name", "state", "covered_to", "customer")
    named = as_features(view, told.join(about, on="account_id").collect())
    return named.select(*COLUMNS).sort("account_id", "event").collect()


def _reach(books: Books) -> tuple[date, date]:
    """The days that windows can hold."""
    day = books.day or NEVER
    return reaches_back(day, day, coverage(books.view, day, day)), day


def _seen(books: Books) -> pl.LazyFrame:
    """The windows of each account, null where nothing can be said of it in them."""
    day = books.day or NEVER
    use = usage_rows(books).lazy().select("account_id", *KNOWN_BY.values())
    spans = windows(observed(use, day), coverage(books.view, day, day)).lazy().join(use, on="account_id")
    edges = [(f"{window}_{edge}", events) for window, events in KNOWN_BY.items() for edge in ("from", "to")]
    return spans.select("account_id", *(pl.when(pl.col(events).is_not_null()).then(edge).alias(edge) for edge, events in edges))


def _lost_told(books: Books) -> tuple[str, ...]:
    """Until when usage is covered, where that is before the day looked at, and of which events quantities are lost within the windows."""
    here = pl.col("event").is_in(_rows(books)["event"].to_list())
    lost = books.view.quantities_known_from().filter(pl.col("known_from") > _reach(books)[0], here)
    told = [tr("{event} from {day} on", event=event, day=day_told(day)) for event, day in lost.rows()]
    known = tr("Quantities are known of {events}: earlier events were let go of before they were added up.", events=listed(told))
    return (*late(books), *((known,) if told else ()))


usage_volume = Definition("usage-volume", mark("Volume of use"), COLUMNS, _usage_volume)
volume_by_event = Definition("volume-by-event", mark("Volume of use by event"), OF_EVENTS, _volume_by_event)
