"""The forecast's page: targets of the quarters, what is missing, and which renewals would close the gap."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.viewer import EDIT
from data.work import targets
from data.work.targets import MONEY, Target
from language import InLanguage, mark, tr, tr_n, tr_of
from metrics.months import months_later
from pages.parts import task_dialogs
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.pills import Pill, in_line
from reports.forecast.keeping import WHOLE
from reports.narrow import where
from reports.report import Report

PLACE = "targets"
CLOSING = ("name", "ends_on", "call", "due_arr", "expected_amount", "adds", "gap_left", "churn_probability")
AHEAD = 8  # quarters for which a target can be set on the page, the one looked at first
HUNDRED = 100
MEASURES = InLanguage({"arr": mark("ARR"), "renewed_arr": mark("Renewed ARR"), "nrr": mark("NRR"), "grr": mark("GRR")})
STATES: InLanguage[str, Pill] = InLanguage(
    {
        "closed": Pill(mark("Reached as expected"), ":material/check_circle:", "green"),
        "closable": Pill(mark("Can be closed"), ":material/trending_up:", "orange"),
        "not_closable": Pill(mark("Cannot be closed by renewals alone"), ":material/error:", "red"),
        "not_known": Pill(mark("Not known"), ":material/help:", "gray"),
        "over": Pill(mark("Over"), ":material/history:", "gray"),
    }
)


def show(choice: Choice) -> None:
    """Every target in a line with what is missing, changed in place; folded away what would close its gap."""
    report = loaders.report(choice.company, "forecast-gap", choice.viewer, choice.now)
    st.subheader(tr("Targets and gap"), anchor=False)
    if _may_set(choice) and st.button(tr("Set a target"), icon=":material/flag:", key="set-target"):
        st.dialog(tr("Set a target"), icon=":material/flag:")(_form)(choice, report, None, Seen(0))
    task_dialogs.last_done(choice, PLACE)
    if not report.rows.height:
        st.caption(tr("No target is set: set one, and this says what is missing and which renewals would close the gap."))
        return
    for row in report.rows.to_dicts():
        _target(choice, report, row)
    st.caption(text.our(text.literal(report.notes[-1])))
    tables.downloads(report, "forecast-gap")


def _may_set(choice: Choice) -> bool:
    return choice.viewer.may(EDIT, "plays") and choice.question.known_at is None


def quarter_in_words(quarter: date) -> str:
    """A quarter by its first day: Q2 2026."""
    return tr("Q{number} {year}", number=(quarter.month + 2) // 3, year=quarter.year)


def _target(choice: Choice, report: Report, row: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"target-{row['target_id']}"):
        st.markdown(_in_words(report, row), width="stretch")
        if _may_set(choice):
            if st.button(tr_of("a button", "Change"), icon=":material/edit:", type="tertiary", key=f"change-{row['target_id']}"):
                st.dialog(tr("Change the target"), icon=":material/flag:")(_form)(choice, report, row, Seen(row["batch"]))
            if st.button(tr("Remove"), icon=":material/delete:", type="tertiary", key=f"remove-{row['target_id']}"):
                deed = partial(targets.remove, open_stores.store(choice.company), choice.viewer, row["target_id"], row["batch"])
                task_dialogs.do(deed, PLACE, tr("Target removed"))
    if row["needed"]:
        label = tr_n("What would close it: {n:,} renewal", "What would close it: {n:,} renewals", row["needed"])
        if row["gap_state"] == "not_closable":
            label = tr_n("All that can still be moved: {n:,} renewal", "All that can still be moved: {n:,} renewals", row["needed"])
        folds.fold(label, f"closing-{row['target_id']}", partial(_closing, choice, row["target_id"]), ":material/checklist:")


def _in_words(report: Report, row: Mapping[str, Any]) -> str:
    """Whose target of which quarter it is, what is expected, and what is missing."""
    whose = tr("whole company") if row["owner"] == WHOLE else row["owner"]
    named = f"**{quarter_in_words(row['quarter'])} · {MEASURES[row['measure']]} · {text.literal(whose)}**"
    target, expected = (_amount(report, row, name) for name in ("target", "expected"))
    about = [] if row["target_amount"] is None and row["target_rate"] is None else [tr("target {target}", target=target)]
    if row["gap_state"] == "over" and row["expected_amount"] is not None:
        about.append(tr("reached {reached}", reached=expected))
    if row["gap_state"] not in ("not_known", "over"):
        about.append(tr("expected {expected}", expected=expected))
        about.append(_missing(report, row))
    about += [row[name] for name in ("as_set", "note") if row[name]]
    return f"{named} {in_line(STATES[row['gap_state']])}  \n:small[:gray[{text.literal(' · '.join(about))}]]"


def _amount(report: Report, row: Mapping[str, Any], name: str) -> str:
    if row["measure"] in MONEY:
        return text.money(report.shown(f"{name}_amount", row[f"{name}_amount"]), report.currency)
    return text.percent(row[f"{name}_rate"])


def _missing(report: Report, row: Mapping[str, Any]) -> str:
    worth = text.money(abs(report.shown("gap", row["gap"]) or 0), report.currency)
    return tr("{worth} ARR missing", worth=worth) if row["gap"] > 0 else tr("{worth} ARR more than the target", worth=worth)


def _closing(choice: Choice, target_id: str) -> None:
    report = loaders.report(choice.company, "forecast-gap-accounts", choice.viewer, choice.now)
    tables.table(where(report, "target_id", target_id), f"closing-{target_id}", columns=CLOSING, height=320)


def _form(choice: Choice, report: Report, row: Mapping[str, Any] | None, seen: Seen) -> None:
    """Quarter, measure, whose, and how much: money, or a rate in percent."""
    was = row or {}
    measure = st.segmented_control(
        tr("What is to be reached"),
        list(MEASURES),
        default=was.get("measure", "renewed_arr"),
        required=True,
        format_func=MEASURES.__getitem__,
    )
    with st.form(f"target-{measure}", border=False):
        left, right = st.columns(2)
        offered = sorted({*_quarters(choice), *([was["quarter"]] if was else [])})
        quarter = left.selectbox(tr("Quarter"), offered, offered.index(was["quarter"]) if was else 0, format_func=quarter_in_words)
        owners = ["", *loaders.values(choice.company, "owner", choice.viewer)]
        own = "" if was.get("owner", WHOLE) == WHOLE else was["owner"]
        owner = right.selectbox(
            tr("Whose"), owners, owners.index(own) if own in owners else 0, format_func=lambda one: one or tr("whole company")
        )
        amount = _asked_amount(report, was, measure)
        note = st.text_input(tr("Where it comes from"), was.get("note") or "", max_chars=targets.MOST)
        if st.form_submit_button(tr("Save"), type="primary"):
            _save(choice, report, row, Target(quarter, measure, amount, owner or "", note), seen)


def _asked_amount(report: Report, was: Mapping[str, Any], measure: str) -> float:
    """The amount of a target; a rate is asked in percent."""
    same = was.get("measure") == measure
    if measure in MONEY:
        before = report.shown("target_amount", was["target_amount"]) if same else 0
        return st.number_input(
            tr("ARR, {currency}", currency=report.currency), min_value=0.0, value=float(before or 0), step=1000.0, format="%.2f"
        )
    rate = was["target_rate"] if same and was["target_rate"] is not None else 1.0
    return st.number_input(tr("Percent"), min_value=0.0, value=rate * HUNDRED, step=1.0, format="%.1f") / HUNDRED


def _quarters(choice: Choice) -> list[date]:
    day = task_dialogs.day_looked_at(choice)
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return [months_later(first, 3 * number) for number in range(AHEAD)]


def _save(choice: Choice, report: Report, row: Mapping[str, Any] | None, target: Target, seen: Seen) -> None:
    store, currency = open_stores.store(choice.company), report.currency

    def deed() -> BatchResult:
        if row is None:
            return targets.add(store, choice.viewer, target, currency)
        return targets.change(store, choice.viewer, row["target_id"], seen.batch, target, currency)

    task_dialogs.do(deed, PLACE, tr("Target saved"), seen, partial(_newest, choice, row) if row else None)


def _newest(choice: Choice, row: Mapping[str, Any]) -> tuple[int, str]:
    """The target as it stands now: its batch, and what it says."""
    report = loaders.report(choice.company, "forecast-gap", choice.viewer, choice.now)
    now = next((one for one in report.rows.to_dicts() if one["target_id"] == row["target_id"]), None)
    if now is None:
        return 0, tr("It is there no more.")
    return now["batch"], tr("Now: {what}. Save once more to put yours in its place.", what=_amount(report, now, "target"))
