"""The page of support in words, figures, bars and tables. An account opens its page, a figure its tickets."""

from collections.abc import Callable

import streamlit as st

from language import mark, tr, tr_n
from pages.ui import address, charts, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from reports.narrow import of_level, some, where
from reports.report import Report
from reports.support.judged import PAST_DUE

SHOWN = 8  # accounts with tickets past due; the rest is in the table
LATE = ("name", "ticket_id", "subject", "promise", "hours_late", "due_at", "priority", "plan", "hours", "calendar", "owner")
DECIDED = ("name", "ticket_id", "promise", "verdict", "hours_late", "due_at", "done_at", "hours", "priority", "plan", "subject")
ACCOUNTS = (
    "name", "open", "breached_now", "breached", "decided", "met_share", "first_reply_hours", "resolution_hours", "reopen_rate", "opened",
    "tickets_per_seat", "oldest_days", "arr", "owner",
)  # fmt: skip
LEVELS = (
    "priority",
    "plan",
    "promise",
    "met_share",
    "decided",
    "low",
    "high",
    "met",
    "breached",
    "breached_open",
    "running",
    "without_verdict",
)
MONTHS = ("month", "opened", "resolved", "backlog", "first_reply_share", "first_reply_decided", "resolution_share", "resolution_decided")
ABOUT_MET = mark("Of what fell due in the period and has a verdict: answered, or resolved, by the instant that was due.")
ABOUT_LATE = mark("Open tickets that are past the time in which they were to be answered or resolved.")
FEWEST = 10  # decided, below which a share is said with its number alone


def has_tickets(choice: Choice, accounts: Report) -> bool:
    """Whether there is any ticket; where there is none, the page says so and offers the settings alone."""
    if loaders.report(choice.company, "tickets", choice.viewer, choice.now).rows.height:
        return True
    st.info(
        tr("No tickets of these accounts are imported. Bring an export of your support tool: Zendesk, Intercom, Jira and others are known.")
    )
    address.link("imports.py", tr("Import files"), ":material/upload_file:")
    return False


def headline(accounts: Report) -> str:
    """The finding: what is past due now, and how much was kept."""
    late, kept = accounts.total("breached_now") or 0, accounts.total("met_share")
    if not accounts.total("decided") and not late:
        return tr_n("{n:,} ticket is open", "{n:,} tickets are open", int(accounts.total("open") or 0))
    now = tr_n("{n:,} open ticket is past due", "{n:,} open tickets are past due", int(late)) if late else tr("No open ticket is past due")
    if kept is None:
        return now
    return tr("{now}; {share} of promises were kept", now=now, share=text.percent(kept))


def of_when(accounts: Report) -> None:
    """Which promises the period has."""
    days = text.span(accounts.parameters["from"], accounts.parameters["to"])
    st.caption(tr("Shares are of promises that fell due in {days}; what is open and past due is of the day looked at.", days=days))


def figures(accounts: Report, tickets: Report) -> list[Figure]:
    """What is past due, what was kept of both promises, and how long both took; a click opens the tickets."""
    late, of = where(tickets, "verdict", PAST_DUE), accounts.total
    count, now, reply = int(of("open") or 0), of("breached_now") or 0, _hours(of("first_reply_hours"))
    return [
        Figure(
            tr("Past due now"), text.count(of("breached_now")), about=tr(ABOUT_LATE),
            exact=tr_n("{late:,} of {n:,} open ticket", "{late:,} of {n:,} open tickets", count, late=now),
            opens=tables.behind(late, "behind-late", LATE),
        ),
        _kept(tr("First replies in time"), "first_reply", accounts, tickets),
        _kept(tr("Resolved in time"), "resolution", accounts, tickets),
        Figure(
            tr("Median first reply"), reply, about=tr("By the clock, nights and weekends included."),
            exact=tr("{reply}; to resolve {hours}", reply=reply, hours=_hours(of("resolution_hours"))), better="lower",
        ),
    ]  # fmt: skip


def _kept(title: str, promise: str, accounts: Report, tickets: Report) -> Figure:
    count, share = int(accounts.total(f"{promise}_decided") or 0), accounts.total(f"{promise}_share")
    low, high = accounts.total(f"{promise}_low"), accounts.total(f"{promise}_high")
    exact = tr("{n:,} decided", n=count)
    if share is not None:
        exact = tr(
            "{share} of {n:,} decided; between {low} and {high}",
            share=text.percent(share),
            n=count,
            low=text.percent(low),
            high=text.percent(high),
        )
    own = where(where(tickets, "promise", promise.replace("_", " ")), "verdict", "met", "breached", PAST_DUE)
    known = text.percent(share) if share is not None else tr("not known")
    return Figure(title, known, about=tr(ABOUT_MET), exact=exact, opens=tables.behind(own, f"behind-{promise}", DECIDED))


def _hours(value: float | None) -> str:
    return text.MISSING if value is None else tr("{hours} h", hours=text.decimal(value, 1))


