"""Offers on the page of growth: a line each with its stage, changed in place, and what came of them by source, plan and CSM."""

from functools import partial
from typing import Any

import streamlit as st

from language import InLanguage, mark, mark_of, tr
from pages.parts import offer_dialogs, task_dialogs
from pages.ui import address, folds, tables, text
from pages.ui.choice import Choice
from pages.ui.pills import Pill, pills
from reports.narrow import of_splits, of_states
from reports.report import Report

SHOWN = 8  # offers of a state; all are in the table
COLUMNS = (
    "name",
    "title",
    "kind",
    "amount",
    "stage",
    "state",
    "owner",
    "made_on",
    "closed_on",
    "days",
    "reason",
    "source",
    "plan",
    "fault",
)
CAME = (
    "what", "conversion", "won", "closed", "conversion_low", "conversion_high", "days_to_close", "amount_won", "open", "arpu_uplift",
    "took", "arpu_before", "arpu_after", "too_young",
)  # fmt: skip
STATES: InLanguage[str, Pill] = InLanguage(
    {
        "open": Pill(mark_of("an offer", "Open"), ":material/pending:", "blue"),
        "won": Pill(mark("Won"), ":material/check_circle:", "green"),
        "lost": Pill(mark_of("an offer", "Lost"), ":material/cancel:", "gray"),
    }
)
SPLITS = InLanguage({"source": mark("Source"), "plan": mark("Plan"), "owner": mark("Owner (CSM)"), "kind": mark("Kind")})


def show(choice: Choice, report: Report) -> None:
    """Offers by state, the newest first; what counts nowhere is said."""
    st.subheader(tr("Offers"), anchor=False)
    task_dialogs.last_done(choice, offer_dialogs.PLACE)
    for note in report.notes:
        st.warning(text.our(note), icon=":material/report:")
    if not report.rows.height:
        st.caption(tr("No offer is written down. Make one from a signal above, or import a table of offers."))
        return
    state = address.one_of(tr("State"), "offers", {one: pill.words for one, pill in STATES.items()}, "open")
    with st.container(gap=None, key="work-offers"):
        for row in of_states(report, state).rows.head(SHOWN).iter_rows(named=True):
            _offer(choice, row, report)
    folds.fold(tr("All offers as a table"), "all-offers", partial(tables.table, report, "offers", columns=COLUMNS), ":material/table_rows:")


def _offer(choice: Choice, row: dict[str, Any], report: Report) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-offer-{row['offer_id']}", gap="small"):
        with st.container(width=300, gap=None):
            named = f"**{text.literal(row['name'] or row['account_id'])}**"
            st.button(named, key=f"open-offer-{row['offer_id']}", type="tertiary", on_click=address.open_account, args=(row["account_id"],))
            st.caption(text.literal(_whose(row, report)))
        with st.container(horizontal=True, gap="xsmall", width="stretch", vertical_alignment="center"):
            pills([Pill(row["title"], ":material/sell:", "gray"), *marks(row)])
        if task_dialogs.may_set(choice):
            if st.button(tr("Edit"), key=f"edit-{row['offer_id']}", type="tertiary", icon=":material/edit:"):
                offer_dialogs.change(choice, row)
            label = tr("Won or lost") if row["state"] == "open" else tr("Open again")
            if st.button(label, key=f"end-{row['offer_id']}", type="tertiary", icon=":material/flag:"):
                offer_dialogs.end(choice, row)


def _whose(row: dict[str, Any], report: Report) -> str:
    worth = text.money(report.shown("amount", row["amount"]), report.currency) if row["amount"] is not None else tr("no amount")
    return " · ".join(word for word in (worth, row["owner"]) if word)


def marks(row: dict[str, Any]) -> list[Pill]:
    """Its stage, when it was made or ended, and why; that it counts nowhere."""
    found = [Pill(row["stage"], ":material/linear_scale:", "blue")] if row["stage"] else []
    if row["closed_on"] and row["state"] != "open":
        days = text.days(row["days"])
        found.append(Pill(tr("{day}, after {days}", day=text.day(row["closed_on"]), days=days), ":material/event:", "gray"))
    else:
        found.append(Pill(tr("made on {day}", day=text.day(row["made_on"])), ":material/event:", "gray"))
    found += [Pill(row["reason"], ":material/chat:", "gray")] if row["reason"] else []
    return found + ([Pill(tr("Counts in no figure"), ":material/report:", "orange")] if row["fault"] else [])


def came_of_them(report: Report) -> None:
    """Conversion, days and ARPU of the period, by what is chosen."""
    if not report.rows.height:
        return
    days = text.span(report.parameters["from"], report.parameters["to"])
    st.subheader(tr("What came of offers"), anchor=False, help=text.meaning("conversion"))
    st.caption(tr("Offers that ended {days}. ARPU: the day before an offer was made, and 90 days after it was won.", days=days))
    split = address.one_of(tr("By"), "offers-by", SPLITS, "source")
    tables.table(of_splits(report, "all", split), "came-of-offers", columns=CAME, height=300)
    for note in report.notes:
        st.caption(text.our(note))
