"""Started plays: once for one reason, steps that stay as they were, who stands in for whoever has left, and what is taken back."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, UNDO, VIEW, Grant, NotAllowed, Viewer
from data.work import plays, tasks
from data.work.plays import StartedAlready
from data.work.templates import Play, Step, save, shipped
from data.work.writing import NOTHING, ChangedSince
from metrics.plays import steps_of

DAY = date(2024, 6, 10)
AT = datetime(2024, 6, 10, 9, 30, tzinfo=UTC)
OWN = (("owner", ("dana@example.com",)),)
DANA = Viewer(
    rights=tuple(sorted((Grant(one, kind, OWN) for one in (VIEW, EDIT, UNDO) for kind in ("accounts", "activities", "plays")), key=repr)),
    person="dana@example.com",
)  # fmt: skip
REFUND = "refund"


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B", "C"], "name": ["Alder", "Birch", "Cedar"], "owner": ["dana@example.com", "kim@example.com", None]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    yield opened
    opened.close()


def with_team(store, **left):
    rows = [
        {"email": "dana@example.com", "role": "csm", "manager": "lee@example.com", "is_active": not left.get("dana")},
        {"email": "kim@example.com", "role": "csm", "manager": "lee@example.com", "is_active": not left.get("kim")},
        {"email": "lee@example.com", "role": "manager", "manager": None, "is_active": True},
    ]
    commit_frame(store, "people", pl.DataFrame(rows), "team", "admin")


def runs(store):
    with View(store) as view:
        return view.table("play_runs")


def steps(store):
    with View(store) as view:
        return steps_of(view.table("play_runs").lazy(), view.table("play_steps").lazy()).collect()


def started(store, viewer=EVERYONE, account="A", reason="Asked for the money back", play=REFUND):
    plays.start(store, viewer, play, account, reason, day=DAY, at=AT)
    return plays.run_id_of(play, account, reason)


def test_a_started_play_has_its_steps_with_owners_and_due_days(store):
    started(store, DANA)
    found = steps(store)
    # Of the refund's six steps: 1, 10, 21, 28, 75 and 90 days after 10 June.
    due = [date(2024, 6, 11), date(2024, 6, 20), date(2024, 7, 1), date(2024, 7, 8), date(2024, 8, 24), date(2024, 9, 8)]
    assert found["due_on"].to_list() == due
    assert found["owner"].unique().to_list() == ["dana@example.com"]
    assert found["status"].unique().to_list() == ["open"]
    assert found["batch"].unique().to_list() == [NOTHING]
    assert found["due_at"].to_list() == [datetime(2024, 6, 11, 9, 30, tzinfo=UTC), *[None] * 5]
    assert runs(store).select("started_by", "state", "owner").rows() == [("dana@example.com", "running", "dana@example.com")]


def test_nobody_has_a_play_or_a_step_of_an_account_that_they_do_not_see(store):
    """Kim does not see dana's account; lee, to whom both report, does. What stays with whom it is can be moved all the same."""
    with_team(store)
    with pytest.raises(EditRefused, match="does not see this account"):
        plays.start(store, DANA, REFUND, "A", "Asked", day=DAY, owner="kim@example.com")
    run, seen = started(store, DANA), runs(store)["batch"][0]
    for deed in (
        lambda owner: plays.hand_over(store, DANA, run, seen, owner=owner),
        lambda owner: plays.step(store, DANA, run, 1, NOTHING, day=DAY, owner=owner),
        lambda owner: tasks.change(store, DANA, f"{run}#2", NOTHING, title="", owner=owner, due_on=DAY, day=DAY),
    ):
        with pytest.raises(EditRefused, match="does not see this account"):
            deed("kim@example.com")
        deed("lee@example.com")


def test_the_due_day_of_a_step_is_moved_whoever_has_it(store):
    """The template gives the step to kim, who does not see the account any more once there is a list of people."""
    save(store, EVERYONE, Play("own", "Own", (Step("One", 1, owner="kim@example.com"),)), seen=NOTHING)
    run = started(store, DANA, play="own")
    with_team(store)
    tasks.change(store, DANA, f"{run}#1", NOTHING, title="", owner="kim@example.com", due_on=date(2024, 7, 5), day=DAY)
    assert steps(store).select("owner", "due_on").rows() == [("kim@example.com", date(2024, 7, 5))]


