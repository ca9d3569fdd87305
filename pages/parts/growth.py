"""The page of growth in words and figures, and the list of signals with what can be done about each account."""

from functools import partial
from itertools import groupby

import streamlit as st

from language import tr, tr_n
from language.formats import sentences
from pages.parts import item_dialogs, offer_dialogs, task_dialogs, today_words
from pages.ui import address, folds, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from pages.ui.pills import pills
from reports.narrow import where
from reports.report import Report

SHOWN = 10  # accounts; the rest is in the table
COLUMNS = ("name", "kind", "why", "arr", "plan", "owner", "days_to_end", "answer", "until")
UNKNOWN = ("name", "state", "last_seen", "arr", "plan", "owner")
BEHIND = ("name", "title", "amount", "stage", "made_on", "owner")


def headline(report: Report) -> str:
    """The finding: how many accounts have a reason for more, and what they are worth."""
    count = report.total("accounts") or 0
    if not count:
        return tr("No account shows a signal of growth")
    worth = text.money(report.total("arr"), report.currency)
    return tr_n(
        "{n:,} account shows a signal of growth, {worth} ARR", "{n:,} accounts show signals of growth, {worth} ARR", count, worth=worth
    )


def said(report: Report) -> str:
    """What was not looked at, and what is not known."""
    unknown = report.total("not_known") or 0
    told = tr_n("Usage of {n:,} customer is not known.", "Usage of {n:,} customers is not known.", unknown) if unknown else ""
    return sentences(*(text.our(words) for words in (*report.notes, told)))


def figures(signals: Report, made: Report | None, came: Report | None) -> list[Figure]:
    """Signals; and where the viewer may see them open offers, conversion and ARPU uplift."""
    found = [Figure(tr("Signals"), text.count(signals.total("signals")), opens=tables.behind(signals, "behind-signals", COLUMNS))]
    return found + ([_open_offers(made)] if made else []) + ([_conversion(came), _uplift(came)] if came else [])


def _open_offers(made: Report) -> Figure:
    still = where(made, "state", "open")
    worth = tr("{worth} a year", worth=text.money(made.total("amount_open") or 0, made.currency))
    return Figure(
        tr("Open offers"), text.count(made.total("open") or 0), worth, better="neither", opens=tables.behind(still, "behind-open", BEHIND)
    )


def _conversion(came: Report) -> Figure:
    closed = came.total("closed") or 0
    if not closed:
        return Figure(tr("Conversion of offers"), text.MISSING, about=tr("No offer ended in the period."))
    counted = tr("{won:,} of {closed:,}", won=came.total("won") or 0, closed=closed)
    span = tr(
        "95 % interval: {low} to {high}", low=text.percent(came.total("conversion_low")), high=text.percent(came.total("conversion_high"))
    )
    about = sentences(text.meaning("conversion") or "", tr("{said}.", said=span))
    return Figure(tr("Conversion of offers"), text.percent(came.total("conversion")), counted, about=about, better="neither")


def _uplift(came: Report) -> Figure:
    accounts = came.total("took") or 0
    if not accounts:
        return Figure(tr("ARPU uplift"), text.MISSING, about=tr("No offer of the period was won 90 days ago or earlier."))
    before, after = (text.money(came.total(name), came.currency) for name in ("arpu_before", "arpu_after"))
    of = tr_n("{n:,} account: MRR {before} → {after}", "{n:,} accounts: MRR {before} → {after}", accounts, before=before, after=after)
    return Figure(tr("ARPU uplift"), text.percent(came.total("arpu_uplift")), of, about=text.meaning("arpu_uplift"), better="neither")


def show(choice: Choice, report: Report) -> None:
    """The accounts with signals, those with the most at stake first; all of them as a table."""
    stands = [list(found) for _, found in groupby(_standing(report), key=lambda one: one["account_id"])]
    st.subheader(tr("Whom to talk with"), anchor=False, help=tr("Ranked by ARR, nearness of the next renewal, and certainty."))
    if not stands:
        st.caption(tr("None. Signals appear once usage, contracts, contacts and the upgrade path say so."))
    with st.container(gap=None, key="work-growth"):
        for found in stands[:SHOWN]:
            _account(choice, found, report)
    if report.rows.height:
        label = tr_n("{n:,} signal as a table", "All {n:,} signals as a table", report.rows.height)
        folds.fold(label, "all-signals", partial(_table, choice, report), ":material/table_rows:")


def _standing(report: Report) -> list[dict]:
    return [row for row in report.rows.iter_rows(named=True) if row["answer"] is None]


def _table(choice: Choice, report: Report) -> None:
    tables.table(report, "signals", columns=COLUMNS, actions=offer_dialogs.making(choice))


def _account(choice: Choice, found: list[dict], report: Report) -> None:
    first = found[0]
    account = first["account_id"]
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-{account}", gap="small"):
        with st.container(width=300, gap=None):
            named = f"**{text.literal(first['name'])}**"
            st.button(named, key=f"open-{account}", type="tertiary", on_click=address.open_account, args=(account,))
            st.caption(text.literal(_worth(first, report)))
        with st.container(horizontal=True, gap="xsmall", width="stretch", vertical_alignment="center"):
            pills(today_words.reasons(found))
            task_dialogs.last_done(choice, task_dialogs.PLACE.format(account=account))
        if task_dialogs.may_set(choice):
            with st.container(horizontal=True, gap="small", width="content"):
                _deeds(choice, account, found)


def _worth(first: dict, report: Report) -> str:
    said_of = [text.money(report.shown("arr", first["arr"]), report.currency), first["plan"], first["owner"]]
    return " · ".join(word for word in said_of if word)


def _deeds(choice: Choice, account: str, found: list[dict]) -> None:
    """An offer, a task, or putting it aside."""
    kind = found[0]["kind"]
    if st.button(tr("Offer"), key=f"offer-{account}", type="tertiary", icon=":material/sell:", help=tr(offer_dialogs.MAKE)):
        offer_dialogs.make(choice, account, kind)
    if st.button(tr("Task"), key=f"task-{account}", type="tertiary", icon=":material/add_task:", help=tr(task_dialogs.SET)):
        task_dialogs.set_task(choice, account, kind)
    about = tr("Put off, hand over, or mark as wrong.")
    if st.button(tr("Put aside"), key=f"aside-{account}", type="tertiary", icon=":material/inventory_2:", help=about):
        item_dialogs.put_aside(choice, found)


def unknown(report: Report) -> None:
    """Customers of whom it is not known whether they grow in use."""
    if report.rows.height:
        label = tr_n("Usage of {n:,} customer is not known", "Usage of {n:,} customers is not known", report.rows.height)
        folds.fold(label, "growth-unknown", partial(tables.table, report, "unknown", columns=UNKNOWN), ":material/help:")
