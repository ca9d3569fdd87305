"""The log of past forecasts against what happened; drawn at the foot of the page Forecast."""

from pages.ui import filters


def show(choice: filters.Choice) -> None:
    """What was forecast, and what came of it."""
