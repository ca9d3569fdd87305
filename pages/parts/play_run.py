"""One started play: its steps with what is done to them, how it ends, and what changed at the account since it began."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import UNDO as UNDOING
from data.viewer import EDIT, UNDO, WAYS, NotAllowed
from data.work import plays as deeds
from data.work.templates import ROOT_CAUSE
from language import InLanguage, again, mark, spoken, tr, tr_n
from pages.parts import play_words
from pages.parts.play_start import day_of
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.marking import marked
from pages.ui.pills import Pill, pills
from reports.narrow import only, where
from reports.report import Report
from reports.work.effect_words import ONE_STORY

STATES: InLanguage[str, Pill] = InLanguage(
    {
        "running": Pill(mark("Running"), ":material/play_arrow:", "blue"),
        "done": Pill(mark("Done"), ":material/check_circle:", "green"),
        "stopped": Pill(mark("Stopped early"), ":material/cancel:", "gray"),
    }
)
STEP_STATES = InLanguage({"open": mark("Open"), "done": mark("Done"), "skipped": mark("Left out")})
ICONS = {"open": ":material/radio_button_unchecked:", "done": ":material/check_circle:", "skipped": ":material/do_not_disturb_on:"}
LONGEST = 2000  # signs of a note


def open_dialog(choice: Choice, run_id: str) -> None:
    """One started play, in a dialog; what is behind it is drawn anew once it is closed."""
    st.dialog(tr("Started play"), width="large", on_dismiss="rerun")(_show)(choice, run_id)


def _show(choice: Choice, run_id: str) -> None:
    found = where(loaders.report(choice.company, "plays", choice.viewer, choice.now), "run_id", run_id)
    if not found.rows.height:
        st.info(tr("This play was taken back meanwhile."))
        return
    run = found.rows.row(0, named=True)
    steps = where(loaders.report(choice.company, "play-steps", choice.viewer, choice.now), "run_id", run_id)
    _head(run, found)
    for row in steps.rows.iter_rows(named=True):
        _step(choice, run, row, steps)
    effects(choice, run)
    if choice.viewer.may(EDIT, "activities") and run["state"] == deeds.RUNNING:
        _ending(choice, run, steps)
    if choice.viewer.may(UNDO, "activities"):
        label = tr("Take the end back") if run["ended_on"] else tr("Take the start back")
        st.button(
            label, type="tertiary", icon=":material/undo:", key=f"undo-{run['batch']}", on_click=_undo, args=(choice, run["batch"]),
            help=tr("Undoes what was written last of this play as a whole; its steps are changed one by one."),
        )  # fmt: skip


def _undo(choice: Choice, batch: int) -> None:
    marked(open_stores.store(choice.company), UNDOING, batch, choice.viewer, choice.viewer.owner or "browser")


def _head(run: dict[str, Any], report: Report) -> None:
    st.markdown(f"**{text.literal(run['name'])} · {text.literal(run['play'])}**")
    pills([state_of(run)])
    began = (
        tr("{day} by itself", day=text.day(run["started_on"]))
        if run["started_by"] == deeds.BY_ITSELF
        else on(run["started_on"], run["started_by"])
    )
    said = [tr("{reason}: started {began}", reason=play_words.reason(run["reason"]), began=began), whose(run), effort(run, report)]
    st.caption(text.literal(" · ".join(one for one in said if one)))
    for title, name in ((tr("Outcome"), "outcome"), (tr("Root cause"), "root_cause")):
        if run[name]:
            st.markdown(f"{title}: {text.literal(run[name])}")


def on(day: date, who: str | None) -> str:
    """On which day, and by whom where a person is named."""
    return text.day(day) if who is None or who in WAYS else tr("{day} by {who}", day=text.day(day), who=who)


def state_of(run: dict[str, Any]) -> Pill:
    """How a play stands, with how far it is."""
    pill = STATES[run["state"]]
    if run["state"] != deeds.RUNNING:
        return replace(pill, words=f"{pill.words}, {text.day(run['ended_on'])}")
    return replace(pill, words=tr("{done} of {steps} steps", done=run["done"] + run["skipped"], steps=run["steps"]))


def whose(row: dict[str, Any]) -> str:
    """Who sees to it, and for whom, where that person has left."""
    owner = row["owner"] or tr("nobody")
    return tr("{owner}, for {gone} who left", owner=owner, gone=row["in_place_of"]) if row["in_place_of"] else owner


def effort(row: dict[str, Any], report: Report) -> str:
    """What went into it, in days and money; nothing where nothing was written down."""
    days = tr_n("{n:g} day of work", "{n:g} days of work", row["effort_days"]) if row["effort_days"] is not None else ""
    cost = text.money(report.shown("effort_cost", row["effort_cost"]), report.currency) if row["effort_cost"] is not None else ""
    return " · ".join(one for one in (days, cost) if one)


def clock(due_at: datetime | None, choice: Choice) -> Pill | None:
    """By when an answer is due: hours from now on the newest day, else the moment itself."""
    if due_at is None:
        return None
    if choice.question.known_at is not None or day_of(choice) != loaders.default_day(choice.company):
        return Pill(tr("due by {at} UTC", at=f"{due_at:%Y-%m-%d %H:%M}"), ":material/timer:", "gray")
    return clock_at(due_at, datetime.now(UTC))


def clock_at(due_at: datetime, now: datetime) -> Pill:
    """How long an answer may still take, or how late it is, in whole hours; of the last one in minutes."""
    left = due_at - now
    minutes = int(abs(left) / timedelta(minutes=1))
    long = tr_n("{n} hour", "{n} hours", minutes // 60) if minutes >= 60 else tr_n("{n} minute", "{n} minutes", minutes)
    if left < timedelta(0):
        return Pill(tr("answer {long} late", long=long), ":material/timer_off:", "red")
    return Pill(tr("answer due in {long}", long=long), ":material/timer:", "orange")


def _step(choice: Choice, run: dict[str, Any], row: dict[str, Any], report: Report) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"step-{row['step']}", gap="small"):
        with st.container(width="stretch", gap=None):
            title = text.literal(row["title"])
            st.markdown(f"{ICONS[row['status']]} {row['step']}. {title if row['status'] == deeds.OPEN else f':gray[{title}]'}")
            st.caption(text.literal(" · ".join(one for one in _said(row, report) if one)))
        pills(_of_step(choice, row))
        if run["state"] == deeds.RUNNING and choice.viewer.may(EDIT, "activities"):
            _buttons(choice, row)


def _said(row: dict[str, Any], report: Report) -> list[str]:
    """What is known of a step, in parts of one line."""
    if row["status"] == deeds.OPEN:
        return [row["text"] or "", tr("due {day}", day=text.day(row["due_on"])), whose(row), effort(row, report), row["note"] or ""]
    if row["status"] == deeds.SKIPPED:
        return [spoken(STEP_STATES["skipped"]), row["note"] or ""]
    taken = row["hours_taken"]
    hours = "" if taken is None else tr("after {hours} hours", hours=text.decimal(taken, 1))
    return [on(row["done_on"], row["done_by"]), hours, effort(row, report), row["note"] or ""]


def _of_step(choice: Choice, row: dict[str, Any]) -> list[Pill]:
    if row["status"] != deeds.OPEN:
        return []
    late = [Pill(tr("overdue"), ":material/event_busy:", "red")] if row["is_overdue"] else []
    answer = clock(row["due_at"], choice)
    return [answer] if answer else late


def _buttons(choice: Choice, row: dict[str, Any]) -> None:
    known = f"{row['step']}-{row['batch']}"
    if row["status"] == deeds.OPEN:
        if st.button(tr("Done"), key=f"done-{known}", icon=":material/check:"):
            _written(lambda: _deed(choice, row, status=deeds.DONE))
    elif st.button(tr("Open again"), key=f"reopen-{known}", type="tertiary"):
        _written(lambda: _deed(choice, row, status=deeds.OPEN))
    with st.popover(tr("More"), key=f"more-{known}"):
        _change(choice, row, known)


def _deed(choice: Choice, row: dict[str, Any], **said: Any) -> object:
    store = open_stores.store(choice.company)
    return deeds.step(store, choice.viewer, row["run_id"], row["step"], row["batch"], day=day_of(choice), **said)


def _written(deed: Callable[[], object]) -> None:
    """Do it and draw the dialog anew; what refuses it is told, and nothing that was typed is lost."""
    try:
        deed()
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)))
        return
    st.rerun(scope="fragment")


def _change(choice: Choice, row: dict[str, Any], known: str) -> None:
    """Everything that can be said of a step."""
    with st.form(f"change-{known}", border=False):
        said: dict[str, Any] = {
            "status": st.segmented_control(
                tr("State"), list(STEP_STATES), default=row["status"], format_func=STEP_STATES.__getitem__, required=True
            )
        }
        left, right = st.columns(2)
        said["effort_days"] = left.number_input(tr("Days of work"), value=row["effort_days"], min_value=0.0, max_value=1000.0, step=0.5)
        cost = None if row["effort_cost"] is None else row["effort_cost"] / 100
        said["effort_cost"] = right.number_input(tr("Money"), value=cost, min_value=0.0, max_value=10_000_000.0, step=100.0)
        said["owner"] = _person(choice, row["owner"])
        said["due_on"] = st.date_input(tr("Due on"), value=row["due_on"], format="YYYY-MM-DD")
        said["note"] = st.text_area(tr("Note"), value=row["note"] or "", max_chars=LONGEST).strip() or None
        if st.form_submit_button(tr("Save"), type="primary"):
            kept = {name: one for name, one in said.items() if name not in ("owner", "due_on") or one != row[name]}
            _written(lambda: _deed(choice, row, **kept))


def _person(choice: Choice, owner: str | None) -> str | None:
    people = loaders.people(choice.company)
    names = {owner: owner or tr("nobody"), **{one: people[one] for one in people if one != owner}}
    return st.selectbox(tr("Who does it"), list(names), format_func=lambda one: names[one])


def _ending(choice: Choice, run: dict[str, Any], steps: Report) -> None:
    """Give it to somebody else, end it, or stop it."""
    store, viewer, day = open_stores.store(choice.company), choice.viewer, day_of(choice)
    through = not (steps.rows["status"] == deeds.OPEN).any()
    with st.container(horizontal=True, gap="small"):
        with st.popover(tr("End the play"), icon=":material/flag:", disabled=not through, help=tr("Once every step is done or left out.")):
            asks = not steps.rows.filter(asks=ROOT_CAUSE, status=deeds.DONE).is_empty()
            outcome = st.text_area(tr("What came of it"), max_chars=LONGEST, key="play-outcome")
            cause = st.text_area(tr("What had led to it"), max_chars=LONGEST, key="play-cause") if asks else None
            if st.button(tr("End the play"), type="primary", key="play-end"):
                _written(lambda: deeds.finish(store, viewer, run["run_id"], run["batch"], day=day, outcome=outcome, root_cause=cause))
        with st.popover(tr("Stop early"), icon=":material/cancel:"):
            why = st.text_area(tr("Why"), max_chars=LONGEST, key="play-stop-why")
            if st.button(tr("Stop the play"), key="play-stop"):
                _written(lambda: deeds.stop(store, viewer, run["run_id"], run["batch"], day=day, why=why))
        with st.popover(tr("Hand over"), icon=":material/person:"):
            owner = _person(choice, run["owner"])
            if st.button(tr("Hand over"), key="play-hand-over"):
                _written(lambda: deeds.hand_over(store, viewer, run["run_id"], run["batch"], owner=owner or ""))


def effects(choice: Choice, run: dict[str, Any]) -> None:
    """What the usual reports say of the account on the day of the start, and at the end or on the day looked at."""
    until = run["ended_on"] or day_of(choice)
    if until == run["started_on"]:
        return
    before, after = (_on(choice, run["account_id"], day) for day in (run["started_on"], until))
    if before is None or after is None:
        return
    days = (tr("{day}, at the start", day=text.day(run["started_on"])), text.day(until))
    rows = [(title, one(before), one(after)) for title, one in spoken(MEASURES)]
    lines = [f"| {tr('What changed')} | {text.literal(days[0])} | {text.literal(days[1])} |", "|:--|--:|--:|"]
    st.markdown("\n".join([*lines, *(f"| {title} | {text.literal(was)} | {text.literal(now)} |" for title, was, now in rows)]))
    st.caption(tr(ONE_STORY))


def _on(choice: Choice, account: str, day: date) -> tuple[dict[str, Any], Report] | None:
    """The account as the report `accounts` has it on a day."""
    report = only(loaders.report(choice.company, "accounts", choice.viewer, replace(choice.now, as_of=day, filters=())), account)
    return (report.rows.row(0, named=True), report) if report.rows.height else None


def _seats(found: tuple[dict[str, Any], Report]) -> str:
    row = found[0]
    share = f" ({text.percent(row['mau'] / row['seats'])})" if row["mau"] is not None and row["seats"] else ""
    return f"{text.of_seats(row['mau'], row['seats'])}{share}"


def _arr(found: tuple[dict[str, Any], Report]) -> str:
    return text.money(found[1].shown("arr", found[0]["arr"]), found[1].currency)


def _health(found: tuple[dict[str, Any], Report]) -> str:
    return text.score(found[0]["score"])


def _end(found: tuple[dict[str, Any], Report]) -> str:
    return text.day(found[0]["next_end"])


MEASURES = (
    (mark("Monthly actives"), _seats), (mark("Health"), _health), (mark("ARR"), _arr), (mark("Contract until"), _end),
)  # fmt: skip
