"""Lines of a table that are no rows: sums, repeated headers of joined pages, page numbers, notices below. Each is told, none is silent.

A row of sums is one whose numbers are those of the rows above, or one that a vendor is known to write. An account called Total is a row.
"""

import re
from dataclasses import dataclass, field

import polars as pl

from data.importing.reader.currencies import MEANT

SUM, HEADER, PAGE, NOTE = "row of sums", "header again", "number of a page", "note"
# What a row of sums is called, by itself or at the end of a group's name.
WORDS = (
    r"(?:grand |sub-?|running )?totals?|sums?|summation|gesamt(?:summe|betrag|ergebnis)?|(?:zwischen|teil)?summen?|insgesamt|sommes?|total g[eé]n[eé]ral|"
    r"sous-total|sub-?total|suma|soma|totale|somma|totaal|subtotaal|totalt|合计|总计|小计|總計|合計|小計|総計"
)
SUM_WORD = rf"^(?:{WORDS})(?: \([^)]*\)| \d+ records?)?:?$"
SUM_ENDS = rf"^(?:.*\s)?(?:{WORDS})(?: \([^)]*\))?:?$|^(?:{WORDS})\s"
VENDOR = r"^(?:grand )?totals? \([\d.,]+ (?:records?|rows?|entries|datensätze|enregistrements|registros)\)$"
# What stands alone below a table: notices, and how the report was made.
NOTICE = r"^confidential|^copyright|^©|^\(c\) |^all rights reserved|^(notes?|source|generated (by|on)|filtered by|report|as of|exported (by|on|from))\b[^,]*:"
PAGES = r"^(?:-+ )?(?:page|pg\.?|seite|página|pagina|pág\.?|sida|side)\s*\d+(?:\s*(?:of|/|von|de|di|van|sur|av|af)\s*\d+)?(?: -+)?$|^第\s*\d+\s*页"
TOLD = rf"{SUM_ENDS}|{VENDOR}|{NOTICE}|{PAGES}|^[^\p{{L}}]*\d[^\p{{L}}]*$"  # what the first cell says of a line that may be no row
HINT = re.compile("tot|sum|som|gesamt|summe|合|总|總|小|総", re.IGNORECASE)  # the words above have one of these
BESIDE_A_NUMBER = r"[A-Z]{3}|R\$|[^\w.,]|_"  # a currency, a sign, spaces
NO_NUMBER = r"\d{1,4}[-/.:]\d{1,2}[-/.:]\d|^0\d"  # days, times, ids that begin with zeros
CENT, PART = 0.0051, 1e-9
LONGEST = 200  # signs of a cell that says what its line is
MOST = 1_000  # rows of a slice that are looked at as sums


@dataclass
class LeftOut:
    """Lines that were left out so far, and why; `perhaps`: lines of rows that may be sums, to be looked at with the rows above them;
    `agreeing`: lines of sums whose numbers were found to be those of the rows above."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    perhaps: list[int] = field(default_factory=list)
    agreeing: set[int] = field(default_factory=set)


def why_no_row(filled: list[str], width: int) -> str | None:
    """Why a line is none of a table's rows, by what stands in it alone; None where it is one, or may be a row of sums."""
    if len(filled) > 2 and not HINT.search(filled[0][:LONGEST]):
        return None
    first = filled[0].strip()[:LONGEST].lower()
    if width > 1 and len(filled) == 1 and re.match(PAGES, first):
        return PAGE
    if re.match(VENDOR, first) or (width > 2 and len(filled) <= 2 and re.match(SUM_WORD, first)):
        return SUM
    return NOTE if width > 2 and len(filled) <= 2 and re.match(NOTICE, first) else None


def is_note(row: list[str]) -> bool:
    """Whether a line of one cell reads like a note and no row: a mark before it, or a sentence."""
    text = next(cell.strip()[:LONGEST] for cell in row if cell.strip())
    return text.startswith(("*", "#", "†", "•", "- ")) or len(text.split()) >= 4 or bool(re.match(NOTICE, text.lower()))


def may_be_sums(filled: list[str], width: int) -> bool:
    """Whether a row may be one of sums: it is called so, or has hardly any words."""
    if any(HINT.search(cell[:LONGEST]) and re.match(SUM_ENDS, cell[:LONGEST].strip().lower()) for cell in (filled[0], filled[-1])):
        return True
    if len(filled) >= width:
        return False
    words = (cell for cell in filled if not _is_number(cell.strip()) and not _is_code(cell.strip()))
    return next(words, None) is None or next(words, None) is None  # one at most


def _is_number(cell: str) -> bool:
    return (
        len(cell) <= LONGEST and bool(re.fullmatch(r"[.,]*\d[\d.,]*", re.sub(BESIDE_A_NUMBER, "", cell))) and not re.search(NO_NUMBER, cell)
    )


def _is_code(cell: str) -> bool:
    """Whether a cell may be a currency's code or sign."""
    return cell.upper() in MEANT or not any(sign.isalnum() for sign in cell)


