"""What a question leaves open, filled in from the data: never from the clock."""

from datetime import date

from data.store.view import View
from data.viewer import Viewer
from reports.periods import year_before
from reports.report import Question


def as_of(view: View, question: Question) -> date | None:
    """The day looked at: as asked, else the last day that usage covers, else the day of the last import; None in an empty store."""
    imported = view.last_import_at()
    return question.as_of or view.last_covered_day() or (imported.date() if imported else None)


def period(question: Question, day: date) -> tuple[date, date]:
    """Opening and closing balance day: as asked, else the twelve months up to the day looked at.

    Raises ValueError where the closing day lies before the opening.
    """
    end = question.end or day
    start = question.start or year_before(end)
    if end < start:
        raise ValueError(f"to: {end} lies before {start}, where the period opens.")
    return start, end


def printed(view: View, viewer: Viewer, question: Question, day: date | None, **more: object) -> dict[str, object]:
    """The parameters as every report states them; `known_at` is null for what is known now."""
    stated = {"as_of": day, "known_at": question.known_at, "viewer": viewer.owner, "by": question.by}
    return stated | {"filters": {column: list(values) for column, values in question.filters}} | more
