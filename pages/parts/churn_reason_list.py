"""The list of churn reasons, and changing it: add, rename, move, order, retire. Answers keep their reason whatever is changed."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import UNDO as UNDOING
from data.viewer import EDIT, UNDO, NotAllowed
from data.work import churn_reasons
from language import again, tr, tr_n
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.marking import marked

COLUMNS = ("reason_group", "reason", "is_preventable", "answers", "is_retired")
FIRST_LEVEL = ""


def show(choice: Choice) -> None:
    """The list, folded away; for who may change it with the ways to."""
    folds.fold(tr("The list of reasons"), "list-of-reasons", lambda: _draw(choice), ":material/list_alt:")


def _draw(choice: Choice) -> None:
    report = loaders.report(choice.company, "churn-reason-list", choice.viewer, unfiltered(choice.now))
    if choice.viewer.may(EDIT, "plays"):
        with st.container(horizontal=True, gap="small"):
            if st.button(tr("Add a reason"), icon=":material/add:", key="add-reason"):
                st.dialog(tr("Add a reason"))(_add)(choice, report.rows.to_dicts())
            if st.button(tr("Change a reason"), icon=":material/edit:", key="change-reason"):
                st.dialog(tr("Change a reason"))(_change)(choice, report.rows.to_dicts())
    tables.table(report, "reason-list", columns=COLUMNS)


def _tops(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The places that a reason can have, in words: the first level, or below a reason of it."""
    own = {row["reason_id"]: row["reason"] for row in rows if not row["parent_id"] and not row["is_retired"]}
    return {FIRST_LEVEL: tr("The first level"), **own}


def _add(choice: Choice, rows: list[dict[str, Any]]) -> None:
    name = st.text_input(tr("Name"), key="new-reason")
    places = _tops(rows)
    parent = st.selectbox(tr("Belongs to"), list(places), 1 if len(places) > 1 else 0, format_func=places.__getitem__, key="new-reason-of")
    could = st.checkbox(tr("Such a churn could have been prevented"), key="new-reason-could")
    if st.button(tr("Add"), type="primary", key="save-new-reason"):
        _write(lambda: churn_reasons.add(_store(choice), choice.viewer, name, parent or None, could))


def _change(choice: Choice, rows: list[dict[str, Any]]) -> None:
    words = {row["reason_id"]: f"{'　' if row['parent_id'] else ''}{row['reason']}" for row in rows}
    reason = st.selectbox(tr("Reason"), list(words), format_func=words.__getitem__, key="changed-reason")
    row = next(one for one in rows if one["reason_id"] == reason)
    name = st.text_input(tr("Name"), row["reason"], key=f"name-{reason}")
    places = {one: said for one, said in _tops(rows).items() if one != reason}
    own = row["parent_id"] or FIRST_LEVEL
    options = list(places) if own in places else [own, *places]
    parent = st.selectbox(tr("Belongs to"), options, options.index(own), format_func=lambda one: places.get(one, one), key=f"of-{reason}")
    could = st.checkbox(tr("Such a churn could have been prevented"), row["is_preventable"], key=f"could-{reason}")
    what = _changed(row, name, parent or None, could)
    if effect := effect_of(row, what, places):
        st.caption(effect)
    _buttons(choice, rows, row, what)


def _changed(row: dict[str, Any], name: str, parent: str | None, could: bool) -> dict[str, Any]:
    asked = {"name": (row["reason"], name), "parent_id": (row["parent_id"], parent), "is_preventable": (row["is_preventable"], could)}
    return {one: after for one, (before, after) in asked.items() if before != after}


def effect_of(row: dict[str, Any], what: dict[str, Any], places: dict[str, str]) -> str:
    """What a change does to answers that are given; empty where there are none, or nothing changes."""
    if not what or not row["answers"]:
        return ""
    count = tr_n("{n:,} answer keeps this reason.", "{n:,} answers keep this reason.", row["answers"])
    if "parent_id" not in what:
        return count
    place = places.get(what["parent_id"] or FIRST_LEVEL, "")
    moved = tr(
        "In every period they are counted below “{place}” from now on, and no more below “{before}”.",
        place=place,
        before=row["reason_group"],
    )
    return f"{count} {moved}"


def _buttons(choice: Choice, rows: list[dict[str, Any]], row: dict[str, Any], what: dict[str, Any]) -> None:
    reason, seen = row["reason_id"], row["batch"]
    beside = [one["reason_id"] for one in rows if one["parent_id"] == row["parent_id"]]
    at = beside.index(reason)
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Save"), type="primary", disabled=not what, key=f"save-{reason}"):
            _write(lambda: churn_reasons.change(_store(choice), choice.viewer, reason, seen, **what))
        if st.button(tr("Up"), icon=":material/arrow_upward:", disabled=at == 0, key=f"up-{reason}"):
            _write(lambda: churn_reasons.swap(_store(choice), choice.viewer, reason, beside[at - 1]))
        if st.button(tr("Down"), icon=":material/arrow_downward:", disabled=at == len(beside) - 1, key=f"down-{reason}"):
            _write(lambda: churn_reasons.swap(_store(choice), choice.viewer, reason, beside[at + 1]))
        retired = row["is_retired"]
        if st.button(tr("Take back into use") if retired else tr("Retire"), key=f"retire-{reason}"):
            _write(lambda: churn_reasons.change(_store(choice), choice.viewer, reason, seen, is_retired=not retired))
        if seen and choice.viewer.may(UNDO, "plays"):
            st.button(tr("Undo the last change"), key=f"undo-{reason}", type="tertiary", on_click=_undo, args=(choice, seen))


def _store(choice: Choice):
    return open_stores.store(choice.company)


def _write(deed: Callable[[], object]) -> None:
    """Do it and draw the page anew; what refuses it is told, and what was typed stays."""
    try:
        deed()
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return
    st.rerun()


def _undo(choice: Choice, batch: int) -> None:
    marked(_store(choice), UNDOING, batch, choice.viewer, "browser")
