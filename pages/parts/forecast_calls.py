"""The forecast's page: what CSMs say of the renewals ahead, in sum and one by one, beside what the forecast says of the same."""

import streamlit as st

from language import tr, tr_n
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice
from reports.forecast.called import without_amount
from reports.report import Report

BY_QUARTER = (
    "quarter", "due_arr", "due_called", "calls_renewing", "model_called", "calls_growth", "due_commit", "due_likely", "due_at_risk",
    "due_lost", "not_called", "due_not_called", "model_not_called",
)  # fmt: skip
BY_OWNER = ("quarter", "owner", *BY_QUARTER[1:5], "not_called", "due_not_called")
ONE_BY_ONE = (
    "name", "due_on", "call", "amount", "arr", "churn_probability", "disagreement", "disagrees", "called_on", "called_by", "standing",
    "renewal",
)  # fmt: skip


def show(choice: Choice) -> None:
    """The sentence, the quarters, and folded away the owners and the calls one by one."""
    report = loaders.report(choice.company, "calls-by-quarter", choice.viewer, choice.now)
    if not report.rows.height:
        return
    st.subheader(tr("What CSMs say"), anchor=False)
    st.markdown(text.literal(in_words(report)))
    for note in without_amount(int(report.total("not_told") or 0), report.currency):
        st.caption(text.our(text.literal(note)))
    tables.table(report, "calls-by-quarter", columns=BY_QUARTER, height=220)
    folds.fold(tr("By CSM"), "calls-by-owner", lambda: _table(choice, "calls-by-owner", BY_OWNER), ":material/group:")
    label = tr("Calls one by one, those first where call and model lie furthest apart")
    folds.fold(label, "calls-one-by-one", lambda: _table(choice, "renewal-calls", ONE_BY_ONE), ":material/campaign:")


def _table(choice: Choice, name: str, columns: tuple[str, ...]) -> None:
    report = loaders.report(choice.company, name, choice.viewer, choice.now)
    if report.rows.height:
        tables.table(report, name, columns=columns)
    else:
        st.caption(tr("No call is made yet: make them on the page Renewals, by the button *Set call*."))


def in_words(report: Report) -> str:
    """What calls expect of what they are of, what the forecast expects of the same, and what has no call."""
    of = report.total
    alone = tr_n(
        "No call: {n:,} renewal, {worth}.",
        "No call: {n:,} renewals, {worth}.",
        int(of("not_called") or 0),
        worth=text.money(of("due_not_called"), report.currency),
    )
    if not of("called"):
        return alone if of("not_called") or not of("not_told") else ""
    said = {name: text.money(of(name), report.currency) for name in ("calls_renewing", "due_called", "model_called")}
    if of("model_called") is None:
        told = tr("Calls expect {calls_renewing} of {due_called} to renew.", **said)
    else:
        told = tr("Calls expect {calls_renewing} of {due_called} to renew; the forecast expects {model_called} of the same.", **said)
    return f"{told} {alone}" if of("not_called") else told
