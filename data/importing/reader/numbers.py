"""Numbers as people and spreadsheets write them, brought to the form that a computer reads."""

import polars as pl

COMMA, POINT = "comma", "point"
SURELY_POINT = r",\d{3}\.|,\d{3},|\.\d{1,2}$|\.\d{4,}$|^[+-]?0\.\d"
SURELY_COMMA = r"\.\d{3},|\.\d{3}\.|,\d{1,2}$|,\d{4,}$|^[+-]?0,\d"
# Thousands stand in threes; in India all but the last of them in twos.
FITS = {POINT: r"^[^,]*$|^[+-]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$", COMMA: r"^[^.]*$|^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?$"}


def bare(text: pl.Series) -> pl.Series:
    """Numbers without spaces, currency signs and codes, percent signs and apostrophes; brackets mean less than nothing."""
    return text.str.replace_all(r"[\s$€£¥'’%\u00a0]|[A-Z]{3}", "").str.replace("−", "-").str.replace(r"^\((.*)\)$", "-$1")


def decimal_sign(numbers: pl.Series) -> str | None:
    """Which sign of bare numbers parts the whole from the rest, where some of them shows it; None where none does."""
    if numbers.str.contains(SURELY_POINT).any():
        return POINT
    return COMMA if numbers.str.contains(SURELY_COMMA).any() else None


def unclear(numbers: pl.Series, sign: str) -> pl.Series:
    """Those of bare numbers whose one sign may part thousands as well as be the decimal sign: 1,234 or 1.234."""
    return numbers.filter(numbers.str.contains(rf"^[+-]?[1-9]\d{{0,2}}{'[.]' if sign == POINT else ','}\d{{3}}$"))


def plain(numbers: pl.Series, sign: str) -> pl.Series:
    """Bare numbers with a point and no thousands; null where signs do not stand as `sign` being the decimal sign wants it."""
    known = numbers.set(~numbers.str.contains(FITS[sign]), None)
    return known.str.replace_all(".", "", literal=True).str.replace(",", ".") if sign == COMMA else known.str.replace_all(",", "")
