"""What an account asks for, and writing down that it asks for something."""

from functools import partial
from typing import Any

import streamlit as st

from language import tr, tr_n
from pages.parts import request_dialogs
from pages.parts.account_asked import of, place
from pages.parts.feature_requests import REQUEST
from pages.ui import address, folds, loaders, text
from pages.ui.choice import Choice, unfiltered
from reports.words.request_words import STATUSES


def show(choice: Choice, account: str) -> None:
    """The requests of the account, folded away."""
    rows = of(choice, "request-votes", account).rows.unique("request_id", maintain_order=True).to_dicts()
    label = tr_n("Asks for {n:,} feature", "Asks for {n:,} features", len(rows)) if rows else tr("Asks for no feature yet")
    folds.fold(label, f"requests-{account}", partial(_draw, choice, account, rows), ":material/lightbulb:")


def _draw(choice: Choice, account: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"asks-{row['request_id']}"):
            title = f"**{text.literal(row['title'])}**"
            if st.button(title, key=f"open-request-{row['request_id']}", type="tertiary"):
                address.go_to("feature_requests.py", **{REQUEST: row["request_id"]})
            st.caption(text.literal(_about(row)))
    if request_dialogs.may(choice):
        with st.container(horizontal=True, gap="small"):
            if st.button(tr("Asks for a known one"), icon=":material/add:", key="asks-known"):
                st.dialog(tr("What do they ask for?"))(_known)(choice, account)
            if st.button(tr("Asks for something new"), icon=":material/add:", key="asks-new"):
                request_dialogs.add(choice, place(account), account)


def _about(row: dict[str, Any]) -> str:
    told = [STATUSES[row["status"]], row["note"], tr("told {day}", day=text.day(row["told_on"])) if row["told_on"] else None]
    return " · ".join(one for one in told if one)


def _known(choice: Choice, account: str) -> None:
    rows = loaders.report(choice.company, "feature-requests", choice.viewer, unfiltered(choice.now)).rows.to_dicts()
    titles = {row["request_id"]: row["title"] for row in rows}
    chosen = st.selectbox(tr("Request"), list(titles), None, format_func=titles.__getitem__, placeholder=tr("Choose a request"))
    if chosen:
        request_dialogs.vote_fields(choice, chosen, titles[chosen], account, place(account))
