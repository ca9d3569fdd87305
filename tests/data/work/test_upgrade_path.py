"""The upgrade path kept on a page: places, seats, features, and what is refused."""

import polars as pl
import pytest

from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.upgrade_path import put, sell, stop_selling, take_off
from data.work.writing import ChangedSince
from reports.growth.path import standing


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def there(store: Store, table: str) -> pl.DataFrame:
    with View(store) as view:
        return standing(view, table)


def test_a_plan_is_put_moved_and_taken_off(store):
    first = put(store, EVERYONE, " Pro ", 2, 50)
    put(store, EVERYONE, "Pro", 3, None, seen=first.batch)
    assert there(store, "plan_steps").select("plan", "place", "seats").rows() == [("Pro", 3, None)]
    with pytest.raises(ChangedSince):
        put(store, EVERYONE, "Pro", 1, None, seen=first.batch)
    take_off(store, EVERYONE, "Pro", 3, there(store, "plan_steps")["batch"][0])
    assert there(store, "plan_steps").is_empty()
    put(store, EVERYONE, "pro", 1, None)
    assert there(store, "plan_steps")["plan"].to_list() == ["pro"], "once it is off, another writing of it is no second place"


def test_a_plan_has_one_place_and_seats_above_none(store):
    put(store, EVERYONE, "Pro", 2, None)
    for deed, said in (
        (lambda: put(store, EVERYONE, "PRO", 1, None), "plan"),
        (lambda: put(store, EVERYONE, " ", 1, None), "plan"),
        (lambda: put(store, EVERYONE, "Max", 0, None), "place"),
        (lambda: put(store, EVERYONE, "Max", 3, 0), "seats"),
        (lambda: sell(store, EVERYONE, "", "Pro", None), "feature"),
        (lambda: sell(store, EVERYONE, "export", "Pro", 0), "monthly_limit"),
    ):
        with pytest.raises(EditRefused, match=said):
            deed()
    assert there(store, "plan_steps").height == 1 and there(store, "plan_features").is_empty()


def test_a_feature_is_sold_and_no_more(store):
    batch = sell(store, EVERYONE, "export", "Pro", 100).batch
    assert there(store, "plan_features").select("feature", "plan", "monthly_limit").rows() == [("export", "Pro", 100.0)]
    stop_selling(store, EVERYONE, "export", "Pro", batch)
    assert there(store, "plan_features").is_empty()
