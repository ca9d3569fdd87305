"""What numbers of effort count: asked where the header of a request's effort does not say, since points of a team are no days."""

import re

import polars as pl

from data.importing.believing import filled
from data.importing.findings import Question
from data.importing.headers import header_words
from data.importing.mapping import Mapping

UNITS = ("days", "hours", "weeks", "points")
SAID = {
    "days": re.compile(r"\bdays?\b|\btagen?\b|tage\b|\b(?:pt|pd|mt)\b|天|人日"),
    "hours": re.compile(r"\bhours?\b|\bhrs?\b|\bh\b|stunden\b|工时|小时"),
    "weeks": re.compile(r"\bweeks?\b|wochen\b|周"),
    "points": re.compile(r"\bpoints?\b|\bsp\b|punkte\b|点数|故事点"),
}  # fmt: skip


def effort_question(mapping: Mapping, sample: pl.DataFrame) -> Question | None:
    """What the efforts of a file count, where neither the header nor an answer says that they are days."""
    source = mapping.columns.get("effort_days", "")
    if mapping.table != "feature_requests" or not source or "effort_unit" in mapping.options:
        return None
    if source in sample.columns and not filled(sample[source]):
        return None
    said = unit_in(source)
    if said == "days":
        return None
    text = f"{source} counts the work that a request takes. In days of a person, or in what? Points say no days: with them the effort stays empty."
    return Question("effort_unit", source, text, UNITS, f"The name of the column speaks for {said}." if said else "", said)


def unit_in(header: str) -> str:
    """The unit that a header names; empty where it names none."""
    return next((unit for unit, look in SAID.items() if look.search(header_words(header))), "")
