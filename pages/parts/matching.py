"""The parts of the page of account matching: what waits, pairs of entries, one's own answer, and what was confirmed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from data.store import deeds, open_stores
from data.store.account_matching import NOBODY, match_what_fits
from data.store.edits import EditRefused
from data.store.store import REDO
from data.store.store import UNDO as UNDOING
from data.viewer import EDIT, UNDO
from language import InLanguage, again, mark, tr
from pages.ui import loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.marking import marked
from reports.imports.account_matching import CONFIRMED, SAME, SUGGESTED, UNKNOWN
from reports.narrow import of_states
from reports.report import Report

WHO, BY_ITSELF_WHO = "browser", "by itself"
# Columns and, where they are not called as everywhere, their titles.
NAMES = InLanguage({"written": "", "account": mark("Account meant"), "reason": "", "fits": "", "rows": "", "tables": "", "account_id": ""})
PAIRS = InLanguage(
    {
        "account": mark("This one stays"),
        "account_says": mark("Columns it fills"),
        "name": mark("Merged into it"),
        "says": mark("Columns that fills"),
        "reason": "",
        "rows": mark("Its contract lines"),
        "account_id": mark("Id that stays"),
        "written": mark("Id merged"),
    }
)
NAMED, MEANT, WHY = mark("Name in files"), mark("Account meant"), mark("Reason")
SHOWN = 5  # matchings that can be taken back here; older ones in the list of imports


def waiting(choice: Choice, report: Report) -> None:
    """Names with a suggestion to confirm or to turn down; those that nothing fits below."""
    shown = of_states(report, SUGGESTED)
    if shown.rows.height:
        picked = _choose(shown, "suggested", NAMES)
        with st.container(horizontal=True, gap="small"):
            label = tr("Confirm {picked:,}", picked=len(picked)) if picked else tr("Confirm")
            _button(choice, label, _pairs(picked), "confirm", type="primary")
            if not picked and (fitting := _one_fits(shown)):
                _button(
                    choice, tr("Match the {fitting:,} that just one account fits", fitting=len(fitting)), _pairs(fitting), "match-fitting"
                )
            _button(choice, tr("Keep as accounts of their own"), _own(picked), "own")
            _button(choice, tr("Nobody: leave out"), _own(picked, NOBODY), "nobody-suggested")
        tables.downloads(shown, "suggested")
    rest = of_states(report, UNKNOWN)
    if rest.rows.height:
        st.markdown(
            tr("**Nothing fits these.** Import the accounts, choose one below, or tick who is nobody: a dash, a test, your own staff.")
        )
        picked = _choose(rest, "unknown", {"written": "", "rows": "", "tables": ""})
        with st.container(horizontal=True, gap="small"):
            label = tr("Nobody: leave {picked:,} out", picked=len(picked)) if picked else tr("Nobody: leave out")
            _button(choice, label, _own(picked, NOBODY), "nobody")
            _button(choice, tr("Keep as accounts of their own"), _own(picked), "own-unknown")
        tables.downloads(rest, "unknown")


def pairs(choice: Choice, report: Report) -> None:
    """Pairs of entries to merge or to keep apart."""
    picked = _choose(of_states(report, SAME), "same", PAIRS)
    with st.container(horizontal=True, gap="small"):
        label = tr("Merge {picked:,}", picked=len(picked)) if picked else tr("Merge")
        _button(choice, label, _pairs(picked), "merge", type="primary")
        _button(choice, tr("They are different companies"), _own(picked), "apart")


def by_hand(choice: Choice) -> None:
    """Any name, and the account that it means."""
    accounts = loaders.report(choice.company, "accounts", choice.viewer, unfiltered(choice.question)).rows
    names = dict(accounts.select("account_id", "name").sort("name").rows())
    if not names:
        st.info(tr("There is no account yet. Import accounts first."))
        return
    with st.form("match", border=False):
        left, right = st.columns(2)
        written = left.text_input(tr("Name in files, or id of the entry to merge"), key="written", max_chars=300)
        account = right.selectbox(
            tr("Is this account"),
            list(names),
            format_func=lambda one: f"{names[one]} ({one})" if names[one] != one else one,
            index=None,
            placeholder=tr("Choose an account"),
            key="meant",
        )
        if st.form_submit_button(tr("Save")):
            if written.strip() and account:
                _match(choice, [(written, account, tr("by hand"))])
                st.rerun()
            else:
                st.error(tr("Give both: the name as files write it, and the account."))


def one_fits(choice: Choice, report: Report) -> None:
    """The names that just one account fits, each with it, to be confirmed together by one button; nothing where there is none, or nothing
    can be changed."""
    rows = _one_fits(of_states(report, SUGGESTED))
    if not rows or choice.company != "own":
        return
    with st.expander(tr("The {rows:,} that just one account fits", rows=len(rows)), key="one-fits"):
        told = [{tr(NAMED): row["written"], tr(MEANT): row["account"], tr(WHY): row["reason"]} for row in rows]
        st.dataframe(told, hide_index=True, width="stretch", height=38 + 35 * min(len(rows), 10), key="one-fits-table")
    _button(choice, tr("Match the {rows:,} that just one account fits", rows=len(rows)), _pairs(rows), "match-one-fits")


def _one_fits(suggested: Report) -> list[dict]:
    return [row for row in suggested.rows.iter_rows(named=True) if row["fits"] == 1]


def confirmed(report: Report) -> None:
    tables.table(of_states(report, CONFIRMED), "confirmed", columns=("written", "account", "account_id", "reason"), height=400)


def _choose(report: Report, key: str, columns: Mapping[str, str]) -> list[dict]:
    """A table whose rows can be ticked; the ticked ones. Ticks do not outlive the rows that they were made on."""
    height, named = report.rows.height, [(name, tables.column(name, report.units[name])) for name in columns]
    picked = st.dataframe(
        report.rows,
        hide_index=True,
        width="stretch",
        column_order=list(columns),
        placeholder=text.MISSING,
        column_config={name: column | ({"label": columns[name]} if columns[name] else {}) for name, column in named},
        height=min(38 + 35 * height, 420) if height > 10 else "content",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"{key}-{report.data_version}",
    )
    return [report.rows.row(at, named=True) for at in picked["selection"]["rows"]]


def _pairs(rows: list[dict]) -> list[tuple[str, str, str]]:
    return [(row["written"], row["account_id"], row["reason"]) for row in rows]


def _own(rows: list[dict], reason: str = mark("an account of its own")) -> list[tuple[str, str, str]]:
    return [(name, name, reason) for name in dict.fromkeys(row["written"] for row in rows)]


def to_take_back(choice: Choice) -> None:
    """The last matchings, each one batch, with the button that takes all of it back."""
    store = open_stores.store(choice.company)
    done = [row for row in deeds.imports(store, choice.viewer).iter_rows(named=True) if row["table"] == "account_aliases"]
    for row in done[:SHOWN]:
        said = tr("by itself, exact names") if row["who"] == BY_ITSELF_WHO else tr("by {who}", who=row["who"])
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"matched-{row['batch']}"):
            back = "" if row["standing"] else tr(" · taken back")
            when = tr("{imported_at:%Y-%m-%d %H:%M} UTC", imported_at=row["imported_at"])
            st.markdown(
                tr(
                    "Import {batch}: {read:,} matched {said}, {when}{back}",
                    batch=row["batch"],
                    read=row["read"],
                    said=text.literal(said),
                    when=when,
                    back=back,
                ),
                width="content",
            )
            if choice.company == "own" and choice.viewer.may(UNDO, "imports"):
                action, told = (UNDOING, tr("Undo")) if row["standing"] else (REDO, tr("Redo"))
                about = (store, action, row["batch"], choice.viewer, WHO)
                st.button(told, key=f"take-back-{row['batch']}", on_click=marked, args=about, type="tertiary")


def _button(choice: Choice, label: str, answers: list[tuple[str, str, str]], key: str, **look: Any) -> None:
    """A button that says all the answers; idle without one, and in the sample company."""
    idle = not answers or choice.company != "own" or not choice.viewer.may(EDIT, "imports")
    st.button(label, disabled=idle, on_click=_match, args=(choice, answers), key=key, **look)


def _match(choice: Choice, answers: list[tuple[str, str, str]]) -> None:
    """All answers as one batch; those that cannot be are named, and stop none of the others."""
    try:
        done = match_what_fits(open_stores.store(choice.company), answers, WHO, choice.viewer)
    except EditRefused as error:
        st.toast(text.literal(again(error)), icon=":material/error:", duration="long")
        return
    if done.batch:
        st.toast(
            tr("{read:,} saved as import {batch}. Undo it below.", read=done.batch.read, batch=done.batch.batch), icon=":material/check:"
        )
    for one in done.conflicts[:SHOWN]:
        st.toast(text.literal(tr("{alias} was left: {why}", alias=one.alias, why=again(one.why))), icon=":material/error:", duration="long")
    if len(done.conflicts) > SHOWN:
        st.toast(
            tr("{conflicts:,} more were left for the same kind of reason.", conflicts=len(done.conflicts) - SHOWN),
            icon=":material/error:",
            duration="long",
        )
