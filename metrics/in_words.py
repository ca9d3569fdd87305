"""Sentences over columns: a text in the reader's language with its {names} filled in, row by row."""

import re
from string import Formatter

import polars as pl

NAMED = re.compile(r"\{\w+\}")


def filled(text: str, **values: pl.Expr | str) -> pl.Expr:
    """The text with its {names} filled in from columns or expressions, in the order of the text; null where one of them is."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name]
    return pl.format(NAMED.sub("{}", text), *(values[name] for name in names))


def by_count(count: str, one: str, many: str, **values: pl.Expr | str) -> pl.Expr:
    """One text where a column of counts says 1, the other where it says another number; the number itself is {n}."""
    told = values | {"n": pl.col(count)}
    return pl.when(pl.col(count) == 1).then(filled(one, **told)).otherwise(filled(many, **told))
