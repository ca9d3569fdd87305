"""Templates: those of the product can be used, a team's form wins and goes again, and a wrong one is refused in words that name the step."""

from dataclasses import replace

import pytest

from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, VIEW, Grant, NotAllowed, Viewer
from data.work import templates
from data.work.templates import Play, Step, check, plays, save, shipped
from data.work.writing import NOTHING, ChangedSince

OWN = Play("own", "Own", (Step("One", 1), Step("Two", 2, owner="kim@example.com", clock_hours=24)), "What for", ("SMB", "Large"))
SHIPPED = ("onboarding", "adoption_rescue", "champion_left", "price_objection", "refund", "renewal", "expansion")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def known(store) -> dict[str, Play]:
    with View(store) as view:
        return plays(view)


def test_the_products_own_can_be_used_as_they_come(store):
    assert tuple(known(store)) == SHIPPED
    for play in shipped().values():
        check(play)
        assert not play.is_on
    refund = shipped()["refund"]
    assert refund.steps[0].clock_hours == 24
    assert [step.asks for step in refund.steps].count("root_cause") == 1 and refund.steps[-1].asks == "root_cause"


def test_a_team_writes_one_of_its_own_changes_it_and_takes_it_back(store):
    first = save(store, EVERYONE, OWN, seen=NOTHING)
    assert known(store)["own"] == replace(OWN, is_own=True, batch=first.batch)
    changed = replace(OWN, trigger="renews_within", within=60, is_on=True, most_a_day=3)
    second = save(store, EVERYONE, changed, seen=first.batch)
    assert known(store)["own"] == replace(changed, is_own=True, batch=second.batch)
    with pytest.raises(ChangedSince):
        save(store, EVERYONE, OWN, seen=first.batch)
    store.undo(second.batch)
    assert known(store)["own"].trigger is None
    with pytest.raises(EditRefused, match="your own"):
        templates.as_shipped(store, EVERYONE, "own", seen=first.batch)


def test_a_changed_one_of_the_products_wins_until_it_is_as_it_came_again(store):
    was = shipped()["refund"]
    first = save(store, EVERYONE, replace(was, name="Refund, ours", steps=was.steps[:2]), seen=NOTHING)
    now = known(store)["refund"]
    assert (now.name, len(now.steps), now.is_changed, now.is_own) == ("Refund, ours", 2, True, False)
    back = templates.as_shipped(store, EVERYONE, "refund", seen=first.batch)
    assert known(store)["refund"] == replace(was, batch=back.batch)
    store.undo(back.batch)
    assert known(store)["refund"].name == "Refund, ours"


def test_a_retired_one_is_off_and_can_be_taken_up_again(store):
    on = save(store, EVERYONE, replace(OWN, trigger="usage_fell", most_a_day=1, is_on=True), seen=NOTHING)
    retired = templates.retire(store, EVERYONE, "own", seen=on.batch)
    assert (known(store)["own"].is_retired, known(store)["own"].is_on) == (True, False)
    templates.retire(store, EVERYONE, "own", seen=retired.batch, is_retired=False)
    assert (known(store)["own"].is_retired, known(store)["own"].is_on) == (False, False)
    templates.retire(store, EVERYONE, "refund", seen=NOTHING)
    assert known(store)["refund"].is_retired
    with pytest.raises(EditRefused, match="no play 'none'"):
        templates.retire(store, EVERYONE, "none", seen=NOTHING)


def test_who_may_not_edit_plays_changes_none(store):
    reader = Viewer(rights=(Grant(EDIT, "activities"), Grant(VIEW, "plays")), person="dana@example.com")
    with pytest.raises(NotAllowed):
        save(store, reader, OWN, seen=NOTHING)
    assert tuple(known(store)) == SHIPPED


def with_step(**said) -> Play:
    return replace(OWN, steps=(Step("One", 1), replace(Step("Two", 2), **said)))


@pytest.mark.parametrize(
    ("play", "told"),
    [
        (replace(OWN, steps=()), "Steps: a play needs one step"),
        (replace(OWN, name=" "), "Name: a play needs a name"),
        (replace(OWN, trigger="full_moon"), "What starts it: there is no 'full_moon'. Triggers: notice_given, "),
        (replace(OWN, segments=("SMB", "Tiny")), "Segments: no account is of 'Tiny'. Segments: Large, SMB"),
        (replace(OWN, most_a_day=0), "At most a day: from 1 to 200"),
        (replace(OWN, most_a_day=10_000), "At most a day: from 1 to 200"),
        (replace(OWN, is_on=True), "Starts by itself: a play without a trigger"),
        (replace(OWN, is_on=True, trigger="usage_fell"), "At most a day: a play that starts by itself needs a limit"),
        (replace(OWN, trigger="renews_within"), "Days ahead: a renewal is looked for from 1 to 730 days ahead"),
        (replace(OWN, trigger="renews_within", within=0), "Days ahead: a renewal"),
        (with_step(due_days=-1), "Step 2, days after the start: -1 is not between 0 and 730"),
        (with_step(due_days=731), "Step 2, days after the start: 731"),
        (with_step(before_days=-5), "Step 2, days before the renewal: -5"),
        (with_step(title="  one "), "Step 2, title: step 1 is called so already"),
        (with_step(title=""), "Step 2, title: what is to be done"),
        (with_step(clock_hours=0), "Step 2, hours: from 1 to 720"),
        (with_step(asks="everything"), "Step 2, asks: takes root_cause"),
        (with_step(owner="Kim"), "Step 2, owner: 'Kim' is no e-mail address"),
    ],
)
def test_a_wrong_one_is_refused_naming_step_and_column(store, play, told):
    with pytest.raises(EditRefused) as refused:
        save(store, EVERYONE, play, seen=NOTHING, segments=("Large", "SMB"))
    assert str(refused.value).startswith(told)
    assert tuple(known(store)) == SHIPPED
