"""Two deliveries in one table: the second is refused, by the name of the one that was there first."""

import sqlite3
from contextlib import closing

import pytest

from data.viewer import EVERYONE
from deliveries import deeds
from deliveries.description import DescriptionWrong

REPLACES = 'report = "arr"\n[target]\nkind = "table"\nsecret = "{secret}"\ntable = "{table}"\nwrite = "replace"\n'
ADDS = 'report = "health"\nkey = ["account_id"]\n[target]\nkind = "table"\nsecret = "DB"\ntable = "{table}"\n'


@pytest.fixture
def database(tmp_path, monkeypatch):
    path = tmp_path / "there.db"
    for name in ("DB", "SAME"):
        monkeypatch.setenv(f"HOLDFAST_SECRET_{name}", f"sqlite:///{path}")
    monkeypatch.setenv("HOLDFAST_SECRET_ELSE", f"sqlite:///{tmp_path / 'else.db'}")
    return path


def deliveries_in(path, table: str) -> set[str]:
    with closing(sqlite3.connect(path)) as there:
        return {one for (one,) in there.execute(f"select distinct delivery_id from {table}")}


def test_the_second_that_replaces_a_table_leaves_it_to_the_first(database, deliver):
    first = deliver("zeta", REPLACES.format(secret="DB", table="own"))
    for name, text, where in (
        ("alpha", REPLACES.format(secret="SAME", table="OWN"), "SAME: OWN"),
        ("beta", ADDS.format(table="own"), "DB: own"),
    ):
        told = deliver(name, text)
        assert told.outcome == "failed"
        assert told.problem == f"zeta writes to the same table ({where}), and one of both replaces all of it."
    assert deliveries_in(database, "own") == {first.delivery_id}
    assert deliver("zeta").outcome == "delivered"  # it was there first, and goes on


def test_where_none_has_delivered_the_first_by_name_does(database, describe, deliver):
    describe("second", REPLACES.format(secret="DB", table="fresh"))
    assert deliver("first", REPLACES.format(secret="DB", table="fresh")).outcome == "delivered"
    assert deliver("second").outcome == "failed"


@pytest.mark.parametrize(
    "other", [REPLACES.format(secret="ELSE", table="apart"), "paused = true\n" + REPLACES.format(secret="DB", table="apart"), "no = "]
)
def test_another_database_and_what_delivers_nothing_are_no_hindrance(database, describe, deliver, other):
    describe("a_other", other)
    assert deliver("own_apart", REPLACES.format(secret="DB", table="apart")).outcome == "delivered"


def test_both_may_add_rows(database, describe, deliver):
    describe("a_adds", ADDS.format(table="shared"))
    assert "same table" not in deliver("b_adds", ADDS.format(table="shared")).problem


def test_the_second_cannot_be_saved(store, database, describe):
    describe("there", REPLACES.format(secret="DB", table="saved"))
    with pytest.raises(DescriptionWrong, match="there writes to the same table"):
        deeds.write(store, EVERYONE, "late", ADDS.format(table="saved"))
    deeds.write(store, EVERYONE, "there", REPLACES.format(secret="DB", table="saved"))
