"""The plays themselves: what each is for, what starts it, its steps; and changing them."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT, NotAllowed
from data.work import templates
from data.work.templates import ROOT_CAUSE, Play, Step
from language import InLanguage, again, mark, tr, tr_n, tr_of
from pages.parts import play_words
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.pills import Pill, pills
from reports.work.plays import words_of_plays

BY_HAND = "by_hand"
ASKS = InLanguage({ROOT_CAUSE: mark("What had led to it")})
NEW = Play("", "", (Step("", 0),))


def show(choice: Choice) -> None:
    """Every play, in a line that opens to its steps; those that are retired last."""
    known = loaders.plays(choice.company, choice.viewer)
    may = choice.viewer.may(EDIT, "plays")
    st.subheader(tr("All plays"), anchor=False)
    if may and st.button(tr("Write a play"), icon=":material/add:"):
        st.dialog(tr("Write a play"), width="large")(_form)(choice, NEW)
    for play in sorted(known.values(), key=lambda one: one.is_retired):
        with st.expander(_label(play), key=f"template-{play.play_id}"):
            _one(choice, play, may)


def _label(play: Play) -> str:
    name = text.literal(play_words.words(play.name))
    return tr("{name} (retired)", name=name) if play.is_retired else name


def _one(choice: Choice, play: Play, may: bool) -> None:
    st.caption(text.literal(play_words.words(play.meaning)))
    pills(_marks(play))
    st.markdown("\n".join(play_words.steps(play)))
    if may:
        with st.container(horizontal=True, gap="small"):
            _buttons(choice, play)


def _marks(play: Play) -> list[Pill]:
    """What starts it, for whom, how many a day, and whose it is."""
    name, icon = play_words.trigger(play.trigger, play.within), ":material/bolt:" if play.trigger else ":material/back_hand:"
    found = [Pill(name, icon, "gray", play_words.meaning(play.trigger) if play.trigger else None)]
    if play.trigger:
        found.append(
            Pill(tr("starts by itself"), ":material/bedtime:", "green", tr(AT_NIGHT))
            if play.is_on
            else Pill(tr("asks first"), ":material/touch_app:", "gray", tr(ASKED))
        )
        found.append(
            Pill(tr("at most {n} a day", n=play.most_a_day) if play.most_a_day else tr("no limit a day"), ":material/speed:", "gray")
        )
    if play.held_out:
        found.append(
            Pill(tr("{n:g} % held out by chance", n=round(100 * play.held_out, 1)), ":material/casino:", "violet", tr(HOLDING_OUT))
        )
    found.append(Pill(play_words.segments(play.segments), ":material/group:", "gray"))
    if play.is_own or play.is_changed:
        found.append(Pill(tr("written by your team") if play.is_own else tr("changed by your team"), ":material/edit:", "violet"))
    return found


AT_NIGHT = mark("By night, on the server, up to the limit; the log says that it started by itself.")
ASKED = mark("Somebody looks at the accounts on this page, and starts it for them.")


def _buttons(choice: Choice, play: Play) -> None:
    store, viewer = open_stores.store(choice.company), choice.viewer
    if st.button(tr("Edit"), key=f"edit-{play.play_id}", icon=":material/edit:"):
        st.dialog(tr("Edit a play"), width="large")(_form)(choice, play)
    if st.button(tr("Take up again") if play.is_retired else tr("Retire"), key=f"retire-{play.play_id}", type="tertiary"):
        _written(lambda: templates.retire(store, viewer, play.play_id, seen=play.batch, is_retired=not play.is_retired))
    if play.is_changed and st.button(tr("Back to how it came"), key=f"shipped-{play.play_id}", type="tertiary", icon=":material/undo:"):
        _written(lambda: templates.as_shipped(store, viewer, play.play_id, seen=play.batch))


def _written(deed: Callable[[], object]) -> None:
    """Do it and draw the page anew; what refuses it is told where it was typed, and nothing is lost."""
    try:
        deed()
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)))
        return
    st.rerun()


def _form(choice: Choice, play: Play) -> None:
    """Everything that makes a play; its steps as a table."""
    said = play_words.words
    name = st.text_input(tr("Name"), said(play.name), max_chars=templates.LONGEST)
    meaning = st.text_area(tr("What it is for"), said(play.meaning), max_chars=1000, height=80)
    known = loaders.values(choice.company, "segment", choice.viewer)
    segments = st.multiselect(tr("Segments"), sorted({*known, *play.segments}), list(play.segments), placeholder=tr("All"))
    trigger, within = _trigger(play)
    left, right = st.columns(2, vertical_alignment="bottom")
    limit = left.number_input(tr("At most a day"), value=play.most_a_day, step=1, placeholder=tr("No limit"))
    is_on = right.toggle(tr("Starts by itself"), play.is_on, disabled=trigger is None, help=tr(AT_NIGHT))
    held_out = _held_out(play)
    rows = _steps(choice, play)
    if not st.button(tr("Save"), type="primary", key="play-save"):
        return
    made = Play(
        play.play_id or uuid4().hex[:8], as_written(name.strip()), _as_steps(rows), as_written(meaning.strip()) or None, tuple(segments),
        trigger, within, is_on and trigger is not None, limit, play.is_retired, held_out=held_out,
    )  # fmt: skip
    _written(lambda: templates.save(open_stores.store(choice.company), choice.viewer, made, seen=play.batch, segments=known))


def _held_out(play: Play) -> float | None:
    """The share that chance leaves alone."""
    share = None if play.held_out is None else 100 * play.held_out
    said = st.number_input(tr("Held out by chance, %"), value=share, step=5.0, placeholder=tr("Nobody"), help=tr(HOLDING_OUT))
    return said / 100 if said else None


HOLDING_OUT = mark(
    "Where the play starts by itself, chance leaves so many of a hundred accounts alone, for a year at most, to see what happens without: "
    "the strongest evidence there is. They are shown, and anybody may start the play for them anyway. Empty: nobody is held out."
)


def _trigger(play: Play) -> tuple[str | None, int | None]:
    """What starts it, and of renewals how many days ahead."""
    codes = [BY_HAND, *templates.TRIGGERS]
    names = {code: play_words.trigger(None if code == BY_HAND else code) for code in codes}
    left, right = st.columns(2)
    chosen = left.selectbox(tr("What starts it"), codes, codes.index(play.trigger or BY_HAND), format_func=names.__getitem__)
    if chosen == BY_HAND:
        return None, None
    if chosen != "renews_within":
        st.caption(text.literal(play_words.meaning(chosen)))
        return chosen, None
    return chosen, right.number_input(tr("Days ahead"), value=play.within or 90, step=1)


def _steps(choice: Choice, play: Play) -> Sequence[dict[str, Any]]:
    """The steps in a table of which rows are added and removed."""
    rows = [
        {
            "title": play_words.words(one.title), "due_days": one.due_days, "before_days": one.before_days, "clock_hours": one.clock_hours,
            "owner": one.owner, "asks": one.asks == ROOT_CAUSE, "text": play_words.words(one.text) or None,
        }
        for one in play.steps
    ]  # fmt: skip
    number, people = st.column_config.NumberColumn, [*loaders.people(choice.company)]
    columns = {
        "title": st.column_config.TextColumn(tr_of("a play", "Step"), width="large", required=True),
        "due_days": number(tr("Days after the start"), step=1, default=0, required=True),
        "before_days": number(tr("Days before the renewal"), step=1, help=tr(BEFORE)),
        "clock_hours": number(tr("Hours"), step=1, help=tr("From the moment of the start, where days are too coarse.")),
        "owner": st.column_config.SelectboxColumn(tr("Who does it"), options=people, help=tr("Empty: who has the account.")),
        "asks": st.column_config.CheckboxColumn(tr("Asks for the root cause"), default=False),
        "text": st.column_config.TextColumn(tr("What is meant")),
    }  # fmt: skip
    st.caption(tr("Steps in their order; plays that run keep the steps that they began with."))
    return st.data_editor(
        rows, column_config=columns, num_rows="dynamic", hide_index=True, placeholder="", key=f"steps-of-{play.play_id}-{play.batch}"
    )


BEFORE = mark("In place of the days after the start, where the renewal is known.")


def _as_steps(rows: Sequence[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(
        Step(
            as_written((row["title"] or "").strip()), int(row["due_days"] or 0), row["owner"] or None,
            None if row["clock_hours"] is None else int(row["clock_hours"]), ROOT_CAUSE if row["asks"] else None,
            as_written((row["text"] or "").strip()) or None, None if row["before_days"] is None else int(row["before_days"]),
        )
        for row in rows
    )  # fmt: skip


def as_written(said: str) -> str:
    """Words of the product as they are kept, in English, whatever language they were read in; others as they were typed."""
    return next((words for words in words_of_plays() if tr(words) == said), said)


def count(choice: Choice) -> str:
    """How many plays there are to start."""
    known = [play for play in loaders.plays(choice.company, choice.viewer).values() if not play.is_retired]
    return tr_n("{n} play to start", "{n} plays to start", len(known))
