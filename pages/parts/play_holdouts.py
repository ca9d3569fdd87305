"""Accounts that chance holds out of plays: on the page of plays and on the account's, each let go with one click."""

from datetime import date
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT, NotAllowed
from data.work import holdouts
from language import again, tr, tr_n
from pages.parts import play_words
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice
from reports.narrow import only, where
from reports.report import Report

COLUMNS = ("name", "play", "reason", "holdout_state", "held_out_on", "held_out_until", "released_on", "released_by")
LEFT_ALONE = "left_alone"


def show(choice: Choice) -> None:
    """How many are held out, and all of them as a table; nothing where nobody ever was."""
    report = loaders.report(choice.company, "play-holdouts", choice.viewer, choice.now)
    if not report.rows.height:
        return
    count = report.total(LEFT_ALONE) or 0
    label = tr_n("{n:,} account is held out of a play by chance", "{n:,} accounts are held out of a play by chance", count)
    folds.fold(label, "held-out", lambda: tables.table(report, "held-out", columns=COLUMNS), ":material/casino:")


def of_account(choice: Choice, account: str) -> None:
    """What the account is held out of, since when and until when, with a way to let it go."""
    for row in _of(choice, account).rows.iter_rows(named=True):
        with st.container(horizontal=True, vertical_alignment="center", key=f"held-{row['holdout_id'].replace(' ', '-')}", gap="small"):
            st.markdown(f":material/casino: {text.literal(told(row))}", width="stretch")
            may = choice.viewer.may(EDIT, "activities")
            if may and st.button(tr("Release"), key=f"release-{row['holdout_id']}", help=tr("It then counts in no comparison.")):
                _release(choice, row)


def told(row: dict[str, Any]) -> str:
    """That an account is left alone, in a sentence."""
    return tr(
        "Held out of {play} by chance since {day}, to see what happens without it; until {until}.", play=row["play"],
        day=text.day(row["held_out_on"]), until=text.day(row["held_out_until"]),
    )  # fmt: skip


def warned(choice: Choice, account: str, play_id: str) -> bool | None:
    """Warn where the account is held out of a play that somebody is about to start; whether they want it anyway. None where it is not."""
    rows = where(_of(choice, account), "play_id", play_id).rows
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    said = tr("{held} If you start it, the account counts in no comparison.", held=told(row))
    st.warning(text.literal(said), icon=":material/casino:")
    return st.checkbox(tr("Start it anyway"), key=f"although-{account}-{play_id}")


def _of(choice: Choice, account: str) -> Report:
    report = only(loaders.report(choice.company, "play-holdouts", choice.viewer, choice.now), account)
    return where(report, "holdout_state", LEFT_ALONE)


def _release(choice: Choice, row: dict[str, Any]) -> None:
    try:
        holdouts.release(
            open_stores.store(choice.company),
            choice.viewer,
            row["holdout_id"],
            seen=row["batch"],
            day=choice.question.as_of or loaders.default_day(choice.company) or date.min,
        )
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)))
        return
    st.toast(tr("{play} may be started for it again.", play=text.literal(play_words.words(row["play"]))), icon=":material/check:")
    st.rerun()