def test_the_same_reason_starts_a_play_once_also_in_other_letters(store):
    started(store)
    with pytest.raises(StartedAlready, match="the same reason starts it once"):
        started(store, reason="asked  for the MONEY back")
    with pytest.raises(StartedAlready, match="has run for this account since 2024-06-10"):
        started(store, reason="Another reason")
    started(store, account="B")
    assert runs(store)["account_id"].to_list() == ["A", "B"]


def test_a_start_that_was_taken_back_may_be_made_again_and_keeps_no_step(store):
    run = started(store)
    plays.step(store, DANA, run, 1, NOTHING, day=DAY, status="done", note="Called Ann")
    store.undo(next(iter(runs(store)["batch"])))
    assert steps(store).is_empty()
    plays.start(store, DANA, REFUND, "A", "Asked for the money back", day=DAY, at=AT.replace(hour=12))
    found = steps(store)
    assert found["status"].to_list() == ["open"] * 6
    plays.step(store, DANA, run, 1, found["batch"][0], day=DAY, status="skipped")
    assert steps(store).row(0, named=True)["note"] is None


def test_a_step_is_done_by_whom_when_and_with_what_effort_and_opened_again(store):
    run = started(store)
    later = AT.replace(hour=15)
    done = plays.step(
        store, DANA, run, 2, NOTHING, day=DAY, at=later, status="done", effort_days=2, effort_cost=1200, note="Twelve trained"
    )
    row = steps(store).row(1, named=True)
    assert (row["status"], row["done_on"], row["done_at"], row["done_by"]) == ("done", DAY, later, "dana@example.com")
    assert (row["effort_days"], float(row["effort_cost"]), row["note"], row["batch"]) == (2.0, 1200.0, "Twelve trained", done.batch)
    with pytest.raises(ChangedSince):
        plays.step(store, EVERYONE, run, 2, NOTHING, day=DAY, status="done")
    again = plays.step(store, DANA, run, 2, done.batch, day=DAY, status="open")
    row = steps(store).row(1, named=True)
    assert (row["status"], row["done_on"], row["done_by"], row["note"]) == ("open", None, None, "Twelve trained")
    store.undo(again.batch)
    assert steps(store).row(1, named=True)["status"] == "done"


def test_a_step_is_given_to_somebody_else_and_moved(store):
    run = started(store)
    plays.step(store, DANA, run, 3, NOTHING, day=DAY, owner="kim@example.com", due_on=date(2024, 7, 5))
    row = steps(store).row(2, named=True)
    assert (row["owner"], row["due_on"], row["status"], row["done_by"]) == ("kim@example.com", date(2024, 7, 5), "open", None)


def through(store, run, up_to=6):
    for n in range(1, up_to + 1):
        plays.step(store, DANA, run, n, NOTHING, day=DAY, status="done")


def test_a_play_ends_once_its_steps_are_through_and_the_root_cause_is_said(store):
    run = started(store)
    seen = runs(store)["batch"][0]
    through(store, run, 4)
    with pytest.raises(EditRefused, match="Steps 5, 6 are open"):
        plays.finish(store, DANA, run, seen, day=DAY, outcome="They stay", root_cause="Nobody was trained")
    for n in (5, 6):
        plays.step(store, DANA, run, n, NOTHING, day=DAY, status="done")
    with pytest.raises(EditRefused, match="Say what had led to it"):
        plays.finish(store, DANA, run, seen, day=DAY, outcome="They stay")
    ended = plays.finish(store, DANA, run, seen, day=DAY, outcome="They stay", root_cause="Nobody was trained")
    row = runs(store).row(0, named=True)
    assert (row["state"], row["ended_on"], row["outcome"], row["root_cause"]) == ("done", DAY, "They stay", "Nobody was trained")
    with pytest.raises(EditRefused, match="has ended"):
        plays.step(store, DANA, run, 1, steps(store)["batch"][0], day=DAY, status="open")
    with pytest.raises(EditRefused, match="ended on 2024-06-10"):
        plays.stop(store, DANA, run, ended.batch, day=DAY, why="No")
    store.undo(ended.batch)
    assert runs(store)["state"].to_list() == ["running"]


