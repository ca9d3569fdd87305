"""Whitespace as a matrix, and the upgrade path: where accounts stand, what comes next, and the plans and features that make it."""

from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.viewer import EDIT, VIEW
from data.work import upgrade_path as deeds
from data.work.writing import NOTHING
from language import tr, tr_n
from pages.parts import task_dialogs
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from reports.growth.whitespace import left_out, matrix
from reports.report import Report

ACCOUNTS = (
    "name", "plan", "next_plans", "seats", "plan_seats", "arr", "arr_per_seat", "next_median_arr", "next_paying", "next_median_per_seat",
    "next_seated", "owner",
)  # fmt: skip
PLANS = ("plan", "place", "plan_seats", "customers", "arr", "median_arr", "paying", "median_per_seat", "seated")
FEATURES = ("feature", "plan", "monthly_limit", "lowest_plans", "is_known")
PLACE = "upgrade-path"


def whitespace(report: Report) -> None:
    """Accounts by products; nothing where there is but one product."""
    if (report.total("products") or 0) < 2:
        return
    never = report.total("never") or 0
    st.subheader(tr("Whitespace"), anchor=False, help=tr("ARR where an account has the product; else whether it had it once, or never."))
    st.caption(tr_n("{n:,} account and product that have never met.", "{n:,} pairs of account and product have never met.", never))
    shown = matrix(report)
    tables.table(shown, "matrix", columns=tuple(name for name in shown.rows.columns if name != "account_id"), height=420)
    if words := left_out(report):
        st.caption(text.literal(words))
    folds.fold(tr("The same as a list"), "whitespace-list", partial(tables.table, report, "whitespace"), ":material/table_rows:")


def path(choice: Choice, accounts: Report, plans: Report) -> None:
    """The plans in their order with what accounts on them pay; accounts with their next plan; and who may changes the path."""
    st.subheader(tr("Upgrade path"), anchor=False, help=tr("Medians are of the accounts you see that pay, and are told of five or more."))
    task_dialogs.last_done(choice, PLACE)
    for note in accounts.notes:
        st.warning(text.our(note), icon=":material/report:")
    if plans.rows.height:
        tables.table(plans, "plans", columns=PLANS, height=260)
        folds.fold(
            tr("Where each account stands"), "on-the-path", partial(tables.table, accounts, "path", columns=ACCOUNTS), ":material/stairs:"
        )
    else:
        st.caption(tr("No plan is on the path yet: say which plans there are, from the lowest up, and what is sold in each."))
    if choice.viewer.may(VIEW, "plays"):
        folds.fold(tr("Plans and what they have"), "edit-path", partial(_edit, choice, plans), ":material/edit:")


def _edit(choice: Choice, plans: Report) -> None:
    features = loaders.report(choice.company, "plan-features", choice.viewer, unfiltered(choice.now))
    if choice.viewer.may(EDIT, "plays") and choice.question.known_at is None:
        with st.container(horizontal=True, gap="small"):
            if st.button(tr("Put a plan on the path"), icon=":material/stairs:", key="put-plan"):
                st.dialog(tr("A plan of the path"))(_plan_form)(choice, plans.rows.to_dicts())
            if st.button(tr("Say what a plan has"), icon=":material/extension:", key="sell-feature"):
                st.dialog(tr("A feature of a plan"))(_feature_form)(choice, features.rows.to_dicts(), plans.rows["plan"].to_list())
    if features.rows.height:
        tables.table(features, "features-of-plans", columns=FEATURES, height=300)


def _plan_form(choice: Choice, rows: list[dict[str, Any]]) -> None:
    known = {row["plan"]: row for row in rows}
    plan = st.selectbox(
        tr("Plan"), _plans(choice, known), index=None, accept_new_options=True, placeholder=tr("Choose a plan, or write one")
    )
    was = known.get(plan or "", {})
    place = st.number_input(tr("Place, from 1 for the lowest"), 1, value=was.get("place") or len(known) + 1, step=1)
    seats = st.number_input(tr("Seats at most; empty for no limit"), 1, value=_whole(was.get("plan_seats")), step=1)
    store, seen = open_stores.store(choice.company), was.get("batch") or NOTHING
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Save"), type="primary", key="save-plan", disabled=not plan):
            deed = lambda: deeds.put(store, choice.viewer, plan or "", int(place), seats, seen)  # noqa: E731
            task_dialogs.do(deed, PLACE, tr("Saved: {what}", what=plan))
        if was and st.button(tr("Take it off the path"), key="off-plan"):
            deed = lambda: deeds.take_off(store, choice.viewer, was["plan"], was["place"], seen)  # noqa: E731
            task_dialogs.do(deed, PLACE, tr("Taken off the path: {what}", what=plan))


def _whole(seats: int | None) -> int | None:
    return seats if seats and seats > 0 else None


def _plans(choice: Choice, known: dict[str, dict[str, Any]]) -> list[str]:
    """The plans of the path, and those that accounts have beside."""
    accounts = loaders.report(choice.company, "upgrade-path", choice.viewer, unfiltered(choice.now)).rows["plan"]
    return sorted({*known, *accounts.drop_nulls()})


def _feature_form(choice: Choice, rows: list[dict[str, Any]], plans: list[str]) -> None:
    events = sorted({*(row["feature"] for row in rows), *_events(choice)})
    feature = st.selectbox(tr("Feature"), events, index=None, accept_new_options=True, placeholder=tr("The event that shows its use"))
    plan = st.selectbox(tr("Plan"), plans, index=None, placeholder=tr("Choose a plan"))
    was = next((row for row in rows if (row["feature"], row["plan"]) == (feature, plan)), {})
    limit = st.number_input(tr("At most in a month; empty for no limit"), 0.0, value=was.get("monthly_limit"), step=10.0)
    store, seen = open_stores.store(choice.company), was.get("batch") or NOTHING
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Save"), type="primary", key="save-feature", disabled=not (feature and plan)):
            deed = lambda: deeds.sell(store, choice.viewer, feature or "", plan or "", limit, seen)  # noqa: E731
            task_dialogs.do(deed, PLACE, tr("Saved: {what}", what=f"{feature}, {plan}"))
        if was and st.button(tr("The plan has it no more"), key="off-feature"):
            deed = lambda: deeds.stop_selling(store, choice.viewer, was["feature"], was["plan"], seen)  # noqa: E731
            task_dialogs.do(deed, PLACE, tr("Taken off: {what}", what=f"{feature}, {plan}"))


def _events(choice: Choice) -> list[str]:
    found = loaders.report(choice.company, "feature-catalogue", choice.viewer, unfiltered(choice.now))
    return found.rows["event"].to_list()
