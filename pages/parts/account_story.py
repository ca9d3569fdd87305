"""Who an account is: facts, people, and what happened last."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st

from language import InLanguage, mark, spoken, tr
from pages.ui import text
from pages.ui.pills import Pill, in_line
from reports.report import Report
from reports.words import codes
from reports.words.titles import title as title_of

PEOPLE, EVENTS = 4, 6  # shown; the others stand in the tables below
FACTS = ("segment", "plan", "owner", "seats", "last_seen", "account_id")
KINDS = InLanguage({"conversation": mark("Conversation"), "task": mark("Task")})
CHAMPION = Pill(mark("Champion"), ":material/star:", "violet")


def facts(about: Mapping[str, Any]) -> None:
    """What is known of the account itself, a line each; what is not known has no line."""
    rows = [f"| {title_of(name)} | {_said(about[name])} |" for name in FACTS if about.get(name) is not None]
    st.markdown("\n".join([tr("| Fact | Value |"), "|:--|:--|", *rows]))


def _said(value: object) -> str:
    return text.day(value) if isinstance(value, date) else text.cell(f"{value:,}" if isinstance(value, int) else value)


def people(contacts: Report) -> None:
    """The people known at the account, the champion first."""
    rows = sorted(contacts.rows.iter_rows(named=True), key=lambda row: not row["is_champion"])
    if not rows:
        st.caption(tr("No contact of this account is imported."))
        return
    for row in rows[:PEOPLE]:
        named = text.literal(row["name"] or row["email"] or row["contact_id"])
        known = text.literal(" · ".join(filter(None, (codes.said("role", row["role"]), row["email"]))))
        champion = f" {in_line(spoken(CHAMPION))}" if row["is_champion"] else ""
        st.markdown(f"**{named}**{champion}  \n:small[:gray[{known}]]")
    if len(rows) > PEOPLE:
        st.caption(tr("{rows:,} more among the contacts below.", rows=len(rows) - PEOPLE))


def time_line(found: Mapping[str, Report], lines: Report, today: date) -> None:
    """What happened last, newest first, of every table that has days."""
    told = sorted((one for one in _events(found, lines) if one[0] <= today), reverse=True)
    if not told:
        st.caption(tr("Nothing has been recorded yet: no conversation, ticket, survey or contract."))
        return
    rows = [f"| {text.day(day)} | :material/{icon}: {text.cell(words)} |" for day, icon, words in told[:EVENTS]]
    st.markdown("\n".join([tr("| When | What |"), "|:--|:--|", *rows]))
    if len(told) > EVENTS:
        st.caption(tr("{told:,} earlier in the tables below.", told=len(told) - EVENTS))


def _events(found: Mapping[str, Report], lines: Report) -> Iterator[tuple[date, str, str]]:
    """Day, icon and words of everything that has a day. What ends on the day on which its product starts again is told by that start."""
    for row in found["activities"].rows.iter_rows(named=True) if "activities" in found else ():
        if row["done_on"]:
            kind = KINDS.get(row["kind"]) or row["kind"] or tr("Activity")
            yield row["done_on"], "chat", tr("{kind}: {body}", kind=kind, body=row["body"] or text.MISSING)
    for row in found["tickets"].rows.iter_rows(named=True):
        if row["opened_at"]:
            yield (
                _day(row["opened_at"]),
                "support_agent",
                tr("Ticket {ticket}, {priority}", ticket=row["ticket_id"] or "", priority=row["priority"] or tr("no priority")),
            )
    for row in found["surveys"].rows.iter_rows(named=True):
        if row["answered_at"]:
            yield (
                _day(row["answered_at"]),
                "rate_review",
                tr("{survey} answered: {score}", survey=(row["kind"] or "").upper() or tr("Survey"), score=text.count(row["score"])),
            )
    for row in found["churn-events"].rows.iter_rows(named=True):
        if row["churned_on"]:
            yield row["churned_on"], "cancel", tr("Churn recorded: {reason}", reason=row["reason"] or tr("no reason given"))
    begun = {(row["product"], row["starts_on"]) for row in lines.rows.iter_rows(named=True)}
    for row in lines.rows.iter_rows(named=True):
        if row["starts_on"]:
            yield row["starts_on"], "contract", tr("{product} starts", product=row["product"] or tr("Contract line"))
        if row["ends_on"] and (row["product"], row["ends_on"]) not in begun:
            yield row["ends_on"], "contract_delete", tr("{product} ends", product=row["product"] or tr("Contract line"))
        if row["cancelled_on"]:
            yield row["cancelled_on"], "event_busy", tr("Notice for {product}", product=row["product"] or tr("a contract line"))


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
