"""The parts of the account page, each from reports of that account alone."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.viewer import EXPORT, UNDO, VIEW
from language import InLanguage, mark, spoken, tr
from metrics.health import LITTLE_KNOWN
from metrics.health_losses import by_points_lost
from pages.parts import account_story, account_usage, conversation
from pages.parts import activation as activation_parts
from pages.parts import renewals as renewal_parts
from pages.parts import today as today_parts
from pages.ui import address, charts, filters, folds, loaders, states, tables, text
from pages.ui.downloads import offer
from pages.ui.figures import Figure
from pages.ui.pills import BANDS, STATES, Pill, in_line, pills
from reports.customers.scorecard import scorecard
from reports.files.brief import account_brief
from reports.files.exports import of_document
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
RECORDS = InLanguage(
    {
        "contacts": (mark("Contacts"), ("name", "role", "is_champion", "email")),
        "activities": (mark("Conversations and tasks"), ("done_on", "due_on", "kind", "status", "owner", "body")),
        "tickets": (mark("Tickets"), ("opened_at", "status", "priority", "resolved_at", "resolved_by", "csat", "ticket_id")),
        "surveys": (mark("Surveys"), ("answered_at", "kind", "score", "comment")),
        "churn-events": (mark("Recorded churns"), ("churned_on", "reason", "comment")),
        "quality": (mark("What does not fit together"), ("check", "subject", "detail")),
    }
)
LINE_COLUMNS = (
    "product", "starts_on", "ends_on", "arr", "mrr", "currency", "seats", "kind", "is_trial", "cancelled_on", "known_since",
    "file", "line",
)  # fmt: skip


def _report(choice: filters.Choice, name: str, account: str) -> Report:
    """A report asked for one account alone: its cost does not grow with the company."""
    question = replace(choice.question, filters=(("account_id", (account,)),))
    return loaders.report(choice.company, name, choice.viewer, question)


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


def now(choice: filters.Choice, account: str) -> None:
    """What the account needs, its next renewal, a brief to take along, and logging what was said."""
    st.header(tr("What now"), anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        pills(today_parts.reasons(_report(choice, "today", account).rows.to_dicts()))
    question = replace(choice.question, filters=(("account_id", (account,)),), within=AHEAD)
    due = loaders.report(choice.company, "renewals", choice.viewer, question)
    if due.rows.height:
        st.caption(text.literal(renewal_parts.next_renewal(due)))
    with st.container(horizontal=True, gap="small"):
        _brief(choice, account)
        if conversation.may_log(choice) and st.button(tr(conversation.LOG), icon=":material/edit_note:"):
            conversation.log_conversation(choice, account)
    if choice.viewer.may(UNDO, "activities"):
        renewal_parts.take_back(choice, _report(choice, "logged", account))


def _brief(choice: filters.Choice, account: str) -> None:
    if choice.viewer.may(EXPORT, "accounts"):
        question = replace(choice.question, filters=(("account_id", (account,)),))
        offer(
            tr("Brief for the call"),
            f"brief_{account}_as-of-{choice.question.as_of}.pdf",
            lambda: account_brief(open_stores.store(choice.company), choice.viewer, choice.question, account),
            lambda: of_document("brief", question, ["pdf"]),
            choice.looking,
            on_click="rerun",
            icon=":material/description:",
            key="brief",
        )


def health(choice: filters.Choice, account: str) -> None:
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
    if about["score"] is None:
        st.caption(tr("There is no score: the account is no customer on this day, or nothing of it is measured."))
        return
    if about["band"] == LITTLE_KNOWN:
        st.caption(_little_known(about["known_weight"]))
    parts = by_points_lost(about["components"], scorecard().bands)
    _measures([part for part in parts if not part["missing"]])
    missing = [title_of(part["name"]) for part in parts if part["missing"]]
    if missing:
        st.caption(tr("Not known, so their weight went to the others: {missing}.", missing=tr(", ").join(missing)))
    folds.fold(tr("Values and weights"), "health-values", lambda: _values(report))


def _little_known(weight: float) -> str:
    """Why the band claims nothing: too little is known, or else the feed has stopped."""
    if weight < scorecard().least_known:
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


def activation(choice: filters.Choice, account: str) -> None:
    """Whether the account has come to use what it bought, in a sentence."""
    report = _report(choice, "activation", account)
    if report.rows.height:
        st.caption(activation_parts.in_words(report.rows.row(0, named=True)))


def weekly_actives(choice: filters.Choice, account: str) -> list[int | None]:
    """Those of each week that usage covers, the latest last."""
    return _report(choice, "usage-history", account).rows["wau"].to_list()


def usage(choice: filters.Choice, account: str, state: str) -> None:
    """Weekly actives and features, with the marks of contract and feed."""
    weekly, features, lines, now = (_report(choice, name, account) for name in ("usage-history", "features", "contract-lines", "usage"))
    st.header(tr("Usage"), anchor=False)
    activation(choice, account)
    covered_to = now.rows["covered_to"][0] if now.rows.height else None
    account_usage.show(state, weekly, features, lines, covered_to)


def contracts(choice: filters.Choice, account: str) -> None:
    """The contract lines on a time line, and as a table with the file and line each came from."""
    report = _report(choice, "contract-lines", account)
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


def _found(choice: filters.Choice, account: str) -> dict[str, Report]:
    """What is recorded of an account, as far as the viewer may see it."""
    return {name: _report(choice, name, account) for name in RECORDS if choice.viewer.may(VIEW, KIND_OF[name])}


def story(choice: filters.Choice, account: str, about: dict[str, Any]) -> None:
    """Time line, people and facts."""
    found = _found(choice, account)
    st.header(tr("What happened last"), anchor=False)
    lines = _report(choice, "contract-lines", account)
    account_story.time_line(found, lines, found["contacts"].parameters["as_of"])
    left, right = st.columns(2)
    with left:
        st.header(tr("People"), anchor=False)
        account_story.people(found["contacts"])
    with right:
        st.header(tr("Facts"), anchor=False)
        account_story.facts(about)


def records(choice: filters.Choice, account: str) -> None:
    """What else is recorded: the tables that have a row of this account."""
    found = _found(choice, account)
    filled = {name: report for name, report in found.items() if report.rows.height}
    if not filled:
        st.caption(tr("No tickets, surveys, contacts or conversations of this account are imported."))
        return
    drawn = {
        f"{RECORDS[name][0]} ({report.rows.height})": partial(tables.table, report, name, columns=RECORDS[name][1])
        for name, report in filled.items()
    }
    folds.tabs(drawn, f"records-of-{account}")
