"""The feature catalogue: what the team says of each event, changed in place, with what that would change before it is saved."""

from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT
from data.work.feature_catalogue import LONGEST, Entry, put
from language import again, tr, tr_n
from language.formats import sentences
from pages.parts import task_dialogs
from pages.ui import folds, states, tables, text
from pages.ui.choice import Choice
from reports.report import Report
from reports.usage.catalogue_preview import Changed, would_change
from reports.words.titles import title as title_of

PLACE = "feature-catalogue"
COLUMNS = ("event", "feature", "core", "hidden", "accounts_using", "count", "last_used")
HEIGHT = 420


def show(choice: Choice, report: Report) -> None:
    """The catalogue as a table, and who may changes it."""
    about = tr("Several events may be one feature. Hidden events are no use of the product, and count in nothing, also in the past.")
    st.subheader(tr("Feature catalogue"), anchor=False, help=about)
    task_dialogs.last_done(choice, PLACE)
    if not report.rows.height:
        st.caption(tr("No event is known yet: they come with your usage exports."))
        return
    st.caption(_said(report))
    states.notes(report)
    may = choice.viewer.may(EDIT, "plays") and choice.question.known_at is None
    if may and st.button(tr("Say what counts"), icon=":material/edit:", key="edit-catalogue"):
        st.dialog(tr("Feature catalogue"), width="large")(_form)(choice, report)
    folds.fold(tr("Every event"), "every-event", partial(tables.table, report, PLACE, columns=COLUMNS), ":material/table_rows:")


def _said(report: Report) -> str:
    events = tr_n("{n:,} event is known", "{n:,} events are known", report.rows.height)
    hidden = tr_n("{n:,} of them is hidden", "{n:,} of them are hidden", report.total("hidden") or 0)
    return tr("{events}; {hidden}.", events=events, hidden=hidden)


def _form(choice: Choice, report: Report) -> None:
    rows = report.rows.to_dicts()
    st.caption(tr("It holds for all the past, too. What it changes is shown below, before you save it."))
    columns = {
        "event": st.column_config.TextColumn(title_of("event"), disabled=True),
        "feature": st.column_config.TextColumn(title_of("feature"), max_chars=LONGEST),
        "core": st.column_config.CheckboxColumn(title_of("core")),
        "hidden": st.column_config.CheckboxColumn(title_of("hidden")),
        "accounts_using": st.column_config.NumberColumn(title_of("accounts_using"), disabled=True),
    }
    shown = [{name: row[name] for name in columns} for row in rows]
    said = st.data_editor(
        shown, hide_index=True, placeholder="", column_config=columns, key="catalogue-rows", width="stretch", height=HEIGHT
    )
    entries = [_entry(row, new) for row, new in zip(rows, said, strict=True) if _differ(row, new)]
    if not entries:
        st.caption(tr("Nothing is changed yet."))
        return
    _save(choice, entries)


def _differ(row: dict[str, Any], new: dict[str, Any]) -> bool:
    return any(row[name] != (new[name] or row["event"] if name == "feature" else bool(new[name])) for name in ("feature", "core", "hidden"))


def _entry(row: dict[str, Any], new: dict[str, Any]) -> Entry:
    named = (new["feature"] or "").strip()
    return Entry(row["event"], None if named == row["event"] else named, bool(new["core"]), bool(new["hidden"]), row["batch"])


def _save(choice: Choice, entries: list[Entry]) -> None:
    """What the entries would change, and the button that saves them."""
    store = open_stores.store(choice.company)
    with st.container(horizontal=True, gap="small"):
        looks = st.button(tr("Show what would change"), icon=":material/compare_arrows:", key="preview-catalogue")
        saves = st.button(tr("Save"), type="primary", key="save-catalogue")
    if looks:
        _preview(choice, entries)
    if saves:
        words = tr_n("Saved: {n:,} event", "Saved: {n:,} events", len(entries))
        task_dialogs.do(lambda: put(store, choice.viewer, entries), PLACE, words)


def _preview(choice: Choice, entries: list[Entry]) -> None:
    try:
        with st.spinner(tr("Counting as if it were saved")):
            found = would_change(open_stores.store(choice.company), choice.viewer, choice.now, entries)
    except EditRefused as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return
    st.info(preview(found), icon=":material/compare_arrows:")


def preview(found: Changed) -> str:
    """What would be otherwise, in words."""
    if not any(found.accounts.values()):
        return tr("No figure of an account would change.")
    other = found.accounts
    counts = tr(
        "Accounts with another figure: monthly actives {mau:,}, features used {features:,}, breadth {breadth:,}, state of usage {state:,}, "
        "health score {score:,}, band {band:,}.",
        mau=other["mau"], features=other["features_used"], breadth=other["breadth"], state=other["state"], score=other["score"],
        band=other["band"],
    )  # fmt: skip
    return sentences(counts, tr("Monthly actives of all customers: {before:,} → {after:,}.", before=found.mau_before, after=found.mau))
