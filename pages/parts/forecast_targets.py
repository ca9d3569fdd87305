"""Targets and the gap to them; drawn below the figures of the page Forecast."""

from pages.ui import filters
from reports.report import Report


def show(choice: filters.Choice, report: Report) -> None:
    """The targets of the quarters ahead, beside what is expected. report: forecast."""
