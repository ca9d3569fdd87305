"""Accounts of the past that were most like one, by what the churn model weighs, and how they ended."""

from functools import partial

import streamlit as st

from language import mark, tr
from pages.parts.account_asked import of
from pages.ui import folds, states, tables
from pages.ui.choice import Choice

SHOWN = ("similar_name", "likeness", "outcome", "ended_on", "arr_then", "alike_in", "apart_in", "looked_on")
ABOUT = mark(
    "Each as it was when it was looked at from as far before its renewal, of which nothing later was used. Alike is what the churn model "
    "weighs: 100 % is the same in all of it, 0 % no more alike than the middle one of all accounts looked at. No cause, and no proof."
)
NONE = mark(
    "No accounts of the past are told as similar: fewer than 60 were looked at from as far, or the model was trained before that was kept."
)


def show(choice: Choice, account: str) -> None:
    """Folded away, where the churn model says something of the account; nothing where it does not."""
    if of(choice, "accounts", account).rows["churn_probability"].drop_nulls().is_empty():
        return
    label = tr("Similar accounts of the past, and how they ended")
    folds.fold(label, f"similar-{account}", partial(_show, choice, account), ":material/group:")


def _show(choice: Choice, account: str) -> None:
    report = of(choice, "similar-accounts", account)
    if report.rows.is_empty():
        st.caption(tr(NONE))
        return
    st.caption(tr(ABOUT))
    tables.table(report, "similar-accounts", columns=SHOWN)
    states.notes(report)
