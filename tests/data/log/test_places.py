"""The order in which batches speak: told for all batches of a table at once, it is the one of each by itself."""

import random

import polars as pl
from polars.testing import assert_frame_equal

from data.log.keyed_rows import current_rows
from data.log.places import Records, among, has_states, having, inline, places
from data.schema import TABLES
from data.store.edits import commit_frame
from tests.books import company


def test_deeds_by_the_thousand_are_read_as_each_by_itself(tmp_path):
    """Two ways to tell which value is the newest: all batches of a table at once, and each in its place."""
    store, chance = company(tmp_path / "own.duckdb"), random.Random(20)
    for at in range(40):
        row = {"activity_id": f"T{chance.randrange(6)}", "account_id": "A", "kind": "task"}
        row |= {name: chance.choice([None, f"{name} {at}"]) for name in ("owner", "body") if chance.random() < 0.6}
        batch = commit_frame(
            store, "activities", pl.DataFrame([row], infer_schema_length=None), "notes", "me", edit=chance.random() < 0.5
        ).batch
        if chance.random() < 0.2:
            store.undo(batch)
    with store.reading() as cursor:
        heard = places(cursor, "activities", store.standing(cursor))
        assert isinstance(heard, Records) and not has_states(heard)
        told = {having(heard, name) == having([*heard], name) for name in TABLES["activities"].names}
        each = [cursor.sql(f"from ({current_rows('activities', one)}) order by row_key").pl() for one in (heard, [*heard])]
        assert told == {True} and [place.edit for place in heard] == sorted(place.edit for place in heard)
        assert_frame_equal(*each)
        assert each[0].height > 3 and each[0]["body"].null_count() < each[0].height
    store.close()


def test_many_numbers_mean_what_few_mean(tmp_path, monkeypatch):
    store = company(tmp_path / "own.duckdb")
    for at in range(5):
        commit_frame(store, "accounts", pl.DataFrame({"account_id": ["A"], "owner": [f"csm{at}"]}), "edits", "me", edit=at % 2 == 0)
    with store.reading() as cursor:
        heard = places(cursor, "accounts", store.standing(cursor))
        written_out = cursor.sql(f"from ({current_rows('accounts', heard)}) order by row_key").pl()
        monkeypatch.setattr("data.log.places.FEW", 0)
        assert "string_split" in among([1, 2]) and "string_split" in inline(heard)
        assert_frame_equal(cursor.sql(f"from ({current_rows('accounts', heard)}) order by row_key").pl(), written_out)
        assert written_out.row(by_predicate=pl.col("row_key") == "A", named=True)["owner"] == "csm4"
        assert cursor.execute(f"select 7 in {among([])}, 2 in {among([2, 3])}, 4 in {among([2, 3])}").fetchall() == [(False, True, False)]
    store.close()
