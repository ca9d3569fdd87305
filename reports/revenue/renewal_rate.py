"""How many of the renewals that came up were renewed, on time, late or not, by count and by value?"""

from datetime import date
from typing import Any

import polars as pl

from language import mark, tr, tr_n
from metrics.renewals import RENEWAL_TARGET, decided_without_grace, renewal_results
from metrics.terms import COUNTS, hardly_any_term, months_by_term
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "ends_on": "day", "due": "money", "kept": "money", "state": "text", "renewed_on": "day",
}  # fmt: skip
STATES = ("on_time", "late", "in_grace", "open", "lost")
DECIDED = ("on_time", "late", "lost")
RATES = ("rate_by_count", "rate_by_value", "rate_by_count_without_grace", "rate_by_value_without_grace")
TOTALS = (
    dict.fromkeys((*RATES, "target", "monthly_churn"), "ratio")
    | {"due_in_grace": "money"}
    | dict.fromkeys(("without_term", "churned_without_term"), "count")
)


def _renewal_rate(books: Books, question: Question) -> Answer:
    """One row per renewal after `from` and not after `to`: ARR due, ARR kept, on time, late, in grace, open or lost.

    Only agreed ends of terms of more than 31 days are renewals. Totals: how many of each state, and the two rates: by count, on time and
    late of all that are decided (in grace and open are not); by value, kept of due over the same. Null where nothing is decided, and where
    hardly anything has a term. Beside each the rate without grace: what was renewed on the day itself, of all that came up but for what is
    open; those still in grace may yet lower the first (`due_in_grace`). Beside them the accounts without a term, month by month:
    monthly_churn is the share of them that was lost in a month.
    """
    start, end = books.period(question)
    rows = _rows(books, start, end) if start and end else empty(COLUMNS)
    by_term = _by_term(books, start, end) if start and end else dict.fromkeys(COUNTS, 0)
    totals = _totals(rows) | {name: by_term[name] for name in ("without_term", "churned_without_term")}
    totals |= {"monthly_churn": totals["churned_without_term"] / totals["without_term"] if totals["without_term"] else None}
    few = hardly_any_term(by_term["with_term"], by_term["paying"])
    hardly = tr(
        "Hardly anything has a term: {with_term:,} of {months:,} account-months. See the monthly churn.",
        with_term=by_term["with_term"],
        months=by_term["paying"],
    )
    said = (hardly,) if few else ()
    return Answer(rows, totals | (dict.fromkeys(RATES) if few else {}), (*books.notes, *_asked(rows), *said))


def _by_term(books: Books, start: date, end: date) -> dict[str, int]:
    months = months_by_term(books.effective, books.renewable, start=start, end=min(end, books.day or end), **books.money).collect()
    return {name: int(months[name].sum()) for name in COUNTS}


def _asked(rows: pl.DataFrame) -> tuple[str, ...]:
    count = int((rows["state"] == "open").sum())
    if not count:
        return ()
    told = tr_n(
        "{n} renewal is open: another product started when the old one ended. Change of plan, or addition?",
        "{n} renewals are open: another product started when the old one ended. Change of plan, or addition?",
        count,
    )
    return (told,)


def _rows(books: Books, start: date, end: date) -> pl.DataFrame:
    results = renewal_results(books.renewable, start=start, end=end, as_of=books.day or end, **books.renewing, **books.money)
    return results.join(books.names(), on="account_id", how="left").select(*COLUMNS).sort("ends_on", "account_id").collect()


def _totals(rows: pl.DataFrame) -> dict[str, Any]:
    counts = {state: int((rows["state"] == state).sum()) for state in STATES}
    decided = rows.filter(pl.col("state").is_in(DECIDED))
    due, kept, number = int(decided["due"].sum()), int(decided["kept"].sum()), decided.height
    rates = {
        "rate_by_count": (counts["on_time"] + counts["late"]) / number if number else None,
        "rate_by_value": kept / due if due else None,
    }
    return {"renewals": rows.height, **counts, "due": due, "kept": kept, **rates, "target": RENEWAL_TARGET, **_without_grace(rows)}


def _without_grace(rows: pl.DataFrame) -> dict[str, object]:
    """The rates by what was renewed on the day itself, and the ARR of what is still in grace."""
    told = decided_without_grace(rows.lazy()).collect()
    at_once, due, count = told.filter("renewed"), int(told["due"].sum()), told.height
    return {
        "rate_by_count_without_grace": at_once.height / count if count else None,
        "rate_by_value_without_grace": int(at_once["kept"].sum()) / due if due else None,
        "due_in_grace": int(rows.filter(pl.col("state") == "in_grace")["due"].sum()),
    }


renewal_rate = Definition("renewal-rate", mark("Renewal rate"), COLUMNS, _renewal_rate, TOTALS, of_period=True)
