"""A call on a renewal: how its CSM expects it to end, said in a dialog, told beside the renewal, and taken back."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.work import renewal_calls
from data.work.renewal_calls import Call
from language import InLanguage, mark, tr
from metrics.renewal_calls import HOLDS
from pages.parts import task_dialogs
from pages.parts.account_asked import asked, of
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.pills import Pill, in_line
from reports.forecast.calling import make_call
from reports.forecast.calls import FAR
from reports.report import Report

ACTION = mark("Set call")
PLACE = "renewal-calls"
CALLED: InLanguage[str, Pill] = InLanguage(
    {
        "commit": Pill(mark("Commit"), ":material/check_circle:", "green"),
        "likely": Pill(mark("Likely"), ":material/thumb_up:", "blue"),
        "at_risk": Pill(mark("At risk"), ":material/trending_down:", "red"),
        "lost": Pill(mark("Lost"), ":material/cancel:", "red"),
    }
)
ABOUT = mark("Commit: you stand for it. Likely: more for than against. At risk: it may be lost, or shrink. Lost: it is over.")

ABOUT_AMOUNT = mark("What you expect the account to pay a year for what ends on that day. A call of lost counts as nothing.")


def may_call(choice: Choice) -> bool:
    """Whether calls can be made: by who may, of what holds now and not at a past moment of the log."""
    return task_dialogs.may_set(choice)


def call_renewal(choice: Choice, account: str, place: str = PLACE) -> None:
    """A dialog that makes a call on a renewal of an account. place: where on the page it is told what was done."""
    due = renewals_of(choice, account)
    name = due.rows["name"][0] if due.rows.height else account
    st.dialog(tr("Call on the renewal of {name}", name=text.literal(name)), icon=":material/campaign:")(_ways)(choice, due, place)


def renewals_of(choice: Choice, account: str) -> Report:
    """The renewals of an account that are still to come, the soonest first, each with the call that holds."""
    found = loaders.report(choice.company, "renewals", choice.viewer, replace(asked(choice, account), within=FAR))
    return replace(found, rows=found.rows.sort("ends_on"))


def _ways(choice: Choice, due: Report, place: str) -> None:
    """Which renewal it is, asked where there are several, and its form."""
    if not due.rows.height:
        st.info(tr("No renewal of this account is due any more: see the page Renewals."), icon=":material/event_available:")
        return
    rows = due.rows.to_dicts()
    which = 0
    if len(rows) > 1:
        worded = partial(_renewal_in_words, due, rows)
        which = st.selectbox(tr("Which renewal"), range(len(rows)), format_func=worded)
    else:
        st.caption(text.literal(_renewal_in_words(due, rows, 0)))
    _form(choice, due, rows[which], place)


def _renewal_in_words(due: Report, rows: list[dict[str, Any]], which: int) -> str:
    row = rows[which]
    worth = text.money(due.shown("arr", row["arr"]), due.currency)
    return tr(
        "{worth} ARR on {ends_on}, in {days_left}", worth=worth, ends_on=text.day(row["ends_on"]), days_left=text.days(row["days_left"])
    )


def _form(choice: Choice, due: Report, row: Mapping[str, Any], place: str) -> None:
    """The call, its amount and what it rests on; as they stand, where one was made."""
    calls = _calls(choice, row)
    seen = Seen(_newest_batch(calls))
    st.caption(_said_so_far(due, row))
    with st.form(f"call-{row['account_id']}-{row['ends_on']}", border=False):
        words = CALLED.__getitem__
        call = st.segmented_control(
            tr("How do you expect it to end?"), list(CALLED), default=row["call"], format_func=lambda one: words(one).words, help=tr(ABOUT),
            width="stretch",
        )  # fmt: skip
        left, right = st.columns([2, 3])
        before = row["call_amount"] if row["call"] not in (None, "lost") and row["call_amount"] is not None else row["arr"]
        amount = left.number_input(
            tr("ARR after it, {currency}", currency=due.currency), min_value=0.0, value=float(due.shown("arr", before) or 0), step=100.0,
            format="%.2f", help=tr(ABOUT_AMOUNT),
        )  # fmt: skip
        note = right.text_input(tr("What it rests on"), max_chars=renewal_calls.MOST, placeholder=tr("Budget confirmed by the sponsor"))
        if st.form_submit_button(tr("Make the call"), type="primary", shortcut="Ctrl+Enter"):
            said = Call(call or "", None if call == renewal_calls.LOST else amount, note)
            _make(choice, row, said, seen, place)
    _take_back(choice, calls, row, place)


def _make(choice: Choice, row: Mapping[str, Any], said: Call, seen: Seen, place: str) -> None:
    account, due_on = row["account_id"], row["ends_on"]

    def deed() -> BatchResult:
        return make_call(
            open_stores.store(choice.company), choice.viewer, account, due_on, said, day=task_dialogs.day_looked_at(choice), seen=seen.batch
        )

    words = tr("Call made: {call}", call=CALLED[said.call].words) if said.call else ""
    task_dialogs.do(deed, place, words, seen, partial(_newest, choice, row))


def _take_back(choice: Choice, calls: pl.DataFrame, row: Mapping[str, Any], place: str) -> None:
    """Takes back the call that holds; the one before it holds again."""
    holding = calls.filter(standing=HOLDS).to_dicts()
    if not holding or not st.button(tr("Take the call back"), icon=":material/undo:", type="tertiary", key="withdraw-call"):
        return
    one = holding[0]
    deed = partial(
        renewal_calls.withdraw, open_stores.store(choice.company), choice.viewer, one["call_id"], row["account_id"],
        task_dialogs.day_looked_at(choice), one["batch"],
    )  # fmt: skip
    task_dialogs.do(deed, place, tr("Call taken back"))


def _calls(choice: Choice, row: Mapping[str, Any]) -> pl.DataFrame:
    """Every call on one renewal, also those that hold no more."""
    return of(choice, "renewal-calls", row["account_id"]).rows.filter(due_on=row["ends_on"])


def _newest_batch(calls: pl.DataFrame) -> int:
    return max(calls["batch"].to_list(), default=0)


def _newest(choice: Choice, row: Mapping[str, Any]) -> tuple[int, str]:
    """The newest batch of the calls on a renewal as they stand, and the one that holds in words."""
    calls = _calls(choice, row)
    holding = calls.filter(standing=HOLDS).to_dicts()
    said = CALLED[holding[0]["call"]].words if holding else tr("none")
    return _newest_batch(calls), tr("Now: {call}. Make it once more to put yours in its place.", call=said)


def _said_so_far(due: Report, row: Mapping[str, Any]) -> str:
    """The call that holds, and beside it what the churn model says."""
    told = [told_call(due, row)] if row["call"] else []
    if row["churn_probability"] is not None:
        told.append(tr("Churn model: {share} to be lost", share=text.percent(row["churn_probability"])))
    elif row["cancelled_on"]:
        told.append(tr("Notice given on {day}", day=text.day(row["cancelled_on"])))
    return " · ".join(told) or tr("No call yet, and the churn model says nothing of it.")


def told_call(due: Report, row: Mapping[str, Any]) -> str:
    """The call that holds of a row of the report renewals: which, with what amount, by whom and when."""
    amount = "" if row["call_amount"] is None else text.money(due.shown("call_amount", row["call_amount"]), due.currency)
    pill = in_line(CALLED[row["call"]])
    who, day = text.literal(row["called_by"]), text.day(row["called_on"])
    return tr("{pill} {amount} by {who} on {day}", pill=pill, amount=text.literal(amount), who=who, day=day)


def of_account(choice: Choice, due: Report, account: str, place: str) -> None:
    """The call on an account's next renewal, and the button that makes one."""
    row = due.rows.sort("ends_on").row(0, named=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="renewal-call"):
        st.caption(told_call(due, row) if row["call"] else tr("No call on the renewal yet."), width="content")
        if may_call(choice) and st.button(tr("Call on the renewal"), icon=":material/campaign:", type="tertiary", key="make-call"):
            call_renewal(choice, account, place)
