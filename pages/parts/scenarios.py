"""Scenarios that were saved: compared with what is expected, opened, changed, shared, put into the board pack, and removed."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.viewer import EDIT
from data.work import scenarios
from data.work.scenarios import ALONE, LONGEST_NAME, LONGEST_NOTE, Scenario, Wanted
from language import tr, tr_of
from pages.parts import task_dialogs, what_if
from pages.ui import address, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from reports.report import Report

PLACE = "scenarios"
MOST_DRAWN = 4  # lines of one chart that can still be told apart, what is expected among them


def show(choice: Choice, assumed: str | None) -> None:
    """What is saved, below what is being tried. assumed: the assumptions on the page, as text."""
    report = loaders.report(choice.company, "scenarios", choice.viewer, choice.now)
    about = tr("A scenario keeps what is assumed. Its figures are those of the day looked at.")
    st.subheader(tr("Saved scenarios"), anchor=False, help=about)
    task_dialogs.last_done(choice, PLACE, "views")
    may = choice.viewer.may(EDIT, "views") and choice.question.known_at is None
    if may and assumed and st.button(tr("Save these assumptions"), icon=":material/bookmark_add:", key="save-scenario"):
        st.dialog(tr("Save these assumptions"))(_form)(choice, assumed, None)
    saved = [row for row in report.rows.to_dicts() if row["scenario_id"]]
    if not saved:
        st.caption(tr("None yet. Say above what would be otherwise, work it out, and save it here to compare it with others."))
        return
    for row in {row["scenario_id"]: row for row in saved}.values():
        _line(choice, report, row, may)
    _compared(report)


def _line(choice: Choice, report: Report, row: Mapping[str, Any], may: bool) -> None:
    """One scenario: its name, what it assumes, what comes of it, and what can be done with it. row: its last quarter."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"scenario-{row['scenario_id']}"):
        st.markdown(_in_words(report, row), width="stretch")
        one = _scenario(row)
        if st.button(tr_of("a button", "Open"), key=f"open-{one.scenario_id}", type="tertiary", icon=":material/open_in_new:"):
            address.open_one(what_if.IN_ADDRESS, one.assumptions)
            st.rerun()
        if may and scenarios.may_change(choice.viewer, one):
            if st.button(tr_of("a button", "Change"), key=f"change-{one.scenario_id}", type="tertiary", icon=":material/edit:"):
                st.dialog(tr("Change the scenario"))(_form)(choice, one.assumptions, one)
            if st.button(tr("Remove"), key=f"remove-{one.scenario_id}", type="tertiary", icon=":material/delete:"):
                st.dialog(tr("Remove the scenario?"))(_remove)(choice, one)


def _in_words(report: Report, row: Mapping[str, Any]) -> str:
    """The scenario as a line and what is beside it."""
    owner = row["owner"] if row["owner"] != ALONE else ""
    beside = " · ".join(one for one in (row["assumptions"], row["note"], owner, *_shown(row)) if one)
    if row["expected_arr"] is None:
        return f"**{text.literal(row['name'])}**  \n:small[:gray[{text.literal(beside)}]]"
    arr = text.money(report.shown("expected_arr", row["expected_arr"]), report.currency)
    more = text.more(report.shown("expected_arr", row["expected_arr"]), _plain(report), report.currency) or ""
    told = tr("{arr} ARR ({more}), NRR {nrr}", arr=arr, more=more, nrr=text.percent(row["nrr"]))
    return f"**{text.literal(row['name'])}** · {text.literal(told)}  \n:small[:gray[{text.literal(beside)}]]"


def _shown(row: Mapping[str, Any]) -> list[str]:
    return [tr("in the board pack")] if row["in_board_pack"] else [tr("shared")] if row["is_shared"] else []


def _plain(report: Report) -> float | None:
    """ARR at the end of the four quarters, as expected."""
    first = next(iter(what_if.apart(report).values()))
    return report.shown("expected_arr", first.rows["expected_arr"][-1])


def _scenario(row: Mapping[str, Any]) -> Scenario:
    named = ("scenario_id", "name", "what_if", "as_of", "note", "owner", "is_shared", "in_board_pack", "seen")
    scenario_id, name, assumed, as_of, note, *rest = (row[one] for one in named)
    return Scenario(scenario_id, name, assumed, as_of, note or "", *rest)


def _compared(report: Report) -> None:
    """All of them beside each other."""
    what_if.chart(report, "scenarios-chart", MOST_DRAWN)
    columns = ("name", "assumptions", *what_if.COLUMNS[1:], "owner", "is_shared", "in_board_pack")
    folds.fold(
        tr("Quarter by quarter"), "scenario-numbers", partial(tables.table, report, "scenarios", columns=columns), ":material/table_rows:"
    )


def _form(choice: Choice, assumed: str, of: Scenario | None) -> None:
    """Name, note, and who sees it; of a scenario that is there, what the page has can take the place of its assumptions."""
    with st.form("scenario", border=False):
        name = st.text_input(tr("Name"), of.name if of else "", max_chars=LONGEST_NAME, placeholder=tr("Price rise for small customers"))
        note = st.text_area(tr("Note"), of.note if of else "", max_chars=LONGEST_NOTE, height=80)
        shared = st.checkbox(tr("Everybody who sees revenue sees it"), of.is_shared if of else False)
        packed = st.checkbox(tr("In the board pack"), of.in_board_pack if of else False, help=tr("It has to be shared."))
        if st.form_submit_button(tr("Save"), type="primary"):
            wanted = Wanted(name, assumed, task_dialogs.day_looked_at(choice), note, shared, packed)
            store = open_stores.store(choice.company)
            if of is None:
                _do(partial(scenarios.save, store, choice.viewer, wanted), tr("Saved: {name}", name=name))
            else:
                _do(partial(scenarios.change, store, choice.viewer, of, wanted), tr("Saved: {name}", name=name), Seen(of.batch))


def _remove(choice: Choice, one: Scenario) -> None:
    st.markdown(tr("**{name}** is not shown any more, and leaves the board pack.", name=text.literal(one.name)))
    if st.button(tr("Remove"), type="primary", key="remove-for-good"):
        _do(partial(scenarios.remove, open_stores.store(choice.company), choice.viewer, one), tr("Removed: {name}", name=one.name))


def _do(deed: Any, words: str, seen: Seen | None = None) -> None:
    task_dialogs.do(deed, PLACE, words, seen)
