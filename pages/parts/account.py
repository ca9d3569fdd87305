"""The parts of the account page, each from reports of that account alone."""

from dataclasses import replace

import streamlit as st

from data.store import open_stores
from metrics.health import LITTLE_KNOWN
from pages.parts import activation as activation_parts
from pages.parts import renewals as renewal_parts
from pages.parts import today as today_parts
from pages.ui import charts, filters, loaders, states, tables, text
from reports.files.brief import account_brief
from reports.narrow import only
from reports.report import Report

AHEAD = 365  # days in which the next renewal is looked for
RECORDS = {
    "contacts": ("Contacts", ("name", "role", "is_champion", "email")),
    "activities": ("Conversations and tasks", ("done_on", "due_on", "kind", "status", "owner", "body")),
    "tickets": ("Tickets", ("opened_at", "status", "priority", "resolved_at", "resolved_by", "csat", "ticket_id")),
    "surveys": ("Surveys", ("answered_at", "kind", "score", "comment")),
    "churn-events": ("Recorded churns", ("churned_on", "reason", "comment")),
    "quality": ("What does not fit together", ("check", "subject", "detail")),
}
LINE_COLUMNS = (
    "product", "starts_on", "ends_on", "arr", "mrr", "currency", "seats", "kind", "is_trial", "cancelled_on", "known_since",
    "file", "line",
)  # fmt: skip


def _report(choice: filters.Choice, name: str, account: str) -> Report:
    """A report asked for one account alone: its cost does not grow with the company."""
    question = replace(choice.question, filters=(("account_id", (account,)),))
    return loaders.report(choice.company, name, choice.viewer, question)


def in_units(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def now(choice: filters.Choice, account: str, report: Report) -> None:
    """What the account needs, its next renewal, a brief to take along, and logging what was said."""
    for item in _report(choice, "today", account).rows.iter_rows(named=True):
        st.markdown(f"{today_parts.KINDS[item['kind']][1]} {text.literal(item['why'])}")
    question = replace(choice.question, filters=(("account_id", (account,)),), within=AHEAD)
    due = loaders.report(choice.company, "renewals", choice.viewer, question)
    if due.rows.height:
        st.caption(text.literal(renewal_parts.next_renewal(due)))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Brief for the call", lambda: account_brief(open_stores.store(choice.company), choice.viewer, choice.question, account),
            f"brief_{account}_as-of-{choice.question.as_of}.pdf", icon=":material/description:", key="brief",
        )  # fmt: skip
        with st.popover("Log a conversation or a task", icon=":material/edit_note:"):
            renewal_parts.log(choice, report, chosen=True)
    renewal_parts.take_back(choice, _report(choice, "logged", account))


def health(choice: filters.Choice, account: str) -> None:
    """The score's components, what is missing, and how the score did."""
    report = only(loaders.report(choice.company, "health", choice.viewer, choice.question), account)
    st.subheader("Why this health")
    about = report.rows.row(0, named=True)
    if about["exception"]:
        st.caption(f":material/priority_high: {text.literal(about['exception'])}: this caps the band, whatever the score.")
    if about["score"] is None:
        st.caption("There is no score: the account is no customer on this day, or nothing of it is measured.")
        return
    charts.draw(charts.health(about["components"]), "health-parts")
    if about["band"] == LITTLE_KNOWN:
        st.caption(f"Little known: the score rests on {text.percent(about['known_weight'])} of its weight, or the usage feed has stopped.")
    missing = [text.title(part["name"]) for part in about["components"] if part["missing"]]
    if missing:
        st.caption(f"Not known, so their weight went to the others: {', '.join(missing)}.")
    states.record(choice)
    with st.expander("Values and weights"):
        tables.components(about["components"], "health-table")
        tables.downloads(report, "health")


SILENCE = {
    "not_tracked": "No usage of this account has ever come in. Silence is not zero: its feed may be missing.",
    "unused": "The account is live and tracked, and nothing was used in the last 52 weeks.",
    "feed_stopped": "The usage feed has stopped: nothing is known of the last weeks.",
    "not_live": "The account is not live yet.",
}


def activation(choice: filters.Choice, account: str) -> None:
    """Whether the account has come to use what it bought, in a sentence."""
    report = _report(choice, "activation", account)
    if report.rows.height:
        st.caption(activation_parts.in_words(report.rows.row(0, named=True)))


def usage(choice: filters.Choice, account: str, state: str) -> None:
    """Weekly actives, and which features are used; or what the silence means."""
    weekly, features = (_report(choice, name, account) for name in ("usage-history", "features"))
    st.subheader("Usage")
    if not weekly.rows.height and not features.rows.height:
        st.caption(SILENCE.get(state, "No users or features are known."))
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        if weekly.rows.height:
            st.caption("Weekly actives: distinct users in seven days")
            charts.draw(charts.line(weekly, "week", "wau", hover="week to %{x}: %{y:,} users"), "weekly")
    with right:
        if features.rows.height:
            st.caption("Features: events in 30 days, and in the 30 days before")
            tables.table(features, "features", columns=("event", "count", "count_before", "last_used"), height=280)


def contracts(choice: filters.Choice, account: str) -> None:
    """The contract lines on a time line, and as a table with the file and line each came from."""
    report = _report(choice, "contract-lines", account)
    st.subheader("Contracts")
    if not report.rows.height:
        st.caption("No contract of this account is imported.")
        return
    charts.draw(charts.timeline(report), "contracts")
    with st.expander(f"Contract lines ({report.rows.height}), each with its file and line"):
        tables.table(
            report, "contract-lines",
            columns=LINE_COLUMNS,
        )  # fmt: skip


def records(choice: filters.Choice, account: str) -> None:
    """What else is recorded: the tables that have a row of this account."""
    found = {name: _report(choice, name, account) for name in RECORDS}
    filled = {name: report for name, report in found.items() if report.rows.height}
    if not filled:
        st.caption("No tickets, surveys, contacts or conversations of this account are imported.")
        return
    titles = [f"{RECORDS[name][0]} ({report.rows.height})" for name, report in filled.items()]
    for tab, (name, report) in zip(st.tabs(titles), filled.items(), strict=True):
        with tab:
            tables.table(report, name, columns=RECORDS[name][1])
