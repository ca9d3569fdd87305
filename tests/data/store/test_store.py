"""The log of imports: what stands, what a past moment knew, and whose rows a viewer sees."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.schema import TABLES
from data.store.dump import dump
from data.store.preview import previewed
from data.store.store import Store, StoreError, StoreHeld
from data.store.view import View
from data.viewer import Viewer
from tests.data.log.stagings import staged


@pytest.fixture
def store(tmp_path):
    (tmp_path / "staging").mkdir()
    opened = Store.open(tmp_path / "store.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path, store):
    return tmp_path / "staging"


def account(key: str, **more: object) -> dict:
    return {"row_key": key, "account_id": key, **more}


def event(account_id: str, day: int, event_name: str = "open", user: str | None = "u") -> dict:
    return {"account_id": account_id, "user_id": user, "event": event_name, "occurred_at": datetime(2024, 1, day, 12, tzinfo=UTC)}


def counted(store: Store, known_at: int | None = None) -> int:
    with View(store, known_at=known_at) as view:
        return view.usage_days(date(2024, 1, 1), date(2024, 1, 31))["count"].sum()


def test_newest_value_wins_per_column_and_an_empty_cell_clears(store, folder):
    store.commit(staged(folder, "accounts", [account("1", name="Old", plan="Pro", owner="a@example.com")]))
    store.commit(staged(folder, "accounts", [account("1", name="New")]))
    with View(store) as view:
        assert view.accounts().select("name", "plan").row(0) == ("New", "Pro")
    store.commit(staged(folder, "accounts", [account("1", plan=None)]))
    with View(store) as view:
        assert view.accounts().select("name", "plan", "owner").row(0) == ("New", None, "a@example.com")


def test_an_edit_wins_over_later_files_until_it_is_undone(store, folder):
    store.commit(staged(folder, "accounts", [account("1", plan="Pro")]))
    edit = store.commit(staged(folder, "accounts", [account("1", plan="Custom")], edit=True)).batch
    store.commit(staged(folder, "accounts", [account("1", plan="Basic")]))
    with View(store) as view:
        assert view.accounts()["plan"].item() == "Custom"
    store.undo(edit)
    with View(store) as view:
        assert view.accounts()["plan"].item() == "Basic"


def test_known_at_reads_a_past_moment_also_after_undo(store, folder):
    first = store.commit(staged(folder, "accounts", [account("1", plan="Pro")])).batch
    store.undo(first)
    with View(store) as now, View(store, known_at=first) as then:
        assert (now.accounts().height, then.accounts().height) == (0, 1)
    with View(store, known_at="1999-01-01T00:00:00Z") as before:
        assert before.accounts().height == 0


@pytest.mark.parametrize("known_at", [99, "yesterday"])
def test_a_moment_that_is_none_is_refused(store, known_at):
    with pytest.raises(ValueError, match="known_at"):
        View(store, known_at=known_at)


def test_overlapping_exports_count_once_and_undoing_the_first_loses_nothing(store, folder):
    january = [event("1", day) for day in range(1, 11)]
    late = [event("1", day) for day in range(6, 16)]
    first = store.commit(staged(folder, "usage_events", january))
    second = store.commit(staged(folder, "usage_events", late))
    store.commit(staged(folder, "accounts", [account("1")]))
    assert (second.accepted, second.duplicate) == (5, 5)
    assert counted(store) == 15
    store.undo(first.batch)
    assert counted(store) == 10
    store.redo(first.batch)
    assert counted(store) == 15


def test_a_line_twice_in_a_file_is_two_events_and_the_largest_count_rules(store, folder):
    store.commit(staged(folder, "accounts", [account("1")]))
    store.commit(staged(folder, "usage_events", [event("1", 1)] * 2))
    thrice = store.commit(staged(folder, "usage_events", [event("1", 1)] * 3))
    assert (thrice.accepted, thrice.duplicate) == (1, 2)
    assert counted(store) == 3


def test_three_exports_with_the_same_event_count_once_whichever_stands(store, folder):
    store.commit(staged(folder, "accounts", [account("1")]))
    batches = [store.commit(staged(folder, "usage_events", [event("1", 1)])).batch for _ in range(3)]
    for gone in batches[:2]:
        assert counted(store) == 1
        store.undo(gone)
    assert counted(store) == 1
    store.undo(batches[2])
    assert counted(store) == 0


def test_the_same_event_in_another_feed_is_another_event(store, folder):
    store.commit(staged(folder, "accounts", [account("1")]))
    store.commit(staged(folder, "usage_events", [event("1", 1)], feed="web"))
    store.commit(staged(folder, "usage_events", [event("1", 1)], feed="app"))
    assert counted(store) == 2


def test_bits_are_the_active_days(store, folder):
    store.commit(staged(folder, "accounts", [account("1")]))
    store.commit(staged(folder, "usage_events", [event("1", 1), event("1", 1), event("1", 3), event("1", 31)]))
    with View(store) as view:
        months = view.usage_months(date(2024, 1, 15), date(2024, 1, 20))
    assert months["bits"].item() == 2**0 + 2**2 + 2**30


def test_events_wait_for_their_account_and_join_when_it_arrives(store, folder):
    waiting = store.commit(staged(folder, "usage_events", [event("1", 1)]))
    assert (waiting.accepted, waiting.waiting, counted(store)) == (1, 1, 0)
    store.commit(staged(folder, "accounts", [account("1")]))
    assert counted(store) == 1


def test_contracts_of_an_unknown_account_appear_under_a_stub(store, folder):
    line = {"row_key": "c1", "contract_id": "c1", "account_id": "9", "starts_on": date(2024, 1, 1)}
    store.commit(staged(folder, "contracts", [line]))
    with View(store) as view:
        assert view.accounts().select("account_id", "name", "is_stub").rows() == [("9", "9", True)]
        assert view.contracts().height == 1


def test_usage_finds_its_account_through_the_contract(store, folder):
    line = {"row_key": "c1", "contract_id": "c1", "account_id": "9", "starts_on": date(2024, 1, 1)}
    used = {"contract_id": "c1", "event": "open", "occurred_at": datetime(2024, 1, 2, tzinfo=UTC)}
    store.commit(staged(folder, "usage_events", [used]))
    store.commit(staged(folder, "contracts", [line]))
    with View(store) as view:
        assert view.usage_days(date(2024, 1, 1), date(2024, 1, 3)).select("account_id", "count").rows() == [("9", 1)]


def test_a_viewer_sees_own_accounts_alone_in_every_table(store, folder):
    store.commit(
        staged(folder, "accounts", [account("1", owner="a@example.com", plan="Pro"), account("2", owner="b@example.com", plan="Max")])
    )
    lines = [{"row_key": k, "contract_id": k, "account_id": k, "starts_on": date(2024, 1, 1)} for k in ("1", "2")]
    store.commit(staged(folder, "contracts", lines))
    store.commit(staged(folder, "usage_events", [event("1", 1), event("2", 1)]))
    with View(store, Viewer("a@example.com")) as view:
        day = (date(2024, 1, 1), date(2024, 1, 31))
        frames = [view.accounts(), view.contracts(), view.usage_days(*day), view.usage_months(*day), view.usage_span(day[1])]
        assert [frame["account_id"].to_list() for frame in frames] == [["1"]] * 5
        assert view.filter_values("plan") == ["Pro"]
        assert view.source("contracts", "2").height == 0
        assert view.source("contracts", "1").height == 1


def test_a_preview_leaves_nothing(store, folder):
    before = store.version()
    with previewed(store, staged(folder, "accounts", [account("1")])) as seen, View(seen) as view:
        assert view.accounts().height == 1
    assert (store.version(), store.imports().height) == (before, 0)


def test_the_files_of_imports_are_told_newest_first_whether_they_stand_or_not(store, folder):
    first, second = (store.commit(staged(folder, "accounts", [account(key)])) for key in ("1", "2"))
    store.undo(first.batch)
    assert store.files().rows() == [(second.batch, second.file), (first.batch, first.file)]
    assert store.files().schema == store.imports().select("batch", "file").schema


def test_a_failed_import_leaves_nothing(store, folder):
    broken = staged(folder, "accounts", [account("1", nonsense="x")])
    with pytest.raises(Exception, match="nonsense"):
        store.commit(broken)
    assert (store.version(), store.imports().height, store.check()) == (0, 0, [])


def test_undo_twice_and_undo_of_nothing_are_refused(store, folder):
    batch = store.commit(staged(folder, "accounts", [account("1")])).batch
    store.undo(batch)
    with pytest.raises(StoreError, match="already undone"):
        store.undo(batch)
    with pytest.raises(StoreError, match="no batch 77"):
        store.undo(77)


def test_a_second_process_is_told_that_the_store_is_held(store):
    import subprocess
    import sys

    code = f"from data.store.store import Store, StoreHeld\ntry:\n    Store.open({str(store.path)!r})\nexcept StoreHeld:\n    print('held')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "held"
    assert issubclass(StoreHeld, StoreError)


def test_dump_writes_every_table(store, folder, tmp_path):
    store.commit(staged(folder, "accounts", [account("1", name="One")]))
    store.commit(staged(folder, "usage_events", [event("1", 1), event("1", 2)]))
    names = {path.stem for path in dump(store, tmp_path / "out")}
    assert names == {"imports", *TABLES}
    assert pl.read_parquet(tmp_path / "out" / "usage_events.parquet").height == 2


def test_days_are_cut_in_the_store_s_time_zone(tmp_path):
    (tmp_path / "staging").mkdir()
    store = Store.open(tmp_path / "zoned.duckdb", timezone="America/New_York")
    moments = (datetime(2024, 2, 1, 4, 59, tzinfo=UTC), datetime(2024, 2, 1, 5, 0, tzinfo=UTC))  # New York is five hours behind in winter
    rows = [{"account_id": "A", "user_id": "u", "event": "open", "occurred_at": moment} for moment in moments]
    store.commit(staged(tmp_path / "staging", "accounts", [account("A")]))
    for part in (rows, rows):  # the second export adds nothing
        store.commit(staged(tmp_path / "staging", "usage_events", part))
    with View(store) as view:
        assert view.usage_days(date(2024, 1, 1), date(2024, 2, 28)).select("day", "count").rows() == [
            (date(2024, 1, 31), 1),
            (date(2024, 2, 1), 1),
        ]
    store.close()


def test_an_attribute_that_was_kept_before_the_contract_had_its_column_fills_that_column(tmp_path):
    folder = tmp_path / "staging"
    folder.mkdir()
    rows = [{"row_key": key, "account_id": key, "headcount": said} for key, said in (("A", None), ("B", 30), ("C", None))]
    kept = [{"line": 2, "row_key": "A", "name": "headcount", "value": "800"}, {"line": 3, "row_key": "B", "name": "headcount", "value": "29"},
            {"line": 4, "row_key": "C", "name": "headcount", "value": "501-1,000"}, {"line": 4, "row_key": "C", "name": "tier", "value": "1"}]  # fmt: skip
    pl.DataFrame(kept).write_parquet(folder / "attributes.parquet")
    store = Store.open(tmp_path / "own.duckdb")
    store.commit(staged(folder, "accounts", rows, schema={"headcount": pl.Int64}, attributes=folder / "attributes.parquet"))
    with View(store) as view:
        found = view.accounts().select("account_id", "headcount", "tier").rows()
    store.close()
    assert found == [("A", 800, None), ("B", 30, None), ("C", None, "1")]
