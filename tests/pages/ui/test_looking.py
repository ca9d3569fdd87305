"""Pages as people with different roles see them: whose accounts, which buttons; what is denied is not drawn."""

import polars as pl
import pytest

from data.store.edits import commit_frame
from tests.pages.showing import everything, grids, shown

PEOPLE = pl.DataFrame(
    [("one@example.com", "csm"), ("two@example.com", "csm"), ("lead@example.com", "executive"), ("reader@example.com", "viewer"),
     ("analyst@example.com", "analyst"), ("nobody@example.com", None)],
    schema=["email", "role"], orient="row",
)  # fmt: skip


@pytest.fixture
def team(small):
    commit_frame(small, "people", PEOPLE, "team", "test", edit=True)
    return small


def arr(test) -> float:
    return round(grids(test)["accounts"]["arr"].sum(), 2)


def test_a_csm_sees_their_own_accounts_and_their_sums(team):
    """Alder pays 100.10 a month; Birch 777.77 and 55.00."""
    one, two, all_ = (shown("accounts", look_as=who) for who in ("one@example.com", "two@example.com", "lead@example.com"))
    assert arr(one) == 1201.20 and arr(two) == 9993.24 and arr(all_) == 11194.44
    assert "Birch" not in everything(one) and "Secret" not in everything(one) and "APAC" not in everything(one)
    assert "Alder" not in everything(two)


def test_an_owner_narrows_what_a_person_sees_and_never_widens_it(team):
    assert arr(shown("accounts", look_as="lead@example.com", viewer="two@example.com")) == 9993.24
    hidden = shown("accounts", look_as="one@example.com", viewer="two@example.com")
    unknown = shown("accounts", look_as="one@example.com", viewer="three@example.com")
    assert not hidden.exception and "Birch" not in everything(hidden)
    assert hidden.title[0].value == unknown.title[0].value == "The link looks as somebody unknown"


def test_what_a_role_does_not_give_is_not_drawn(team):
    def labels(page: str, who: str) -> set[str]:
        return {one.label for one in shown(page, look_as=who, account="A").get("button") if hasattr(one, "label")}

    logs = "Log a conversation"
    assert logs in labels("account", "one@example.com") and logs not in labels("account", "reader@example.com")
    assert "Train the model" in labels("churn_model", "analyst@example.com") and "Train the model" not in labels(
        "churn_model", "lead@example.com"
    )
    assert "Close the period" in labels("closes", "analyst@example.com") and "Close the period" not in labels("closes", "lead@example.com")


def test_what_is_denied_stops_the_page_before_anything_of_it_is_drawn(team):
    assert "accounts.csv" not in everything(shown("imports", look_as="one@example.com"))
    model = shown("churn_model", look_as="reader@example.com")
    assert len(model.exception) == 1
    assert "Alder" not in everything(model)


def test_a_link_that_looks_as_nobody_here_is_told(team):
    said = [one.value for one in shown("accounts", look_as="stranger@example.com").caption]
    assert any("stranger@example.com" in one and "you look as yourself" in one for one in said)


def test_a_link_that_looks_as_somebody_does_so_after_the_next_click_and_when_it_is_loaded_again(team):
    """The address says the person as the list calls them, which is how a browser sends it back."""
    first = shown("accounts", look_as="one@example.com")
    assert arr(first) == arr(first.run()) == 1201.20
    said = first.query_params["look_as"]
    assert said == "one@example.com · CSM" and arr(shown("accounts", look_as=said)) == 1201.20
