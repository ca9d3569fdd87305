"""Who came, and who became a champion or is none any more, from what imports and edits said."""

from datetime import date

import polars as pl

from metrics.contact_changes import came, champion_changes, former_champions

JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))
TYPES = {
    "contact_id": pl.String, "batch": pl.Int64, "line": pl.Int64, "day": pl.Date, "rank": pl.Int64, "feed": pl.String, "edit": pl.Boolean,
    "is_champion": pl.Boolean, "says_champion": pl.Boolean,
}  # fmt: skip


def history(*rows):
    """contact, batch, day, is_champion, whether it was an edit; an edit is heard after every file."""
    told = [(who, batch, 2, day, batch + 100 * edit, "crm", edit, champion, True) for who, batch, day, champion, edit in rows]
    return pl.LazyFrame(told, schema=TYPES, orient="row")


def firsts(*batches):
    return pl.LazyFrame({"batch": batches}, schema={"batch": pl.Int64})


def test_who_was_in_the_first_file_was_there_before_and_who_came_later_came():
    told = history(("ann", 1, JAN, None, False), ("ann", 2, FEB, None, False), ("bob", 2, FEB, None, False), ("cy", 3, MAR, None, True))
    assert came(told, firsts(1, 3)).select("contact_id", "day").collect().rows() == [("bob", FEB), ("cy", MAR)]


def test_a_champion_is_one_from_the_day_it_was_said_and_the_first_word_changes_nothing():
    told = history(("ann", 1, JAN, True, False), ("ann", 2, FEB, True, False), ("ann", 3, MAR, False, False), ("bob", 1, JAN, None, False),
                   ("bob", 2, FEB, False, False), ("bob", 3, MAR, True, False))  # fmt: skip
    found = champion_changes(told).sort("contact_id").select("contact_id", "day", "is_champion").collect().rows()
    assert found == [("ann", MAR, False), ("bob", MAR, True)]


def test_an_edit_holds_against_later_files():
    told = history(("ann", 1, JAN, True, False), ("ann", 2, FEB, False, True), ("ann", 3, MAR, True, False))
    assert champion_changes(told).select("day", "is_champion").collect().rows() == [(FEB, False)]


def test_what_was_said_otherwise_on_the_same_day_is_a_change_too():
    told = history(("ann", 1, JAN, True, False), ("ann", 2, JAN, False, True))
    assert champion_changes(told).select("day", "is_champion").collect().rows() == [(JAN, False)]


def test_a_former_champion_is_one_whose_last_change_was_to_none():
    told = history(("ann", 1, JAN, True, False), ("ann", 2, FEB, False, False), ("bob", 1, JAN, True, False), ("bob", 2, FEB, False, False),
                   ("bob", 3, MAR, True, False))  # fmt: skip
    assert former_champions(champion_changes(told)).collect().rows() == [("ann", FEB)]
