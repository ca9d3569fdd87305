"""The books of one moment: contracts in scope as lines of money, with and without grace, ready for a metric."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from data.store.standing_rows import OF_ACCOUNTS
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from language import language, tr, tr_n
from metrics.agreed_ends import ends_by_feed, with_agreed_ends
from metrics.balances import live
from metrics.cohorts import COHORTS, cohorts_of
from metrics.commitments import committed
from metrics.currency import for_all_days, reporting, without_rate
from metrics.grace import whole_reductions, with_grace, without_free
from metrics.hierarchy import topmost
from metrics.lines import contract_lines
from metrics.products import Products
from metrics.rules import Rules, preset
from metrics.segments import placements
from metrics.sizes import SIZE_BAND, size_bands
from reports.look import Look, as_of, groups, period
from reports.products import products_in
from reports.report import Question

OF_RATES = ("fx_rates",)
OF_MONEY = (*OF_ACCOUNTS, *OF_RATES, "product_pairs")
"""The tables by which what is read of money changes."""


@dataclass(frozen=True)
class Books(Look):
    """A look at money. lines: contract_lines; effective: the paying ones with grace; strict: without. groups: account_id, group, or None.
    without_grace: works out `strict`, once it is asked for.
    places: the segments over time in place of groups and filters, where the question asks for the segments of then; else None.

    grouped: account_id, group as `by` says them now, whatever the segments asked for. apart: lines in a currency without any rate; they
    are in none of the others, and `notes` tell their ARR. asked: all that makes these the books of their view, beside it; None for books
    that were changed since they were opened, of which nothing is kept. over: the same books of another view, without groups.
    """

    rules: Rules
    rates: pl.LazyFrame
    lines: pl.LazyFrame
    effective: pl.LazyFrame
    without_grace: Callable[[], pl.LazyFrame]
    groups: pl.LazyFrame | None
    places: pl.LazyFrame | None
    apart: pl.LazyFrame
    grouped: pl.LazyFrame | None
    notes: tuple[str, ...]
    products: Products
    asked: tuple[object, ...] | None
    over: Callable[[View], "Books"]

    def once(self, name: str, work: Callable[["Books"], pl.DataFrame], *more: object, of: Sequence[str] = ()) -> pl.DataFrame:
        """What comes of these books, worked out once for all reports that open the same ones, in each language. work: works it out of the
        books that it is given: of accounts for themselves these are those of everybody, and who sees less is given their own rows (see
        `View.by_account`). more: what else it depends on. of: the tables that it is read from, as `View.worked_out` has it."""
        if self.asked is None:
            return work(self)
        key = (name, *self.asked, language(), *more)
        return _kept(self.view, key, lambda view: work(self if view is self.view else self.over(view)), of)

    def learned(self, name: str, work: Callable[["Books"], pl.DataFrame], *more: object, of: Sequence[str] = ()) -> pl.DataFrame:
        """What is learned of everybody's books and tells of no single account (see `View.learned`), worked out once in each language."""
        if self.asked is None:
            return work(self)
        key = (name, *self.asked, language(), *more)
        return self.view.learned(key, lambda view: work(self if view is self.view else self.over(view)), of)

    def answered_once(self, name: str, question: Question, work: Callable[[], pl.DataFrame], of: Sequence[str] = OF_MONEY) -> pl.DataFrame:
        """What comes of these books as they are narrowed and grouped, worked out once for each scope and question, in each language."""
        return work() if self.asked is None else self.view.worked_out((name, *self.asked, question, language()), work, of)

    @property
    def strict(self) -> pl.LazyFrame:
        """The paying lines without grace."""
        return self.without_grace()

    def group_by(self, by: str) -> pl.DataFrame:
        """account_id and group, the size band among what can be grouped by."""
        return super().group_by(by) if self.grouped is None else self.grouped.collect()

    @property
    def money(self) -> dict[str, Any]:
        """In what metrics convert: rates and currency."""
        return {"rates": self.rates, "currency": self.currency}

    @property
    def in_any_currency(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """The lines, and those that count on a day with grace, also of currencies without a rate: for what is no money, as seats."""
        if self.apart.select(pl.len()).collect().item() == 0:
            return self.lines, self.effective
        counting = with_grace(self.apart, as_of=self.day or date(1970, 1, 1), rules=self.rules)
        return pl.concat([self.lines, self.apart]), pl.concat([self.effective, counting])

    @property
    def on_each_day(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """As in_any_currency, grace told on each day as seen from that day: for what is looked at on days of the past."""
        lines = self.in_any_currency[0]
        return lines, self.once("grace on each day", _graced_on_each_day, of=OF_MONEY).lazy()

    @property
    def renewable(self) -> pl.LazyFrame:
        """The lines of which renewals are told."""
        return without_free(self.lines, self.rules)

    @property
    def renewing(self) -> dict[str, Any]:
        """By what metrics tell what renews what: days of grace, and what is said of products."""
        return {"grace_days": self.rules.grace_days, "products": self.products}

    def committed(self, day: date) -> pl.LazyFrame:
        """The lines that make CARR on a day, each as from that day on: what balances on it adds up."""
        less = whole_reductions(self.lines, self.effective, as_of=self.day or day, rules=self.rules)
        return committed(self.effective, day=day, reductions=less, **self.renewing, **self.money).with_columns(starts_on=pl.lit(day))


def _graced_on_each_day(books: Books) -> pl.DataFrame:
    return with_grace(books.in_any_currency[0], as_of=None, rules=books.rules).collect()


@contextmanager
def opened_books(store: Store, viewer: Viewer, question: Question, rules: Rules | None = None) -> Generator[Books]:
    """Load what reports of money need, of accounts or of their topmost parents; under `rules` in place of the preset that the question
    names, where they are given. Raises WrongParameter for an unknown column to group by."""
    then = question.segments == "then"
    with View(store, viewer, question.known_at, () if then else question.filters, question.as_of) as view:
        yield _books(store, view, question, rules or preset(question.rules))


def _books(store: Store, view: View, question: Question, rules: Rules) -> Books:
    """The books of a view that is open."""
    day, rates, products = as_of(view, question), view.table("fx_rates"), products_in(view)
    seen = day or date(1970, 1, 1)
    asked = (question.level, rules, day, question.booked, products.adding, frozenset(products.pairs.items()))
    currency = reporting(view.currencies(), rates)
    stranded = without_rate(rates, currency)

    def every(of: View) -> pl.DataFrame:
        return _kept(of, ("every line", *asked), lambda one: _every_line(one, question, rules, seen), OF_ACCOUNTS)

    def graced(own: Rules) -> pl.LazyFrame:
        return _with_grace(view, asked, lambda one: every(one).filter(~stranded).lazy(), seen, own)

    lines, apart = every(view).filter(~stranded).lazy(), every(view).filter(stranded)
    effective = graced(rules)
    of_all_days = view.worked_out(("rates of all days",), lambda: for_all_days(view.table("fx_rates")), OF_RATES)
    money = {"rates": of_all_days.lazy(), "currency": currency}
    grouped = _grouped(view, effective, question, seen, money)
    then = question.segments == "then"
    places = _places(view, question, grouped) if then else None

    def told() -> pl.DataFrame:
        return pl.DataFrame({"note": _notes(apart, rates, every(view), seen)}, schema={"note": pl.String})

    notes = tuple(view.worked_out(("notes of money", *asked, language()), told, OF_MONEY)["note"])
    alone = replace(question, as_of=day, by=None, filters=(), segments=Question().segments)
    return Books(
        store, view, day, currency, rules, money["rates"], lines, effective, lambda: graced(replace(rules, grace_days=0)),
        None if then else grouped, places, apart.lazy(),
        grouped, notes, products, asked, lambda other: _books(store, other, alone, rules),
    )  # fmt: skip


def _kept(view: View, key: tuple[object, ...], work: Callable[[View], pl.DataFrame], of: Sequence[str]) -> pl.DataFrame:
    """What comes of books, kept by its name, the level and all else that it depends on. A parent's figures are those of its accounts in
    scope, so that they change with the scope; an account's own do not."""
    return view.by_account(key, work, of) if key[1] == "account" else view.worked_out(key, lambda: work(view), of)


def _every_line(view: View, question: Question, rules: Rules, seen: date) -> pl.DataFrame:
    lines = contract_lines(_contracts(view, question.level), rules=rules, as_of=seen)
    return lines.filter(_signed(seen) if question.booked else True).collect()


def _with_grace(
    view: View, asked: tuple[object, ...], lines: Callable[[View], pl.LazyFrame], seen: date, rules: Rules
) -> pl.LazyFrame:  # fmt: skip
    key = ("with grace", *asked, rules.grace_days)
    return _kept(view, key, lambda one: with_grace(lines(one), as_of=seen, rules=rules).collect(), OF_MONEY).lazy()


def _contracts(view: View, level: str) -> pl.LazyFrame:
    contracts = with_agreed_ends(view.contracts().lazy(), ends_by_feed(view.ends_in_feeds().lazy()).collect().lazy())
    if level == "account":
        return contracts
    tops = topmost(view.accounts().lazy())
    return (
        contracts.join(tops, on="account_id", how="left")
        .with_columns(holder="account_id", account_id=pl.coalesce("top", "account_id"))
        .drop("top")
    )


def _signed(day: date) -> pl.Expr:
    """Whether a line of contract_lines runs or is booked by a day."""
    return pl.min_horizontal("booked_on", "line_starts_on") <= day


def _notes(apart: pl.DataFrame, rates: pl.DataFrame, every: pl.DataFrame, day: date) -> tuple[str, ...]:
    """What the figures leave out or assume about currencies, in words."""
    now = live(apart.lazy().filter("paying"), day).group_by("currency").agg(pl.col("arr").sum(), pl.len()).sort("currency").collect()
    left_out = [_left_out(*row) for row in now.rows()]
    first = rates.group_by("currency").agg(since=pl.col("day").min(), rate=pl.col("rate").sort_by("day").first()).sort("currency")
    early = every.filter("paying").group_by("currency").agg(starts=pl.col("starts_on").min())
    late = first.join(early, on="currency").filter(pl.col("starts") < pl.col("since")).sort("currency")
    told = tr("{code}: days before {since} are told at the first rate, {rate:g}.")
    return (*left_out, *(told.format(code=code, since=since, rate=rate) for code, since, rate, _ in late.rows()))


def _left_out(code: str, cents: int, lines: int) -> str:
    return tr_n(
        "ARR {arr:,.2f} {code} of {n:,} line is left out: there is no exchange rate for {code}. Import it into fx_rates.",
        "ARR {arr:,.2f} {code} of {n:,} lines is left out: there is no exchange rate for {code}. Import it into fx_rates.",
        lines,
        arr=cents / 100,
        code=code,
    )


def _grouped(view: View, effective: pl.LazyFrame, question: Question, day: date, money: dict) -> pl.LazyFrame | None:
    """account_id, group as `by` says them: a column of accounts, the size band, or the month or quarter of the first paid day."""
    if question.by == SIZE_BAND:
        return _by_size(effective, question, day, money)
    return cohorts_of(effective, COHORTS[question.by]) if question.by in COHORTS else _by_column(view, question.by)


def _by_size(effective: pl.LazyFrame, question: Question, day: date, money: dict) -> pl.LazyFrame:
    start, end = period(question, day)
    return size_bands(effective, start=start, end=end, **money)


def _places(view: View, question: Question, groups: pl.LazyFrame | None) -> pl.LazyFrame:
    narrowed = [column for column, values in question.filters if values]
    if question.by and question.by not in (SIZE_BAND, *COHORTS):
        narrowed.append(question.by)
    history = {column: view.account_history(column).lazy() for column in narrowed}
    sizes = groups if question.by in (SIZE_BAND, *COHORTS) else None
    accounts = view.accounts().lazy().select("account_id")
    return placements(accounts, history, by=question.by, filters=question.filters, sizes=sizes)


def _by_column(view: View, by: str | None) -> pl.LazyFrame | None:
    return groups(view, by, SIZE_BAND, *COHORTS) if by else None