def without_sums(rows: pl.DataFrame, left_out: LeftOut, *, all_above: bool) -> pl.DataFrame:
    """Rows less those of sums among `left_out.perhaps`. all_above: whether no rows of the table stand before these."""
    at = rows["line"].is_in(left_out.perhaps).arg_true().to_list()[-MOST:] if left_out.perhaps else []
    left_out.perhaps.clear()
    if not at:
        return rows
    names = [name for name, kind in rows.schema.items() if kind == pl.String and not name.startswith("\x00")]
    seen = _Above(rows.select(names), all_above)
    for row in at:
        if seen.is_sum(row):
            seen.sums.append(row)
    left_out.lines += [(line, SUM) for line in rows["line"].gather(seen.sums).to_list()]
    left_out.agreeing |= {*rows["line"].gather(seen.sums).to_list()} if all_above else set()
    return rows.filter(~rows["line"].is_in(rows["line"].gather(seen.sums).to_list())) if seen.sums else rows


class _Above:
    """The rows above each row that may be one of sums: their columns' sums, in all and since the last such row."""

    def __init__(self, cells: pl.DataFrame, all_above: bool) -> None:
        self.cells, self.all_above = cells, all_above
        self.sums: list[int] = []
        self._numbers: dict[tuple[str, str], tuple[pl.Series, pl.Series, pl.Series]] = {}

    def is_sum(self, row: int) -> bool:
        """Whether the row's numbers are the sums of those above, and nothing else in it says that it is a row of its own."""
        filled = {name: cell.strip() for name, cell in zip(self.cells.columns, self.cells.row(row), strict=True) if cell and cell.strip()}
        numbers = [name for name, cell in filled.items() if _is_number(cell)]
        words = [cell[:LONGEST].lower() for name, cell in filled.items() if name not in numbers and not _is_code(cell)]
        called = bool(words) and bool(re.match(SUM_ENDS, words[0]))
        exactly = called and bool(re.match(SUM_WORD, words[0]))
        named = bool(words) and not called and any(sign.isdigit() for sign in words[0])  # an id says what the row is
        if len(words) > 1 or not numbers or named or (words and not called and len(filled) == self.cells.width):
            return False
        if not self.all_above:
            return called and len(filled) <= max(2, self.cells.width // 2)
        least = 1 if exactly or (called and self._lacks(row)) else 2
        equal = [name for name in numbers if self._equals(row, name, least, count=exactly)]
        return len(equal) == len(numbers) and (called or self._lacks(row)) if not exactly else bool(equal)

    def _lacks(self, row: int) -> bool:
        """Whether a column in which every row above says something is blank here."""
        above = self.cells.slice(0, row).with_row_index("\x00at").filter(~pl.col("\x00at").is_in(self.sums))
        blank = [name for name in self.cells.columns if not (self.cells[name][row] or "").strip()]
        return above.height > 0 and any((above[name].str.strip_chars() != "").all() for name in blank)

    def _equals(self, row: int, name: str, least: int, *, count: bool) -> bool:
        """Whether a cell is the sum of at least so many cells above it, in all or since the last sum, or, for a first row, of those below;
        or how many rows there are, where that counts."""
        for sign in (".", ","):
            value = self._column(name, sign)[0][row]
            if value is None:
                continue
            begin = self.sums[-1] + 1 if self.sums else 0
            parts = [self._sum(name, sign, begin, row), self._sum(name, sign, 0, row)]
            parts += [self._sum(name, sign, 1, self.cells.height)] if row == 0 else []
            if any(of >= least and value and abs(total - value) <= CENT + abs(value) * PART for total, of in parts):
                return True
            if count and value == row - len(self.sums) and value:
                return True
        return False

    def _sum(self, name: str, sign: str, begin: int, end: int) -> tuple[float, int]:
        """The sum of a column's numbers in the rows from `begin` up to `end`, rows of sums left out, and how many there are."""
        values, running, counted = self._column(name, sign)
        inside = [row for row in self.sums if begin <= row < end and values[row] is not None]
        total = running[end - 1] - (running[begin - 1] if begin else 0.0) if end else 0.0
        count = counted[end - 1] - (counted[begin - 1] if begin else 0) if end else 0
        return total - sum(values[row] for row in inside), count - len(inside)

    def _column(self, name: str, sign: str) -> tuple[pl.Series, pl.Series, pl.Series]:
        """A column's cells as numbers, with one of the two decimal signs, null where a cell is none; their running sum, and count."""
        if (name, sign) not in self._numbers:
            text = self.cells[name].str.replace_all(r"[^\d.,()−-]", "").str.replace(r"^\((.*)\)$", "-$1").str.replace("−", "-")
            plain = text.str.replace_all("," if sign == "." else ".", "", literal=True).str.replace(sign, ".", literal=True)
            values = plain.cast(pl.Float64, strict=False)
            self._numbers[name, sign] = values, values.fill_null(0).cum_sum(), values.is_not_null().cast(pl.Int64).cum_sum()
        return self._numbers[name, sign]
