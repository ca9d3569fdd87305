"""Referrals on the page of growth: what was asked for, given and won, and each of them changed in place."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.work import referrals as deeds
from data.work.referrals import Row
from language import InLanguage, mark, mark_of, tr
from language.formats import sentences
from pages.parts import task_dialogs
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice
from reports.report import Report

COLUMNS = ("name", "contact", "state", "asked_on", "given_on", "referred", "closed_on", "owner", "fault")
PLACE = "referrals"
ENDS = InLanguage({"won": mark("Won"), "lost": mark_of("an offer", "Lost"), "declined": mark("Declined")})
ENTER = mark("Write down what came of it")


def show(choice: Choice, report: Report) -> None:
    """How many were asked for, given and won; each of them in the table, with a way to say what came of it."""
    st.subheader(tr("Referrals"), anchor=False, help=text.meaning("referral_conversion"))
    task_dialogs.last_done(choice, PLACE)
    st.markdown(_in_words(report))
    for note in report.notes:
        st.warning(text.our(note), icon=":material/report:")
    if task_dialogs.may_set(choice) and st.button(tr("Write down that one was asked for"), icon=":material/campaign:", key="ask-referral"):
        st.dialog(tr("Asked for a referral"))(_ask_form)(choice)
    if report.rows.height:
        folds.fold(tr("All referrals"), "all-referrals", partial(_table, choice, report), ":material/table_rows:")


def _in_words(report: Report) -> str:
    of = report.totals
    if not of.get("asked") and not of.get("won") and not of.get("lost"):
        return tr("None was asked for in this period.")
    given = text.percent(of["given_rate"]) if of["given_rate"] is not None else text.MISSING
    asked = tr("{asked:,} asked for, {given:,} of them given ({rate}).", asked=of["asked"], given=of["given"], rate=given)
    closed = of["won"] + of["lost"]
    if not closed:
        return sentences(asked, tr("None has ended yet."))
    low, high = (text.percent(of[name]) for name in ("referral_low", "referral_high"))
    won = tr(
        "{won:,} of {closed:,} that ended became customers ({rate}; 95 % interval {low} to {high}).",
        won=of["won"], closed=closed, rate=text.percent(of["referral_conversion"]), low=low, high=high,
    )  # fmt: skip
    return sentences(asked, won)


def _table(choice: Choice, report: Report) -> None:
    actions: dict[str, Callable[[str], object]] = {ENTER: partial(_of_account, choice, report)} if task_dialogs.may_set(choice) else {}
    tables.table(report, "referrals", columns=COLUMNS, actions=actions)


def _of_account(choice: Choice, report: Report, account: str) -> None:
    rows = [row for row in report.rows.iter_rows(named=True) if row["account_id"] == account]
    st.dialog(tr("What came of it?"))(_came_form)(choice, rows)


def _ask_form(choice: Choice) -> None:
    names = _names(choice)
    account = st.selectbox(tr("Account"), list(names), index=None, format_func=names.__getitem__, placeholder=tr("Choose an account"))
    on = st.date_input(tr("Asked on"), task_dialogs.day_looked_at(choice), format="YYYY-MM-DD")
    if st.button(tr("Save"), type="primary", disabled=account is None) and account:
        store = open_stores.store(choice.company)
        owner = task_dialogs.account_row(choice, account)["owner"] or ""
        deed = lambda: deeds.ask(store, choice.viewer, account, on, None, owner)  # noqa: E731
        task_dialogs.do(deed, PLACE, tr("Asked for a referral: {name}", name=names[account]))


def _names(choice: Choice) -> dict[str, str]:
    rows = loaders.report(choice.company, "next-steps", choice.viewer, choice.now).rows
    return dict(sorted(rows.select("account_id", "name").rows(), key=lambda one: one[1] or one[0]))


def _came_form(choice: Choice, rows: list[dict[str, Any]]) -> None:
    row = rows[0]
    if len(rows) > 1:
        days = {one["referral_id"]: text.day(one["asked_on"]) for one in rows}
        chosen = st.radio(tr("Which one, by the day it was asked for?"), list(days), format_func=days.__getitem__, horizontal=True)
        row = next(one for one in rows if one["referral_id"] == chosen)
    day = max(task_dialogs.day_looked_at(choice), row["asked_on"])
    referred = st.text_input(tr("Which company was named"), row["referred"] or "", max_chars=200, key=f"referred-{row['referral_id']}")
    words = dict(ENDS.items())
    ended = st.segmented_control(
        tr("How it ended, where it has"), list(words), format_func=words.__getitem__, key=f"ended-{row['referral_id']}"
    )
    on = st.date_input(tr("On"), day, min_value=row["asked_on"], format="YYYY-MM-DD", key=f"on-{row['referral_id']}")
    if st.button(tr("Save"), type="primary", key=f"save-{row['referral_id']}"):
        _save(choice, row, referred, ended, on)


def _save(choice: Choice, row: Mapping[str, Any], referred: str, ended: str | None, on) -> None:
    store, of = open_stores.store(choice.company), Row(row["referral_id"], row["account_id"], row["asked_on"], row["batch"])
    if ended:
        deed = lambda: deeds.close(store, choice.viewer, of, ended, on)  # noqa: E731
    else:
        deed = lambda: deeds.given(store, choice.viewer, of, referred, on)  # noqa: E731
    task_dialogs.do(deed, PLACE, tr("Saved: {what}", what=row["name"] or row["account_id"]))
