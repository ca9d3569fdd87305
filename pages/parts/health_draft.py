"""The draft of a health score: kept for the window, edited in place, and what it is held against."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from data.viewer import EDIT
from language import tr
from metrics.scorecard import Scorecard
from metrics.scorecard_edits import segments_as_variants
from pages.ui import address, loaders
from pages.ui.choice import Choice
from reports.health.scorecard import InForce, ScorecardError, from_toml, to_toml

DRAFT = "health-score"
FINEST = 8  # digits of a share that is typed in percent


@dataclass(frozen=True)
class Draft:
    """What is being written. made_of: the version that it began as. newest: the newest version as it was seen then. revision: raised where
    rows come or go, so that no field keeps what another one said."""

    card: Scorecard
    made_of: int
    newest: int
    revision: int = 0


@dataclass
class Editor:
    """A draft while the page is drawn. card: as the fields that were drawn by now have it. may: whether the reader may change it."""

    choice: Choice
    now: InForce
    draft: Draft
    card: Scorecard
    may: bool

    def key(self, *names: object) -> str:
        """The name of a field; another one once rows came or went."""
        return "-".join(("score", str(self.draft.revision), *(str(one) for one in names)))

    def anew(self, card: Scorecard) -> None:
        """Rows come or go: draw the page from this on."""
        keep(replace(self.draft, card=card, revision=self.draft.revision + 1))
        st.rerun()

    def settle(self) -> None:
        """Keep what was typed, and draw the page again where that was something."""
        if self.may and self.card != self.draft.card:
            keep(replace(self.draft, card=self.card))
            st.rerun()

    @property
    def is_changed(self) -> bool:
        """Whether the draft says anything else than the score in force."""
        return self.card != plain(self.now.card)

    @property
    def wrong(self) -> str:
        """Why the draft cannot be published, naming the entry; empty where it can."""
        try:
            from_toml(to_toml(self.card))
        except ScorecardError as error:
            return str(error)
        return ""

    def remove(self, words: str, *names: object) -> bool:
        """A cross that takes something out; the words are on hover, and read out."""
        return st.button(":material/close:", key=self.key(*names), type="tertiary", help=words)

    def number(
        self, label: str, value: float | None, *names: object, width: int = 110, share: bool = False, whole: bool = False, **more: Any
    ) -> float | None:  # fmt: skip
        """A field for a number, a share in percent; what was not touched stays as it is to its last digit. whole: takes whole numbers."""
        shown = None if value is None else _shown(value, share)
        kind: dict[str, Any] = {"label_visibility": "collapsed", "step": 1 if whole else 1.0, "format": "%d" if whole else "%g"} | more
        given = None if shown is None else int(shown) if whole else shown
        typed = st.number_input(
            label, value=given, key=self.key(*names), width=width, disabled=not self.may,
            **kind,
        )  # fmt: skip
        if typed is None or typed == shown:
            return None if typed is None else value
        return round(typed / 100, FINEST) if share else typed


def _shown(value: float, share: bool) -> float:
    return round(value * 100, 6) if share else float(value)


def plain(card: Scorecard) -> Scorecard:
    """A score with one list of what counts otherwise for whom."""
    return segments_as_variants(card)


def opened(choice: Choice) -> Editor | None:
    """The draft of this window, else one that says what is in force; None where no score can be read."""
    try:
        now = loaders.score_in_force(choice.company, choice.viewer, choice.question)
    except ScorecardError:
        return None
    may = choice.viewer.may(EDIT, "plays") and choice.question.known_at is None
    kept: Draft | None = address.draft(DRAFT) if may else None
    draft = kept or Draft(plain(now.card), now.version, now.newest)
    return Editor(choice, now, draft, draft.card, may)


def keep(draft: Draft | None) -> None:
    """Keep a draft for the window; None: begin anew from what is in force."""
    address.keep_draft(DRAFT, draft)


def begin(now: InForce, card: Scorecard, made_of: int, before: Draft | None = None) -> None:
    """Let the draft be another score, such as an earlier version or a file."""
    keep(Draft(plain(card), made_of, now.newest, (before.revision + 1) if before else 1))


def called(version: int) -> str:
    """A version in a sentence."""
    return tr("version {version}", version=version) if version else tr("the file")
