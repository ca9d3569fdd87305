"""A snapshot says "these are all": what its feed had and it does not ends on its day, for as long as the snapshot stands."""

from datetime import UTC, date, datetime

import pytest

from data.importing.mapping import Mapping, MappingError
from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from reports.imports.import_preview import too_much

COLUMNS = {name: name for name in ("contract_id", "account_id", "starts_on", "ends_on", "amount")}
TODAY = datetime.now(UTC).date()


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def put(store, tmp_path):
    def lines(*rows: str, feed: str = "billing", covers: str = "", snapshot: object = True, **more: object) -> Outcome:
        options = {"snapshot": snapshot} if snapshot else {}
        options |= {"covers": [covers, covers]} if covers else {}
        mapping = Mapping("contracts", feed=feed, columns=COLUMNS, constants={"period": "1 month"}, options=options)
        path = tmp_path / "lines.csv"
        path.write_text("contract_id,account_id,starts_on,ends_on,amount\n" + "\n".join(rows))
        return import_file(store, path, mapping=mapping, **more)

    return lines


def ends(store: Store, known_at: int | None = None) -> dict[str, date | None]:
    with View(store, known_at=known_at) as view:
        return dict(view.contracts().select("contract_id", "ends_on").rows())


ONE, TWO, LATER = "1,A,2024-01-01,,10", "2,A,2024-01-01,2024-03-01,20", "3,B,2024-09-01,,30"


def test_what_is_missing_ends_on_the_day_covered(store, put):
    put(ONE, TWO, LATER, covers="2024-05-01")
    put(TWO, covers="2024-06-01")
    # 1 was open and ends with the snapshot; 2 is listed; 3 had not begun and never does
    assert ends(store) == {"1": date(2024, 6, 1), "2": date(2024, 3, 1), "3": date(2024, 9, 1)}
    assert ends(store, known_at=1) == {"1": None, "2": date(2024, 3, 1), "3": None}


def test_an_end_that_was_earlier_stays(store, put):
    put(ONE, TWO, covers="2024-05-01")
    put(ONE, covers="2024-06-01")
    assert ends(store)["2"] == date(2024, 3, 1)


def test_without_a_day_covered_it_is_the_day_of_the_import(store, put):
    put(ONE, TWO)
    put(TWO)
    assert ends(store)["1"] == TODAY


def test_undo_brings_back_and_redo_ends_again(store, put):
    put(ONE, TWO, covers="2024-05-01")
    put(TWO, covers="2024-06-01")
    store.undo(2)
    assert ends(store)["1"] is None
    store.redo(2)
    assert ends(store)["1"] == date(2024, 6, 1)


def test_the_first_snapshot_without_it_counts_and_a_later_listing_brings_it_back(store, put):
    put(ONE, TWO, covers="2024-05-01")
    put(TWO, covers="2024-06-01")
    put(TWO, covers="2024-07-01")
    assert ends(store)["1"] == date(2024, 6, 1)
    put(ONE, TWO, covers="2024-08-01")
    assert ends(store)["1"] is None


def test_an_addition_ends_nothing_and_another_feed_is_left_alone(store, put):
    put(ONE, covers="2024-05-01")
    put(TWO, snapshot=None)
    put("9,Z,2024-01-01,,1", feed="other", covers="2024-06-01")
    assert ends(store) == {"1": None, "2": date(2024, 3, 1), "9": None}


def test_only_contracts_come_as_a_snapshot(store, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("account_id,name\nA,One\n")
    with pytest.raises(MappingError, match="snapshot is for contracts, not for accounts"):
        import_file(store, path, options={"snapshot": "true"})


def test_a_snapshot_that_takes_much_away_waits_for_a_person(store, put):
    many = [f"{number},A{number},2024-01-01,,10" for number in range(20)]
    put(*many, guard=too_much)
    assert put(*many[2:], guard=too_much).batch  # 2 of 20 are 10 %, and no more
    refused = put(*many[4:], guard=too_much)  # 2 of 18 are 11 %
    assert "takes away 11% of ARR" in refused.problems[0].reason
    assert put(*many[4:], snapshot="confirmed", guard=too_much).batch


def test_a_snapshot_with_rows_turned_away_waits_for_a_person(store, put):
    put(ONE, TWO, guard=too_much)
    refused = put(ONE, "2,A,never,,20", guard=too_much)
    assert refused.refused and "1 row of this snapshot is rejected" in refused.problems[0].reason
    assert store.imports().height == 1
