"""What waits of a source, brought in by a person on the page Import: the same rows of the same feed, once."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.importing import saved_mappings
from data.importing.desk import Desk
from data.importing.mapping import Mapping
from data.importing.run import take_once
from data.store.view import View
from data.viewer import EVERYONE
from reports.imports.import_plan import READY, planned
from sources import description, trying
from sources.fetched import Fetched
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
BILLING = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "contracts"\n'
LINE = {"contract_id": "1", "account_id": "A", "starts_on": "2024-01-01", "ends_on": "2024-12-31", "amount": "1200", "period": "1 year", "currency": "USD"}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def one_line(source, since, folder, *, now, ended):
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(LINE) + "\n")
    return Fetched(path, 1)


def laid(store, written, **answers):
    """What waits of a source on a desk of the page Import, planned with a person's answers."""
    description.write(store.path, "billing", written)
    assert pull(store, description.load(store.path, "billing"), lambda: NOW, fetch=one_line).outcome == "waiting"
    desk = Desk(store, "a-new-desk")
    assert trying.to_import_page(store, EVERYONE, "billing", "billing", desk.name)
    for option, value in answers.items():
        desk.answer(desk.files()[0].draft, option, value)
    return planned(store, desk.files()[0])


def test_what_is_brought_in_by_hand_is_of_the_feed_of_its_source_and_counts_once(store):
    plan = laid(store, BILLING, ends_on="inclusive", rows="records")
    assert plan.state == READY and (plan.mapping.table, plan.mapping.feed) == ("contracts", "billing")
    take_once(store, plan.ready, who="ann")
    again = description.parsed("billing", BILLING + '[answers]\nends_on = "inclusive"\n')
    assert pull(store, again, lambda: NOW + timedelta(hours=1), fetch=one_line).outcome == "nothing new"
    with View(store) as view:
        assert view.contracts().height == 1


def test_what_changed_alone_is_not_all_that_there_is_on_the_page_either(store):
    plan = laid(store, BILLING + 'cursor = "starts_on"\n', ends_on="inclusive")
    assert "snapshot" not in plan.mapping.options and plan.told.answers["snapshot"] == "no"


def test_a_saved_mapping_of_a_source_is_read_within_the_feed_of_the_source(store):
    names = {name: name for name in ("contract_id", "account_id", "starts_on", "amount", "period", "currency")}
    saved_mappings.save(store.path, "odd", Mapping("contracts", feed="other", columns=names | {"ends_on": "until"}))
    plan = laid(store, BILLING + 'mapping = "odd"\n')
    assert plan.told.named == "odd" and plan.guess.mapping.feed == "billing"
