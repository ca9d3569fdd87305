"""Where support got worse: what came within 90 days after, beside what came where it did not?"""

from datetime import date, timedelta

import polars as pl

from language import mark, tr
from metrics.health import LITTLE_KNOWN
from metrics.sla import DECIDED, FIRST_REPLY
from metrics.support import TOO_FEW, WINDOW, came_after, fell, quality
from metrics.today import HEALTH_FALL
from metrics.unrated import CUSTOMERS
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health.health import scored_on
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.support.judged import judged, notes, spelt, tickets
from reports.support.sla import within
from reports.units import empty

TIMES = 4
COLUMNS = {
    "support_was": "text", "observations": "count", "accounts_concerned": "count", "churned": "count", "churned_share": "ratio",
    "health_known": "count", "health_fell": "count", "health_fell_share": "ratio",
}  # fmt: skip
ACCOUNTS = {
    "account_id": "text", "name": "text", "owner": "text", "day": "day", "fell": "text", "share_before": "ratio", "share_then": "ratio",
    "decided": "count", "hours_before": "decimal", "hours_then": "decimal", "replies": "count", "has_churned": "flag", "score": "score",
    "score_after": "score", "health_fell": "flag",
}  # fmt: skip


def _falls(books: Books, question: Question) -> Answer:
    """Two rows: accounts whose support fell (`fell`), and the others (`did not fall`), on four days 90 days apart, the last of them 90 days
    before the day looked at; docs/GLOSSARY.md says what a fall is. An account is observed up to four times.

    churned: no customer 90 days later. health_known: those whose health is known on both days, health_fell: of these those that have 15
    points less. Counts and shares of what came are null where a group has fewer than 10 accounts.
    """
    if books.day is None:
        return Answer(empty(COLUMNS))
    if tickets(books, books.day).is_empty():
        return Answer(empty(COLUMNS), {}, notes(books, judged(books, books.day), books.day))
    found = came_after(_observed(books, books.day).rename({"has_churned": "churned"}))
    rows = found.rename({"accounts": "accounts_concerned"}).select(*COLUMNS).with_columns(spelt("support_was"))
    few = [
        tr("Too few to say: {what}.", what=_few(*row))
        for row in rows.select("support_was", "accounts_concerned").rows()
        if row[1] < TOO_FEW
    ]
    told = (tr("It says what came first, not why. The health score counts open tickets and ratings, too."), *few)
    return Answer(rows, {}, (*told, *notes(books, judged(books, books.day), books.day)))


def _few(group: str, n: int) -> str:
    if group == "fell":
        return tr("support fell at {n:,} accounts, and {least} are needed", n=n, least=TOO_FEW)
    return tr("support did not fall at {n:,} accounts that can be compared, and {least} are needed", n=n, least=TOO_FEW)


def _fallen(books: Books, question: Question) -> Answer:
    """One row per account and day on which its support had fallen, the newest first: the share met and the median hours to the first reply
    in the 90 days before, and in the 90 days up to the day (then), and what came within 90 days after."""
    if books.day is None:
        return Answer(empty(ACCOUNTS))
    rows = _observed(books, books.day).filter(pl.col("fell").is_not_null())
    named = rows.join(books.view.accounts().select("account_id", "name", "owner"), on="account_id", how="left")
    told = named.rename({"share": "share_then", "hours": "hours_then"}).select(*ACCOUNTS).with_columns(spelt("fell"))
    return Answer(told.sort("day", "account_id", descending=[True, False]), {})


def _observed(books: Books, day: date) -> pl.DataFrame:
    """Customers on each of the days whose support can be compared, with what came after; see ACCOUNTS."""
    return books.once("after support", lambda of: _looked_back(of, day), repr(scorecard(books.view)))


def _looked_back(books: Books, day: date) -> pl.DataFrame:
    days = [day - timedelta(days=WINDOW * times) for times in range(1, TIMES + 1)]
    rows, every = judged(books, day), tickets(books, day)
    decided = rows.filter(pl.col("verdict").is_in(DECIDED), pl.col("due_at") <= pl.col("known_to"))
    promises = decided.select("account_id", "verdict", due_on=pl.col("due_at").dt.date())
    replied = within(every, FIRST_REPLY, date.min, day).select("account_id", "taken", done_on=pl.col("first_reply_at").dt.date())
    parts = [fell(quality(promises, replied, one)).with_columns(day=pl.lit(one)) for one in days]
    return _after(books, pl.concat(parts, how="vertical_relaxed"), [day, *days])


def _after(books: Books, compared: pl.DataFrame, days: list[date]) -> pl.DataFrame:
    """With whether each was a customer still, and its health then and 90 days later; those alone that were customers then."""
    customers = pl.concat([_customers(books, one) for one in days])
    later = pl.col("day").dt.offset_by(f"{WINDOW}d")
    own = compared.join(customers, on=["account_id", "day"], how="semi").with_columns(later=later)
    stayed = customers.select("account_id", later="day", stayed=pl.lit(True))
    joined = own.join(stayed, on=["account_id", "later"], how="left").with_columns(has_churned=pl.col("stayed").is_null())
    health = _health(books, customers)
    then = joined.join(health, on=["account_id", "day"], how="left")
    both = then.join(health.rename({"day": "later", "score": "score_after"}), on=["account_id", "later"], how="left")
    return both.with_columns(health_fell=pl.col("score") - pl.col("score_after") >= HEALTH_FALL)


def _customers(books: Books, day: date) -> pl.DataFrame:
    rows = arr_rows(books, on=day).filter(pl.col("state").is_in(CUSTOMERS))
    return rows.select("account_id", day=pl.lit(day))


def _health(books: Books, customers: pl.DataFrame) -> pl.DataFrame:
    """account_id, day, score of customers on some days, where enough of it is known."""
    _, scored = scored_on(books, customers.lazy(), scorecard(books.view))
    return scored.filter(pl.col("band") != LITTLE_KNOWN).select("account_id", "day", "score")


support_falls = Definition("support-falls", mark("What came after a fall of support"), COLUMNS, _falls, in_currency=False)
support_fallen = Definition("support-fallen", mark("Accounts whose support fell"), ACCOUNTS, _fallen, in_currency=False)
