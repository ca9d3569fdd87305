"""Numbers and codes as people read them."""

import re
from datetime import date

from language import tr, tr_n
from language.formats import MISSING as MISSING
from language.formats import day as day
from language.formats import days_told
from language.formats import minus as minus
from language.formats import money as money
from language.formats import money_in_full as money_in_full
from metrics.registry import METRICS
from reports.units import in_percent
from reports.words import codes
from reports.words.titles import SYNONYMS

LONGEST = 120  # signs of imported text in a line of a list
# What Streamlit reads as markdown: emphasis, links, HTML, formulas, colours and icons (:red[...]); and, at the start, lists and headings.
MARKS = re.compile(r"[\\`*_\[\]<>$~|]|&(?=[#\w])|:(?=[\w+-])|^[-+#]")
NUMBERED = re.compile(r"^(\d{1,9})([.)])")
# What becomes a link although nothing marks it; an invisible sign (the word joiner) keeps it text.
ADDRESSES = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)


def literal(words: object) -> str:
    """Imported words as they are, in one line, where the page would read marks in them as markdown, and addresses as links."""
    one_line = " ".join(str(words).split())
    return ADDRESSES.sub("\u2060", NUMBERED.sub(r"\1\\\2", MARKS.sub(r"\\\g<0>", one_line)))


def our(words: str) -> str:
    """Words that a report says itself, as pages say days and changes: 16 Nov 2026 for 2026-11-16, an arrow for ->."""
    return days_told(words).replace("->", "→")


def cell(words: object) -> str:
    """The same in a cell of a table: shortened where it is very long."""
    said = str(words)
    return literal(said if len(said) <= LONGEST else f"{said[:LONGEST]}…")


def percent(ratio: float | None) -> str:
    return MISSING if ratio is None else minus(in_percent(ratio))


def share(part: float | None, whole: float | None) -> str | None:
    """A part of a whole in percent; None where there is no whole."""
    return percent((part or 0) / whole) if whole else None


def points(now: float | None, before: float | None) -> str | None:
    """The change of a ratio in percentage points; None where there is nothing to compare."""
    return None if now is None or before is None else tr("{change:+.1f} points", change=(now - before) * 100)


def more(now: float | None, before: float | None, currency: str = "") -> str | None:
    """By how much a figure changed, with its sign; money where a currency is given. None where there is nothing to compare."""
    if now is None or before is None:
        return None
    change = now - before
    size = money(abs(change), currency) if currency else f"{abs(change):,.0f}"
    return f"{'-' if change < 0 else '+'}{size}"


def count(value: float | None) -> str:
    return MISSING if value is None else f"{value:,}"


def accounts(number: float) -> str:
    return tr_n("{n:,.0f} account", "{n:,.0f} accounts", number)


def days(number: int) -> str:
    return tr_n("{n:,} day", "{n:,} days", number)


def decimal(value: float | None, digits: int) -> str:
    return MISSING if value is None else minus(f"{round(value, digits) + 0.0:.{digits}f}")


def span(start: date | None, end: date | None) -> str:
    """From one day to another."""
    return tr("{start} to {end}", start=day(start), end=day(end))


def score(value: float | None) -> str:
    """A health score as a whole number, rounded half up as its band is."""
    return MISSING if value is None else f"{int(value + 0.5)}"


def score_change(value: float | None) -> str | None:
    return None if value is None else f"{value:+.0f}"


def of_seats(actives: int | None, seats: int | None) -> str:
    if actives is None:
        return MISSING
    return tr("{actives:,} of {seats:,} seats", actives=actives, seats=seats) if seats else f"{actives:,}"


def meaning(name: str) -> str | None:
    """What a figure means, how it is computed and what it leaves out; None for what needs no definition."""
    metric = METRICS.get(SYNONYMS.get(name, name))
    if metric is None:
        return None
    left_out = tr("\n\nLeaves out: {excludes}", excludes=metric.excludes) if metric.excludes else ""
    return tr(
        "{definition}\n\n{formula}{left_out}\n\nSource: {source}",
        definition=metric.definition,
        formula=metric.formula,
        left_out=left_out,
        source=codes.said("source", metric.source),
    )
