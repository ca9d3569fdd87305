"""The page of sources: each with how it is and what it needs; written down, paused and removed by who may; nothing of a secret."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from sources import description
from sources.fetched import SourceFailed
from sources.pulling import pull
from sources.running import is_under_way as running_still
from tests.outward.api import Reply, api
from tests.pages.showing import everything, shown
from tests.waiting import PATIENCE


def now() -> datetime:
    return datetime.now(UTC)


def failing(*_args, **_more):
    raise SourceFailed("acme.zendesk.com answered 401: the token is not known.", "Make a new API token.")


@pytest.fixture
def several(empty, tmp_path, monkeypatch):
    """Sources of each kind: one that is fine, one that fails, one that waits, a webhook, one without a secret, and one that is none."""
    store = empty
    monkeypatch.setenv("HOLDFAST_SECRET_ZENDESK", "never-to-be-seen")
    monkeypatch.setenv("HOLDFAST_SECRET_SEGMENT", "never-to-be-seen")
    with sqlite3.connect(tmp_path / "crm.sqlite") as made:
        made.executescript(
            "create table companies(account_id text, name text); insert into companies values ('A', 'Alder'), ('B', 'Birch');"
        )
    url = f"sqlite:///{tmp_path}/crm.sqlite"
    written = {
        "crm": f'kind = "sql"\nurl = "{url}"\nquery = "select account_id, name from companies"\ntable = "accounts"\nschedule = "0 6 * * *"\n',
        "odd": f'kind = "sql"\nurl = "{url}"\nquery = "select name as c from companies"\ntable = "contracts"\n',
        "zendesk": 'kind = "http"\nvendor = "zendesk"\nsecret = "ZENDESK"\nsettings = { subdomain = "acme", email = "ops@acme.example" }\n',
        "segment": 'kind = "webhook"\nsignature = "segment"\nsecret = "SEGMENT"\n',
        "stripe": 'kind = "webhook"\nsignature = "stripe"\nsecret = "NOWHERE"\n',
    }
    for name, text in written.items():
        description.write(store.path, name, text)
    (description.folder(store.path) / "broken.toml").write_text('kind = "sql"\nurll = "x"\n')
    for name, fetch in (("crm", None), ("odd", None), ("zendesk", failing)):
        pull(store, description.load(store.path, name), now, fetch=fetch)
    return store


def test_an_empty_store_says_what_a_source_is_and_which_are_ready(empty):
    page = shown("data_sources", as_of=None)
    assert not page.exception
    assert "Nothing comes by itself yet" in [one.value for one in page.header]
    said = everything(page)
    assert "Chargebee: Contracts" in said and "HubSpot: Accounts" in said and "Segment: webhook" in said and "Add a source" in said


def test_every_source_says_how_it_is_and_what_to_do_those_that_need_somebody_first(several):
    page = shown("data_sources", as_of=None)
    assert not page.exception
    assert "6 sources: 4 to look at" in [one.value for one in page.header]
    said = everything(page)
    order = [said.index(f"**{name}**") for name in ("broken", "stripe", "zendesk", "odd", "segment", "crm")]
    assert order == sorted(order)
    assert "there is no such key. Did you mean url?" in said and "The secret NOWHERE is missing." in said
    assert "the token is not known." in said and "Make a new API token." in said
    assert "daily at 06" in said and "2 rows, import 1" in said and "Answer on the page Import" in said
    assert "/api/webhooks/segment" in said and "never-to-be-seen" not in said


def test_the_log_has_the_pulls_that_said_something_new(several):
    page = shown("data_sources", as_of=None)
    assert "Log of pulls" in [one.value for one in page.header]


def test_a_source_is_paused_and_goes_on(several):
    page = shown("data_sources", as_of=None)
    page.button(key="pause-crm").click().run()
    assert description.load(several.path, "crm").paused
    page = shown("data_sources", as_of=None)
    assert "Paused" in everything(page)
    page.button(key="pause-crm").click().run()
    assert not description.load(several.path, "crm").paused


def dialog() -> None:
    """The dialog by itself, as a page of its own."""
    from types import SimpleNamespace

    from data.store import open_stores
    from data.viewer import EVERYONE
    from pages.parts import source_form

    source_form._form(SimpleNamespace(viewer=EVERYONE, company="own"), open_stores.store("own"), "", {"kind": "sql"})


def test_a_source_is_written_down_as_its_file_and_tried_before(empty, tmp_path):
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as made:
        made.executescript("create table companies(account_id text, name text); insert into companies values ('A', 'Alder');")
    page = AppTest.from_function(dialog, default_timeout=PATIENCE).run()
    page.text_input(key="source-name").set_value("crm")
    page.text_input(key="source-url").set_value(f"sqlite:///{tmp_path}/crm.sqlite")
    page.text_area(key="source-query").set_value("select account_id, name from companies")
    page.selectbox(key="source-table").set_value("accounts").run()
    page.button(key="source-try").click().run()
    assert not page.exception and page.dataframe[0].value["name"].to_list() == ["Alder"]
    assert empty.imports().is_empty()  # nothing came in
    page.button(key="source-save").click().run()
    saved = description.load(empty.path, "crm")
    assert (saved.table, saved.schedule, saved.query) == ("accounts", "0 * * * *", "select account_id, name from companies")


def test_what_cannot_be_used_is_refused_in_words_and_not_saved(empty):
    page = AppTest.from_function(dialog, default_timeout=PATIENCE).run()
    page.text_input(key="source-name").set_value("crm").run()
    page.button(key="source-save").click().run()
    assert "query: is missing" in everything(page) and description.names(empty.path) == []


def test_the_page_import_tells_which_sources_need_somebody(several):
    (said,) = [one.value for one in shown("imports", as_of=None).warning if "Sources that need you" in one.value]
    assert all(name in said for name in ("broken", "stripe", "zendesk", "odd")) and "crm" not in said


def test_it_reads_in_chinese(several):
    said = everything(shown("data_sources", as_of=None, language="zh_Hans"))
    assert "数据源" in said and "等待回答" in said and "缺少密钥" in said


def test_what_a_source_leaves_open_is_accepted_with_a_click(empty):
    rows = [{"account_id": "A", "name": "Alder", "state": "odd"}]
    wait = '[[waits]]\nname = "odd ones"\nwhen = [{ path = "state", equals = "odd" }]\ntext = "An account is odd."\nwhat_to_do = "Look."\n'
    with api(lambda _: Reply(rows)) as running:
        description.write(empty.path, "crm", f'kind = "http"\nurl = "{running.url}"\ntable = "accounts"\n{wait}')
        pull(empty, description.load(empty.path, "crm"), now)
        page = shown("data_sources", as_of=None)
        assert not page.exception and "An account is odd." in everything(page)
        page.button(key="accept-crm").click().run()
        assert description.load(empty.path, "crm").accept == ("odd ones",)
        while running_still(empty.path, "crm"):
            time.sleep(0.01)
    assert empty.imports()["table"].to_list().count("accounts") == 1
