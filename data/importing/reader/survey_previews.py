"""Answers that a survey's own makers gave: previews and tests, which no customer gave and which count nothing. Told, as every line left out."""

import polars as pl

from data.importing.headers import header_words

PREVIEW = "preview or test of the survey, no answer"
# Qualtrics: the column Status (Response Type) in words, or in its numbers where values are exported in place of labels; the channel.
KINDS = ("survey preview", "survey test", "preview", "test", "offline survey preview", "offline survey test", "1", "2", "17")
CHANNELS = ("preview", "test")
OF_QUALTRICS = {"status", "response type"}
FLAGS = {"is test data", "is test", "is preview", "test data", "test response"}
YES = ("true", "yes", "1")


def previews(cells: pl.DataFrame, header: list[str]) -> pl.Series:
    """Which rows of a list of answers are no customer's."""
    said = {header_words(name): name for name in reversed(header) if name in cells.columns}
    found = pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
    if {"responseid", "response id"} & {*said}:
        for name in OF_QUALTRICS & {*said}:
            found |= _is_one_of(cells, said[name], KINDS)
        for name in {"distributionchannel", "distribution channel"} & {*said}:
            found |= _is_one_of(cells, said[name], CHANNELS)
    for name in FLAGS & {*said}:
        found |= _is_one_of(cells, said[name], YES)
    return found


def _is_one_of(cells: pl.DataFrame, name: str, words: tuple[str, ...]) -> pl.Series:
    return cells[name].cast(pl.String).str.strip_chars().str.to_lowercase().is_in(words).fill_null(False)
