"""What the choices of the bar and of pages are called, and what their values are called."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from language import InLanguage, mark, tr
from reports.words.titles import title as title_of

PERIOD_WORDS = InLanguage(
    {
        "last_12_months": mark("Last 12 months"),
        "this_quarter": mark("This quarter"),
        "last_quarter": mark("Last quarter"),
        "year_to_date": mark("Year to date"),
        "last_90_days": mark("Last 90 days"),
        "last_30_days": mark("Last 30 days"),
        "custom": mark("Custom period"),
    }
)
STEPS = InLanguage({"month": mark("Month"), "quarter": mark("Quarter"), "year": mark("Year")})
LEVELS = InLanguage({"account": mark("Accounts"), "parent": mark("Parents")})
SEGMENTS = InLanguage({"now": mark("As they are now"), "then": mark("As they were")})
IN_WORDS = InLanguage(  # as they stand within a line
    {
        "last_12_months": mark("last 12 full months"),
        "this_quarter": mark("this quarter"),
        "last_quarter": mark("last quarter"),
        "year_to_date": mark("year to date"),
        "last_90_days": mark("last 90 days"),
        "last_30_days": mark("last 30 days"),
        "custom": mark("custom period"),
    }
)
WHEN = InLanguage(  # as they end a sentence
    {
        "last_12_months": mark("in the last 12 full months"),
        "this_quarter": mark("this quarter"),
        "last_quarter": mark("last quarter"),
        "year_to_date": mark("this year so far"),
        "last_90_days": mark("in the last 90 days"),
        "last_30_days": mark("in the last 30 days"),
        "custom": mark("in the period"),
    }
)
DAYS = InLanguage({30: mark("30 days"), 60: mark("60 days"), 90: mark("90 days"), 180: mark("180 days"), 365: mark("365 days")})
COMPARE_WORDS = InLanguage(
    {"previous_period": mark("vs previous period"), "year_before": mark("vs a year before"), "nothing": mark("No comparison")}
)
WORDS = {"period": PERIOD_WORDS, "compare": COMPARE_WORDS, "step": STEPS, "level": LEVELS, "segments": SEGMENTS, "within": DAYS}

NAMED = InLanguage(  # what the choices are called
    {
        "as_of": mark("As of"), "period": mark("Period"), "compare": mark("Compare"), "rules": mark("Rules"), "known_at": mark("As known"),
        "viewer": mark("Look as"), "by": mark("Split by"), "step": mark("Step"), "level": mark("Counted as"), "segments": mark("Segments"),
        "within": mark("Coming up in"), "from": mark("From (opening)"), "to": mark("To"),
    }
)  # fmt: skip


def name_of(choice: str) -> str:
    """What the bar or a page calls a choice."""
    return NAMED.get(choice) or title_of(choice)


def said_in_words(name: str, value: str) -> str:
    """A code in the words that the address has for it, in the reader's language."""
    words: Mapping[Any, str] = WORDS.get(name, {})
    return title_of(value) if name == "by" else words.get(int(value) if value.isdigit() else value, value)


def moment_in_words(batch: int, at: datetime) -> str:
    """The import right after which the store is looked at."""
    return tr("After import {batch}, {at:%Y-%m-%d %H:%M} UTC", batch=batch, at=at)
