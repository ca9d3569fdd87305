"""The parts of the account page, each from reports of that account alone."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from data.viewer import UNDO, VIEW
from language import InLanguage, mark, spoken, tr
from metrics.health import LITTLE_KNOWN
from metrics.health_losses import by_points_lost
from pages.parts import (
    account_goals,
    account_health,
    account_health_weeks,
    account_requests,
    account_similar,
    account_timeline,
    account_usage,
    health_by_hand,
    usage_volume,
)
from pages.parts import activation as activation_parts
from pages.parts import renewals as renewal_parts
from pages.parts.account_asked import of
from pages.ui import address, charts, folds, loaders, states, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from pages.ui.pills import BANDS, STATES, Pill, in_line, pills
from reports.health.frozen import CHURNED
from reports.narrow import only
from reports.report import Report
from reports.rights import KIND_OF
from reports.words.titles import title as title_of

MOST_LISTED = 500  # accounts that are offered in a list; of more, each is found by the search from anywhere, and the page stays light
AHEAD = 365  # days in which the next renewal is looked for
RENEWS = (mark("Next renewal"), mark("The day on which the next contract line ends or renews."))
ENDS = InLanguage(
    {"in_grace": (mark("Grace ends"), mark("What ended has not been renewed: on this day it stops counting, unless something goes on."))}
)
FACTS = ("segment", "plan", "owner", "seats", "last_seen", "account_id")
RECORDS = InLanguage(
    {
        "contacts": (mark("Contacts"), ("name", "role", "is_champion", "email")),
        "activities": (mark("Conversations and tasks"), ("done_on", "due_on", "kind", "status", "owner", "body")),
        "tickets": (mark("Tickets"), ("subject", "opened_at", "status", "priority", "resolved_at", "resolved_by", "csat", "ticket_id")),
        "surveys": (mark("Surveys"), ("answered_at", "kind", "score", "comment")),
        "churn-events": (mark("Recorded churns"), ("churned_on", "reason", "comment")),
        "quality": (mark("What does not fit together"), ("check", "subject", "detail")),
    }
)
LINE_COLUMNS = (
    "product", "starts_on", "ends_on", "arr", "mrr", "currency", "seats", "kind", "is_trial", "cancelled_on", "known_since",
    "file", "line",
)  # fmt: skip


def head(names: dict[str, str], account: str, about: dict[str, Any]) -> None:
    """What the account is at a glance, and the list to look at another one."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="account-head"):
        with st.container(horizontal=True, gap="xsmall", width="content"):
            pills([*_states(about), *(Pill(words, icon, "gray") for words, icon in _who(about) if words)])
        if len(names) <= MOST_LISTED:
            address.choose_account(names, account)


def next_end(about: dict[str, Any]) -> Figure:
    """The day of the next renewal; of who is in grace the day on which grace ends, since what ended has not been renewed."""
    title, meaning = ENDS.get(about["state"], spoken(RENEWS))
    return Figure(title, text.day(about["next_end"]), about=meaning)


def _states(about: dict[str, Any]) -> list[Pill]:
    return [known[about[name]] for name, known in (("state", STATES), ("band", BANDS)) if about[name] in known]


def _who(about: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(about["segment"], ":material/category:"), (about["owner"], ":material/person:"), (about["account_id"], ":material/tag:")]


def health(choice: Choice, account: str) -> None:
    """The score's measures, those that cost it the most first; what is missing, and how the score did."""
    report = only(loaders.report(choice.company, "health", choice.viewer, choice.question), account)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="health-head"):
        st.header(tr("Why this health"), anchor=False, width="content")
        states.record(choice)
    about = report.rows.row(0, named=True)
    if about["exception"]:
        st.caption(
            tr(
                ":material/priority_high: {exception}: this caps the band, whatever the score.",
                exception=text.literal(text.our(about["exception"])),
            )
        )
    if about["state"] == CHURNED:
        _frozen(choice, account)
        return
    health_by_hand.show(choice, account, about)
    if about["score"] is None:
        st.caption(tr("There is no score: the account is no customer on this day, or nothing of it is measured."))
        return
    card = loaders.scorecard_in_force(choice.company, choice.viewer, choice.question)
    if about["band"] == LITTLE_KNOWN:
        st.caption(_little_known(about["known_weight"], card.least_known))
    parts = by_points_lost(about["components"], card.bands)
    account_health.why_band(about, parts)
    _measures([part for part in parts if not part["missing"]])
    missing = [title_of(part["name"]) for part in parts if part["missing"]]
    if missing:
        st.caption(tr("Not known, so their weight went to the others: {missing}.", missing=tr(", ").join(missing)))
    folds.fold(tr("Values and weights"), "health-values", lambda: _values(report))
    account_health.changed(choice, account)
    account_health.lift(choice, account)


def _frozen(choice: Choice, account: str) -> None:
    """The health of a customer that left, as it was on its last day and stays."""
    rows = of(choice, "health-frozen", account).rows
    if rows.is_empty() or rows["score"][0] is None:
        st.caption(tr("There is no score: the account is no customer any more, and nothing of it was measured on its last day."))
        return
    was = rows.row(0, named=True)
    band = in_line(BANDS[was["band"]]) if was["band"] in BANDS else text.literal(was["band"])
    told = tr("On {day}, its last day as a customer: {score} {band}. It stays at that.")
    st.markdown(told.format(day=text.day(was["frozen_on"]), score=text.score(was["score"]), band=band))
    if was["exception"]:
        st.caption(text.literal(text.our(was["exception"])))


