"""What assistants are answered: reports with what they mean, within the rights of who asks. Nothing is reckoned here.

Every answer says what it is: definition, parameters, rules, data version, the meaning of its columns, and a link. Which columns hold words
that came with imports is named, so that they are read as data.
"""

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import VIEW, Viewer
from language.formats import listed
from metrics.registry import METRICS
from reports.catalogue import REPORTS, definition
from reports.definition import Definition
from reports.files.answers import takes_of
from reports.files.brief import account_brief_text
from reports.files.exports import hand_out, of_document
from reports.files.tables import as_json
from reports.narrow import counting, only
from reports.report import PUBLIC, VIEWER, Report, question_of
from reports.rights import KIND_OF
from reports.two_at_a_time import LINE
from reports.words.titles import title

MOST_ROWS = 200  # of one answer: more is asked for in parts
MOST_WAITING = 20  # as the API has it
OF_ACCOUNT = ("accounts", "health", "health-change", "health-lift", "usage-depth", "renewals", "stakeholder-gaps", "tasks", "timeline")
"""What an account is explained by; of the last the newest rows."""
WAY = "assistant"  # stands in the log and the audit where nobody signs in
WORDS = ("text", "list")  # units of columns whose values may have come with imports
NEWEST = 25  # rows of what happened at an account
BEHIND = {
    "arr": "arr", "mrr": "arr", "carr": "arr", "nrr": "retention-accounts", "grr": "retention-accounts",
    "logo_retention": "retention-accounts",
    **dict.fromkeys(("new", "reactivation", "expansion", "contraction", "churn"), "movement-accounts"),
    **dict.fromkeys(("dau", "wau", "mau", "stickiness", "seat_use"), "usage-depth"), "score": "health",
}  # fmt: skip
"""The report whose rows make up a figure."""
BY_LINE = ("arr", "mrr")
"""Figures of an account that its contract lines make up."""
PAGES = {
    **dict.fromkeys(("arr", "movements", "movement-accounts", "retention", "retention-accounts", "retention-series"), "revenue"),
    **dict.fromkeys(("cohorts", "cohort-averages"), "cohorts"), "renewals": "renewals", "renewal-rate": "renewals",
    **dict.fromkeys(("today", "today-by-owner", "tasks", "day-summary"), ""), "accounts": "accounts", "health": "accounts",
    **dict.fromkeys(("usage-depth", "usage-cohorts", "feature-adoption", "stopped-feeds"), "usage"),
    **dict.fromkeys(("portfolio-health", "portfolio-accounts", "health-moves", "health-flow"), "portfolio-health"),
    **dict.fromkeys(("churn-reasons", "churned-accounts", "unexplained-churns"), "churn-reasons"),
}  # fmt: skip
"""The page on which a report is read; of all others the link is that of the answer itself."""


@dataclass(frozen=True)
class Desk:
    """Where somebody asks: the store, who they are, the address at which they reach the product, and the company. may_write: whether a
    token was shown, without which nothing is written."""

    store: Store
    viewer: Viewer
    base: str
    company: str
    may_write: bool = False

    def link(self, name: str, asked: Mapping[str, object]) -> str:
        """The page of a report, or the address of its answer."""
        path = f"/{PAGES[name]}" if name in PAGES else f"/api/reports/{name}"
        days = {one: asked[one] for one in ("as_of",) if asked.get(one)} if name in PAGES else asked
        return f"{self.base}{path}?{urlencode({'company': self.company, **days})}"

    def account(self, account_id: str, asked: Mapping[str, object]) -> str:
        """The page of an account."""
        return f"{self.base}/account?{urlencode({'company': self.company, 'account': account_id, **asked})}"


def reports(desk: Desk) -> list[dict[str, Any]]:
    """Every report that the one who asks may view: name, title, and the question that it answers."""
    seen = [one for one in REPORTS.values() if desk.viewer.may(VIEW, KIND_OF[one.name])]
    return [{"name": one.name, "title": str(one.title), "question": _question(one)} for one in seen]


def described(name: str) -> dict[str, Any]:
    """What a report is: its definition, columns with their units, and the parameters it takes. Raises UnknownReport."""
    found = definition(name)
    taken = [one for one in PUBLIC if one.name in found.accepts]
    return {
        "name": name,
        "title": str(found.title),
        "definition": _definition(found),
        "columns": _columns(found.columns),
        "parameters": [
            {"name": one.name, "meaning": one.meaning, "kind": one.kind, "default": one.default, "choices": list(one.choices)}
            for one in taken
        ],
    }


def metrics() -> list[dict[str, str]]:
    """Every figure once: name, title, unit, definition, formula, what it leaves out, source, and the report that opens it."""
    return [
        {
            "name": one.name, "title": one.title, "unit": one.unit, "better": one.better, "definition": one.definition,
            "formula": one.formula, "excludes": one.excludes, "source": one.source, "opens_in": BEHIND.get(one.name, ""),
        }
        for one in METRICS.values()
    ]  # fmt: skip


def answered(desk: Desk, name: str, asked: Mapping[str, str], first: int = 1, most: int = MOST_ROWS) -> dict[str, Any]:
    """One report. asked: parameters under their public names, as text. first, most: which of its rows. Raises UnknownReport,
    WrongParameter, NotAllowed, TooManyWait."""
    return _part(desk, _report(desk, name, asked), asked, first, most)


