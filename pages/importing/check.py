"""The check of a file: counts, and each row that is rejected with its reason."""

import hashlib
from dataclasses import asdict

import streamlit as st

from data.importing import uploads
from data.importing.desk import Desk, Told
from data.importing.run import Prepared
from data.store.store import Store
from language import InLanguage, again, mark, tr
from pages.importing import words
from pages.ui import filters, text
from pages.ui.downloads import offer
from reports.files.exports import Export
from reports.files.rows_as_files import rejected_csv
from reports.imports.import_plan import Planned
from reports.imports.rejected_rows import LINE, WHY, can_be_sent_again, fixed_file, mapping_of_fixed, rejected_rows

SHOWN = 1_000  # problems listed on the page; a browser has no use for a million
COLUMNS = InLanguage({
    "line": st.column_config.NumberColumn(mark("Line"), format="%d", width="small"), "column": mark("Column"), "value": mark("Value"),
    "reason": st.column_config.TextColumn(mark("Why, and what to do"), width="large"),
})  # fmt: skip


def turned_down(one: Planned) -> None:
    """Why nothing of a file can be taken."""
    st.error(
        tr(
            "Nothing of {file} can be imported yet. {reason} Nothing was lost.",
            file=text.literal(one.draft.file),
            reason=text.literal(again(one.problems[0].reason)),
        )
    )
    if len(one.problems) > 1:
        _problems([asdict(problem) | {"reason": again(problem.reason)} for problem in one.problems], f"{one.draft.key}-problems")


def checked(store: Store, desk: Desk, one: Planned, ready: Prepared) -> None:
    """Counts of the check, and each row that is rejected with its reason and as a file to fix."""
    draft, staged = one.draft, ready.staged
    st.markdown(tr("**3 · Check**"))
    read, good, away, repeated = st.columns(4)
    read.metric(tr("Rows read"), f"{staged.read:,}")
    good.metric(tr("Can go in"), f"{staged.read - staged.rejected - staged.duplicate:,}")
    away.metric(tr("Rejected"), f"{staged.rejected:,}")
    repeated.metric(tr("Repeated in the file"), f"{staged.duplicate:,}")
    if staged.problems.height:
        _problems([row | {"reason": again(row["reason"])} for row in staged.problems.head(SHOWN).to_dicts()], f"{draft.key}-problems")
    if staged.problems.height > SHOWN:
        st.caption(
            tr("The first {shown:,} of {height:,}; the file of rejected rows has all of them.", shown=SHOWN, height=staged.problems.height)
        )
    if staged.rejected:
        offer(
            tr("Rejected rows as CSV"),
            f"rejected_{draft.file}.csv",
            lambda: rejected_csv(staged.header, staged.rejected_rows["cells"].to_list()),
            lambda: Export("rejected-rows", "imports", ("csv",), staged.rejected_rows.height),
            filters.looking(),
            key=f"{draft.key}-rejected",
            help=tr("Under the file's own header: fix the rows and drop the file here."),
        )
    if can_be_sent_again(ready):
        with st.expander(tr("Fix {rows} here", rows=words.counted(staged.rejected, "rejected row"))):
            _fix(store, desk, one, ready)
    elif staged.rejected:
        st.caption(tr("These rows are put right in the file itself: it is a list that must be whole, or they are too many."))


def _fix(store: Store, desk: Desk, one: Planned, ready: Prepared) -> None:
    """The rejected rows as a table to type in; what was changed becomes a file of its own, read as this one is."""
    before, header = rejected_rows(ready), ready.staged.header
    place = f"{one.draft.key}-fix-{hash(ready.staged.mapping)}"
    with st.form(place, border=False):
        after = st.data_editor(
            before, hide_index=True, width="stretch", disabled=[tr(LINE), tr(WHY)], num_rows="fixed", key=f"{place}-rows"
        )
        sent = st.form_submit_button(tr("Send the fixed rows"))
    if not sent:
        return
    content = fixed_file(before, after, header)
    if content is None:
        st.info(tr("No cell was changed. Correct the cells that are named in front of each row, then send them."))
        return
    draft = uploads.keep(
        store.path, hashlib.sha256(content).hexdigest(), tr("fixed rows of {file}", file=one.draft.file), memoryview(content)
    )
    desk.put(draft, Told(mapping=mapping_of_fixed(ready.mapping).to_toml()))
    st.rerun()


def _problems(problems: object, key: str) -> None:
    st.dataframe(problems, hide_index=True, width="stretch", column_config=dict(COLUMNS) | {"file": None, "rejected": None}, key=key)
