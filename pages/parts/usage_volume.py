"""What events with quantities add up to: each event over all customers, then one event by account."""

import streamlit as st

from language import tr
from pages.ui import folds, states, tables, text
from reports.narrow import where
from reports.report import Report

OF_EVENTS = (
    "event", "volume", "accounts_using", "accounts_untold", "volume_compared", "volume_before", "volume_change", "without_quantity",
    "corrections",
)  # fmt: skip
OF_ACCOUNTS = (
    "name", "state", "volume", "volume_before", "volume_change", "volume_events", "without_quantity", "corrections", "covered_to",
)  # fmt: skip
SELDOM = ("accounts_untold", "without_quantity", "corrections")  # shown where there are any
OF_ONE = ("event", "volume", "volume_before", "volume_change", "without_quantity", "corrections")


def show(events: Report, accounts: Report) -> None:
    """Each event by itself, and the accounts of the one that is chosen; how to bring quantities, where no event says one."""
    st.subheader(tr("Volume"), anchor=False, help=text.meaning("volume"))
    if not events.rows.height:
        st.caption(tr("No event says a quantity. Files of events can have one: a column for how often, or how much, a row stands for."))
        return
    tables.table(events, "volume-by-event", columns=_shown(events, OF_EVENTS), height=280)
    states.notes(events)
    names = events.rows["event"].to_list()
    event = names[0] if len(names) == 1 else st.selectbox(tr("Accounts by volume of"), names, width=280, key="volume-event")
    of_event = where(where(accounts, "customer", True), "event", event)
    label = tr("{event} by account ({height:,})", event=event, height=of_event.rows.height)
    folds.fold(label, "volume-by-account", lambda: tables.table(of_event, "usage-volume", columns=_shown(of_event, OF_ACCOUNTS)))


def of_account(report: Report) -> None:
    """The events of one account that say a quantity, each by itself; nothing where it has none."""
    if report.rows.height:
        st.caption(tr("Volume: what the quantities of an event add up to in the last 30 covered days. Each event counts in its own unit."))
        tables.table(report, "volume", columns=_shown(report, OF_ONE), height=280)
        states.notes(report)


def _shown(report: Report, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns without those that have nothing to tell."""
    return tuple(name for name in columns if name not in SELDOM or any(report.rows[name]))
