"""How a file is written: its sheet from a list, its header pointed at among the first lines, its encoding."""

import streamlit as st

from data.importing.desk import Desk
from language import mark, tr
from pages.importing import words
from pages.ui import text
from reports.imports.import_plan import Planned

SHOWN, CELLS = 12, 12  # lines, and cells of each, that are shown to point at
AUTOMATIC = mark("Found by itself")


def show(desk: Desk, one: Planned) -> None:
    """What is in the file, with its first rows; and the ways to read it otherwise, folded away unless one was chosen."""
    st.markdown(tr("**1 · What is in {file}**", file=text.literal(one.draft.file)))
    if one.seen:
        columns = words.counted(len(one.seen.header), "column")
        st.caption(tr("{kind} · {columns} · its first rows:", kind=words.KINDS.get(one.seen.kind, one.seen.kind), columns=columns))
        st.dataframe(one.seen.sample.head(4), hide_index=True, width="stretch", height="content", key=f"{one.draft.key}-sample")
    with st.expander(tr("How the file is written: sheet, header, encoding"), expanded=one.seen is None):
        chosen = _choose(one)
    for option, value in chosen.items():
        if value != one.told.answers.get(option, ""):
            desk.answer(one.draft, option, value)
            st.rerun()


def _choose(one: Planned) -> dict[str, str]:
    """The sheet, header row and encoding that the page says; empty text for what is found by itself."""
    said, key = one.told.answers, one.draft.key
    written = one.seen.written if one.seen else None
    left, middle, right = st.columns(3)
    chosen = {}
    if written and len(written.sheets) > 1:
        sheets = ["", *written.sheets]
        at = sheets.index(said.get("sheet", "")) if said.get("sheet", "") in sheets else 0
        name = lambda sheet: sheet or f"{tr(AUTOMATIC)}: {written.sheet}"  # noqa: E731
        chosen["sheet"] = left.selectbox(tr("Sheet"), sheets, at, format_func=name, key=f"{key}-sheet-{said.get('sheet')}")
    if written and written.lines:
        lines = {str(line): cells for line, cells in written.lines[:SHOWN]}
        options = list(dict.fromkeys(["", *lines, *([said["header_row"]] if said.get("header_row") else [])]))
        chosen["header_row"] = middle.selectbox(
            tr("Header row"),
            options,
            options.index(said.get("header_row", "")),
            key=f"{key}-header-{said.get('header_row')}",
            format_func=lambda line: (
                _line(line, lines)
                if line
                else tr("{automatic}: line {header_line}", automatic=tr(AUTOMATIC), header_line=written.header_line)
            ),
        )
    elif said.get("header_row"):
        chosen["header_row"] = middle.text_input(tr("Header row"), said["header_row"], key=f"{key}-header-text").strip()
    if not one.seen or one.seen.kind in ("csv", "jsonl"):
        chosen["encoding"] = right.text_input(
            tr("Encoding"),
            said.get("encoding", ""),
            key=f"{key}-encoding",
            placeholder=tr("found by itself"),
            help=tr("For example utf-8 or cp1252."),
        ).strip()
    pointed = _pointed_at(one, key) if written and written.lines else None
    return chosen | ({"header_row": pointed} if pointed else {})


def _line(line: str, lines: dict[str, list[str]]) -> str:
    cells = ", ".join(cell for cell in lines.get(line, []) if cell)
    return text.literal(tr("Line {line}: {cells}", line=line, cells=cells[:60]))


def _pointed_at(one: Planned, key: str) -> str | None:
    """The line that a person ticks as the header among the first ones; None where none is ticked."""
    if one.seen is None:
        return None
    lines = one.seen.written.lines[:SHOWN]
    width = min(max(len(cells) for _, cells in lines), CELLS)
    shown = [{tr("Line"): line} | {str(at + 1): cells[at] if at < len(cells) else "" for at in range(width)} for line, cells in lines]
    st.caption(
        tr(
            "The first lines as they stand. The header is on line {header_line}; tick another line to make it the header.",
            header_line=one.seen.written.header_line,
        )
    )
    picked = st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key=f"{key}-lines-{one.seen.written.sheet}-{one.seen.written.header_line}-{one.told.answers.get('header_row')}",
    )
    rows = picked["selection"]["rows"]
    return str(lines[rows[0]][0]) if rows else None
