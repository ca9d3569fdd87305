"""The band of an account set by hand on its page: who may, what is told, and how it is taken back."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data.store.view import View
from data.viewer import EVERYONE
from data.work.score_overrides import Override, set_band
from reports.catalogue import run
from reports.health.by_hand import set_by_hand
from reports.report import Question
from tests.pages.showing import everything, shown
from tests.waiting import PATIENCE

DAY, LATER = date(2023, 12, 28), date(2024, 1, 20)
BANDS = ("at_risk", "watch", "healthy")


def given(store, band="at_risk", reason="New CFO reviews all tools", starts=DAY, ends=LATER, account="A"):
    set_band(store, EVERYONE, account, Override(band, reason, "dana@example.com", starts, ends), BANDS, DAY)


def band_of(store, account="A"):
    return dict(run("health", store, EVERYONE, Question()).rows.select("account_id", "band").iter_rows())[account]


def form():
    test = AppTest.from_string(
        "from pages.parts import health_by_hand\n"
        "from pages.ui import filters, loaders\n"
        "choice = filters.bar()\n"
        "about = loaders.report(choice.company, 'health', choice.viewer, choice.now).rows.filter(account_id='A').row(0, named=True)\n"
        "health_by_hand.set_form(choice, 'A', about)\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": f"{DAY}"})
    test.run()
    assert not test.exception
    return test


def named(fields, label):
    return next(one for one in fields if one.label == label)


def test_a_band_is_set_with_a_reason_and_who_answers_for_it(small):
    page = form()
    named(page.selectbox, "Band").set_value("at_risk")
    named(page.text_input, "Who answers for it").set_value("Dana")
    refused = named(page.button, "Set it").click().run()
    assert "reason: say why" in refused.error[0].value
    named(refused.text_area, "Why").set_value("New CFO reviews all tools")
    assert not named(refused.button, "Set it").click().run().exception
    with View(small) as view:
        row = view.table("score_overrides").row(0, named=True)
    assert (row["band"], row["owner"], row["starts_on"], row["ends_on"]) == ("at_risk", "Dana", DAY, date(2024, 1, 27)), "30 days"
    assert band_of(small) == "at_risk"


def test_what_is_set_is_told_on_the_account_and_taken_back(small):
    own = band_of(small)
    given(small, "healthy")
    page = shown("account", account="A")
    said = everything(page)
    assert "**Set by hand** to" in said and "dana@example.com" in said and "20 Jan 2024" in said and "New CFO reviews" in said
    assert "; by its score" in said and band_of(small) == "healthy" != own
    row = set_by_hand(small, EVERYONE, Question(), "A")[0]
    after = page.button(key=f"withdraw-{row['override_id']}").click().run()
    assert not after.exception and "Set by hand** to" not in everything(after) and band_of(small) == own
    assert set_by_hand(small, EVERYONE, Question(), "A")[0]["state"] == "withdrawn"


def test_what_holds_comes_first_the_one_written_last_and_what_is_to_come_is_told(small):
    given(small)
    given(small, "healthy", "They signed", ends=date(2024, 1, 10))
    given(small, "watch", "Later", starts=date(2024, 2, 1), ends=date(2024, 3, 1))
    rows = set_by_hand(small, EVERYONE, Question(), "A")
    assert [(one["state"], one["reason"]) for one in rows] == [
        ("holds", "They signed"), ("holds", "New CFO reviews all tools"), ("to_come", "Later"),
    ]  # fmt: skip
    said = everything(shown("account", account="A"))
    assert "They signed" in said and "New CFO" not in said and "From 1 Feb 2024 until 1 Mar 2024" in said
    assert set_by_hand(small, EVERYONE, Question(), "B") == []


@pytest.mark.parametrize("more", [{"known_at": "3"}])
def test_of_a_past_moment_nothing_is_set(small, more):
    page = shown("account", account="A", **more)
    assert not page.exception and not [one for one in page.button if one.label == "Set the band by hand"]
    assert [one for one in shown("account", account="A").button if one.label == "Set the band by hand"]
