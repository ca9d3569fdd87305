"""Saved views in a window: what opens, what is told of choices that do not hold, and what another's view shows to who may not see it."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from data.access import admission, sessions
from data.access.rights import viewer_of
from data.store import open_stores
from data.viewer import EVERYONE
from data.work.saved_views import EVERYBODY, change, open_with, remove, save, views
from tests.pages.showing import everything
from tests.server.team import PROVIDER, claims, team
from tests.waiting import PATIENCE

DAY = ("as_of", "2023-12-28")


def window(page: str = "", **query: str | list[str]) -> AppTest:
    test = AppTest.from_file("../../../pages/shell.py", default_timeout=PATIENCE)
    test.query_params.update({"company": "own", **query})
    test.switch_page(f"{page}.py") if page else None
    return test


def opened(view_id: str, page: str, user: dict | None = None, **query: str) -> AppTest:
    test = window(page, view=view_id, **query)
    if user:
        test.user = user | {"is_logged_in": True}
    return test.run()


def words(test: AppTest) -> str:
    return " ".join(one.value for kind in ("title", "info", "warning", "caption", "markdown") for one in getattr(test, kind))


def saved(viewer, choices, page="accounts", shared=EVERYBODY, name="one"):
    batch = save(open_stores.store("own"), viewer, name, page, choices, shared)
    return next(one.view_id for one in views(open_stores.store("own"), viewer) if one.batch == batch)


def test_a_view_opens_by_its_id_and_the_address_says_what_is_on(small):
    test = opened(saved(EVERYONE, [("segment", "Large"), ("period", "this_quarter"), DAY]), "accounts")
    assert not test.exception
    assert (test.query_params["segment"], test.query_params["period"]) == ("Large", "This quarter")
    assert test.session_state["segment"] == ["Large"] and test.session_state["period"] == "this_quarter"
    assert "Birch" in everything(test) and "does not open" not in words(test)


def test_a_view_saved_in_one_language_opens_in_the_other(small):
    test = window("accounts", view=saved(EVERYONE, [("period", "this_quarter"), ("segment", "Large"), DAY]))
    test.session_state["language"] = "zh_Hans"
    test.run()
    assert test.session_state["period"] == "this_quarter" and not test.warning


def test_a_view_keeps_its_page_split_by_what_is_no_column(small):
    test = opened(saved(EVERYONE, [("by", "size_band"), ("period", "this_quarter"), DAY], "portfolio-health"), "portfolio_health")
    assert not test.exception and not test.warning
    assert test.session_state["by"] == "size_band" and test.query_params["by"] == "Size band"


def test_a_value_that_is_gone_is_told_and_the_rest_holds(small):
    test = opened(saved(EVERYONE, [("segment", "Large"), ("segment", "Old"), ("region", "Mars"), DAY]), "accounts")
    assert test.session_state["segment"] == ["Large"]
    assert [one.value for one in test.warning] == [
        "Of what the link or view asks for, this is not there: Segment: Old; Region: Mars. What is left of it is shown."
    ]


def test_where_nothing_of_the_filters_is_left_it_is_said_that_all_is_shown(small):
    test = opened(saved(EVERYONE, [("segment", "Old"), DAY]), "accounts")
    assert "Segment: Old. No filter is left: all accounts are shown." in test.warning[0].value


def test_a_column_that_is_gone_is_told(small):
    test = opened(saved(EVERYONE, [("sales channel", "Partner"), ("segment", "Large"), DAY]), "accounts")
    assert "Partner. What is left" in test.warning[0].value and test.session_state["segment"] == ["Large"]


def test_a_link_that_says_what_is_not_there_is_told_too(small):
    test = window("accounts", segment=["Old"], as_of="2023-12-28").run()
    assert "Segment: Old. No filter is left" in test.warning[0].value


def test_a_view_that_is_not_there_says_so(small):
    test = opened("nothing", "renewals")
    assert [one.value for one in test.title] == ["This view does not open"]
    assert "Birch" not in everything(test)


def test_a_removed_view_says_so(small):
    view_id = saved(EVERYONE, [DAY])
    remove(small, EVERYONE, views(small, EVERYONE)[0])
    assert "was removed, or is not shared" in words(opened(view_id, "accounts"))


def test_what_was_cleared_after_opening_stays_cleared(small):
    test = opened(saved(EVERYONE, [("segment", "Large"), DAY]), "accounts")
    next(one for one in test.button if one.key == "chip-segment").click().run()
    assert test.session_state["segment"] == []
    test.run()
    assert test.session_state["segment"] == [] and not test.exception


def test_a_page_opens_with_its_view_on_a_plain_visit_alone(small):
    view_id = saved(EVERYONE, [("segment", "Large"), DAY])
    open_with(small, EVERYONE, "accounts", view_id)
    plain = window("accounts").run()
    assert plain.session_state["segment"] == ["Large"] and plain.query_params["view"] == view_id
    said = window("accounts", segment=["SMB"]).run()
    assert said.session_state["segment"] == ["SMB"] and "view" not in said.query_params
    remove(small, EVERYONE, views(small, EVERYONE)[0])
    gone = window("accounts").run()
    assert gone.session_state["segment"] == [] and "The view with which this page opens for you: removed" in gone.warning[0].value


@pytest.fixture
def signing_in(tmp_path, monkeypatch):
    for name, value in {**PROVIDER, "HOLDFAST_STORE": str(tmp_path / "own.duckdb")}.items():
        monkeypatch.setenv(name, value)
    team(tmp_path / "own.duckdb").close()
    yield lambda email: _came(email)
    open_stores.close_all()
    sessions.close()


def _came(email: str) -> dict:
    given = claims(email)
    admission.begun(given)
    return given


def who(email):
    return viewer_of(open_stores.store("own"), email, (), datetime.now(UTC).date())


def test_another_teams_owner_or_segment_shows_nothing_of_it(signing_in):
    """One sees Alder (SMB, EMEA) alone: a view of the segment Large, or of its owner, opens nothing, nor says whether there is one."""
    two = who("two@example.com")
    for n, choice in enumerate(
        [("segment", "Large"), ("owner", "two@example.com"), ("viewer", "two@example.com"), ("segment", "None such")]
    ):
        test = opened(saved(two, [choice, DAY], name=f"v{n}"), "accounts", signing_in("one@example.com"))
        assert "names what lies outside of the accounts that you see, or is gone" in words(test), choice
        assert not [one for one in ("Birch", "Cedar", "two@example.com", "Alder") if one in everything(test)], choice


def test_a_private_view_and_one_of_a_page_that_is_not_open(signing_in):
    two, admin = who("two@example.com"), who("admin@example.com")
    private = opened(saved(two, [DAY], shared=""), "accounts", signing_in("one@example.com"))
    assert "is not shared with you" in words(private) and "Alder" not in everything(private)
    closed = opened(saved(admin, [DAY], page="matching"), "accounts", signing_in("one@example.com"))
    assert "of a page that is not open to you" in words(closed) and "Alder" not in everything(closed)


def test_a_view_shared_with_everybody_is_of_each_readers_accounts(signing_in):
    view_id = saved(who("admin@example.com"), [("region", "EMEA"), DAY])
    test = opened(view_id, "accounts", signing_in("one@example.com"))
    assert test.session_state["region"] == ["EMEA"] and "Alder" in everything(test) and "Birch" not in everything(test)


def test_it_is_asked_again_when_the_view_is_not_shared_any_more(signing_in):
    two = who("two@example.com")
    view_id = saved(two, [DAY])
    user = signing_in("one@example.com")
    assert "does not open" not in words(opened(view_id, "accounts", user))
    change(open_stores.store("own"), two, views(open_stores.store("own"), two)[0], shared_with="")
    assert "is not shared with you" in words(opened(view_id, "accounts", user))
