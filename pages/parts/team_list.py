"""The list of a team on Today: how much each has on their hands, for who sees the accounts of several people."""

from dataclasses import replace
from functools import partial

import streamlit as st

from data.viewer import VIEW
from language import InLanguage, mark, tr
from metrics.team import WITHOUT_CONTACT
from pages.ui import address, folds, loaders, states, tables
from pages.ui.choice import Choice
from reports.report import Report

SILENT = InLanguage({14: mark("14 days"), 30: mark("30 days"), 60: mark("60 days"), 90: mark("90 days")})
COLUMNS = (
    "owner", "accounts_owned", "arr", "tasks", "overdue", "items", "needing", "without_contact", "done_lately", "talks_lately",
)  # fmt: skip


def show(choice: Choice) -> None:
    """The team's load, folded away; nothing for who sees the accounts of one person alone."""
    if choice.viewer.may(VIEW, "activities"):
        if _load(choice, WITHOUT_CONTACT).rows.height > 1:
            folds.fold(tr("Team: who has how much"), "load-of-team", partial(_table, choice), ":material/groups:")
        return
    by_owner = loaders.report(choice.company, "today-by-owner", choice.viewer, choice.question)
    if by_owner.rows.height > 1:
        folds.fold(tr("By owner"), "by-owner", partial(tables.table, by_owner, "today-by-owner"), ":material/groups:")


def _load(choice: Choice, silent: int) -> Report:
    return loaders.report(choice.company, "team-load", choice.viewer, replace(choice.question, silent=silent))


def _table(choice: Choice) -> None:
    about = tr("Customers with whom nobody has logged a conversation in so many days.")
    report = _load(choice, address.one_of(tr("Nobody talked with for"), "silent", SILENT, WITHOUT_CONTACT, about))
    tables.table(report, "team-load", columns=COLUMNS)
    states.notes(report)
    st.caption(tr("Tasks are those that the person is to do. Done and talks: of the last 7 days. What was put aside is in none of these."))
