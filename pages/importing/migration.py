"""The migration report on the page: what came in and what did not, as a table, PDF and Excel, and its sign-off."""

from datetime import UTC, datetime

import streamlit as st

from data.store import open_stores
from data.viewer import EDIT, EXPORT
from language import InLanguage, again, mark, tr
from pages.importing import words
from pages.ui import loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.downloads import offer
from reports.files.exports import of_report
from reports.files.pdf import as_pdf
from reports.files.tables import file_name
from reports.imports.migration import SECTIONS, SIGNED, sign_off
from reports.narrow import of_section
from reports.report import Report
from reports.words import codes

FOLDED = 8  # statements of a section from which on it is folded
SHOWN = InLanguage({"batch": mark("Import"), "file": mark("File"), "what": mark("What"), "detail": mark("Detail"), "rows": mark("Rows")})


def show(choice: Choice, *, changeable: bool) -> None:
    """The document in its sections, folded away; nothing where no file came in."""
    report = loaders.report(choice.company, "migration", choice.viewer, unfiltered(choice.question))
    if report.rows.is_empty():
        return
    signed = of_section(report, SIGNED)
    counts = words.counts(report.total("accepted"), report.total("rejected"), report.total("duplicate"))
    agreed = tr("Signed off {what}.", what=text.literal(signed.rows["what"][-1])) if signed.rows.height else tr("Not signed off yet.")
    still = words.counted(report.total("open") or 0, "thing")
    st.header(tr("Migration report"))
    st.caption(
        tr(
            "{files}: {counts}; {still} open. {agreed}",
            files=words.counted(report.total("files") or 0, "file"),
            counts=counts,
            still=still,
            agreed=agreed,
        )
    )
    with st.expander(tr("What came in, what did not, and why"), key="migration"):
        for section in SECTIONS:
            _section(section, of_section(report, section))
        with st.container(horizontal=True, gap="small"):
            tables.downloads(report, "migration")
            name = file_name(report, "pdf")
            if choice.viewer.may(EXPORT, "imports"):
                offer(
                    tr("PDF"),
                    name,
                    lambda: as_pdf(report.exported_by(choice.viewer)),
                    lambda: of_report(report, ["pdf"]),
                    choice.looking,
                    on_click="rerun",
                    key="migration-pdf",
                    icon=":material/download:",
                )
        if changeable and choice.viewer.may(EDIT, "imports"):
            _sign(choice)


def _section(title: str, part: Report) -> None:
    if part.rows.is_empty():
        return
    st.markdown(f"**{codes.said('section', title)}**")
    st.dataframe(
        part.rows.drop("section"), hide_index=True, width="stretch", height="content" if part.rows.height <= FOLDED else 320,
        column_config=SHOWN, placeholder=text.MISSING, key=f"migration-{title}",
    )  # fmt: skip


def _sign(choice: Choice) -> None:
    with st.form("sign-off", border=True):
        st.markdown(tr("**Sign off** what came in, by name and day. It is listed among the imports and can be undone there."))
        who = choice.viewer.person or st.text_input(tr("Your name"), key="signed-by", max_chars=80)
        comment = st.text_input(tr("Remark"), key="signed-with", max_chars=300)
        if not st.form_submit_button(tr("Sign off")):
            return
    try:
        done = sign_off(open_stores.store(choice.company), who, comment, at=datetime.now(UTC), viewer=choice.viewer)
    except ValueError as error:
        st.error(text.literal(again(error)))
        return
    st.toast(tr("Signed off as import {batch}.", batch=done.batch))
    st.rerun()
