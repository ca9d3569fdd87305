"""Plays in words: what starts one, why one was started, how far it is."""

import re
from collections.abc import Sequence
from datetime import date

from data.work.templates import Play, Step
from language import InLanguage, mark, spoken, tr, tr_n
from language.formats import month
from pages.parts import today_words
from pages.ui import text
from reports.work.plays import words_of_plays

CONDITIONS = InLanguage(
    {
        "renews_within": mark("Renewal ahead"),
        "stakeholder_gap": mark("No decision maker known"),
        "went_live": mark("Went live"),
        "refund_asked": mark("Refund asked for"),
    }
)
MEANINGS = InLanguage(
    {
        "renews_within": mark("A contract line ends within the days of the play, and no notice is given; once for each end."),
        "stakeholder_gap": mark("People of the account are known, and none of them decides; once a quarter."),
        "went_live": mark("The account went live in the last 30 days; once."),
        "refund_asked": mark(
            "A conversation, task, note or ticket of the last 30 days says refund, money back, reimburse, chargeback, 退款 or 退费."
        ),
    }
)
KEY = re.compile(r"^(\w+) (\d{4}-(?:\d{2}-\d{2}|\d{2}|Q\d))$")


def words(said: str | None) -> str:
    """A name or step of a play in the reader's language, where it came with the product; else as the team wrote it."""
    return "" if said is None else tr(said) if said in words_of_plays() else said


def trigger(name: str | None, within: int | None = None) -> str:
    """What starts a play, in words."""
    if name is None:
        return tr("By hand")
    if name == "renews_within" and within:
        return tr_n("Renews within {n} day", "Renews within {n} days", within)
    return CONDITIONS[name] if name in CONDITIONS else today_words.KINDS[name][0] if name in today_words.KINDS else name


def meaning(name: str) -> str:
    """What must hold, and how often it starts the same play for an account."""
    return MEANINGS[name] if name in MEANINGS else today_words.about(name)


def reason(said: str) -> str:
    """Why a play was started: the words that somebody wrote, or what a trigger found and when."""
    found = KEY.match(said)
    if not found or found[1] not in {*CONDITIONS, *today_words.KINDS}:
        return said
    return tr("{what}, {about}", what=trigger(found[1]), about=_period(found[2]))


def _period(said: str) -> str:
    """A day or month in words; a quarter as it is."""
    if "Q" in said:
        return said
    is_day = len(said) == len("2024-01-01")
    return text.day(date.fromisoformat(said)) if is_day else month(date.fromisoformat(f"{said}-01"))


def due(step: Step) -> str:
    """When a step is due, in words."""
    if step.clock_hours is not None:
        return tr_n("within {n} hour", "within {n} hours", step.clock_hours)
    if step.before_days is not None:
        return tr_n("{n} day before the renewal", "{n} days before the renewal", step.before_days)
    return tr("on the same day") if not step.due_days else tr_n("after {n} day", "after {n} days", step.due_days)


def steps(play: Play) -> list[str]:
    """A play's steps, a line each."""
    return [f"{n}. {text.literal(words(one.title))} :small[:gray[{text.literal(due(one))}]]" for n, one in enumerate(play.steps, 1)]


def segments(names: Sequence[str]) -> str:
    return ", ".join(names) or spoken(mark("all segments"))
