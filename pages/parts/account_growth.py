"""Growth at an account: signals for more, offers that are open, and the way to make one."""

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.parts import offer_dialogs, offers, task_dialogs, today_words
from pages.parts.account_asked import of
from pages.ui import text
from pages.ui.choice import Choice
from pages.ui.pills import pills
from reports.narrow import of_states, where
from reports.report import Report

SHOWN = 3  # open offers; all are on the time line


def show(choice: Choice, account: str) -> None:
    """What speaks for more, what is offered, and where usage is not known that it is not; nothing of who is no customer."""
    signals, unknown = (of(choice, name, account) for name in ("growth-signals", "growth-unknown"))
    made = of(choice, "offers", account) if choice.viewer.may(VIEW, "activities") else None
    st.header(tr("Growth"), anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        pills(today_words.reasons(where(signals, "is_clear", False).rows.to_dicts()))  # the clear ones stand above
    if not signals.rows.height:
        st.caption(tr("Nothing speaks for more yet."))
    if unknown.rows.height:
        st.caption(tr("Its usage is not known: whether it grows in use cannot be told."))
    if made:
        _offers(choice, made)
    if task_dialogs.may_set(choice) and st.button(tr(offer_dialogs.MAKE), icon=":material/sell:", key="make-offer"):
        offer_dialogs.make(choice, account, signals.rows["kind"][0] if signals.rows.height else None)


def _offers(choice: Choice, made: Report) -> None:
    task_dialogs.last_done(choice, offer_dialogs.PLACE)
    for row in of_states(made, "open").rows.head(SHOWN).iter_rows(named=True):
        worth = text.money(made.shown("amount", row["amount"]), made.currency) if row["amount"] is not None else tr("no amount")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"offer-{row['offer_id']}"):
            st.markdown(f":material/sell: {text.literal(row['title'])} · {text.literal(worth)}", width="content")
            pills(offers.marks(row))
            if task_dialogs.may_set(choice) and st.button(tr("Won or lost"), key=f"end-{row['offer_id']}", type="tertiary"):
                offer_dialogs.end(choice, row)
