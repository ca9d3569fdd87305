"""The renewals page in words and figures, and logging a conversation where it is due."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import streamlit as st

from data.store import open_stores
from data.store.store import UNDO as UNDOING
from language import InLanguage, mark, spoken, tr, tr_n
from pages.parts import conversation, renewal_calls
from pages.ui import tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from pages.ui.marking import marked
from reports.customers.renewals import conversations_told
from reports.narrow import where
from reports.report import Report

KINDS = InLanguage(
    {
        "conversation": mark("Conversation held"), "task": mark("Task to do"), "goal": mark("Goal"), "next_step": mark("Next step"),
        "contact": mark("Contact changed"), "account": mark("Owner changed"), "renewal_call": mark("Call on the renewal"),
    }
)  # fmt: skip
LISTED = 5
BEHIND = ("name", "ends_on", "arr", "reasons", "last_conversation", "owner")


def headline(report: Report) -> str:
    """The finding: how much is due until when, and with how much of it nobody has talked."""
    of, until = report.total, report.parameters["as_of"] + timedelta(days=report.parameters["within"])
    if not report.rows.height:
        return tr("Nothing comes up for renewal by {until}", until=text.day(until))
    worth, count = text.money(of("arr"), report.currency), of("renewals") or 0
    due = tr_n(
        "{n:,} renewal worth {worth} ARR by {until}",
        "{n:,} renewals worth {worth} ARR by {until}",
        count,
        worth=worth,
        until=text.day(until),
    )
    if not conversations_told(report):
        return due
    alone = of("renewals_unprepared")
    if not alone:
        return tr("{due}; all have had a conversation", due=due)
    return tr_n(
        "{due}; {n:,} of {count:,} has had no conversation in three months",
        "{due}; {n:,} of {count:,} have had no conversation in three months",
        alone,
        due=due,
        count=count,
    )


def next_renewal(report: Report) -> str:
    """The next renewal of one account in a sentence, with what the churn model thinks of it."""
    row = report.rows.sort("ends_on").row(0, named=True)
    worth = text.money(report.shown("arr", row["arr"]), report.currency)
    parts = [
        tr(
            "Next renewal: {worth} ARR on {ends_on}, in {days_left}",
            worth=worth,
            ends_on=text.day(row["ends_on"]),
            days_left=text.days(row["days_left"]),
        )
    ]
    parts += [tr("notice by {notice_by}", notice_by=text.day(row["notice_by"]))] if row["notice_by"] else []
    parts += (
        [tr("churn probability {churn_probability}", churn_probability=text.percent(row["churn_probability"]))]
        if row["churn_probability"] is not None
        else []
    )
    parts += [tr("reasons: {reasons}", reasons=text.our(tr("; ").join(row["reasons"])))] if row["reasons"] else []
    return tr("{parts}.", parts=tr("; ").join(parts))


# Title, ending of the totals' names, what it means.
OF_RENEWALS = (
    (mark("ARR due"), "", mark("ARR of the lines that end in these days and that no later booked line renews.")),
    (
        mark("At risk"),
        "_at_risk",
        mark("Notice is given, health is in its lowest band, or the churn model thinks a loss twice as likely as usual."),
    ),
    (
        mark("No conversation"),
        "_unprepared",
        mark("No conversation logged in the last three months: a renewal is prepared that far ahead."),
    ),
)


def figures(report: Report, arr: Report) -> list[Figure]:
    """Due, at risk, without a conversation, and what has ended already but is in grace."""
    of = report.total

    told = [
        Figure(
            title,
            text.money(of(f"arr{name}"), report.currency),
            tr("not known: no conversation is logged")
            if (n := of(f"renewals{name}")) is None
            else tr_n("{n:,} renewal", "{n:,} renewals", n),
            about=about,
            better="neither",
            opens=tables.behind(where(report, name.removeprefix("_"), True) if name else report, f"behind{name}", BEHIND),
        )
        for title, name, about in spoken(OF_RENEWALS)
    ]
    grace = f"{arr.total('accounts_in_grace'):,}"
    return [
        *told,
        Figure(tr("In grace"), grace, about=tr("Accounts whose lines have ended without notice; still counted for the days of grace.")),
    ]


def logging(choice: Choice) -> dict[str, Callable[[str], object]]:
    """The actions of a table's row: log a conversation with its account, and make a call on its renewal."""
    found: dict[str, Callable[[str], object]] = {}
    if conversation.may_log(choice):
        found[mark("Log")] = partial(conversation.log_conversation, choice)
    if renewal_calls.may_call(choice):
        found[renewal_calls.ACTION] = partial(renewal_calls.call_renewal, choice)
    return found


def take_back(choice: Choice, logged: Report) -> None:
    """The latest entries, each with a button that undoes it."""
    for number, entry in enumerate(logged.rows.head(LISTED).iter_rows(named=True)):
        said = f": {entry['body']}" if entry["body"] else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            day = entry["done_on"] or entry["due_on"]
            told = [KINDS.get(entry["kind"], entry["kind"]), entry["name"], *([text.day(day)] if day else [])]
            st.caption(text.literal(f"{tr(', ').join(told)}{said}"), width="content")
            st.button(tr("Undo"), key=f"undo-{entry['batch']}-{number}", on_click=_undo, args=(choice, entry["batch"]), type="tertiary")


def _undo(choice: Choice, batch: int) -> None:
    """A second click on the same button finds the batch undone already, which is what was wanted."""
    marked(open_stores.store(choice.company), UNDOING, batch, choice.viewer, choice.viewer.owner or "browser")