def test_where_the_step_that_asks_is_left_out_no_root_cause_is_needed(store):
    run = started(store)
    through(store, run, 5)
    plays.step(store, DANA, run, 6, NOTHING, day=DAY, status="skipped")
    plays.finish(store, DANA, run, runs(store)["batch"][0], day=DAY, outcome="They stay")
    assert runs(store)["root_cause"].to_list() == [None]


def test_open_steps_of_a_stopped_play_are_nobodys(store):
    run = started(store)
    plays.step(store, DANA, run, 1, NOTHING, day=DAY, status="done")
    plays.stop(store, DANA, run, runs(store)["batch"][0], day=DAY, why="The account churned")
    assert steps(store)["step"].to_list() == [1]


def test_a_template_that_is_changed_leaves_plays_under_way_as_they_are(store):
    run = started(store)
    save(store, EVERYONE, Play(REFUND, "Refund", (Step("Pay it back", 1),)), seen=NOTHING)
    assert steps(store).height == 6
    with pytest.raises(EditRefused, match="has no step 7"):
        plays.step(store, DANA, run, 7, NOTHING, day=DAY, status="done")
    plays.start(store, EVERYONE, REFUND, "B", "Asked too", day=DAY)
    assert steps(store).filter(account_id="B")["title"].to_list() == ["Pay it back"]


def test_what_was_whose_owner_left_goes_to_who_has_the_account_or_to_the_manager(store):
    with_team(store, kim=True)
    own = Play("own", "Own", (Step("One", 1, owner="kim@example.com"), Step("Two", 2)))
    save(store, EVERYONE, own, seen=NOTHING)
    plays.start(store, EVERYONE, "own", "A", "One of ours", day=DAY)
    found = steps(store).filter(account_id="A")
    assert found.select("owner", "in_place_of").rows() == [("dana@example.com", "kim@example.com"), ("dana@example.com", None)]
    plays.start(store, EVERYONE, "own", "B", "One of Kim's", day=DAY)  # who has the account has left, too: to the manager
    assert runs(store).filter(account_id="B")["owner"].to_list() == ["lee@example.com"]
    assert steps(store).filter(account_id="B")["owner"].to_list() == ["lee@example.com"] * 2
    plays.start(
        store, EVERYONE, "own", "C", "Nobody's", day=DAY
    )  # nobody has it: the one step by name goes to nobody's but the manager of who left
    assert steps(store).filter(account_id="C").select("owner", "in_place_of").rows() == [
        ("lee@example.com", "kim@example.com"),
        (None, None),
    ]


def test_a_play_is_given_to_somebody_who_is_there(store):
    with_team(store, kim=True)
    run = started(store)
    seen = runs(store)["batch"][0]
    with pytest.raises(EditRefused, match=r"kim@example\.com has left"):
        plays.hand_over(store, DANA, run, seen, owner="kim@example.com")
    plays.hand_over(store, DANA, run, seen, owner="lee@example.com")
    assert runs(store)["owner"].to_list() == ["lee@example.com"]


def test_accounts_of_others_are_out_of_reach(store):
    theirs = started(store, account="B")
    with pytest.raises(EditRefused, match="your own accounts alone"):
        started(store, DANA, account="B", reason="Mine")
    with pytest.raises(EditRefused, match="no such play"):
        plays.step(store, DANA, theirs, 1, NOTHING, day=DAY, status="done")
    with pytest.raises(NotAllowed):
        started(store, Viewer(rights=(Grant(VIEW, "activities"),)), reason="Mine")
    assert runs(store).height == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"effort_days": -1}, "effort_days: from 0"),
        ({"effort_cost": 1e12}, "effort_cost: from 0"),
        ({"status": "maybe"}, "takes one of open, done, skipped"),
        ({"colour": "red"}, "colour: nothing is kept of that"),
    ],
)
def test_what_cannot_be_of_a_step_is_refused(store, said, told):
    run = started(store)
    with pytest.raises(EditRefused, match=told):
        plays.step(store, DANA, run, 1, NOTHING, day=DAY, **said)


