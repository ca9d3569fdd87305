"""Numbers as people and spreadsheets write them, brought to the form that a computer reads."""

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.reader.currencies import without_currency
from data.importing.reader.eastern import commas_part_thousands, counted, counts_in, narrow, off_in_tenths
from data.importing.reader.settled import Settled
from data.schema import Column

COMMA, POINT = "comma", "point"
SURELY_POINT = r",\d{3}\.|,\d{3},|\.\d{1,2}$|\.\d{4,}$|^[+-]?0\.\d"
SURELY_COMMA = r"\.\d{3},|\.\d{3}\.|,\d{1,2}$|,\d{4,}$|^[+-]?0,\d"
# Numbers with both signs say by themselves which is the decimal sign: the last.
POINT_LAST, COMMA_LAST = r",.*\.\d*$", r"\..*,\d*$"
# Thousands stand in threes; in India all but the last of them in twos.
FITS = {POINT: r"^[^,]*$|^[+-]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$", COMMA: r"^[^.]*$|^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?$"}


def typed(raw: pl.Series, column: Column, sign: str, settled: Settled, own: pl.Series | None = None, *, header: str = "") -> pl.Series:
    """The numbers of cells, as the column's type; null where a cell is none. header: the file's own name of the column.

    sign: the decimal sign where it is said, else empty. own: which cells are numbers of a spreadsheet, of JSON or of a database: these
    say nothing about the signs of numbers written as text. Raises Unanswered where the signs leave open what is meant.
    """
    numbers = (
        raw if raw.dtype.is_numeric() or raw.dtype == pl.Decimal else _of_text(raw.cast(pl.String), column, sign, settled, own, header)
    )
    if column.kind == "money":
        return (numbers.cast(pl.Decimal(18, 4), strict=False) * counts_in(header)).cast(pl.Decimal(18, 4), strict=False)
    values = numbers.cast(pl.Float64, strict=False)
    if column.kind == "integer":
        return values.set(values != values.floor(), None).cast(pl.Int64, strict=False)
    values = values.set(~values.is_finite(), None)
    return values.set((values < 0) | (values > 1), None) if column.kind == "fraction" else values


def _of_text(text: pl.Series, column: Column, sign: str, settled: Settled, own: pl.Series | None, header: str) -> pl.Series:
    """Numbers as a computer writes them; the same sign is the decimal sign in all slices of a file.

    A number with 万 behind it under a header that counts in 万 already is none.
    """
    written = text if own is None else text.set(own, None)
    numbers = bare(written)
    large = counted(numbers)
    numbers = numbers.set(large.is_not_null(), None)
    if column.name not in settled.decimal and commas_part_thousands(header, written) and unclear(numbers, COMMA).len():
        settled.decimal[column.name] = decimal_sign(numbers) or POINT
    found = _plain(numbers, sign or _decimal_sign(numbers, column, settled))
    found = large.zip_with(large.is_not_null(), found) if counts_in(header) == 1 else found
    found = found if own is None else text.zip_with(own, found)
    return _shares(text, found) if column.kind == "fraction" else found


def _plain(numbers: pl.Series, sign: str) -> pl.Series:
    """Bare numbers as a computer writes them; one with both signs by its last."""
    point, comma = (numbers.str.contains(last).fill_null(False) for last in (POINT_LAST, COMMA_LAST))
    found = plain(numbers, sign)
    for both, last in ((point, POINT), (comma, COMMA)):
        found = plain(numbers, last).zip_with(both, found) if both.any() else found
    return found


def _shares(text: pl.Series, found: pl.Series) -> pl.Series:
    """Numbers as shares: a per cent is a hundredth."""
    if (off := off_in_tenths(text)).is_not_null().any():
        return off  # beside 8折, what a bare 0.8 means is not known
    share = found.cast(pl.Float64, strict=False)
    return share.zip_with(~text.str.contains(r"%\s*$").fill_null(False), share / 100)


def _decimal_sign(numbers: pl.Series, column: Column, settled: Settled) -> str:
    shown = settled.decimal.get(column.name) or decimal_sign(numbers)
    if shown:
        if shown == COMMA and column.name in settled.unclear:
            raise _which_sign(column, settled.unclear[column.name], ".")
        settled.decimal[column.name] = shown
    if shown and not _both_shown(numbers):
        return shown
    commas, points = (unclear(numbers, sign).head(1).to_list() for sign in (COMMA, POINT))
    if commas:
        raise _which_sign(column, commas[0], ",")
    if points and (column.kind == "money" or shown):
        raise _which_sign(column, points[0], ".")
    settled.unclear.update(dict.fromkeys([column.name] if points else (), points[0] if points else ""))
    return shown or POINT


def _both_shown(numbers: pl.Series) -> bool:
    """Whether some numbers part thousands by commas, and others by points: then one with a single sign is not clear."""
    return bool(numbers.str.contains(POINT_LAST).any() and numbers.str.contains(COMMA_LAST).any())


def _which_sign(column: Column, example: str, sign: str) -> Unanswered:
    comma = f"Is the comma in {column.name} (like {example}) a decimal sign or does it part thousands?"
    text = comma if sign == "," else f"Is the point in {column.name} (like {example}) a decimal sign or does it part thousands?"
    return Unanswered(Question("decimal", column.name, text, (COMMA, POINT)))


def bare(text: pl.Series) -> pl.Series:
    """Numbers without spaces, currency signs and codes, percent signs and apostrophes; what is in brackets or has a minus at its end is
    less than nothing, and a stroke in place of cents is no cents. Wide signs are as plain ones."""
    text = narrow(text)
    if not text.str.contains(r"[^\d.,+-]").any() and not text.str.contains(r"-$").any():
        return text
    numbers = without_currency(text.str.replace("−", "-", literal=True)).str.replace_all(r"[\s'’ʼ`´%\u00a0\u202f]", "")
    numbers = numbers.str.replace(r"([.,])(?:-|–|—)+$", "${1}00").str.replace(r"^\((.*)\)$", "-$1")
    return numbers.str.replace(r"^([^-].*)-$", "-$1")


def decimal_sign(numbers: pl.Series) -> str | None:
    """Which sign of bare numbers parts the whole from the rest, where some of them shows it; None where none does."""
    if numbers.str.contains(SURELY_POINT).any():
        return POINT
    return COMMA if numbers.str.contains(SURELY_COMMA).any() else None


def unclear(numbers: pl.Series, sign: str) -> pl.Series:
    """Those of bare numbers whose one sign may part thousands as well as be the decimal sign: 1,234 or 1.234."""
    return numbers.filter(numbers.str.contains(rf"^[+-]?[1-9]\d{{0,2}}{'[.]' if sign == POINT else ','}\d{{3}}$").fill_null(False))


def plain(numbers: pl.Series, sign: str) -> pl.Series:
    """Bare numbers with a point and no thousands; null where signs do not stand as `sign` being the decimal sign wants it."""
    known = numbers.set(~numbers.str.contains(FITS[sign]), None)
    return known.str.replace_all(".", "", literal=True).str.replace(",", ".") if sign == COMMA else known.str.replace_all(",", "")
