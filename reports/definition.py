"""What a report is, declared once: name, title, columns with their units, the parameters it takes, and the function that answers it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from language import tr
from language.catalogue import Marked
from reports.books import Books, opened_books
from reports.look import Look, opened, opened_whole
from reports.report import PARAMETERS, PUBLIC, Question, Report
from reports.rights import KIND_OF
from reports.units import empty, schema_of

OF_PERIOD = ("from", "to", "booked")
TOLD = ("by", "from", "to", "since")  # stated as they came out, not as they were asked


@dataclass(frozen=True)
class Answer:
    """What a report's function found.

    rows: None for none. totals: cents where their unit is money. stated: what else belongs among the parameters. title, columns: where
    they are other than declared.
    """

    rows: pl.DataFrame | None = None
    totals: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    stated: Mapping[str, object] = field(default_factory=dict)
    title: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A report: called with a store, a viewer and a question it gives its typed answer. Raises WrongParameter, and
    NotAllowed for a viewer who may not view what it is about.

    columns: name and unit, in order. answer: what `opens` yields and the question -> Answer. totals: units of totals that are not counts
    and not named as a column. takes: the parameters that it takes beside those of all reports; it never sees another one. ignores: those
    of all reports that would change nothing, and so are refused. of_period: whether it is of a period, takes and states it. states:
    which of the parameters of all reports it states. in_currency: whether its money is in the reporting currency.
    """

    name: str
    title: Marked
    columns: Mapping[str, str]
    answer: Callable[[Any, Question], Answer]
    totals: Mapping[str, str] = field(default_factory=dict)
    takes: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    opens: Callable[[Store, Viewer, Question], AbstractContextManager[Look]] = opened_books
    of_period: bool = False
    states: tuple[str, ...] = ("as_of", "known_at", "viewer", "by", "filters", "rules")
    in_currency: bool = True

    def __call__(self, store: Store, viewer: Viewer, question: Question) -> Report:
        asked = self.understood(question)
        with self.opens(store, viewer.reading(KIND_OF[self.name]), asked) as look:
            return self.report(look, asked, self.answer(look, asked))

    @property
    def accepts(self) -> tuple[str, ...]:
        """Every parameter that it takes, in the order of PUBLIC."""
        own = (*self.takes, *(OF_PERIOD if self.of_period else ()), *(("by",) if self.lists_accounts else ()))
        ignored = (*self.ignores, *(("rules",) if self.opens in (opened, opened_whole) else ()))
        return tuple(one.name for one in PUBLIC if one.name in own or (one.of_all and one.name not in ignored))

    @property
    def lists_accounts(self) -> bool:
        """Whether its rows are accounts, or of accounts, so that `by` groups them: each has its group, and those of one stand together."""
        return "account_id" in self.columns and "by" not in self.takes and self.opens is not opened_whole

    def understood(self, question: Question) -> Question:
        """The question without the parameters that this report does not take."""
        others: dict[str, Any] = {name: one.default for name, one in PARAMETERS.items() if one.name not in self.accepts and not one.of_all}
        return replace(question, **others)

    def report(self, look: Look, question: Question, found: Answer) -> Report:
        """The typed answer: what was found, with all that the declaration and the look say of it."""
        columns = found.columns or self.columns
        rows = empty(columns) if found.rows is None else found.rows.cast(schema_of(columns))
        if question.by and self.lists_accounts:
            columns = {**columns, "group": "text"}
            rows = rows.join(look.group_by(question.by), on="account_id", how="left", maintain_order="left")
            rows = rows.select(*columns).sort("group", nulls_last=True, maintain_order=True)
        units = dict(columns) | {name: "count" for name in found.totals if name not in columns} | dict(self.totals)
        currency = look.currency if self.in_currency and "money" in units.values() else ""
        stated = self._stated(look, question, found)
        title, version = found.title or tr(self.title), look.view.data_version
        title = tr("{title}, as booked", title=title) if question.booked else title
        rules = question.rules if "rules" in self.states else ""
        notes = self._notes(look, question, found, has_money="money" in units.values())
        return Report(self.name, title, stated, rules, currency, version, rows, found.totals, units, notes)

    def _notes(self, look: Look, question: Question, found: Answer, *, has_money: bool) -> tuple[str, ...]:
        """What must be known of the days, what was found, and what the books leave out, where no word of it is in what was found."""
        days = look.about_days(question) if {"from", "to"} & {*self.accepts} or isinstance(look, Books) else ()
        of_books = look.notes if isinstance(look, Books) and has_money else ()
        return (*days, *found.notes, *(one for one in of_books if one not in found.notes))

    def _stated(self, look: Look, question: Question, found: Answer) -> dict[str, object]:
        """The parameters as the answer states them; `known_at` is null for what is known now."""
        filters = {column: list(values) for column, values in question.filters}
        of_all = {"as_of": look.day, "known_at": question.known_at, "viewer": look.viewer.seen, "by": question.by, "filters": filters}
        period = dict(zip(("from", "to"), look.period(question), strict=True)) if self.of_period else {}
        own_names = [name for name, one in PARAMETERS.items() if one.name in self.accepts and not one.of_all and one.name not in TOLD]
        own = {PARAMETERS[name].name: getattr(question, name) for name in own_names}
        return {name: value for name, value in of_all.items() if name in self.states} | period | dict(found.stated) | own
