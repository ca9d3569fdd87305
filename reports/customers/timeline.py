"""What happened at an account: money, health, usage, tickets, surveys, people, what was said and done, and imports, on one line of time."""

from datetime import date, timedelta

import polars as pl

from data.store.view import View
from language import mark, tr
from metrics import timeline as told
from metrics.contact_changes import came, champion_changes
from metrics.months import last_full_month
from metrics.plays import steps_of
from metrics.stakeholders import called
from metrics.tickets import as_known_on, with_resolution
from metrics.timeline import ENTRY, KINDS
from metrics.unrated import CUSTOMERS, all_states
from reports.books import Books
from reports.customers.timeline_words import in_words
from reports.definition import Answer, Definition
from reports.health.health import known, scored_on
from reports.health.scorecard import scorecard
from reports.look import Look, as_of
from reports.report import Question
from reports.units import empty
from reports.usage.usage import usage_rows

COLUMNS = {
    "account_id": "text", "day": "day", "kind": "text", "what": "text", "who": "text", "source": "text", "file": "text", "line": "count",
    "code": "text",
}  # fmt: skip
MONTHS_OF_HEALTH = 12
MOST_WITH_HEALTH = 50  # accounts: the scores of thirteen days cost as much as thirteen reports of health
OF_KINDS = {
    "revenue": ["money"],
    "activities": ["conversations", "notes", "tasks", "plays", "goals", "offers"],
    "imports": ["imports"],
}  # what else it takes to view them
ABOUT_ACCOUNTS = ("accounts", "contacts", "contracts", "tickets", "surveys", "activities", "churn_events", "offers")


def _time_line(books: Books, question: Question) -> Answer:
    """One row per thing that happened, the newest first: day, kind (of metrics.timeline.KINDS), what in words, who of one's own people, and
    where it stands (a table with file and line, or a report).

    Health and usage are looked at on the last days of twelve months and on the day looked at: changes of the band, falls of health by 15
    points or more, and of usage by 30 % or more. What the viewer may not view is left out. Totals: how many of each kind.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), dict.fromkeys(KINDS, 0))
    few = books.view.accounts().height <= MOST_WITH_HEALTH
    rows = _entries(books, question, books.day, few)
    notes = _notes(few)
    counted = dict(rows.group_by("kind").len().rows())
    return Answer(_shown(books, rows), {kind: counted.get(kind, 0) for kind in KINDS}, notes)


def _notes(few: bool) -> tuple[str, ...]:
    if few:
        told_on = tr("Health and usage are looked at on the last day of each of the last {n} months, and on the day looked at.")
        return (told_on.format(n=MONTHS_OF_HEALTH),)
    return (tr("Health and usage are told of up to {n} accounts at once: name accounts to see them.", n=MOST_WITH_HEALTH),)


def _shown(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in words, each with the file and line it came from; what was written on a page has no line."""
    worded = rows.with_columns(what=pl.Series([in_words(row) for row in rows.iter_rows(named=True)], dtype=pl.String))
    batches = books.store.imports().select("batch", "file", "edit").with_columns(pl.col("batch").cast(pl.Int64))
    placed = worded.join(batches, on="batch", how="left", maintain_order="left")
    return placed.with_columns(line=pl.when(~pl.col("edit").fill_null(True)).then("line")).select(*COLUMNS)


def _entries(books: Books, question: Question, day: date, few: bool) -> pl.DataFrame:
    newest = as_of(books.view, Question())
    dated = [*_of_money(books), *_of_records(books, day), *_of_work(books), *(_of_scores(books, day) if few else [])]
    logged = [*_of_log(books)]
    rows = told.time_line(dated, logged, day, None if newest is None or day >= newest else day).collect()
    for right, kinds in OF_KINDS.items():
        rows = rows.filter(~pl.col("kind").is_in(kinds) | pl.col("account_id").is_in(accounts_in_view(books, question, right).implode()))
    return rows


def accounts_in_view(look: Look, question: Question, right: str) -> pl.Series:
    """The accounts in scope of which the viewer may also view what is of another right: what a report of one right tells of another."""
    viewer = look.viewer
    if viewer.rights is not None and not viewer.may(viewer.operation, right):
        return pl.Series(dtype=pl.String)
    within = viewer if viewer.rights is None else viewer.allowed(viewer.operation, right)
    if within.scope == viewer.scope:
        return look.view.accounts()["account_id"]
    with View(look.store, within, question.known_at, question.filters, question.as_of) as view:
        return view.accounts()["account_id"]


