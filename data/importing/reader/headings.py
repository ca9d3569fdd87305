"""Where a table begins: its header among title rows, in one row or two, and the names of its columns. Runs in the child process only."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from data.importing.headers import meanings

LOOKED_AT = 30
MOST_COLUMNS = 2_000
AMOUNTS, LENGTHS = {"amount", "price"}, {"year", "quarter", "month", "week"}
COVERED, ANSWERS = "covered", "answers"
COUNTED_IN = re.compile(r"(?:单位|單位)\s*[:：]\s*(?:人民币|人民幣)?\s*([百千仟万萬亿億]+(?:美|欧|歐|日|港)?元)")
SHARE = 0.6  # a header has names for most of the columns that its table fills
Line = tuple[int, list[str]]
Span = tuple[int, int, int, int]  # first row, first column, last row, last column of a merged cell, from 0


class NoTable(Exception):
    """There is no table; the message says why and what to do."""


@dataclass(frozen=True)
class Heading:
    """The names of a table's columns, its header's rows as they stand, and the number of the line of the last of them."""

    names: list[str]
    rows: list[list[str]]
    line: int


def heading(first: Sequence[Line], *, spans: Sequence[Span] = (), line: int | None = None) -> Heading:
    """The header among a file's first lines that are not blank. `line` is where it stands, if that is said.

    spans: merged cells of a workbook. Raises NoTable where there is none.
    """
    if not first:
        raise NoTable("The file has no rows. Export it again, with its header and rows.")
    at = _said(first, line) if line else _found(first)
    number, upper = first[at]
    _counted_above([row for _, row in first[:at]])
    if len(upper) > MOST_COLUMNS:
        raise NoTable(f"The file has {len(upper):,} columns; at most {MOST_COLUMNS:,} can be read. Export only those that are needed.")
    below = [] if line else first[at + 1 :]
    ids = next((index for index, (_, row) in enumerate(below[:2], start=1) if _is_import_ids(row)), 0)
    if ids:
        return Heading(unique([cell.strip() for cell in upper]), [row for _, row in first[at : at + ids + 1]], first[at + ids][0])
    if below and (goes_on := _goes_on(upper, below[0][1], [row for _, row in below[1:]])):
        lower, spread = _padded(below[0][1], upper), _spread(number, upper, spans)
        names = _joined(spread, lower) if goes_on == COVERED else _joined(lower, spread)
        return Heading(unique(names), [upper, below[0][1]], below[0][0])
    above = first[at - 1] if at and first[at - 1][0] == number - 1 else None
    if above and len(_filled(above[1])) > 1:
        return Heading(unique(_joined(_padded(_spread(*above, spans), upper), upper)), [above[1], upper], number)
    return Heading(unique([cell.strip() for cell in upper]), [upper], number)


def _counted_above(rows: Sequence[list[str]]) -> None:
    """Raises NoTable where a line above the header says that the amounts are counted in 万元 or the like: a column must say so."""
    found = next((match for row in rows for cell in row if (match := COUNTED_IN.search(cell))), None)
    if found:
        raise NoTable(
            f"The table says above its header that it counts in {found[1]}. Write that in the header of each column of amounts that it is "
            f"meant for, as 金额（{found[1]}）, or write the amounts out."
        )


def _said(first: Sequence[Line], line: int) -> int:
    found = next((index for index, (number, _) in enumerate(first) if number == line), None)
    if found is None:
        lines = ", ".join(str(number) for number, _ in first[:10])
        raise NoTable(f"No header stands on line {line}. Give header_row as one of the first lines that are not blank: {lines}.")
    return found


def _found(first: Sequence[Line]) -> int:
    """The first line with nearly as many cells as the widest; a comment is one only where it has all of them."""
    width = max(len(_filled(row)) for _, row in first)

    def wide(row: list[str]) -> bool:
        return len(_filled(row)) >= (width if row[0].lstrip().startswith("#") and width > 1 else max(width * SHARE, 1))

    return next((index for index, (_, row) in enumerate(first) if wide(row)), 0)


def _filled(row: list[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _is_import_ids(row: list[str]) -> bool:
    """Whether a row holds the ids of a survey's columns, which Qualtrics writes below their names and questions."""
    return all(cell.startswith('{"ImportId"') for cell in _filled(row)) and bool(_filled(row))


def _goes_on(upper: list[str], lower: list[str], rows: list[list[str]]) -> str | None:
    """Whether the row below a header goes on with it, as words alone: below names that cover several columns, or saying how a question
    above was answered; None where it is a row."""
    words = _filled(lower)
    if not words or not rows or any(re.search(r"\d", cell) for cell in words):
        return None
    lower = _padded(lower, upper)
    under_blank = [bool(low.strip()) for up, low in zip(upper, lower, strict=True) if not up.strip()]
    if any(under_blank):
        return COVERED if all(under_blank) else None
    filled = [index for index in range(len(upper)) if all(len(row) > index and row[index].strip() for row in rows)]
    return ANSWERS if filled and not lower[filled[0]].strip() and len(words) < len(upper) else None


def _padded(row: list[str], like: list[str]) -> list[str]:
    return [*row, *[""] * len(like)][: len(like)]


def _spread(line: int, row: list[str], spans: Sequence[Span]) -> list[str]:
    """The names of an upper row over every column that they cover: their merged cells, else up to the next name."""
    spread, across = [cell.strip() for cell in row], [span for span in spans if span[0] == line - 1 and span[3] > span[1]]
    for _, begin, _, end in across:
        spread[begin : end + 1] = [spread[begin]] * (min(end, len(spread) - 1) - begin + 1)
    if across:
        return spread
    for index in range(1, len(spread)):
        spread[index] = spread[index] or spread[index - 1]
    return spread


def _joined(others: list[str], own: list[str]) -> list[str]:
    """The names of columns that have two each: their own, with the other one before it where another column has the same, or where it is
    an amount and the other one says how long that pays for (Annual over fee and seats)."""
    own, others = [name.strip() for name in own], [name.strip() for name in others]
    times = Counter(name.lower() for name in own)
    return [
        name if name and _alone(name, other, times[name.lower()]) else f"{other} {name}".strip()
        for other, name in zip(others, own, strict=True)
    ]


def _alone(name: str, other: str, times: int) -> bool:
    """Whether a name says all without the other one, which it does not below a question (Response). times: how many columns have it."""
    if other.endswith("?"):
        return False
    paid_for = meanings(name) <= AMOUNTS and meanings(other) <= LENGTHS and meanings(name) and meanings(other)
    return other.lower() in ("", name.lower()) or (times == 1 and not paid_for)


def unique(header: list[str]) -> list[str]:
    """Header names, blank ones as column_N, repeated ones numbered; `line` is ours, the number of the line.

    Raises NoTable where there are more than any export has: each column costs, also where it is not mapped.
    """
    if len(header) > MOST_COLUMNS:
        raise NoTable(f"The file has {len(header):,} columns; at most {MOST_COLUMNS:,} can be read. Export only those that are needed.")
    named = [("line of the file" if name == "line" else name) or f"column_{index}" for index, name in enumerate(header, start=1)]
    taken, found = set(named), []
    seen: dict[str, int] = {}
    for name in named:
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name}_{seen[name]}" in taken:
            seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return found
