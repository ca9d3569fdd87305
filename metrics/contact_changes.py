"""Who came to be a contact, and who became a champion or is none any more, as the imports and edits of contacts tell it."""

import polars as pl


def came(history: pl.LazyFrame, first_batches: pl.LazyFrame) -> pl.LazyFrame:
    """Contacts on the day on which they were first known: contact_id, day, batch, line.

    history: contact_id, batch, line, day, rank, feed, edit, is_champion, says_champion (whether the batch has that column), one row for
    each batch that tells of a contact. first_batches: batch, the first of each feed. What a feed told at first was there before, and
    nobody knows since when: those are left out. What was written on a page came then.
    """
    first = history.sort("batch").unique("contact_id", keep="first", maintain_order=True)
    anew = first.join(first_batches.with_columns(at_first=True), on="batch", how="left", maintain_order="left")
    return anew.filter(pl.col("edit") | pl.col("at_first").is_null()).select("contact_id", "day", "batch", "line")


def champion_changes(history: pl.LazyFrame) -> pl.LazyFrame:
    """The days on which a contact became a champion, or was one no more: contact_id, day, is_champion, batch, line.

    history: as in `came`. What holds is what the batch that is heard last of those by then says. What was said first changes
    nothing, and neither does an empty cell in place of "no".
    """
    said = history.filter("says_champion").with_columns(pl.col("is_champion").fill_null(False)).sort("contact_id", "day", "rank")
    heard = said.filter(pl.col("rank") == pl.col("rank").cum_max().over("contact_id"))
    before = pl.col("is_champion").shift().over("contact_id")
    return heard.filter(before.is_not_null() & (before != pl.col("is_champion"))).select(
        "contact_id", "day", "is_champion", "batch", "line"
    )


def former_champions(changes: pl.LazyFrame) -> pl.LazyFrame:
    """Contacts who were champions and are none now, with the day on which they stopped: contact_id, stopped_on."""
    last = changes.sort("day", maintain_order=True).unique("contact_id", keep="last", maintain_order=True)
    return last.filter(~pl.col("is_champion")).select("contact_id", stopped_on="day")