def _little_known(weight: float, least: float) -> str:
    """Why the band claims nothing: too little is known, or else the feed has stopped."""
    if weight < least:
        return tr("Little known: the score rests on {known_weight} of its weight.", known_weight=text.percent(weight))
    return tr("Little known: the usage feed has stopped.")


def _values(report: Report) -> None:
    tables.components(report.rows["components"].to_list()[0], "health-table")
    tables.downloads(report, "health")


def _measures(parts: list[dict[str, Any]]) -> None:
    """A line each: the measure, its band, and the points that it gives and loses."""
    st.markdown("\n".join([tr("| Measure | Band | Points | Lost |"), "|:--|:--|--:|--:|", *(_measure(part) for part in parts)]))


def _measure(part: dict[str, Any]) -> str:
    band = in_line(BANDS[part["band"]]) if part["band"] in BANDS else text.cell(part["band"])
    points = tr("{points:.0f} of {most:.0f}", points=part["points"], most=part["most"])
    return f"| {title_of(part['name'])} | {band} | {points} | {text.decimal(-part['lost'], 0)} |"


def over_time(choice: Choice, account: str) -> None:
    """Accounts of the past that were like it and health week by week, once they are opened, and all that happened."""
    account_similar.show(choice, account)
    folds.fold(
        tr("Health over time"), f"health-weeks-{account}", partial(account_health_weeks.show, choice, account), ":material/timeline:"
    )
    account_timeline.show(choice, account)


def activation(choice: Choice, account: str) -> None:
    """Whether the account has come to use what it bought, in a sentence."""
    report = of(choice, "activation", account)
    if report.rows.height:
        st.caption(activation_parts.in_words(report.rows.row(0, named=True)))


def weekly_actives(choice: Choice, account: str) -> list[int | None]:
    """Those of each week that usage covers, the latest last."""
    return of(choice, "usage-history", account).rows["wau"].to_list()


def usage(choice: Choice, account: str, state: str) -> None:
    """Weekly actives and features, with the marks of contract and feed."""
    weekly, features, lines, now = (of(choice, name, account) for name in ("usage-history", "features", "contract-lines", "usage"))
    st.header(tr("Usage"), anchor=False)
    activation(choice, account)
    covered_to = now.rows["covered_to"][0] if now.rows.height else None
    account_usage.depth(of(choice, "usage-depth", account))
    account_usage.show(state, weekly, features, lines, covered_to)
    usage_volume.of_account(of(choice, "usage-volume", account))


def contracts(choice: Choice, account: str) -> None:
    """The contract lines on a time line, and as a table with the file and line each came from."""
    report = of(choice, "contract-lines", account)
    st.header(tr("Contracts"), anchor=False)
    if not report.rows.height:
        st.caption(tr("No contract of this account is imported."))
        return
    charts.draw(charts.timeline(report), "contracts")
    if report.rows["product"].n_unique() > charts.MOST_PRODUCTS:
        st.caption(
            tr(
                "The {most_products} products that began last; all {height:,} lines are in the table.",
                most_products=charts.MOST_PRODUCTS,
                height=report.rows.height,
            )
        )
    label = tr("Contract lines ({height}), each with its file and line", height=report.rows.height)
    folds.fold(label, "lines-of-contracts", lambda: tables.table(report, "contract-lines", columns=LINE_COLUMNS))


def _found(choice: Choice, account: str) -> dict[str, Report]:
    """What is recorded of an account, as far as the viewer may see it."""
    return {name: of(choice, name, account) for name in RECORDS if choice.viewer.may(VIEW, KIND_OF[name])}


def plan(choice: Choice, account: str) -> None:
    """The success plan, and what the customer asks you to build, folded away."""
    if choice.viewer.may(VIEW, "activities"):
        label = account_goals.title(of(choice, "goals", account))
        folds.fold(label, f"plan-{account}", partial(account_goals.show, choice, account), ":material/flag:")
        account_requests.show(choice, account)


def records(choice: Choice, account: str, about: dict[str, Any]) -> None:
    """What else is recorded: facts, the tables that have a row of this account, and what was logged in the app, to be taken back."""
    filled = {name: report for name, report in _found(choice, account).items() if report.rows.height}
    drawn: dict[str, Callable[[], object]] = {tr("Facts"): partial(_facts, about)}
    for name, report in filled.items():
        drawn[f"{RECORDS[name][0]} ({report.rows.height})"] = partial(tables.table, report, name, columns=RECORDS[name][1])
    logged = of(choice, "logged", account) if choice.viewer.may(UNDO, "activities") and choice.viewer.may(VIEW, "activities") else None
    if logged and logged.rows.height:
        drawn[tr("Logged here ({n})", n=logged.rows.height)] = partial(renewal_parts.take_back, choice, logged)
    folds.tabs(drawn, f"records-of-{account}")


def _facts(about: dict[str, Any]) -> None:
    """What is known of the account itself, a line each; what is not known has no line."""
    rows = [f"| {title_of(name)} | {_said(about[name])} |" for name in FACTS if about.get(name) is not None]
    st.markdown("\n".join([tr("| Fact | Value |"), "|:--|:--|", *rows]))


def _said(value: object) -> str:
    return text.day(value) if isinstance(value, date) else text.cell(f"{value:,}" if isinstance(value, int) else value)
