"""The digest by mail on My access: what holds is chosen at first, one's own choice is kept, and who administers reads what did not arrive."""

from datetime import UTC, date, datetime

import pytest

from data.access import sessions
from data.access.rights import viewer_of
from data.store import open_stores
from data.work import digests
from pages.parts import my_digest
from tests.pages.settings.test_my_access import page
from tests.server.team import PROVIDER, team


@pytest.fixture
def store(tmp_path, monkeypatch):
    for name, value in ({"HOLDFAST_STORE": str(tmp_path / "own.duckdb")} | PROVIDER).items():
        monkeypatch.setenv(name, value)
    team(tmp_path / "own.duckdb").close()
    yield open_stores.store("own")
    open_stores.close_all()
    sessions.close()


def test_a_csm_gets_one_each_day_until_they_switch_it_off(store):
    test = page("one@example.com")
    assert test.selectbox(key="digest-rhythm").value == "daily" and not test.exception
    assert "No mail server is set up here" in " ".join(one.value for one in test.caption)
    test.selectbox(key="digest-rhythm").set_value("off")
    test.selectbox(key="digest-language").set_value("zh_Hans")
    next(one for one in test.button if one.label == "Save").click().run()
    assert digests.wanted(store, "one@example.com") == digests.Wanted("off", "zh_Hans", True)
    assert page("one@example.com").selectbox(key="digest-rhythm").value == "off"


def test_who_administers_reads_what_did_not_arrive(store):
    today = datetime.now(UTC).date()
    due = digests.Due("two@example.com", "", "daily", "en", today, today)
    digests.say(store, [due], digests.UNCLEAR, datetime.now(UTC), digests.ENDED)
    told = " ".join(one.value for one in page("admin@example.com").markdown)
    assert "two@example.com" in told and "not known whether it arrived" in told
    assert "two@example.com" not in " ".join(one.value for one in page("one@example.com").markdown)
    assert set(my_digest.RHYTHMS) == set(digests.RHYTHMS)
    assert digests.unclear(store, viewer_of(store, "vp@example.com", (), date(2023, 12, 22)), today) == []
