"""The renewals page in words and figures, and logging a conversation or a task where it is due."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import streamlit as st

from data.store import open_stores
from data.store.activities import log_activity
from data.store.store import UNDO as UNDOING
from data.viewer import EDIT
from language import InLanguage, mark, spoken, tr, tr_n
from metrics.account_measures import SENTIMENTS
from pages.ui import filters, tables, text
from pages.ui.figures import Figure
from pages.ui.marking import marked
from reports.narrow import only, where
from reports.report import Report

LOG = mark("Log a conversation or a task")
KINDS = InLanguage({"conversation": mark("Conversation held"), "task": mark("Task to do")})
SENTIMENT_WORDS = InLanguage({"negative": mark("Negative"), "neutral": mark("Neutral"), "positive": mark("Positive")})
LISTED = 5
BEHIND = ("name", "ends_on", "arr", "reasons", "last_conversation", "owner")
ABOUT_SENTIMENT = mark("Of a conversation, where it can be said: it counts in the health score; that one was held does not.")


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
    if report.notes:
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


def log(choice: filters.Choice, report: Report, *, chosen: bool = False) -> None:
    """A form that writes a conversation or a task for one of the report's accounts; `chosen`: the first is meant."""
    owners = dict(zip(report.rows["account_id"], report.rows["owner"], strict=True))
    names = dict(zip(report.rows["account_id"], report.rows["name"], strict=True))
    with st.form("log", clear_on_submit=True):
        left, middle, right = st.columns([2, 2, 1])
        account = left.selectbox(
            tr("Account"),
            list(names),
            format_func=lambda key: f"{names[key]} · {key}",
            index=0 if chosen else None,
            placeholder=tr("Choose"),
        )
        kind = middle.radio(tr("What"), list(KINDS), format_func=KINDS.__getitem__, horizontal=True)
        day = right.date_input(tr("Held or due on"), value=report.parameters["as_of"], format="YYYY-MM-DD")
        body = st.text_input(tr("What was discussed, or is to be done"), max_chars=2000)
        worded, about = SENTIMENT_WORDS.__getitem__, tr(ABOUT_SENTIMENT)
        sentiment = st.segmented_control(tr("How it went"), list(SENTIMENTS), format_func=worded, help=about)
        if st.form_submit_button(tr("Log it"), type="primary"):
            if account is None:
                st.warning(tr("Choose the account first."))
            else:
                log_activity(open_stores.store(choice.company), choice.viewer, account, kind, day, body, owners[account], sentiment)
                st.rerun()


def logging(choice: filters.Choice, report: Report) -> dict[str, Callable[[str], object]]:
    """The action of a table's row: log a conversation or a task for its account."""
    return {} if not choice.viewer.may(EDIT, "activities") else {mark("Log"): partial(log_for, choice, report)}


def log_for(choice: filters.Choice, report: Report, account: str) -> None:
    """Log a conversation or a task for one of the report's accounts, in a dialog."""
    st.dialog(tr(LOG))(log)(choice, only(report, account), chosen=True)


def take_back(choice: filters.Choice, logged: Report) -> None:
    """The latest entries, each with a button that undoes it."""
    for entry in logged.rows.head(LISTED).iter_rows(named=True):
        said = f": {entry['body']}" if entry["body"] else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                text.literal(f"{KINDS[entry['kind']]}, {entry['name']}, {text.day(entry['done_on'] or entry['due_on'])}{said}"),
                width="content",
            )
            st.button(tr("Undo"), key=f"undo-{entry['batch']}", on_click=_undo, args=(choice, entry["batch"]), type="tertiary")


def _undo(choice: filters.Choice, batch: int) -> None:
    """A second click on the same button finds the batch undone already, which is what was wanted."""
    marked(open_stores.store(choice.company), UNDOING, batch, choice.viewer, choice.viewer.owner or "browser")
