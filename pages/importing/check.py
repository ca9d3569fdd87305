"""The check of a file: counts, and each row that is rejected with its reason."""

from dataclasses import asdict

import streamlit as st

from data.importing.desk import Desk
from data.importing.run import Prepared
from pages.ui import text
from reports.files.rows_as_files import rejected_csv
from reports.imports.import_plan import Planned

SHOWN = 1_000  # problems listed on the page; a browser has no use for a million
COLUMNS = {
    "line": st.column_config.NumberColumn("Line", format="%d", width="small"), "column": "Column", "value": "Value",
    "reason": st.column_config.TextColumn("Why, and what to do", width="large"),
}  # fmt: skip


def turned_down(one: Planned) -> None:
    """Why nothing of a file can be taken."""
    st.error(f"Nothing of {text.literal(one.draft.file)} can be imported yet. {text.literal(one.problems[0].reason)} Nothing was lost.")
    if len(one.problems) > 1:
        _problems([asdict(problem) for problem in one.problems], f"{one.draft.key}-problems")


def checked(desk: Desk, one: Planned, ready: Prepared) -> None:
    """Counts of the check, and each row that is rejected with its reason and as a file to fix."""
    draft, staged = one.draft, ready.staged
    st.markdown("**3 · Check**")
    read, good, away, again = st.columns(4)
    read.metric("Rows read", f"{staged.read:,}")
    good.metric("Can go in", f"{staged.read - staged.rejected - staged.duplicate:,}")
    away.metric("Rejected", f"{staged.rejected:,}")
    again.metric("Repeated in the file", f"{staged.duplicate:,}")
    if staged.problems.height:
        _problems(staged.problems.drop("rejected").head(SHOWN), f"{draft.key}-problems")
    if staged.problems.height > SHOWN:
        st.caption(f"The first {SHOWN:,} of {staged.problems.height:,}; the file of rejected rows has all of them.")
    if staged.rejected:
        st.download_button(
            "Rejected rows as CSV",
            lambda: rejected_csv(staged.header, staged.rejected_rows["cells"].to_list()),
            f"rejected_{draft.file}.csv",
            key=f"{draft.key}-rejected",
            on_click="ignore",
            help="Under the file's own header: fix the rows and drop the file here.",
        )


def _problems(problems: object, key: str) -> None:
    st.dataframe(problems, hide_index=True, width="stretch", column_config=COLUMNS | {"file": None, "rejected": None}, key=key)
