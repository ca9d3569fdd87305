"""Columns of support tools that look like moments or ratings and are none: told once that they stay out."""

import re

import polars as pl

from data.importing.headers import header_words
from data.importing.mapping import Mapping
from data.log.staged import PROBLEM_SCHEMA

OF_BUSINESS = re.compile(r"business hours|office hours|in business$| minutes business$|geschäftszeit|工作时间内")
OF_A_TARGET = re.compile(r"^custom field time to (?:first response|resolution|done)|^time to (?:first response|resolution|done)$")
RATING = re.compile(r"satisfaction|zufriedenheit|满意")
GOOD_OR_BAD = {"good", "bad"}
BUSINESS = "counts hours of business, from which no moment can be told; left out"
TARGET = "says what is left of a target, from which no moment can be told; left out"
RATED = "says good or bad, which is no rating of 1 to 5; left out"


def support_told(header: list[str], cells: list[pl.DataFrame], mapping: Mapping) -> pl.DataFrame:
    """A notice for each such column of a file of tickets that has anything in it."""
    spare = [name for name in header if name not in mapping.sources] if mapping.table == "tickets" else []
    told = [(None, name, None, text, False) for name in spare if (text := _why(name, cells))]
    return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")


def _why(name: str, cells: list[pl.DataFrame]) -> str:
    said = header_words(name)
    if OF_BUSINESS.search(said):
        return BUSINESS if _words(name, cells) else ""
    if OF_A_TARGET.search(said):
        return TARGET if _words(name, cells) else ""
    return RATED if RATING.search(said) and GOOD_OR_BAD & _words(name, cells) else ""


def _words(name: str, cells: list[pl.DataFrame]) -> set[str]:
    """What a column says, in lower case."""
    columns = [one[name].cast(pl.String).str.strip_chars().str.to_lowercase() for one in cells if name in one.columns]
    return {word for column in columns for word in column.drop_nulls().unique() if word}
