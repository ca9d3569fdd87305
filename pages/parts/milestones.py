"""Milestones of activation in place: by segment, where they came from, and changing them with a preview of whom that makes activated."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT
from data.work import milestones as deeds
from data.work.milestones import Step
from language import InLanguage, again, mark, tr, tr_n
from pages.parts import task_dialogs
from pages.ui import folds, loaders, text, words
from pages.ui.choice import Choice, unfiltered
from reports.report import Report
from reports.usage.milestones_preview import would_change

PLACE = "milestones"
ALL = ""  # every segment that has none of its own
KINDS = InLanguage({"event": mark("An event"), "users": mark("So many users"), "seat_share": mark("A share of the seats")})
SHOWN = ("activated", "on_the_way", "not_started", "not_measured", "not_tracked")


def show(choice: Choice) -> None:
    """The milestones in force, folded away; what was changed last is told below them."""
    report = loaders.report(choice.company, "milestones", choice.viewer, unfiltered(choice.now))
    task_dialogs.last_done(choice, PLACE)
    if report.rows.height:
        folds.fold(label(report), "milestones", partial(_draw, choice, report), ":material/flag:")


def label(report: Report) -> str:
    """What the fold is called: whose milestones these are."""
    if report.rows["came"].all():
        return tr("Milestones, as they came with the product")
    segments = report.total("segments") or 0
    own = tr_n("{n} segment has its own", "{n} segments have their own", int(segments)) if segments else tr("changed by your team")
    return tr("Milestones, {own}", own=own)


def _draw(choice: Choice, report: Report) -> None:
    st.markdown(tr(ABOUT))
    for segment, rows in _by_segment(report).items():
        st.markdown(f"**{text.literal(called(segment))}** {_origin(rows)}")
        st.markdown("\n".join(f"{at}. {text.literal(in_words(row))}" for at, row in enumerate(rows, start=1)))
        for caution in dict.fromkeys(row["caution"] for row in rows if row["caution"]):
            st.caption(f":material/warning: {text.literal(caution)}")
    may = choice.viewer.may(EDIT, "plays") and choice.question.known_at is None
    if may and st.button(tr("Change milestones"), icon=":material/edit:", key="change-milestones"):
        st.dialog(tr("Milestones of activation"), width="large")(_form)(choice, report)


ABOUT = mark("An account is activated once it has reached all milestones of its segment, counted from its start.")


def _by_segment(report: Report) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in report.rows.to_dicts():
        found.setdefault(row["segment"] or ALL, []).append(row)
    return found


def called(segment: str) -> str:
    """Whose milestones they are."""
    return segment or tr("Every segment without its own")


def _origin(rows: Sequence[Mapping[str, Any]]) -> str:
    came = tr("came with the product")
    return f":gray[{text.accounts(rows[0]['measured'])}]" + (f" :violet-badge[{came}]" if rows[0]["came"] else "")


def in_words(row: Mapping[str, Any]) -> str:
    """One milestone in a line."""
    what = {
        "event": tr("the event {event}", event=row["event"]) if row["event"] else tr("any event"),
        "users": tr_n("{n} user", "{n} users", int(row["at_least"] or 0)),
        "seat_share": tr("{share} of the seats", share=text.percent(row["at_least"])),
    }[row["kind"]]
    told = tr("{title}: {what}", title=row["title"], what=what)
    if row["within_days"] is None:
        return told
    return tr_n("{told}, within {n} day", "{told}, within {n} days", row["within_days"], told=told)


def _form(choice: Choice, report: Report) -> None:
    """The list of one segment, and below whom it would make activated."""
    own = _by_segment(report)
    segments = [ALL, *sorted({*loaders.values(choice.company, "segment", choice.viewer), *own} - {ALL})]
    about = tr("A segment as your accounts write it.")
    chosen = st.selectbox(tr("For"), segments, format_func=called, accept_new_options=True, key="milestones-of", help=about)
    segment = (chosen or ALL).strip()
    kept = own.get(segment, [])
    rows = kept or own.get(ALL, [])
    steps = _steps(choice, segment, rows, is_own=bool(kept))
    seen = {row["milestone_id"]: row["batch"] for row in kept if row["milestone_id"]}
    store = open_stores.store(choice.company)
    same = bool(kept) and steps == [_step(_shown(row), is_own=True) for row in rows]
    if same:
        st.caption(tr("Nothing is changed yet."))
    ready = not same and _previewed(choice, segment or None, steps)
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Save"), type="primary", key="save-milestones", disabled=not ready):
            deed = partial(deeds.put, store, choice.viewer, segment or None, steps, seen)
            task_dialogs.do(deed, PLACE, tr("Milestones changed: {of}", of=called(segment)))
        if seen and st.button(_back(segment), icon=":material/undo:", key="milestones-back", type="tertiary"):
            deed = partial(deeds.as_before, store, choice.viewer, segment or None, seen)
            task_dialogs.do(deed, PLACE, tr("Milestones as they came: {of}", of=called(segment)))


def _back(segment: str) -> str:
    return tr("Measure by those of all others") if segment else tr("Back to how it came")


def _steps(choice: Choice, segment: str, rows: Sequence[Mapping[str, Any]], *, is_own: bool) -> list[Step]:
    """The milestones as the table of the dialog has them, in the order of their places."""
    events = loaders.report(choice.company, "feature-catalogue", choice.viewer, unfiltered(choice.now)).rows["event"].to_list()
    named = sorted({*events, *(row["event"] for row in rows if row["event"])})
    st.caption(tr(FILLING))
    columns = {
        "place": st.column_config.NumberColumn(tr("Place"), step=1, width=60),
        "title": st.column_config.TextColumn(tr("Title"), required=True, max_chars=80),
        "kind": st.column_config.SelectboxColumn(tr("What has to be reached"), options=list(KINDS), format_func=_kind, required=True),
        "event": st.column_config.SelectboxColumn(tr("Event"), options=named),
        "at_least": st.column_config.NumberColumn(tr("At least"), min_value=0),
        "within_days": st.column_config.NumberColumn(tr("Within days"), min_value=0, step=1),
        "milestone_id": None,
    }  # fmt: skip
    found = st.data_editor(
        [_shown(row) for row in rows],
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        column_config=columns,
        key=f"milestones-{segment}",
        width="stretch",
    )
    return [_step(row, is_own=is_own) for row in sorted(found, key=_place)]


def _kind(code: str | float) -> str:
    return KINDS.get(str(code), str(code))


FILLING = mark(
    "Event: empty for any. At least: so many users, or percent of the seats. Within days: reached later, it does not count; empty for no "
    "limit. Other places change the order; rows are added below and taken out by their box on the left."
)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    least = row["at_least"]
    shown = round(least * 100, 6) if least is not None and row["kind"] == "seat_share" else least
    told = {name: row[name] for name in ("place", "title", "kind", "event")}
    return {**told, "at_least": shown, "within_days": row["within_days"], "milestone_id": row["milestone_id"]}


def _place(row: Mapping[str, Any]) -> float:
    """A milestone without a place stands last."""
    place = row.get("place")
    return float("inf") if place is None else place


def _step(row: Mapping[str, Any], *, is_own: bool) -> Step:
    least, kind = row.get("at_least"), row.get("kind") or ""
    days = row.get("within_days")
    return Step(
        row.get("title") or "", kind, row.get("event") or "", least / 100 if least is not None and kind == "seat_share" else least,
        None if days is None else int(days), (row.get("milestone_id") or "") if is_own else "",
    )  # fmt: skip


def _previewed(choice: Choice, segment: str | None, steps: Sequence[Step]) -> bool:
    """Say whom these would make activated; whether they can be kept."""
    try:
        deeds.check(steps)
        found, notes = would_change(open_stores.store(choice.company), choice.viewer, unfiltered(choice.now), segment, steps)
    except EditRefused as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return False
    st.info(text.literal(preview(found.to_dicts())), icon=":material/compare_arrows:")
    for note in notes:
        st.warning(text.literal(note), icon=":material/warning:")
    return True


def preview(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many accounts are in each state, and would be."""
    told = {row["state"]: row for row in rows}
    count = sum(row["before"] for row in rows)
    kept = [told[state] for state in SHOWN if state in told]
    shown = [row for row in kept if row["state"] in SHOWN[:2] or row["before"] != row["after"]]
    changed = [tr("{state} {before:,} → {after:,}", **{**row, "state": words.WORDS["state"][row["state"]]}) for row in shown]
    if all(row["before"] == row["after"] for row in rows):
        return tr("Of {accounts}, nobody's state would change: {states}", accounts=text.accounts(count), states=tr("; ").join(changed))
    return tr("Of {accounts}: {states}", accounts=text.accounts(count), states=tr("; ").join(changed))
