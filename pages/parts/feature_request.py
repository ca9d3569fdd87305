"""One request for a feature: what it is, why it stands where it stands, who asks, and whom to tell once it is there."""

from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.work import requests
from data.work.requests import Asked, Row
from language import tr, tr_n
from pages.parts import request_dialogs, task_dialogs
from pages.parts.feature_requests import FOLLOW_UP, REQUEST, marks, worth
from pages.ui import address, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.pills import Pill, pills
from reports.narrow import having
from reports.report import Report
from reports.words.request_words import DECISIONS, STATUSES, VALUES

ASKING = ("name", "contact", "email", "note", "arr", "state", "next_renewal", "owner", "asked_on", "asked_as")
LINES = 12  # accounts to tell, a line each; the rest is in the table


def show(choice: Choice, report: Report, row: dict[str, Any]) -> None:
    """Everything about one request, and what can be done with it."""
    st.button(
        tr("All requests"),
        icon=":material/arrow_back:",
        type="tertiary",
        key="all-of-them",
        on_click=address.open_one,
        args=(REQUEST, None),
    )
    st.header(text.literal(row["title"]), anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        pills([*marks(row), *_about(row)])
    if row["description"]:
        st.markdown(text.literal(row["description"]))
    for words in row["not_right"]:
        st.warning(text.literal(words), icon=":material/warning:")
    request_dialogs.buttons(choice, row, place(row))
    task_dialogs.last_done(choice, place(row))
    _why(row, report)
    _tell(choice, row)
    _asking(choice, row)
    _duplicates(choice, row)


def place(row: dict[str, Any]) -> str:
    """Where what was done last is told."""
    return f"request-{row['request_id']}"


def _about(row: dict[str, Any]) -> list[Pill]:
    """How it stands, what it brings, and how long it takes."""
    value = VALUES[row["brings"]] if row["brings"] else tr("value not said")
    days = tr_n("{n:g} person-day", "{n:g} person-days", row["effort_days"]) if row["effort_days"] is not None else tr("no estimate")
    found = [
        Pill(STATUSES[row["status"]], ":material/timeline:", "gray"), Pill(value, ":material/trending_up:", "gray", row["value_note"]),
        Pill(days, ":material/timelapse:", "gray"),
    ]  # fmt: skip
    if row["shipped_on"]:
        found.append(Pill(tr("shipped {day}", day=text.day(row["shipped_on"])), ":material/rocket_launch:", "green"))
    return found


def _why(row: dict[str, Any], report: Report) -> None:
    """The formula's arithmetic, a line each; then a person's decision, and who is in none of the counts."""
    if row["arithmetic"]:
        st.subheader(tr("Why {priority}", priority=row["priority"]), anchor=False)
        st.markdown("\n".join(f"- {text.literal(line)}" for line in row["arithmetic"]))
    if row["decided"]:
        told = {"decision": DECISIONS[row["decided"]], "reason": text.literal(row["decision_reason"] or text.MISSING)}
        st.markdown(tr("Decided: {decision}. Why: {reason}", **told))
    st.caption(text.literal(" · ".join([worth(row, report), *_apart(row)])))


def _apart(row: dict[str, Any]) -> list[str]:
    """Who asks and is no customer, and votes without names: counted in nothing."""
    told = (
        (row["former_customers"], tr_n("{n:,} former customer", "{n:,} former customers", row["former_customers"])),
        (row["prospects"], tr_n("{n:,} prospect", "{n:,} prospects", row["prospects"])),
        (row["without_account"], tr_n("{n:,} name without an account", "{n:,} names without an account", row["without_account"])),
        (
            row["votes"],
            tr_n("{n:,} vote without a name, added to nothing", "{n:,} votes without names, added to nothing", row["votes"] or 0),
        ),
    )
    return [words for count, words in told if count]


def _asking(choice: Choice, row: dict[str, Any]) -> None:
    found = having(loaders.report(choice.company, "request-votes", choice.viewer, choice.now), "request_id", row["request_id"])
    st.subheader(tr("Who asks"), anchor=False)
    if found.rows.height:
        tables.table(found, "who-asks", columns=ASKING)
    else:
        st.caption(tr("No account that you see asks for it."))


def _duplicates(choice: Choice, row: dict[str, Any]) -> None:
    """What says the same, each with the way to stand for itself again."""
    if not row["duplicates"]:
        return
    st.subheader(tr("Says the same"), anchor=False)
    for title, own, batch in zip(row["duplicates"], row["merged"], row["merged_batches"], strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"same-{own}"):
            st.markdown(text.literal(title), width="stretch")
            _unmerge(choice, row, Row(own, int(batch)), title)


def _unmerge(choice: Choice, row: dict[str, Any], of: Row, title: str) -> None:
    if not request_dialogs.may(choice):
        return
    if st.button(tr("Is one of its own"), key=f"unmerge-{of.request_id}", type="tertiary", icon=":material/call_split:"):
        deed = partial(requests.unmerge, open_stores.store(choice.company), choice.viewer, of)
        task_dialogs.do(deed, place(row), tr("Stands for itself again: {title}", title=title))


def _tell(choice: Choice, row: dict[str, Any]) -> None:
    """Of what is shipped: who asked, those first who are still to be told."""
    if row["status"] != "shipped":
        return
    report = having(loaders.report(choice.company, "request-follow-up", choice.viewer, choice.now), "request_id", row["request_id"])
    waiting = having(report, "is_told", False).rows.to_dicts()
    st.subheader(
        tr_n("{n:,} account is to be told", "{n:,} accounts are to be told", len(waiting)) if waiting else tr("Everybody was told"),
        anchor=False,
    )
    if waiting and request_dialogs.may(choice) and st.button(tr("All of them were told"), icon=":material/done_all:", key="all-told"):
        _told(choice, row, [one["account_id"] for one in waiting], tr("All of them were told"))
    for one in waiting[:LINES]:
        _line(choice, row, one)
    tables.table(report, "follow-up", columns=tuple(name for name in FOLLOW_UP if name not in ("title", "shipped_on")))


def _line(choice: Choice, row: dict[str, Any], one: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-tell-{one['account_id']}"):
        about = [", ".join(one["who_asked"]) or tr("nobody there is known to have asked"), one["owner"] or tr("nobody looks after it")]
        st.markdown(f"**{text.literal(one['name'])}**  \n:small[:gray[{text.literal(' · '.join(about))}]]", width="stretch")
        if request_dialogs.may(choice) and st.button(tr("Told"), key=f"tell-{one['account_id']}", icon=":material/check:"):
            _told(choice, row, [one["account_id"]], tr("Told: {name}", name=one["name"]))


def _told(choice: Choice, row: dict[str, Any], accounts: list[str], words: str) -> None:
    """Write down that these were told; only of votes that nobody was told for."""
    votes = having(
        loaders.report(choice.company, "request-votes", choice.viewer, choice.now), "request_id", row["request_id"]
    ).rows.to_dicts()
    asked = [
        Asked(one["vote_id"], one["account_id"], one["batch"]) for one in votes if one["account_id"] in accounts and not one["told_on"]
    ]
    store, day = open_stores.store(choice.company), task_dialogs.day_looked_at(choice)

    def deed() -> BatchResult:
        return requests.tell(store, choice.viewer, asked, day)

    task_dialogs.do(deed, place(row), words, Seen(row["batch"]))
