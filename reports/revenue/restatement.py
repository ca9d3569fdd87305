"""Why is a past figure no longer what it was? The figure as published, the present one, and what lies between, to the cent."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from language import mark, tr
from language.formats import clauses, listed
from metrics.restatement import FIGURES, changed_rows, difference, parts_of_figures
from metrics.rules import Rules, as_closed, choices, preset, title_of
from reports.books import Books, opened_books
from reports.definition import Answer, Definition
from reports.look import as_of, period
from reports.report import Question
from reports.units import schema_of

COLUMNS = {"account_id": "text", "name": "text", "cause": "text", "detail": "text", **dict.fromkeys(FIGURES, "money")}
RATIOS = ("nrr", "grr", "logo_retention")
SIDES = ("published", "present", "change")
TOTALS = {f"{side}_{name}": unit for side in SIDES for unit, names in (("money", FIGURES), ("ratio", RATIOS)) for name in names}
ERASED, ACCOUNTS, ROWS, RATES, RULES, GRACE = (
    "erased",
    "accounts changed",
    "contracts changed",
    "exchange rates changed",
    "rules changed",
    "seen on a later day: grace, renewals and notice",
)
NOTHING_CLOSED = mark("Nothing is closed yet. Close a period, or give known_at: the moment at which the figure was published.")
NONE_BY = mark("No period that ended by {day} is closed. Give a later day, or known_at: the moment at which the figure was published.")
OUT_OF_SIGHT = mark(
    "Closed periods are of the whole company, and not in sight here. Give known_at: the moment at which the figure was published."
)
CHANGED = {
    "imported": mark("imported: {file} line {line} (batch {batch})"),
    "brought back": mark("brought back: {file} line {line} (batch {batch})"),
    "taken back": mark("taken back: {file} line {line} (batch {batch})"),
    "changed": mark("changed: {file} line {line} (batch {batch})"),
    "change taken back": mark("change taken back: {file} line {line} (batch {batch})"),
    "moved": mark("moved from one account to another: {file} line {line} (batch {batch})"),
}
SAID = mark("{column}: {was} then, {value} now")
MOST_ROWS = 5  # named in the detail of one account


@dataclass(frozen=True)
class Published:
    """What was published: known_at, the day looked at, the rules, the period; and the figures, where they were frozen by a close."""

    question: Question
    rules: Rules
    start: date
    end: date
    figures: dict[str, object] | None = None
    said: str = ""
    close_id: str = ""


def at_moment(
    store: Store, viewer: Viewer, question: Question, *, start: date, end: date, rules: Rules | None = None, money: dict | None = None
) -> pl.DataFrame:
    """What each account adds to the figures of a period, as known and seen at one moment; columns of parts_of_figures.

    money: rates and currency in which it is told, where they are not those of that moment.
    """
    with opened_books(store, viewer, question, rules) as books:
        return parts_of_figures(books.effective, start=start, end=end, **(money or books.money))


def _restatement(books: Books, question: Question) -> Answer:
    """One row per account and cause that moved the figures of a period since they were published; each column adds up to its change.

    Published: the close of the period (`to`; else the latest), or with `known_at` what was known then, looked at on the last day known
    then or on `as_of` where that is earlier. Present: what is known now, looked at on `as_of`, under `rules`.
    Causes, in this order: erased (an account that was taken out since, as erased-N), contracts changed, exchange rates changed, rules
    changed, seen on a later day. Of an account that has come into the filters, or has left them, all that it moves is one row: accounts
    changed.
    Totals: published_, present_ and change_ of each figure. Empty, with a note, where nothing was published.
    Raises WrongParameter for a period that ends after the day looked at.
    """
    was = _published(books, question)
    if was is None or books.day is None:
        return Answer(notes=(_nothing(books),))
    after_all = _parts(books, was.start, was.end)
    with opened_books(books.store, books.viewer, was.question, was.rules) as then:
        left, touched = _parts(then, was.start, was.end), changed_rows(then.view.contracts(), books.view.contracts())
        before = pl.concat([left, books.view.erased_figures(was.close_id).select(left.columns)]).sort("account_id")
        money, other_rates = _at_rates_of(then, books), not _rates(then).equals(_rates(books))
        moved = _in_or_out(then.view, books.view, touched)
    asked = replace(was.question, known_at=None)
    same_rates, rows_in = (
        at_moment(books.store, books.viewer, asked, start=was.start, end=was.end, rules=was.rules, money=one) for one in (money, None)
    )
    ruled, by_rules = _by_rules(books, was, asked, rows_in)
    files = dict(books.files().rows())
    why_moved = _why_in_or_out(books, was.question, question, moved)
    steps = [
        *_told(difference(before, left), lambda account: (ERASED, "")),
        *_told(difference(left, same_rates), lambda account: _row_cause(account, touched, files, other_rates, money is None)),
        *_told(difference(same_rates, rows_in), lambda account: (RATES, "")),
        *by_rules,
        *_told(difference(ruled, after_all), lambda account: (GRACE, tr("seen on {then}, now on {day}", then=asked.as_of, day=books.day))),
    ]
    stated = {"from": was.start, "to": was.end, "published_as_of": asked.as_of, "published_known_at": was.question.known_at,
              "published_rules": was.rules.name}  # fmt: skip
    figures = _figures(before)
    of_moved = [
        row
        for row in _told(difference(before, after_all), lambda account: (ACCOUNTS, why_moved.get(account, "")))
        if row["account_id"] in moved
    ]
    steps = [*of_moved, *(row for row in steps if row["account_id"] not in moved)]
    return Answer(_rows(steps, books), _totals(figures, _figures(after_all)), (was.said, *_drift(was, figures)), stated)


def _in_or_out(then: View, now: View, touched: pl.DataFrame) -> set[str]:
    """The accounts that are in sight at one of two moments alone, though what was imported of their contracts stands at both."""
    if now.viewer.sees_all and not now.where:
        return set()
    stands = pl.col("batch").is_in(sorted(set(then.standing) & set(now.standing)))
    rows = touched.filter(pl.col("change").is_in(("taken back", "brought back")), stands)
    return set(rows["account_id"]) & (set(then.accounts()["account_id"]) ^ set(now.accounts()["account_id"]))


def _why_in_or_out(books: Books, then: Question, now: Question, accounts: set[str]) -> dict[str, str]:
    """What the columns that are filtered by said of accounts then, and say now; empty where they say the same, or nothing is filtered."""
    if not accounts:
        return {}
    columns = [column for column, _ in now.filters]
    sides = [_said_of(books, columns, known_at, day) for known_at, day in ((then.known_at, then.as_of), (None, now.as_of))]
    pairs = {account: [(column, *(side.get(account, {}).get(column) for side in sides)) for column in columns] for account in accounts}
    return {
        account: clauses(*(tr(SAID, column=column, was=was or "-", value=value or "-") for column, was, value in told if was != value))
        for account, told in pairs.items()
    }


def _said_of(books: Books, columns: list[str], known_at: int | str | None, day: date | None) -> dict[str, dict[str, Any]]:
    """What columns say of the accounts that the viewer sees without filters."""
    with View(books.store, books.viewer, known_at, (), day) as view:
        rows = view.accounts().to_dicts()
    return {row["account_id"]: {column: row.get(column) for column in columns} for row in rows}


def _nothing(books: Books) -> str:
    """Why there is nothing to compare with."""
    if not books.viewer.sees_all:
        return tr(OUT_OF_SIGHT)
    return tr(NOTHING_CLOSED) if books.view.table("closes").is_empty() or books.day is None else tr(NONE_BY, day=books.day)


def _by_rules(books: Books, was: Published, asked: Question, figures: pl.DataFrame) -> tuple[pl.DataFrame, list[dict]]:
    """The figures under the present rules, and what each choice that has changed since moved, one after the other."""
    rules, steps = was.rules, []
    for field, value in choices(books.rules).items():
        if value == getattr(rules, field):
            continue
        change = {"choice": title_of(field), "old": _said(getattr(rules, field)), "new": _said(value)}
        said = tr(
            "{old_rules} then, {new_rules} now: {choice}, {old} then, {new} now",
            old_rules=was.rules.name,
            new_rules=books.rules.name,
            **change,
        )
        rules = replace(rules, **{field: value})
        after = at_moment(books.store, books.viewer, asked, start=was.start, end=was.end, rules=rules)
        steps += _told(difference(figures, after), lambda account, said=said: (RULES, said))
        figures = after
    return figures, steps


def _said(value: object) -> str:
    return (tr("yes") if value else tr("no")) if isinstance(value, bool) else str(value)


@contextmanager
def _now(store: Store, viewer: Viewer, question: Question) -> Generator[Books]:
    """The books as known now: `known_at` says when the figure was published. Where no day is asked for, they are looked at on the day on
    which the latest close ends, if that is later than the usual one."""
    latest = None if question.as_of or question.end or question.known_at is not None else _latest_end(store, viewer)
    with opened_books(store, viewer, replace(question, known_at=None, end=question.end or latest)) as books:
        yield books


def _latest_end(store: Store, viewer: Viewer) -> date | None:
    with View(store, viewer) as view:
        ends = view.table("closes").sort("closed_at", descending=True)["closes_on"].to_list()
    return ends[0] if ends else None


def _rows(steps: list[dict], books: Books) -> pl.DataFrame:
    names = dict(books.names().collect().rows())
    rows = [{**step, "name": names.get(step["account_id"], step["account_id"])} for step in steps]
    return pl.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], schema=schema_of(COLUMNS))


def _rates(books: Books) -> pl.DataFrame:
    return books.money["rates"].collect().sort("currency", "day")


def _at_rates_of(then: Books, now: Books) -> dict[str, Any] | None:
    """The money of then, with the present rates of currencies that had none; None where figures were told in another currency."""
    if then.currency != now.currency:
        return None
    old, new = _rates(then), _rates(now)
    return now.money | {"rates": pl.concat([old, new.join(old, on="currency", how="anti")]).sort("currency", "day").lazy()}


def _parts(books: Books, start: date, end: date) -> pl.DataFrame:
    return parts_of_figures(books.effective, start=start, end=end, **books.money)


def _published(books: Books, question: Question) -> Published | None:
    """What the question compares with: the close of its period, or a moment of the log."""
    store, viewer = books.store, books.viewer
    if question.known_at is None:
        return _closed(books, question)
    with View(store, viewer, question.known_at) as then:
        last = as_of(then, replace(question, as_of=None))
    if last is None:
        return None
    seen = min(question.as_of or last, last)
    start, end = period(question, seen)
    batch = isinstance(question.known_at, int)
    known = (
        tr("As known after import {known_at}", known_at=question.known_at)
        if batch
        else tr("As known at {moment}", moment=question.known_at)
    )
    said = tr("{known}, looked at on {seen}.", known=known, seen=seen)
    return Published(replace(question, as_of=seen), preset(question.rules), start, end, said=said)


def _closed(books: Books, question: Question) -> Published | None:
    """The latest close of the period asked for, or of any that has ended by the day looked at."""
    if books.day and question.end:
        books.closing_day(question)
    found = books.view.table("closes").sort("closed_at", descending=True).to_dicts()
    asked = (("opens_on", question.start), ("closes_on", question.end))
    same = [row for row in found if all(day is None or row[column] == day for column, day in asked) and row["closes_on"] <= books.day]
    if not same:
        return None
    return published_by(same[0], question)


def published_by(row: dict[str, Any], question: Question) -> Published:
    """What a close published; row: of the table closes."""
    then = replace(question, known_at=row["closed_at"].isoformat(), as_of=row["as_of"], rules=row["rules"])
    said = tr(
        "Closed by {who} on {at:%Y-%m-%d %H:%M} UTC under the rules {rules}.", who=row["closed_by"], at=row["closed_at"], rules=row["rules"]
    )
    figures = json.loads(row["figures"])
    rules = as_closed(row["rules"], figures.get("choices"))
    return Published(then, rules, row["opens_on"], row["closes_on"], figures, said, row["close_id"])


def _row_cause(account: str, touched: pl.DataFrame, files: dict[int, str], other_rates: bool, other_currency: bool) -> tuple[str, str]:
    """Which rows of an account came, went or changed, by file and line; where none did, its currency had no rate before."""
    mine = touched.filter(pl.col("account_id") == account)
    if not mine.height:
        return (RATES, "") if other_rates else (ROWS, "")
    told = [
        tr(CHANGED[row["change"]], file=files.get(row["batch"], ""), line=row["line"], batch=row["batch"])
        for row in mine.iter_rows(named=True)
    ]
    more = [tr("and {n} more", n=len(told) - MOST_ROWS)] if len(told) > MOST_ROWS else []
    return f"{ROWS}, {RATES}" if other_currency else ROWS, clauses(*told[:MOST_ROWS], *more)


def _told(changed: pl.DataFrame, why: Callable[[str], tuple[str, str]]) -> list[dict]:
    rows = []
    for row in changed.iter_rows(named=True):
        cause, detail = why(row["account_id"])
        rows.append({**row, "cause": cause, "detail": detail})
    return rows


def _figures(parts: pl.DataFrame) -> dict[str, Any]:
    sums = {name: int(parts[name].sum()) for name in FIGURES}
    accounts = {"opening_accounts": int(parts["opened"].sum()), "retained_accounts": int(parts["kept"].sum())}
    opening, logos = sums["opening_mrr"], accounts["opening_accounts"]
    ratios = {
        "nrr": sums["closing_mrr"] / opening if opening else None,
        "grr": sums["retained_mrr"] / opening if opening else None,
        "logo_retention": accounts["retained_accounts"] / logos if logos else None,
    }
    return {**sums, **accounts, **ratios}


def _totals(before: dict, after: dict) -> dict[str, object]:
    changes = {name: None if before[name] is None or after[name] is None else after[name] - before[name] for name in before}
    sides = zip(SIDES, (before, after, changes), strict=True)
    return {f"{side}_{name}": value for side, figures in sides for name, value in figures.items()}


def _drift(was: Published, before: dict) -> tuple[str, ...]:
    """A frozen figure that the log no longer gives: told, and never hidden."""
    frozen = was.figures or {}
    off = [name for name, value in frozen.items() if name in before and before[name] != value and was.question.filters == ()]
    return (tr("The frozen figures differ from what the log gives for that moment: {names}.", names=listed(off)),) if off else ()


restatement = Definition(
    "restatement", mark("What changed since it was published"), COLUMNS, _restatement, TOTALS, ("from", "to"), opens=_now,
    states=("as_of", "viewer", "filters", "rules"),
)  # fmt: skip
