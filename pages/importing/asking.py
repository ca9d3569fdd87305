"""What only a person can say of a file: its questions, all at once, and what was answered, to be taken back."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import streamlit as st

from data.importing.desk import Desk
from data.importing.findings import Question
from language import again, mark, tr
from pages.importing import words
from pages.ui import address, text
from reports.imports.import_plan import Planned, asked_alike

ANOTHER = mark("Another one")
FEW = 8  # choices that fit side by side


def shared(desk: Desk, plan: list[Planned], name: str) -> None:
    """What several files ask alike, to be answered once for all of them."""
    for option, asking in asked_alike(plan).items():
        question = next(one for one in asking[0].questions if one.option == option)
        files = tr(", ").join(one.draft.file for one in asking)
        asked = replace(
            question, text=tr("{option} For all of: {files}", option=words.ALIKE.get(option, words.option(option)), files=files), hint=""
        )
        with st.container(border=True, key=f"shared-{option}{name}"):
            value = _answer(f"shared{name}", asked)
        if value is not None:
            for one in asking:
                desk.answer(one.draft, option, value)
            st.rerun()


def suggested(desk: Desk, plan: list[Planned], name: str) -> None:
    """The answers that the files themselves speak for, to be confirmed at once; below, each can be answered otherwise. One alone is as
    near at its own question, but for a day, which is typed there."""
    found = [(one, question) for one in plan for question in one.questions if question.suggested]
    if len(found) < 2 and not any(question.option == "covers" for _, question in found):
        return
    with st.container(border=True, key=f"suggested{name}"):
        st.markdown(tr("**Suggested answers** · :gray[what the files speak for; none is taken before you confirm it]"))
        st.markdown("\n".join(f"- {_told(one, question)}" for one, question in found))
        label = tr("Use these {found} answers", found=len(found)) if len(found) > 1 else tr("Use this answer")
        st.button(label, key=f"use-suggested{name}", on_click=_use, args=(desk, found))
        st.caption(tr("Is one of them wrong? Answer that one below first."))


def _told(one: Planned, question: Question) -> str:
    said = f"{words.option(question.option)}: {words.answer(question.option, question.suggested)}"
    why = text.literal(again(question.hint or question.text))
    return f"{text.literal(one.draft.file)} — **{text.literal(said)}**  \n  :small[:gray[{why}]]"


def _use(desk: Desk, found: list[tuple[Planned, Question]]) -> None:
    for one, question in found:
        desk.answer(one.draft, question.option, question.suggested)


def questions(desk: Desk, one: Planned, but: Collection[str] = ()) -> None:
    """Ask all that is open; each answer is kept at once. but: what is asked elsewhere, for several files at once."""
    for question in one.questions:
        if question.option in but:
            st.caption(tr("{text_} Asked above, for several files at once.", text_=text.literal(again(question.text))))
            continue
        if question.option == "table" and len(question.choices) > FEW:
            st.caption(text.literal(again(question.text)))  # chosen above, where every file's table is
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
    """The answer to a question, once there is one. Choices are pills and no radio buttons: of those the arrow keys take each that they
    pass, so that the keyboard would answer with the next one and never reach the others.
    """
    option, asked, key = question.option, text.literal(again(question.text)), f"{place}-answer-{question.option}"
    if not question.choices:
        day = st.date_input(asked, None, key=key, help=again(question.hint) or None)
        return day.isoformat() if day else None
    hint = text.literal(again(question.hint)) if question.hint else None
    if option == "timezone":
        chosen = _zone(asked, question.choices, key)
    elif len(question.choices) > FEW:
        chosen = st.selectbox(asked, question.choices, index=None, key=key, format_func=lambda choice: words.answer(option, choice))
    else:
        chosen = st.pills(asked, question.choices, key=key, format_func=lambda choice: text.literal(words.answer(option, choice)))
    if hint:
        st.caption(hint)
    return chosen


def _zone(asked: str, zones: Sequence[str], key: str) -> str | None:
    """A time zone: the likely ones at a click, that of this browser among them, and all others in a list."""
    likely = list(dict.fromkeys(zone for zone in (zones[0], "UTC", address.time_zone()) if zone in zones))
    chosen = st.pills(asked, [*likely, tr(ANOTHER)], key=key)
    if chosen != tr(ANOTHER):
        return chosen
    return st.selectbox(
        tr("Time zone"), zones, index=None, key=f"{key}-other", placeholder=tr("Choose a time zone"), label_visibility="collapsed"
    )


def answered(desk: Desk, one: Planned) -> None:
    """What was said of the file, each with a way to take it back."""
    told = [(option, value) for option, value in one.told.answers.items() if value]
    if not told:
        return
    with st.container(horizontal=True, gap="small", key=f"{one.draft.key}-said"):
        for option, value in told:
            st.button(
                text.literal(f"{words.option(option)}: {words.answer(option, value)}"),
                icon=":material/close:",
                type="tertiary",
                key=f"{one.draft.key}-unsay-{option}",
                on_click=desk.answer,
                args=(one.draft, option, None),
                help=tr("Take this answer back"),
            )
