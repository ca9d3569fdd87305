"""A started play in its dialog: hours that are left, who stands in for whom, steps that are done, and who is told where somebody was first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.store.view import View
from data.viewer import EVERYONE
from data.work import plays
from data.work.writing import NOTHING, ChangedSince
from language import speaking
from pages.parts import play_run, play_templates, play_words
from tests.pages.showing import everything, shown
from tests.waiting import PATIENCE

NOW = datetime(2024, 6, 10, 12, 0, tzinfo=UTC)
DAY = date(2023, 12, 20)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=5, minutes=59), "answer due in 5 hours"), (timedelta(hours=1), "answer due in 1 hour"),
        (timedelta(minutes=59), "answer due in 59 minutes"), (timedelta(0), "answer due in 0 minutes"),
        (-timedelta(minutes=1), "answer 1 minute late"), (-timedelta(hours=3, minutes=1), "answer 3 hours late"),
    ],
)  # fmt: skip
def test_hours_are_counted_from_now(left, said):
    assert play_run.clock_at(NOW + left, NOW).words == said


def test_the_day_of_a_trigger_is_told_in_words_and_other_reasons_as_they_are():
    assert play_words.reason("usage_fell 2024-06") == "Usage fell, Jun 2024"
    assert play_words.reason("renews_within 2024-06-13") == "Renewal ahead, 13 Jun 2024"
    assert play_words.reason("seats_full 2024-Q2") == "Seats full, 2024-Q2"
    assert play_words.reason("Mail of 2024-06-13") == "Mail of 2024-06-13"


def test_whoever_stands_in_is_told_with_for_whom():
    assert play_run.whose({"owner": "lee@example.com", "in_place_of": "kim@example.com"}) == "lee@example.com, for kim@example.com who left"
    assert play_run.whose({"owner": None, "in_place_of": None}) == "nobody"


def test_words_of_the_product_are_kept_in_english_whoever_edits_them():
    with speaking("zh_Hans"):
        assert play_templates.as_written("要求退款") == "Refund asked for"
        assert play_templates.as_written("我们的") == "我们的"


@pytest.fixture
def run(small) -> str:
    plays.start(small, EVERYONE, "refund", "A", "Mail", day=DAY)
    return plays.run_id_of("refund", "A", "Mail")


def statuses(store) -> list[str]:
    with View(store) as view:
        return view.table("play_steps").sort("step")["status"].to_list()


def opened(run: str) -> AppTest:
    """A page of what the dialog draws, which keeps what is filled in from click to click."""
    test = AppTest.from_string(
        f"from pages.parts import play_run\nfrom pages.ui import filters\nplay_run._show(filters.bar(), {run!r})\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": "2023-12-28"})
    return test.run()


def test_a_click_on_steps_opens_them(small, run):
    page = shown("plays")
    key = next(one.key for one in page.button if one.key.startswith("steps-"))
    assert "Answer the customer, and name who sees to it" in everything(page.button(key=key).click().run())


def test_a_step_is_done_and_opened_again(small, run):
    opened(run).button(key="done-1-0").click().run()
    assert statuses(small) == ["done"]
    page = opened(run)
    assert "28 Dec 2023" in everything(page)
    page.button(key=next(one.key for one in page.button if one.key.startswith("reopen-1-"))).click().run()
    assert statuses(small) == ["open"]


def test_who_comes_second_is_told_and_nothing_is_written(small, run):
    page = opened(run)
    plays.step(small, EVERYONE, run, 1, NOTHING, day=DAY, status="skipped")
    said = deed_of(small, run, status="done")
    assert "changed this at" in said
    assert statuses(small) == ["skipped"]
    assert "Left out" in everything(page.run())


def deed_of(store, run: str, **said) -> str:
    """What somebody is told who looked at the first step before anything was written of it."""
    with pytest.raises(ChangedSince) as told:
        plays.step(store, EVERYONE, run, 1, NOTHING, day=DAY, **said)
    return str(told.value)


def test_a_play_that_was_taken_back_meanwhile_says_so(small, run):
    page = opened(run)
    with View(small) as view:
        small.undo(view.table("play_runs")["batch"][0])
    assert "This play was taken back meanwhile." in everything(page.run())
