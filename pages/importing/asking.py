"""What only a person can say of a file: its questions, all at once, and what was answered, to be taken back."""

import streamlit as st

from data.importing.desk import Desk
from data.importing.findings import Question
from pages.importing import words
from pages.ui import text
from reports.imports.import_plan import Planned

FEW = 8  # choices that fit side by side
WRITTEN = ("sheet", "header_row", "encoding")  # answered where the file's inside is looked at, too


def questions(desk: Desk, one: Planned) -> None:
    """Ask all that is open; each answer is kept at once."""
    for question in one.questions:
        if question.option == "table" and len(question.choices) > FEW:
            st.caption(text.literal(question.text))  # chosen above, where every file's table is
            continue
        with st.container(key=f"{one.draft.key}-asked-{question.option}"):
            value = _answer(one.draft.key, question)
        if value is not None:
            if question.option == "table":
                desk.say(one.draft, lambda told, value=value: told.of_table(value))
            else:
                desk.answer(one.draft, question.option, value)
            st.rerun()


def _answer(place: str, question: Question) -> str | None:
    option, asked, key = question.option, text.literal(question.text), f"{place}-answer-{question.option}"
    if not question.choices:
        day = st.date_input(asked, None, key=key, help=question.hint or None)
        return day.isoformat() if day else None
    hint = text.literal(question.hint) if question.hint else None
    if len(question.choices) > FEW:
        chosen = st.selectbox(asked, question.choices, index=None, key=key, format_func=lambda choice: words.answer(option, choice))
    else:
        chosen = st.radio(
            asked, question.choices, index=None, key=key, horizontal=True,
            format_func=lambda choice: text.literal(words.answer(option, choice)),
        )  # fmt: skip
    if hint:
        st.caption(hint)
    return chosen


def answered(desk: Desk, one: Planned) -> None:
    """What was said of the file, each with a way to take it back."""
    told = [(option, value) for option, value in one.told.answers.items() if value]
    if not told:
        return
    with st.container(horizontal=True, gap="small", key=f"{one.draft.key}-said"):
        for option, value in told:
            st.button(
                text.literal(f"{words.option(option)}: {words.answer(option, value)}"), icon=":material/close:", type="tertiary",
                key=f"{one.draft.key}-unsay-{option}", on_click=desk.answer, args=(one.draft, option, None), help="Take this answer back",
            )  # fmt: skip