def _of_money(books: Books) -> list[pl.LazyFrame]:
    lines = pl.concat([books.lines, books.apart])
    return [told.of_money(lines), told.of_churns(books.view.table("churn_events").lazy())]


def _of_records(books: Books, day: date) -> list[pl.LazyFrame]:
    names = _names(books)
    tickets = as_known_on(with_resolution(books.view.table("tickets").lazy()), day)
    surveys = books.view.table("surveys").lazy()
    return [told.of_tickets(tickets), told.of_surveys(surveys, names), told.of_leaving(_contacts(books))]


def _of_work(books: Books) -> list[pl.LazyFrame]:
    activities, runs, steps, goals = (books.view.table(name).lazy() for name in ("activities", "play_runs", "play_steps", "goals"))
    offers = books.view.table("offers").lazy()
    plays = told.of_plays(runs, steps_of(runs, steps))
    return [told.of_activities(activities, _names(books)), plays, told.of_goals(goals), told.of_offers(offers)]


def _contacts(books: Books) -> pl.LazyFrame:
    return books.view.table("contacts").lazy().with_columns(contact=called())


def _names(books: Books) -> pl.LazyFrame:
    return _contacts(books).select("contact_id", "contact")


def looked_at(day: date) -> list[date]:
    """The last days of twelve full months up to a day, and the day itself."""
    days, last = [day], last_full_month(day)
    while len(days) <= MONTHS_OF_HEALTH:
        days.append(last)
        last = last.replace(day=1) - timedelta(days=1)
    return sorted({*days})


def _of_scores(books: Books, day: date) -> list[pl.LazyFrame]:
    """Health and usage on the days that are looked at, of accounts that were customers then."""
    states = pl.concat([
        all_states(books.lines, books.effective, books.apart, day=one, rules=books.rules).select("account_id", "state", day=pl.lit(one))
        for one in looked_at(day)
    ])  # fmt: skip
    customers = states.filter(pl.col("state").is_in(CUSTOMERS)).select("account_id", "day").collect().lazy()
    scores = scored_on(books, customers, scorecard(books.view))[1].lazy()
    used = known(books, looked_at(day)[0], day).usage_on(customers)
    spans = books.view.usage_span(day).lazy()
    return [told.of_health(scores), told.of_usage(used, spans, usage_rows(books).lazy())]


def _of_log(books: Books) -> list[pl.LazyFrame]:
    """What the log was told: who came, who is a champion, whose account it is, and the files that tell of it."""
    history = contact_history(books).lazy()
    firsts = pl.LazyFrame({"batch": books.view.first_batches("contacts")}, schema={"batch": pl.Int64})
    people = told.of_people(_contacts(books), came(history, firsts), champion_changes(history), _owners(books))
    return [people, told.of_imports(_rows_of(books), _batches(books))]


def contact_history(books: Books) -> pl.DataFrame:
    """What batches said of the contacts in scope, as metrics.contact_changes takes it."""
    found = books.view.row_history("contacts", "is_champion").with_columns(pl.col("batch").cast(pl.Int64))
    return found.rename({"row_key": "contact_id", "value": "is_champion", "says": "says_champion"})


def _owners(books: Books) -> pl.LazyFrame:
    """account_id, day, old, new: every change of the owner that the log was told of."""
    history = books.view.account_history("owner").sort("account_id", "since").lazy()
    before = pl.col("value").shift().over("account_id", order_by="since")
    changed = history.with_columns(old=before).filter(pl.col("since") > date.min)
    return changed.select("account_id", "old", day="since", new="value")


def _rows_of(books: Books) -> pl.LazyFrame:
    """A row for each row of what stands that is about an account in scope: account_id, batch, table."""
    tables = {name: books.view.accounts() if name == "accounts" else books.view.table(name) for name in ABOUT_ACCOUNTS}
    return pl.concat(rows.lazy().select("account_id", pl.col("batch").cast(pl.Int64), table=pl.lit(name)) for name, rows in tables.items())


def _batches(books: Books) -> pl.LazyFrame:
    told_of = books.store.imports().lazy()
    return told_of.select(pl.col("batch").cast(pl.Int64), "file", "edit", who="who", day=pl.col("imported_at").dt.date())


timeline = Definition("timeline", mark("Time line"), COLUMNS, _time_line, dict.fromkeys(KINDS, "count"))

__all__ = ["ENTRY", "contact_history", "looked_at", "timeline"]
