"""Ids that a spreadsheet took for numbers and wrote in short: 1.00023E+10. Their last digits are lost, and several may look alike."""

import polars as pl

# The one form in which Excel, Google Sheets and LibreOffice shorten numbers: one digit, a sign, and an exponent of at least two digits
# with its plus. 1e5, 12E4 and 00600000263E109 are written otherwise, and are ids.
PATTERN = r"^\s*\d(?:[.,]\d+)?E\+\d{2,}\s*$"
REASON = (
    "is an id that a spreadsheet rounded, so that its last digits are lost; export the file again and do not save it from a spreadsheet, "
    "or open it with this column as text"
)


def rounded(ids: pl.Series) -> pl.Series:
    """Which of the ids are such; false for blanks."""
    if ids.dtype != pl.String:
        return pl.repeat(False, len(ids), dtype=pl.Boolean, eager=True)
    return ids.str.contains(PATTERN).fill_null(False)