@pytest.mark.parametrize(("play", "reason", "told"), [("refund", " ", "Say why it is started"), ("none", "So", "no play 'none'")])
def test_a_start_without_a_reason_or_of_no_play_is_refused(store, play, reason, told):
    with pytest.raises(EditRefused, match=told):
        plays.start(store, EVERYONE, play, "A", reason, day=DAY)


def test_steps_are_kept_with_all_that_their_template_says(store):
    started(store)
    kept = json.loads(runs(store)["steps"][0])
    assert [one["title"] for one in kept] == [one.title for one in shipped()[REFUND].steps]
    assert {*kept[0]} == {"title", "owner", "due_days", "clock_hours", "asks", "text", "due_on", "in_place_of"}


def test_steps_of_a_renewal_are_due_before_it_and_never_before_the_start(store):
    plays.start(store, EVERYONE, "renewal", "A", "renews_within 2024-08-09", day=DAY)
    # 60 days ahead: 85 days before lies behind the start; 60 days before 9 August is 10 June; 30 days before is 10 July; 5 is 4 August.
    assert steps(store)["due_on"].to_list() == [DAY, DAY, date(2024, 7, 10), date(2024, 8, 4)]
    plays.start(store, EVERYONE, "renewal", "B", "They asked us to", day=DAY)
    assert steps(store).filter(account_id="B")["due_on"].to_list() == [
        date(2024, 6, 15),
        date(2024, 7, 10),
        date(2024, 8, 9),
        date(2024, 9, 3),
    ]
    plays.start(store, EVERYONE, "renewal", "C", "By hand", day=DAY, renews_on=date(2024, 7, 10))
    assert steps(store).filter(account_id="C")["due_on"].to_list() == [DAY, DAY, DAY, date(2024, 7, 5)]


def test_what_was_started_for_an_entry_that_was_merged_is_not_started_again(store):
    started(store, account="B")
    alias = pl.DataFrame({"alias": ["B"], "account_id": ["A"], "reason": ["one company"]})
    commit_frame(store, "account_aliases", alias, "matching", "analyst")
    assert runs(store)["account_id"].to_list() == ["A"]
    with pytest.raises(StartedAlready):
        started(store, account="A")
    found = steps(store)
    plays.step(store, DANA, found["run_id"][0], 1, found["batch"][0], day=DAY, status="done")
    assert steps(store)["status"].to_list()[:2] == ["done", "open"]


def test_a_step_of_somebody_who_does_not_see_the_account_is_with_whoever_has_the_play(store):
    with_team(store)
    save(store, EVERYONE, Play("own", "Own", (Step("One", 1, owner="kim@example.com"), Step("Two", 2))), seen=NOTHING)
    plays.start(store, EVERYONE, "own", "A", "One of Dana's", day=DAY)  # Kim is a CSM, who sees accounts of her own
    assert steps(store).select("owner", "in_place_of").rows() == [("dana@example.com", None)] * 2
    plays.start(store, EVERYONE, "own", "B", "One of Kim's", day=DAY)
    assert steps(store).filter(account_id="B")["owner"].to_list() == ["kim@example.com"] * 2


def test_a_play_whose_start_was_taken_back_is_none_whatever_was_said_of_it_later(store):
    first = plays.start(store, EVERYONE, REFUND, "A", "Asked for the money back", day=DAY, at=AT)
    run = plays.run_id_of(REFUND, "A", "Asked for the money back")
    plays.stop(store, EVERYONE, run, runs(store)["batch"][0], day=DAY, why="They withdrew it")
    store.undo(first.batch)
    assert runs(store).is_empty()
    store.redo(first.batch)
    assert runs(store)["state"].to_list() == ["stopped"]
