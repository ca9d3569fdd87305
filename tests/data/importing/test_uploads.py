"""An upload is kept once, staged once under each mapping, and swept away when it is left."""

import os

import pytest

from data.importing import uploads
from data.importing.mapping import Mapping, MappingError
from data.importing.outcome import ImportRefused
from data.importing.questions import open_questions
from data.importing.reader import process
from data.importing.run import NeedsAnswer, answered
from data.importing.saved_mappings import load, matching, names, save
from data.store.store import Store

TEXT = b"account_id,name,created_on\nA,One,03/04/2024\n"
MAPPING = Mapping("accounts", columns={"account_id": "account_id", "name": "name", "created_on": "created_on"})


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def children(monkeypatch):
    """How often the child process was started."""
    begun, start = [], process.forked
    monkeypatch.setattr(process, "forked", lambda job: begun.append(job) or start(job))
    return begun


def test_the_same_bytes_are_one_draft_whatever_their_name(store):
    first = uploads.keep(store.path, "upload 1", "a.csv", memoryview(TEXT))
    second = uploads.keep(store.path, "upload 2", "b/../b.csv", memoryview(TEXT))
    assert (first.folder, first.file, second.file) == (second.folder, "a.csv", "b.csv")
    assert uploads.keep(store.path, "upload 1", "a.csv", memoryview(b"")).path.read_bytes() == TEXT


def test_a_file_is_read_once_for_each_mapping_and_question(store, children):
    draft = uploads.keep(store.path, "u", "a.csv", memoryview(TEXT))
    for _ in range(3):
        assert draft.inspected().header == ["account_id", "name", "created_on"]
        with pytest.raises(NeedsAnswer):
            draft.staged(MAPPING)
        assert draft.staged(answered(MAPPING, {"date_order": "dmy"})).read == 1
    assert len(children) == 3  # inspected, asked, staged


def test_a_file_that_kills_its_reader_is_read_once_and_said_again(store, children, tmp_path):
    draft = uploads.keep(store.path, "u", "bomb.csv", memoryview(b"\x00\x01\x02" * 50))
    for _ in range(2):
        with pytest.raises(ImportRefused, match="neither text"):
            draft.inspected()
    assert len(children) == 1


def test_what_was_staged_can_be_committed_after_the_page_was_left(store):
    draft = uploads.keep(store.path, "u", "a.csv", memoryview(TEXT))
    mapping = answered(MAPPING, {"date_order": "mdy"})
    draft.staged(mapping)
    assert store.commit(draft.staged(mapping)).accepted == 1
    uploads.drop_parts(draft)
    assert [path.name for path in draft.folder.iterdir()] == ["upload"]
    assert [(batch.batch, standing) for batch, standing in store.imports_of(draft.sha256, mapping.to_toml())] == [(1, True)]
    assert store.imports_of(draft.sha256, "another mapping") == []


def test_only_what_is_old_is_swept(store):
    old, young = (uploads.keep(store.path, text.decode(), "a.csv", memoryview(text)) for text in (b"old", b"young"))
    os.utime(old.folder, (0, 0))
    uploads.sweep(store.path)
    assert (old.folder.exists(), young.folder.exists()) == (False, True)


def test_mappings_are_saved_by_name_and_found_by_header(store):
    save(store.path, "crm", MAPPING)
    save(store.path, "small", Mapping("accounts", columns={"account_id": "account_id"}))
    assert names(store.path) == ["crm", "small"]
    assert load(store.path, "crm") == MAPPING
    assert matching(store.path, ["created_on", "name", "account_id", "more"]) == ["crm", "small"]
    assert matching(store.path, ["account_id"]) == ["small"]
    for bad in ("../crm", "", "a/b", "x" * 61):
        with pytest.raises(MappingError):
            save(store.path, bad, MAPPING)


def test_the_end_of_a_contract_and_a_missing_currency_are_asked_until_answered(store):
    text = b"id,account_id,starts_on,ends_on,amount\n1,A,2024-01-01,2024-12-31,5\n2,A,2024-01-01,2024-06-30,5\n"
    draft = uploads.keep(store.path, "u", "c.csv", memoryview(text))
    sample = draft.inspected().sample
    mapping = Mapping(
        "contracts", columns={name: name for name in ("account_id", "starts_on", "ends_on", "amount")}, constants={"period": "1 month"}
    )
    asked = open_questions(mapping, sample)
    assert [question.option for question in asked] == ["ends_on", "currency"]
    assert (asked[0].suggested, asked[0].hint[:45]) == ("inclusive", "Each of the first lines runs for whole months")
    assert open_questions(answered(mapping, {"ends_on": "inclusive", "currency": "EUR"}), sample) == []
    assert answered(mapping, {"currency": "EUR", "key": "account_id, starts_on"}).key == ("account_id", "starts_on")