def opened(desk: Desk, figure: str, asked: Mapping[str, str], account_id: str | None, first: int, most: int) -> dict[str, Any]:
    """The rows that make up a figure, of all accounts or of one; ARR and MRR of one account by contract line, whose `closing` adds up to
    its MRR. Raises WrongParameter for a figure that no report opens."""
    if figure not in BEHIND:
        raise WrongParameter(f"figure: {figure!r} is none that opens this way. Figures: {listed(sorted(BEHIND))}.")
    if account_id and figure in BY_LINE:
        return _part(desk, _lines(desk, account_id, asked), asked, first, most)
    found = _report(desk, BEHIND[figure], asked)
    return _part(desk, only(found, account_id) if account_id else found, asked, first, most)


def _lines(desk: Desk, account_id: str, asked: Mapping[str, str]) -> Report:
    """The contract lines of an account that count on the day looked at, each with file and line."""
    days = {"to": asked["as_of"]} if asked.get("as_of") and not asked.get("to") else {}
    return counting(only(_report(desk, "movement-lines", {**asked, **days}), account_id), "closing")


def account(desk: Desk, account_id: str, as_of: str | None) -> dict[str, Any]:
    """What is known of an account on a day: its figures, health with what moved it and what would lift it, use, renewals, open tasks, and
    what happened last. Raises WrongParameter for an account that the one who asks does not see."""
    asked = _day(as_of)
    found: dict[str, Any] = {"account_id": account_id, "link": desk.account(account_id, asked), "parts": {}, "not_shown": []}
    for name in OF_ACCOUNT:
        if not desk.viewer.may(VIEW, KIND_OF[name]):
            found["not_shown"].append(name)
            continue
        part = _part(desk, only(_report(desk, name, asked), account_id), asked, 1, NEWEST if name == "timeline" else MOST_ROWS)
        if name == "accounts" and not part["rows"]:
            raise WrongParameter(f"account_id: there is no account {account_id!r} among those that you see.")
        found["parts"][name] = part
    return found


def score_change(desk: Desk, account_id: str, since: str | None, as_of: str | None) -> dict[str, Any]:
    """Why an account's health is another one than it was: the sentence, and parts that add up to the change."""
    asked = _day(as_of) | ({"since": since} if since else {})
    names = ("health-change", "health-change-parts")
    return {name: _part(desk, only(_report(desk, name, asked), account_id), asked, 1, MOST_ROWS) for name in names}


def nrr_change(desk: Desk, asked: Mapping[str, str], most: int) -> dict[str, Any]:
    """Why NRR is what it is over a period: retention, the movements, and the accounts of the opening, those that fell most first."""
    names = {"retention": MOST_ROWS, "movements": MOST_ROWS, "retention-accounts": most}
    return {
        name: answered(desk, name, {one: asked[one] for one in asked if one in takes_of(name)}, most=rows) for name, rows in names.items()
    }


def brief(desk: Desk, account_id: str, as_of: str | None) -> dict[str, Any]:
    """A brief for the next call with an account, as plain text. Raises WrongParameter, NotAllowed for who may not export."""
    asked = _day(as_of)
    question = question_of(asked, of="brief", takes=("as_of",))
    told = LINE.answer(partial(account_brief_text, desk.store, desk.viewer, question, account_id), most=MOST_WAITING)
    hand_out(desk.store, desk.viewer, WAY, of_document("brief", question, ["txt"]))
    return {"account_id": account_id, "text": told.decode(), "link": desk.account(account_id, asked)}


def _report(desk: Desk, name: str, asked: Mapping[str, str]) -> Report:
    found = definition(name)
    viewer = replace(desk.viewer, owner=VIEWER.read(asked.get(VIEWER.name)) or desk.viewer.owner)
    own = {parameter: given for parameter, given in asked.items() if parameter != VIEWER.name}
    question = question_of(own, of=name, takes=takes_of(name))
    return LINE.answer(partial(found, desk.store, viewer, question), most=MOST_WAITING)


def _part(desk: Desk, found: Report, asked: Mapping[str, str], first: int, most: int) -> dict[str, Any]:
    """An answer with some of its rows, and what they mean."""
    if first < 1 or not 1 <= most <= MOST_ROWS:
        raise WrongParameter(f"first: give 1 or more; most: 1 to {MOST_ROWS}.")
    shown = replace(found, rows=found.rows.slice(first - 1, most))
    columns = {name: found.units[name] for name in found.rows.columns}
    return {
        **as_json(shown),
        "title": str(found.title),
        "definition": _definition(definition(found.name)),
        "columns": _columns(columns),
        "first_row": first,
        "rows_in_all": found.rows.height,
        "imported_words": [name for name, unit in columns.items() if unit in WORDS],
        "link": desk.link(found.name, asked),
    }


def _columns(columns: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Of each column its title and unit, and the definition where it is a figure of the registry."""
    told = {name: {"title": str(title(name)), "unit": unit} for name, unit in columns.items()}
    return {name: one | ({"definition": METRICS[name].definition} if name in METRICS else {}) for name, one in told.items()}


def _question(found: Definition) -> str:
    """The question that the report's file answers."""
    return (sys.modules[found.answer.__module__].__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _definition(found: Definition) -> str:
    """What the rows are, as the report's function says it; else the question."""
    return (inspect.getdoc(found.answer) if inspect.isfunction(found.answer) else None) or _question(found)


def _day(as_of: str | None) -> dict[str, str]:
    return {"as_of": as_of} if as_of else {}
