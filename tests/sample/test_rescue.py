"""The account whose story is told: what the usual reports say of it, on the days on which it turned, is what the story says."""

from datetime import timedelta

import pytest

from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sample import rescue
from sample.company import LAST_DAY
from sample.load import load


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("rescue") / "sample.duckdb"
    load(path, trained=False, accounts=5, events=500)
    opened = Store.open(path)
    yield opened
    opened.close()


def on(store, name: str, number: int) -> dict:
    """The account's row of a report on a day of the story."""
    found = run(name, store, EVERYONE, Question(as_of=rescue.day_of(LAST_DAY, number)))
    return found.rows.filter(account_id=rescue.ACCOUNT).row(0, named=True)


@pytest.mark.parametrize(
    ("number", "mau", "seats", "arr"),
    [
        (rescue.ASKED, 8, 40, 40 * 48 * 12 * 100),  # three months after the start: 8 / 40 = 20 %, 23,040.00
        (170, 32, 40, 40 * 48 * 12 * 100),  # a month and more after the training: 32 / 40 = 80 %
        (rescue.ENDED, 48, 60, 60 * 48 * 12 * 120),  # renewed: 48 / 60 = 80 %, 34,560.00 and the add-on's fifth: 41,472.00
    ],
)
def test_use_and_arr_are_those_of_the_story(store, number, mau, seats, arr):
    found = on(store, "accounts", number)
    assert (found["mau"], found["seats"], found["arr"]) == (mau, seats, arr)


def test_it_renewed_and_grew(store):
    start, end = rescue.day_of(LAST_DAY, rescue.RENEWED - 10), rescue.day_of(LAST_DAY, rescue.RENEWED + 10)
    renewed = run("renewal-rate", store, EVERYONE, Question(start=start, end=end, as_of=LAST_DAY))
    states = renewed.rows.filter(account_id=rescue.ACCOUNT)["state"].to_list()
    assert states == ["on_time"]
    last = on(store, "accounts", rescue.BEFORE_LAST_DAY)
    assert last["next_end"] == rescue.day_of(LAST_DAY, rescue.RENEWED) + timedelta(days=365)


def test_the_play_tells_answer_effort_and_what_came_of_it(store):
    found = run("plays", store, EVERYONE, Question()).rows
    assert found.height == 1
    row = found.row(0, named=True)
    # Two days of training, five on site, three for manuals: ten days, which are two weeks of one person.
    assert (row["account_id"], row["steps"], row["done"], row["effort_days"], row["effort_cost"]) == (rescue.ACCOUNT, 6, 6, 10.0, 180_000)
    assert (row["started_on"], row["ended_on"]) == (rescue.day_of(LAST_DAY, 92), rescue.day_of(LAST_DAY, 210))
    assert (row["state"], row["outcome"], row["root_cause"]) == ("done", rescue.OUTCOME, rescue.ROOT_CAUSE)
    steps = run("play-steps", store, EVERYONE, Question()).rows
    assert steps["effort_days"].to_list() == [None, 2.0, 5.0, 3.0, None, None]
    assert steps["hours_taken"][0] == 6.0  # started at 9, answered at 15; 24 were allowed
    assert (steps["done_on"] <= steps["due_on"]).all()


def test_the_refund_that_was_asked_for_starts_the_play_on_that_day(store):
    """Had nobody started it, the trigger would have: on the day of the conversation, for the same reason."""
    batch = run("plays", store, EVERYONE, Question()).rows["batch"][0]
    found = run("play-starts", store, EVERYONE, Question(as_of=rescue.day_of(LAST_DAY, rescue.ASKED), known_at=batch - 8))
    rows = found.rows.filter(play_id="refund")
    assert rows.select("account_id", "reason").rows() == [(rescue.ACCOUNT, f"refund_asked {rescue.day_of(LAST_DAY, rescue.ASKED)}")]


def test_everything_that_was_drawn_for_others_is_as_it_was(store):
    """Five accounts were asked for; the one of the story comes after them."""
    assert run("accounts", store, EVERYONE, Question()).rows.height == 6
