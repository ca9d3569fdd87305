"""Service levels in place: targets, business hours and holidays, what is wrong with them, and what a change would have done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT
from data.work import service_levels
from data.work.service_levels import DAYS, Calendar, Target
from language import again, tr
from metrics.support_calendars import DAY_NAMES, what_is_wrong, zones
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.doing import done
from reports.report import Report
from reports.support.levels import PREVIEWED, Effect, effects

TARGETS = ("priority", "plan", "first_reply_hours", "resolution_hours", "calendar", "starts_on", "ends_on")
NEW = ""
OFFICE = "09:00-17:00"


def show(choice: Choice, problems: Report) -> None:
    """The settings, folded away, and above them what is wrong with them."""
    if problems.rows.height:
        label = tr("What is wrong with service levels ({n:,})", n=problems.rows.height)
        folds.fold(label, "sla-problems", lambda: _problems(problems), ":material/report:")
    folds.fold(tr("Service levels, business hours and holidays"), "service-levels", lambda: _draw(choice), ":material/tune:")


def _problems(problems: Report) -> None:
    tables.table(problems, "sla-problems", columns=("concerns", "problem", "finding", "todo", "tickets"))


def _draw(choice: Choice) -> None:
    targets, calendars, holidays = (_listed(choice, name) for name in ("sla-targets", "support-calendars", "holidays"))
    names = [row["calendar"] for row in calendars.rows.to_dicts()]
    _part(choice, tr("Targets"), "target", targets, TARGETS, lambda: _target(choice, targets, names))
    _part(choice, tr("Business hours"), "calendar", calendars, ("calendar", "time_zone", *DAYS), lambda: _calendar(choice, calendars))
    if names:
        _part(choice, tr("Holidays"), "holiday", holidays, ("calendar", "day", "name"), lambda: _holiday(choice, holidays, names))


def _listed(choice: Choice, name: str) -> Report:
    return loaders.report(choice.company, name, choice.viewer, unfiltered(choice.now))


def _part(choice: Choice, title: str, key: str, report: Report, columns: Sequence[str], change: Callable[[], None]) -> None:
    """One table of the settings, with the button that changes it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{title}**", width="stretch")
        if choice.viewer.may(EDIT, "plays") and st.button(tr("Add or change"), icon=":material/edit:", key=f"set-{key}"):
            st.dialog(title)(change)()
    if report.rows.height:
        tables.table(report, f"{key}-list", columns=tuple(columns), height=240)
    else:
        st.caption(tr("None yet."))


def _picked(report: Report, key: str, said: Callable[[dict[str, Any]], str], ident: str) -> dict[str, Any]:
    """The row that is to be changed; an empty one where a new one is to be added."""
    rows = {row[ident]: row for row in report.rows.to_dicts()}
    words = {NEW: tr("A new one"), **{one: said(row) for one, row in rows.items()}}
    chosen = st.selectbox(tr("Which one"), list(words), format_func=words.__getitem__, key=f"which-{key}")
    return rows.get(chosen, {})


