"""Cohorts of use as a grid: what share of the users, or accounts, that began in one month is active in each month since."""

from dataclasses import replace

import streamlit as st

from language import InLanguage, mark, tr, tr_n
from pages.parts.cohorts import grid_of_shares
from pages.ui import address, charts, loaders, states, tables, text
from pages.ui.choice import Choice
from reports.files import tables as files
from reports.narrow import where
from reports.report import Report

OF = InLanguage({"users": mark("Users"), "accounts": mark("Accounts")})
ANY = ""
COLUMNS = ("cohort", "size", "period", "known", "active", "share")


def show(choice: Choice, adopted: Report) -> None:
    """The grid, of whom and of which feature is chosen above it, and its numbers."""
    st.subheader(
        tr("Do they stay?"),
        anchor=False,
        help=tr("By the month of first use, and months since; months that usage does not cover whole are left out."),
    )
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        of = address.one_of(tr("Cohorts of"), "of", OF, "users")
        names = [ANY, *sorted(adopted.rows["feature"])]
        feature = st.selectbox(tr("By use of"), names, format_func=lambda name: name or tr("Any feature"), width=280, key="cohort-feature")
    report = loaders.report(choice.company, "usage-cohorts", choice.viewer, replace(choice.now, feature=feature or None))
    shown = where(report, "of", of)
    if not shown.rows.height:
        st.caption(tr("No month since a first use is covered whole yet: a cohort needs the month after the one in which usage began."))
        states.notes(report)
        return
    figure, wide = grid_of_shares(files.to_table(shown))
    with st.container(key="heat-map"):
        charts.draw(figure, "usage-cohorts", wide)
    _told(report, of)
    with st.expander(tr("The numbers behind it")):
        tables.table(shown, "usage-cohorts", columns=COLUMNS)


def _told(report: Report, of: str) -> None:
    """How many are in a cohort, and what the report says beside."""
    count = report.total(of)
    if count is not None:
        users = tr_n("{n:,} user is in a cohort.", "{n:,} users are in a cohort.", count)
        accounts = tr_n("{n:,} account is in a cohort.", "{n:,} accounts are in a cohort.", count)
        st.caption(text.literal(users if of == "users" else accounts))
    states.notes(report)