def past_due(choice: Choice, accounts: Report, tickets: Report) -> None:
    """The accounts with open tickets past due, the latest first, each with its tickets."""
    late = some(accounts, "breached_now")
    if not late.rows.height:
        return
    st.subheader(tr("Past due now"), anchor=False)
    with st.container(gap=None, key="support-late"):
        for one in late.rows.head(SHOWN).iter_rows(named=True):
            _late(one, where(where(tickets, "account_id", one["account_id"]), "verdict", PAST_DUE))
    every = where(tickets, "verdict", PAST_DUE)
    folds.fold(tr("All as a table"), "all-late", lambda: tables.table(every, "late-tickets", columns=LATE), ":material/table_rows:")


def _late(one: dict, tickets: Report) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"late-{one['account_id']}"):
        with st.container(width=340, gap=None):
            named = f"**{text.literal(one['name'])}**"
            st.button(named, key=f"open-{one['account_id']}", type="tertiary", on_click=address.open_account, args=(one["account_id"],))
            st.caption(text.literal(_whose(one)))
        with st.container(width="stretch"):
            st.markdown(_late_words(one))
        if st.button(tr("Tickets"), key=f"tickets-{one['account_id']}", type="tertiary", icon=":material/confirmation_number:"):
            st.dialog(text.literal(one["name"]), width="large", position="right")(tables.table)(tickets, "of-account", columns=LATE)


def _whose(one: dict) -> str:
    return tr("{owner} · {n:,} open", owner=one["owner"] or tr("Nobody"), n=one["open"])


def _late_words(one: dict) -> str:
    late = text.decimal(one["longest_late"], 1)
    told = tr_n(
        "{n:,} ticket past due, by {late} h of its calendar", "{n:,} tickets past due, the latest by {late} h of its calendar",
        one["breached_now"], late=late,
    )  # fmt: skip
    return tr("{told}; its feed has stopped since", told=told) if one["feed_has_stopped"] else told


def levels(report: Report, tickets: Report) -> None:
    """Both promises by priority and plan."""
    if not report.rows.height:
        return
    st.subheader(tr("By priority and plan"), anchor=False)
    st.caption(tr("The share lies between least and most with 95 %; few tickets, wide apart. A count opens its tickets."))
    picked = tables.cell(report, "support-levels", ("decided", "breached", "breached_open", "without_verdict"), LEVELS)
    if picked:
        line, column = picked
        tables.table(of_level(tickets, line["promise"], line["priority"], line["plan"], column), "of-level", columns=DECIDED)


def trend(report: Report) -> None:
    """The shares month by month, and the counts."""
    if report.rows.height < 2:
        return
    st.subheader(tr("Month by month"), anchor=False)
    if report.rows["first_reply_share"].count() + report.rows["resolution_share"].count() > 1:
        told = tr(" %{y:.1%} in %{x|%b %Y}<extra></extra>")
        charts.draw(charts.ratios(report, "month", ("first_reply_share", "resolution_share"), hover=told), "support-trend")
    folds.fold(tr("As a table"), "months-table", lambda: tables.table(report, "support-months", columns=MONTHS), ":material/table_rows:")


def backlog(report: Report, tickets: Report) -> None:
    """Open tickets by age."""
    if not report.total("tickets"):
        return
    st.subheader(tr("Open tickets by age"), anchor=False)
    rows = report.rows.to_dicts()
    labels = [
        tr("{n:,}, {late:,} past due", n=one["tickets"], late=one["past_due"]) if one["past_due"] else f"{one['tickets']:,}" for one in rows
    ]
    colours = [charts.ORANGE if one["past_due"] else charts.BLUE for one in rows]
    counts = [one["tickets"] for one in rows]
    figure = charts.bars([one["age"] for one in rows], counts, labels, colours).update_xaxes(range=[0, max(counts) * 1.5 or 1])
    charts.draw(figure, "backlog")


def subjects(report: Report) -> None:
    """What two tickets or more are about."""
    if not report.rows.height:
        return
    st.subheader(tr("What comes again and again"), anchor=False)
    st.caption(tr("By topic, else by the words of the subject; what says the same in other words is counted apart."))
    tables.table(report, "subjects", columns=("subject", "accounts_concerned", "tickets", "share", "tickets_before", "open", "counted_by"))


def every_account(accounts: Report) -> None:
    """All accounts with tickets."""
    tables.table(accounts, "support-accounts", columns=ACCOUNTS)


def falls(ask: Callable[[str], Report]) -> None:
    """What came within 90 days after support had fallen, beside what came where it had not; and the accounts."""
    report, fallen = ask("support-falls"), ask("support-fallen")
    for note in report.notes:
        st.caption(text.literal(note))
    tables.table(report, "falls")
    if fallen.rows.height:
        tables.table(
            fallen,
            "fallen",
            columns=("name", "day", "fell", "share_before", "share_then", "hours_before", "hours_then", "has_churned", "health_fell"),
        )
