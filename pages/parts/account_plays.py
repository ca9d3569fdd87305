"""The plays of one account: what runs, what has ended, and a button that starts one."""

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.parts import play_holdouts, play_run, play_start, plays
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.pills import pills
from reports.narrow import only


def show(choice: Choice, account: str) -> None:
    """Running plays first, then those that ended; each opens to its steps. Nothing for who may not see plays."""
    if not choice.viewer.may(VIEW, "activities"):
        return
    st.header(tr("Plays"), anchor=False)
    report = only(loaders.report(choice.company, "plays", choice.viewer, choice.now), account)
    for row in report.rows.iter_rows(named=True):
        with st.container(key=f"play-{row['run_id'].replace(' ', '-')}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{text.literal(row['play'])}**", width="content")
                st.caption(text.literal(play_run.whose(row)), width="stretch")
                if st.button(tr("Steps"), key=f"steps-{row['run_id']}", type="tertiary", icon=":material/checklist:"):
                    play_run.open_dialog(choice, row["run_id"])
            with st.container(horizontal=True, gap="xsmall"):
                pills(plays.marks(choice, row, report))
    play_holdouts.of_account(choice, account)
    if not report.rows.height:
        st.caption(tr("No play was started for this account."))
    if play_start.may_start(choice) and st.button(tr(play_start.START), key="start-play", icon=":material/play_circle:"):
        play_start.start_dialog(choice, account)