def _target(choice: Choice, targets: Report, calendars: list[str]) -> None:
    row = _picked(targets, "target", _target_words, "target_id")
    own = row.get("target_id", NEW)
    left, right = st.columns(2)
    priority = left.text_input(
        tr("Priority, as your tickets write it"), row.get("priority") or "", placeholder=tr("Every one"), key=f"p-{own}"
    )
    plan = right.text_input(tr("Plan, as your accounts write it"), row.get("plan") or "", placeholder=tr("Every one"), key=f"q-{own}")
    reply = left.number_input(
        tr("Hours to the first reply"), 0.0, None, row.get("first_reply_hours"), 0.5, key=f"r-{own}", placeholder=tr("None promised")
    )
    resolve = right.number_input(
        tr("Hours to the resolution"), 0.0, None, row.get("resolution_hours"), 0.5, key=f"s-{own}", placeholder=tr("None promised")
    )
    options = ["", *calendars, *([row["calendar"]] if row.get("calendar") and row["calendar"] not in calendars else [])]
    at = options.index(row.get("calendar") or "")
    calendar = st.selectbox(tr("Counted in"), options, at, format_func=lambda one: one or tr("Around the clock"), key=f"c-{own}")
    starts, ends = (side.date_input(label, row.get(name), key=f"{name}-{own}") for side, label, name in (
        (left, tr("From, by the day opened"), "starts_on"), (right, tr("To, that day included"), "ends_on"),
    ))  # fmt: skip
    target = Target(priority, plan, reply, resolve, calendar, _day(starts), _day(ends))
    _preview(choice, "sla_targets", lambda: [service_levels.target_row(target, own or "new")])
    store, seen = open_stores.store(choice.company), row.get("batch", service_levels.NOTHING)
    _buttons(
        own,
        lambda: service_levels.set_target(store, choice.viewer, target, own, seen),
        lambda: service_levels.remove_target(store, choice.viewer, own, seen),
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _target_words(row: dict[str, Any]) -> str:
    what = [row["priority"] or tr("every priority"), row["plan"] or tr("every plan")]
    until = [tr("until {day}", day=text.day(row["ends_on"]))] if row["ends_on"] else []
    return " · ".join([*what, *until])


def _calendar(choice: Choice, calendars: Report) -> None:
    row = _picked(calendars, "calendar", lambda one: one["calendar"], "calendar")
    own = row.get("calendar", NEW)
    name = own or st.text_input(tr("Name"), key="new-calendar")
    known = zones()
    zone = row.get("time_zone")
    at = known.index(zone) if zone in known else None
    chosen = st.selectbox(tr("Time zone"), known, at, key=f"zone-{own}", placeholder=zone or tr("Choose one"))
    st.caption(tr("Hours as 09:00-12:00, 13:00-17:00; empty is closed; a whole day is 00:00-24:00."))
    columns = st.columns(2)
    hours = {day: columns[at % 2].text_input(DAY_NAMES[day], _hours(row, day), key=f"{day}-{own}") for at, day in enumerate(DAYS)}
    wrong = [f"{DAY_NAMES[day]}: {why}" for day in DAYS if (why := what_is_wrong(hours[day]))]
    for one in wrong:
        st.error(text.literal(one), icon=":material/error:")
    calendar = Calendar(name, chosen or "", hours)
    store, seen = open_stores.store(choice.company), row.get("batch", service_levels.NOTHING)
    if not wrong and own:
        _preview(choice, "support_calendars", lambda: [service_levels.calendar_row(calendar)])
    _buttons(
        own, lambda: service_levels.set_calendar(store, choice.viewer, calendar, seen),
        lambda: service_levels.remove_calendar(store, choice.viewer, own, row["time_zone"], seen), disabled=bool(wrong),
    )  # fmt: skip


def _hours(row: dict[str, Any], day: str) -> str:
    return (row.get(day) or "") if row else ("" if day in DAYS[5:] else OFFICE)


def _holiday(choice: Choice, holidays: Report, calendars: list[str]) -> None:
    rows = {(row["calendar"], row["day"]): row for row in holidays.rows.to_dicts()}
    calendar = st.selectbox(tr("Calendar"), calendars, key="holiday-of")
    day = _day(st.date_input(tr("Day"), None, key="holiday-day"))
    row = rows.get((calendar, day), {})
    name = st.text_input(tr("What is celebrated"), row.get("name") or "", key=f"holiday-name-{calendar}-{day}")
    if day is None:
        st.caption(tr("Choose the day; one that is in the list can be taken out."))
        return
    store, seen = open_stores.store(choice.company), row.get("batch", service_levels.NOTHING)
    told = {"calendar": calendar, "day": day, "name": name or None, "is_removed": False}
    _preview(choice, "holidays", lambda: [told])
    _buttons(
        "holiday" if row else NEW, lambda: service_levels.set_holiday(store, choice.viewer, calendar, day, name, seen=seen),
        lambda: service_levels.set_holiday(store, choice.viewer, calendar, day, name, is_removed=True, seen=seen),
    )  # fmt: skip


def _preview(choice: Choice, table: str, rows: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
    """What the change would have done to the tickets of the last days; why it cannot be made, where it cannot."""
    try:
        changed = rows()
    except EditRefused as refused:
        st.caption(text.literal(again(refused)))
        return
    found = effects(open_stores.store(choice.company), choice.viewer, unfiltered(choice.now), table, changed)
    if found:
        st.info(text.literal(in_words(*found)), icon=":material/preview:")


def in_words(now: Effect, then: Effect) -> str:
    """How many tickets of the last days are late, and would have been."""
    late = tr(
        "Of {tickets:,} tickets opened in the last {days} days, {breached:,} would have missed a target ({now:,} as it stands).",
        tickets=then.tickets, days=PREVIEWED, breached=then.breached, now=now.breached,
    )  # fmt: skip
    return late + " " + tr("{judged:,} would have a verdict ({now:,} as it stands).", judged=then.judged, now=now.judged)


def _buttons(own: str, save: Callable[[], object], remove: Callable[[], object], *, disabled: bool = False) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Save"), type="primary", key=f"save-level-{own}", disabled=disabled) and done(save):
            st.rerun(scope="app")
        if own and st.button(tr("Take out"), icon=":material/delete:", key=f"remove-level-{own}") and done(remove):
            st.rerun(scope="app")
