"""What the bar of filters says, once it is drawn: who looks at which company, and what is asked."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from data.viewer import Viewer
from pages.ui.looking import Looking
from reports.periods import compared
from reports.report import Question


@dataclass(frozen=True)
class Choice:
    """What the bar says: which company, who looks, the question, and the period it is compared with, both as seen on the same day; when:
    the period as a sentence ends with it."""

    company: str
    looking: Looking
    question: Question
    before: Question | None = None
    comparison: str = ""
    compares: str = ""
    when: str = ""

    @property
    def viewer(self) -> Viewer:
        """Who looks, with what they may do just now."""
        return self.looking.viewer

    @property
    def now(self) -> Question:
        """The question of the day looked at, whatever the period."""
        return replace(self.question, start=None, end=None)

    @property
    def year_before(self) -> Question | None:
        """The same period a year earlier, as seen on the same day; None where there is no period."""
        if self.question.start is None or self.question.end is None:
            return None
        other = compared(self.question.start, self.question.end, "year_before")
        return replace(self.question, start=other[0], end=other[1]) if other else None


def unfiltered(question: Question) -> Question:
    """The same question of all accounts, in one group: what an import is previewed with."""
    return replace(question, filters=(), by=None)


def of_today(question: Question) -> Question:
    """The question asked of this very day: whether a feed is late is a matter of the calendar."""
    return replace(question, as_of=datetime.now(UTC).date())
