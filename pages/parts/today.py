"""The list of what needs somebody: an account a row (who and how much, why, what to do), those together that are as urgent."""

from collections import Counter
from itertools import groupby

import streamlit as st

from language import tr, tr_n
from metrics import today as kinds
from pages.parts import conversation, item_dialogs, play_start, task_dialogs, today_tasks
from pages.parts.today_words import LIMITS, URGENCY, about, reasons
from pages.ui import address, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from pages.ui.pills import Pill, pills
from reports.narrow import needing, where
from reports.report import Report

TABLE = (
    "name", "why", "urgency", "arr", "days_to_end", "owner", "answer", "until", "by", "reason", "handed_to", "kind", "certainty",
    "priority", "team", "state", "account_id",
)  # fmt: skip
SHOWN = {"now": 12, "soon": 8, "later": 6}  # accounts; the rest is in the table


def headline(report: Report, tasks: Report | None = None) -> str:
    """What waits: tasks that are overdue or due today, and accounts that need somebody."""
    count, waiting = report.total("accounts"), today_tasks.headline(tasks) if tasks else ""
    if not count:
        return waiting or tr("Nothing needs you today")
    needing = tr_n("{n:,} account needs somebody", "{n:,} accounts need somebody", count)
    return tr("{tasks}; {accounts}", tasks=waiting, accounts=needing) if waiting else needing


def figures(whole: Report) -> list[Figure]:
    """What the accounts are worth, and three kinds of trouble; a click opens the items."""
    report = needing(whole)
    of, about_arr = report.total, tr("Each account's ARR counts once.")

    def count(title: str, total: str, *counted: str) -> Figure:
        opens = tables.behind(where(report, "kind", *counted), f"behind-{total}", ("name", "why", "arr", "owner"))
        return Figure(title, f"{of(total):,}", about=about(counted[0]), opens=opens)

    return [
        Figure(tr("ARR of these accounts"), text.money(of("arr"), report.currency), about=about_arr),
        count(tr("Renewals without a conversation"), "renewal_unprepared", "renewal_unprepared"),
        count(tr("Health or usage fell"), "health_or_usage_fell", *kinds.FELL),
        count(tr("Never started"), "never_started", "never_started"),
    ]


def items(choice: Choice, report: Report, tasks: Report | None) -> None:
    """The accounts by urgency, each with its reasons and how many tasks are open for it; one of which something was put aside just now
    stays where it was. tasks: the report; None for who may view none."""
    waiting = Counter(row["account_id"] for row in tasks.rows.iter_rows(named=True) if row["state"] != "done") if tasks else Counter()
    last = address.just_done()
    shown = needing(report, last.place.removeprefix("account-") if last else "")
    if not shown.rows.height:
        st.info(tr("Of what is imported, nothing shows trouble: no notice, no fall in health or usage."), icon=":material/check:")
        return
    for urgency in URGENCY:
        found = blocks(shown, urgency)
        if found:
            _group(choice, urgency, found, shown, waiting)


def blocks(report: Report, urgency: str) -> list[list[dict]]:
    """The items of each account that is as urgent, the most pressing account first."""
    rows = (one for one in report.rows.iter_rows(named=True) if one["urgency"] == urgency)
    return [list(found) for _, found in groupby(rows, key=lambda one: one["account_id"])]


def _group(choice: Choice, urgency: str, blocks: list[list[dict]], report: Report, waiting: Counter[str]) -> None:
    title, meaning = (word.format(**LIMITS) for word in URGENCY[urgency])
    worth = text.literal(text.money(report.total(f"arr_{urgency}"), report.currency))
    said = tr("{accounts} · {worth} ARR", accounts=text.accounts(report.total(f"accounts_{urgency}") or 0), worth=worth)
    st.subheader(
        f"{title} :small[:gray[{said}]]",
        anchor=False,
        help=tr("{meaning} Ranked by ARR, nearness of the next renewal, and certainty.", meaning=meaning),
    )
    shown = blocks[: SHOWN[urgency]]
    with st.container(gap=None, key=f"work-{urgency}"):
        for found in shown:
            _row(choice, found, report, waiting[found[0]["account_id"]])
    if len(blocks) > len(shown):
        st.caption(tr("{blocks:,} more of these in the table below.", blocks=len(blocks) - len(shown)))


def _row(choice: Choice, found: list[dict], report: Report, tasks: int) -> None:
    first = found[0]
    account, stands = first["account_id"], [one for one in found if one["answer"] is None]
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-{account}", gap="small"):
        with st.container(width=340, gap=None):
            name = f"**{text.literal(first['name'])}**"
            st.button(name, key=f"open-{account}", type="tertiary", on_click=address.open_account, args=(account,))
            st.caption(text.literal(_worth(first, report)))
        with st.container(horizontal=True, gap="xsmall", width="stretch", vertical_alignment="center"):
            pills([*reasons(stands), *_tasks(tasks)])
            task_dialogs.last_done(choice, task_dialogs.PLACE.format(account=account))
        if stands and task_dialogs.may_set(choice):
            with st.container(horizontal=True, gap="small", width="content"):
                _deeds(choice, account, stands)


def _tasks(count: int) -> list[Pill]:
    """That something is under way for an account already."""
    return [Pill(tr_n("{n} open task", "{n} open tasks", count), ":material/task_alt:", "gray")] if count else []


def _deeds(choice: Choice, account: str, stands: list[dict]) -> None:
    """What can be done about an account: talk, set a task, start a play, put aside what it shows."""
    kind = stands[0]["kind"]
    about = tr(conversation.LOG)
    if st.button(tr("Log"), key=f"log-{account}", type="tertiary", icon=":material/edit_note:", help=about):
        conversation.log_conversation(choice, account, kind)
    if st.button(tr("Task"), key=f"task-{account}", type="tertiary", icon=":material/add_task:", help=tr(task_dialogs.SET)):
        task_dialogs.set_task(choice, account, kind)
    start = tr(play_start.START)
    may = play_start.may_start(choice)
    if may and st.button(tr("Play"), key=f"play-{account}", type="tertiary", icon=":material/playlist_play:", help=start):
        play_start.start_dialog(choice, account, kind)
    about = tr("Put off, hand over, or mark as wrong.")
    if st.button(tr("Put aside"), key=f"aside-{account}", type="tertiary", icon=":material/inventory_2:", help=about):
        item_dialogs.put_aside(choice, stands)


def _until(first: dict) -> str:
    """When the next end is, in words."""
    if first["days_to_end"] is None:
        return tr("open-ended")
    days = text.days(first["days_to_end"])
    return tr("grace ends in {days}", days=days) if first["state"] == "in_grace" else tr("renews in {days}", days=days)


def _worth(first: dict, report: Report) -> str:
    """What is at stake, until when, and whose it is."""
    said = [text.money(report.shown("arr", first["arr"]), report.currency), _until(first), first["owner"]]
    return " · ".join(word for word in said if word)
