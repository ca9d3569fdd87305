"""What a report is asked and what it answers; shared by pages, API, command line and files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from data.parameters import WrongParameter
from data.viewer import Viewer
from language import tr
from language.formats import listed
from metrics.cohorts import PER
from metrics.lifetimes import WEIGHED
from metrics.months import MONTHS
from metrics.rules import PRESETS
from reports.parameters import DAY, FLAG, NUMBER, Parameter, declared, parameters_of


@dataclass(frozen=True)
class Question:
    """The parameters of a report, each declared once: its public name, what it means, and what it may be. Raises WrongParameter.

    Days are balance days; `filters` are (account column, accepted values) pairs.
    """

    as_of: date | None = declared("as_of", "The day looked at; else the last day that usage covers.", kind=DAY, of_all=True)
    known_at: int | str | None = declared("known_at", "As known then: a batch number, or an instant in UTC.", of_all=True)
    start: date | None = declared("from", "The balance day on which the period opens; else a year before it closes.", kind=DAY)
    end: date | None = declared(
        "to", "The balance day on which the period closes, up to the day looked at; else the end of the last full month.", kind=DAY
    )
    by: str | None = declared("by", "The column of accounts by which figures are split.")
    rules: str = declared("rules", "How contracts become ARR.", "house", choices=tuple(PRESETS), of_all=True)
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: date | None = declared("since", "The first day of health-change; else 30 days before the day looked at.", kind=DAY)
    since_known_at: int | str | None = declared("since_known_at", "The first day of health-change as known then, as known_at has it.")
    per: str = declared("per", "What makes a cohort: month or quarter.", "month", choices=PER)
    within: int = declared("within", "Days ahead, for renewals.", 90, kind=NUMBER, least=1, most=3660)
    feature: str | None = declared("feature", "The feature, or event, of which usage-cohorts tell; else any use.")
    silent: int = declared("silent", "Days without a conversation, for team-load.", 30, kind=NUMBER, least=1, most=3660)
    unasked: int = declared(
        "unasked", "Days without being asked, for not-asked and contacts-not-asked.", 180, kind=NUMBER, least=1, most=3660
    )
    capacity: int = declared(
        "capacity", "Accounts that a CSM can call in a month, for health-lab-measures; 0 for as many as the team talks with.", 0,
        kind=NUMBER, least=0, most=10_000,
    )  # fmt: skip
    every: str = declared("every", "The step of movements: month, quarter or year.", "month", choices=tuple(MONTHS))
    level: str = declared("level", "Who counts as one customer: account or parent.", "account", choices=("account", "parent"))
    segments: str = declared("segments", "Accounts count in their segments of now, or of then.", "now", choices=("now", "then"))
    against: str = declared("against", "The rules that compare-rules sets beside `rules`.", "strict", choices=tuple(PRESETS))
    weeks: int = declared("weeks", "How many weeks up to the day looked at, for health-history.", 104, kind=NUMBER, least=1, most=1040)
    version: str = declared(
        "version",
        "The version of the health score for health-history: then (in force on each day), now, or a number (0: the file).",
        "then",
    )
    discount: int = declared(
        "discount", "The discount of what comes later, in percent a year, for lifetime values.", 10, kind=NUMBER, least=2, most=50
    )
    weigh: str = declared(
        "weigh", "What survival counts: accounts, or what they paid on their first day (mrr).", "accounts", choices=WEIGHED
    )
    what_if: str | None = declared("what_if", "What would be otherwise, for what-if: a list in JSON, as the glossary has it (What if).")
    booked: bool = declared("booked", "Let `to` lie after the day looked at: what is signed by now.", False, kind=FLAG)

    def __post_init__(self) -> None:
        for name, parameter in PARAMETERS.items():
            parameter.check(getattr(self, name))


PARAMETERS: dict[str, Parameter] = parameters_of(Question)  # by field
VIEWER = Parameter("viewer", "Look as this owner of accounts (CSM) does: own accounts, and nothing of others.", of_all=True)
PUBLIC = (*PARAMETERS.values(), VIEWER)  # what API and command line offer


def question_of(asked: Mapping[str, object], *, of: str, takes: Collection[str]) -> Question:
    """The question that parameters under their public names ask, as text or as values; None and what is as without it change nothing.

    of, takes: the name of what is asked, and all parameters that it takes. Raises WrongParameter.
    """
    fields = {parameter.name: (name, parameter) for name, parameter in PARAMETERS.items()}
    given: dict[str, Any] = {}
    for public, text in asked.items():
        if public not in fields:
            known = listed(one.name for one in PUBLIC)
            raise WrongParameter(tr("{name}: there is no such parameter. Parameters: {known}.", name=public, known=known))
        name, parameter = fields[public]
        given[name] = parameter.default if text is None else parameter.read(text)
        if given[name] != parameter.default and public not in takes:
            raise WrongParameter(
                tr("{name}: {of} does not take it, so it would change nothing. It takes {takes}.", name=public, of=of, takes=listed(takes))
            )
    return Question(**given)


@dataclass(frozen=True)
class Report:
    """A typed answer. Money in `rows` and `totals` is integer cents; `units` names each column's unit (reports/units.py)."""

    name: str
    title: str
    parameters: Mapping[str, Any]
    rules: str
    currency: str
    data_version: int
    rows: pl.DataFrame
    totals: Mapping[str, Any]
    units: Mapping[str, str]
    notes: tuple[str, ...] = field(default=())

    def exported_by(self, viewer: Viewer) -> "Report":
        """The same answer, which says in its parameters who takes it away, where that is a person who signed in."""
        return replace(self, parameters={**self.parameters, "exported_by": viewer.person}) if viewer.person else self

    def total(self, name: str) -> float | int | None:
        """A total as people see it: money in currency units. None where there is none."""
        return self.shown(name, self.totals.get(name))

    def shown(self, name: str, value: float | None) -> float | int | None:
        """A value of a column as people see it: money in currency units."""
        return value / 100 if value is not None and self.units.get(name) == "money" else value
