"""What days of contract lines say of their ends: told only where all lines agree."""

import polars as pl
import pytest

from data.importing.ends_told import ends_told


@pytest.mark.parametrize(
    ("starts", "ends", "answer"),
    [
        (["2025-01-01", "2025-04-01"], ["2025-12-31", "2026-03-31"], "inclusive"),
        (["2025-01-15"], ["2026-01-14"], "inclusive"),  # from the 15th to the 14th: a year, if the 14th is paid for
        (["2025-01-15"], ["2026-01-15"], "exclusive"),
        (["15.01.2025", "20.04.2025"], ["15.01.2026", "20.04.2026"], "exclusive"),
        (["01/20/2025"], ["01/19/2026"], "inclusive"),
        (["2025-01-01", "2025-02-01"], ["2025-12-31", "2026-02-01"], ""),  # one of each
        (["2025-01-31"], ["2025-12-31"], ""),  # whole months either way
        (["2025-01-10", "2025-01-01"], ["2025-12-31", "2025-12-31"], ""),  # a first part of a month, then whole ones
        (None, ["2025-12-31", "2026-03-31"], "inclusive"),
        (None, ["2025-12-31", "2026-03-30"], ""),
        (None, ["2025-12-01", "2026-03-01"], "exclusive"),
        (None, ["03/04/2025"], ""),
        (None, ["open", ""], ""),
    ],
)
def test_an_answer_is_told_where_every_line_speaks_for_it(starts, ends, answer):
    columns = {"End": ends} | ({"Start": starts} if starts else {})
    words, told = ends_told(pl.DataFrame(columns), "End", "Start" if starts else None)
    assert told == answer and (words or not told)


def test_a_column_that_is_not_there_says_nothing():
    assert ends_told(pl.DataFrame({"a": ["1"]}), "End", None) == ("", "")
