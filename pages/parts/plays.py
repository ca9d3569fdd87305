"""The page of plays: how many run and how late, those that would start today, and the list by state."""

from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT, NotAllowed
from data.work import starting
from language import InLanguage, again, mark, tr, tr_n
from pages.parts import play_run
from pages.parts.play_start import day_of
from pages.ui import address, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from pages.ui.pills import Pill, pills
from reports.narrow import of_states, some, where
from reports.report import Report

PARTS = InLanguage({"now": mark("What runs"), "effect": mark("Did it work?")})
SHOWN = 12  # plays; the rest is in the table
BEHIND = ("name", "play", "owner", "next_step", "next_due_on", "overdue")
WOULD = ("name", "why", "starts", "is_held_out", "arr", "segment", "owner")
COLUMNS = (
    "name", "play", "state", "owner", "done", "steps", "overdue", "next_step", "next_due_on", "effort_days", "effort_cost", "started_on",
    "ended_on", "outcome", "root_cause", "reason",
)  # fmt: skip


def headline(report: Report) -> str:
    """The finding: how many run, and how many of them are late."""
    running, late = report.total("running") or 0, report.total("plays_overdue") or 0
    if not running:
        return tr("No play runs")
    said = tr_n("{n:,} play runs", "{n:,} plays run", running)
    return tr_n("{said}; {n:,} is overdue", "{said}; {n:,} are overdue", late, said=said) if late else tr("{said}, all on time", said=said)


def figures(report: Report) -> list[Figure]:
    """Running, overdue, ended, and what went into all of them."""
    of = report.total
    late = tables.behind(some(report, "overdue"), "behind-late", BEHIND)
    days, cost = of("effort_days"), of("effort_cost")
    return [
        Figure(tr("Running"), f"{of('running'):,}", opens=tables.behind(of_states(report, "running"), "behind-running", BEHIND)),
        Figure(tr("With overdue steps"), f"{of('plays_overdue'):,}", about=tr(LATE), opens=late),
        Figure(tr("Ended"), f"{(of('done') or 0) + (of('stopped') or 0):,}", about=tr("Done, and stopped early.")),
        Figure(
            tr("Effort so far"), tr_n("{n:g} day", "{n:g} days", days) if days is not None else text.MISSING,
            exact=text.money(cost, report.currency) if cost is not None else "", about=tr("As written down with the steps."),
        ),
    ]  # fmt: skip


LATE = mark("Running plays of which a step was due before the day looked at.")


def would_start(choice: Choice) -> None:
    """Each play with a trigger that holds: for how many accounts it would start today, which, why, and a button that starts them."""
    report = loaders.report(choice.company, "play-starts", choice.viewer, choice.now)
    for note in report.notes:
        st.warning(note, icon=":material/front_hand:")
    if not report.rows.height:
        return
    st.subheader(tr("Would start today"), anchor=False, help=tr(ABOUT))
    for play_id in dict.fromkeys(report.rows["play_id"]):
        _waiting(choice, where(report, "play_id", play_id), play_id)


ABOUT = mark(
    "The trigger holds on the day looked at; the play does not run for the account, did not end there in the 30 days before, and was "
    "not started for the same reason."
)


def _waiting(choice: Choice, report: Report, play_id: str) -> None:
    first, starting_now = report.rows.row(0, named=True), where(report, "starts", True).rows.height
    said = tr_n("{n:,} account", "{n:,} accounts", report.rows.height)
    label = tr("{play}: would start for {accounts} today", play=text.literal(first["play"]), accounts=said)
    if starting_now < report.rows.height:
        label = tr("{label}; its limit of {limit:,} a day lets {n:,} start", label=label, n=starting_now, limit=first["most_a_day"] or 0)
    folds.fold(label, f"would-{play_id}", lambda: _which(choice, report, play_id, starting_now), ":material/play_circle:")


def _which(choice: Choice, report: Report, play_id: str, count: int) -> None:
    tables.table(report, f"would-{play_id}", columns=WOULD)
    if count and choice.viewer.may(EDIT, "activities"):
        label = tr_n("Start it for {n:,} account", "Start it for {n:,} accounts", count)
        if st.button(label, key=f"start-{play_id}", type="primary"):
            _start(choice, report)


def _start(choice: Choice, report: Report) -> None:
    rows = where(report, "starts", True).rows.to_dicts()
    try:
        done = starting.start_all(open_stores.store(choice.company), choice.viewer, rows, day=day_of(choice))
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)))
        return
    st.toast(text.literal(done_in_words(done)), icon=":material/check:")
    st.rerun(scope="app")


def done_in_words(done: starting.Done) -> str:
    """What was started, and what somebody else had started by then."""
    said = tr_n("Started for {n:,} account.", "Started for {n:,} accounts.", len(done.batches))
    others = tr_n("{n:,} had been started meanwhile.", "{n:,} had been started meanwhile.", done.already) if done.already else ""
    return f"{said} {others}".strip()


def runs(choice: Choice, report: Report) -> None:
    """The plays by state: the first as lines, each of which opens; all of them as a table."""
    first = next((state for state in play_run.STATES if report.total(state)), "running")
    chosen = address.one_of(tr("State"), "plays", {state: pill.words for state, pill in play_run.STATES.items()}, first)
    found = of_states(report, chosen)
    if not report.rows.height:
        return
    if not found.rows.height:
        st.caption(tr("None."))
    with st.container(gap=None, key="work-plays"):
        for row in found.rows.head(SHOWN).iter_rows(named=True):
            _run(choice, row, found)
    folds.fold(tr("All as a table"), "all-plays", lambda: tables.table(report, "plays", columns=COLUMNS), ":material/table_rows:")


def _run(choice: Choice, row: dict[str, Any], report: Report) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-{row['run_id'].replace(' ', '-')}", gap="small"):
        with st.container(width=340, gap=None):
            named = f"**{text.literal(row['name'])}**"
            st.button(named, key=f"open-{row['run_id']}", type="tertiary", on_click=address.open_account, args=(row["account_id"],))
            st.caption(text.literal(f"{row['play']} · {play_run.whose(row)}"))
        with st.container(horizontal=True, gap="xsmall", width="stretch"):
            pills(marks(choice, row, report))
        if st.button(tr("Steps"), key=f"steps-{row['run_id']}", type="tertiary", icon=":material/checklist:"):
            play_run.open_dialog(choice, row["run_id"])


def marks(choice: Choice, row: dict[str, Any], report: Report) -> list[Pill]:
    """How far it is, what comes next and whether that is late; of one that has ended what came of it."""
    found = [play_run.state_of(row)]
    if row["overdue"]:
        found.append(Pill(tr_n("{n} step overdue", "{n} steps overdue", row["overdue"]), ":material/event_busy:", "red"))
    if row["account_state"] == "churned" and row["state"] == "running":
        found.append(Pill(tr("account churned"), ":material/cancel:", "red"))
    answer = play_run.clock(row["answer_due_at"], choice)
    found += [answer] if answer else []
    if row["next_step"]:
        found.append(Pill(tr("{day}: {step}", step=row["next_step"], day=text.day(row["next_due_on"])), ":material/arrow_forward:", "gray"))
    spent = play_run.effort(row, report)
    found += [Pill(spent, ":material/timelapse:", "gray")] if spent else []
    return found + ([Pill(row["outcome"], ":material/flag:", "gray")] if row["outcome"] else [])
