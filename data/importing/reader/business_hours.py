"""Hours of a day of business, as lists write them: 09:00-12:00, 13:00-17:00."""

import re
from itertools import pairwise

import polars as pl

CLOCK = r"(\d{1,2})(?:[:.：](\d\d))?\s*([ap])?\.?(?:m\.?)?"
SPAN = re.compile(rf"{CLOCK}\s*(?:-|–|—|~|～|to|bis|至|到)\s*{CLOCK}(?:\s*(?:h|uhr))?", re.IGNORECASE)
CLOSED = ("closed", "-", "–", "—", "off", "none", "geschlossen", "zu", "frei", "休息", "不营业", "休", "無", "无", "fermé", "cerrado")
MINUTES_OF_A_DAY = 24 * 60


def plain_hours(text: str) -> str | None:
    """Hours written as 09:00-12:00, 13:00-17:00, in the order of the day; empty where the day is closed; None where they cannot be read,
    end before they begin, or run into one another."""
    said = text.strip()
    if said.lower() in CLOSED:
        return ""
    spans = [_span(part) for part in re.split(r"\s*[,;，；、]\s*", said)]
    if not all(spans):
        return None
    ordered = sorted(span for span in spans if span)
    apart = all(before[1] <= after[0] for before, after in pairwise(ordered))
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in ordered) if apart else None


def _span(part: str) -> tuple[int, int] | None:
    found = SPAN.fullmatch(part.strip())
    begin, end = (_minute(*found.groups()[at : at + 3]) for at in (0, 3)) if found else (None, None)
    return (begin, end) if begin is not None and end is not None and begin < end <= MINUTES_OF_A_DAY else None


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    """The minute of the day; None where it is none, and where an hour alone leaves open which half of the day is meant."""
    whole, rest = int(hour), int(minute or 0)
    if rest > 59 or (minute is None and half is None) or (half and not 1 <= whole <= 12):
        return None
    return (whole % 12 + (12 if half.lower() == "p" else 0) if half else whole) * 60 + rest


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def plain(raw: pl.Series) -> pl.Series:
    """The cells of a day of the week in one form, null where the day is closed; what cannot be read stays as it is."""
    written = {text: plain_hours(text) for text in raw.drop_nulls().unique()}
    kept = {text: (text if hours is None else hours or None) for text, hours in written.items()}
    return raw.replace_strict(kept, default=None, return_dtype=pl.String) if kept else raw


def unreadable(raw: pl.Series) -> pl.Series:
    """Which cells hold no hours that can be read."""
    wrong = [text for text in raw.drop_nulls().unique() if plain_hours(text) is None]
    return raw.is_in(wrong).fill_null(False)
