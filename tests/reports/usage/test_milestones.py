"""Milestones of each segment, kept by the team: by whose an account is measured, what a change would do, and what it did."""

from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, NOBODY, Viewer
from data.work.milestones import Step, as_before, put, standing
from reports.catalogue import run
from reports.report import Question
from reports.usage.milestones_preview import would_change

# Six accounts of three segments and one of none, all from 2024-01-10 on. Users come on the days after the start, named by a letter.
SEGMENTS = {"E1": "Enterprise", "E2": "Enterprise", "M1": "Mid", "S1": "Small", "S2": "Small", "N1": ""}
USED = {
    "E1": [(0, "a", "open"), (4, "b", "report"), (9, "c", "open")],
    "E2": [(2, "a", "open"), (3, "b", "open")],
    "M1": [(1, "a", "open"), (6, "b", "open"), (40, "c", "open")],
    "S1": [(5, "a", "open"), (7, "a", "report")],
    "S2": [(80, "a", "open")],
    "N1": [(0, "a", "open"), (1, "b", "open"), (2, "c", "open")],
}
START = date(2024, 1, 10)
DAY = Question(as_of=date(2024, 4, 30))
REPORT = (Step("First report", "event", "report"),)
QUICK = (Step("First use", "event", within_days=7), Step("Two people", "users", at_least=2))


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = ["account_id,name,owner,segment", *(f"{one},{one},x@example.com,{of}" for one, of in SEGMENTS.items())]
    contracts = ["contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats"]
    contracts += [f"{at},{one},Pro,{START},,100,1 month,USD,6" for at, one in enumerate(SEGMENTS)]
    usage = ["account_id,user_id,event,occurred_at"]
    usage += [f"{one},{user},{event},{START + timedelta(days=day)}T10:00:00Z" for one, own in USED.items() for day, user, event in own]
    for name, lines in (("accounts.csv", accounts), ("contracts.csv", contracts), ("usage.csv", usage)):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        assert import_file(opened, tmp_path / name, options={"covers": ["2024-01-01", "2024-04-30"]} if name == "usage.csv" else {}).batch
    yield opened
    opened.close()


def states(store: Store, day: Question = DAY) -> dict[str, tuple[str, int | None]]:
    rows = run("activation", store, EVERYONE, day).rows
    return {one: (state, days) for one, state, days in rows.select("account_id", "state", "days_to_activate").rows()}


def seen(store: Store) -> dict[str | None, dict[str, int]]:
    with View(store) as view:
        rows = standing(view).select("segment", "milestone_id", "batch").rows()
    return {segment: {own: batch for of, own, batch in rows if of == segment} for segment in {of for of, *_ in rows}}


# As they came: first use, three people, half of six seats (three of them): E1 on day 9, M1 on 40, N1 on 2; the others lack people.
CAME = {"E1": ("activated", 9), "E2": ("on_the_way", None), "M1": ("activated", 40), "S1": ("on_the_way", None)}
CAME |= {"S2": ("on_the_way", None), "N1": ("activated", 2)}


def test_each_account_is_measured_by_the_milestones_of_its_segment(store):
    assert states(store) == CAME
    put(store, EVERYONE, "Small", REPORT, {})
    # Small by its first report: S1 had one on day 7, S2 none, though it was seen. All others as before.
    assert states(store) == CAME | {"S1": ("activated", 7), "S2": ("not_started", None)}
    put(store, EVERYONE, None, QUICK, {})
    # All others: first use within 7 days and a second person: E1 day 4, E2 day 3, M1 day 6, N1 day 1; Small has its own.
    now = {"E1": ("activated", 4), "E2": ("activated", 3), "M1": ("activated", 6), "N1": ("activated", 1)}
    assert states(store) == now | {"S1": ("activated", 7), "S2": ("not_started", None)}
    put(store, EVERYONE, "Mid", (Step("Third person", "users", at_least=3, within_days=30),), {})
    assert states(store) == now | {"S1": ("activated", 7), "S2": ("not_started", None), "M1": ("not_started", None)}
    as_before(store, EVERYONE, "Small", seen(store)["Small"])
    # Small by those of all others now: S1's first use came on day 5 in time, but it has one person; S2's came on day 80.
    assert states(store)["S1"] == ("on_the_way", None) and states(store)["S2"] == ("not_started", None)
    as_before(store, EVERYONE, None, seen(store)[None])
    as_before(store, EVERYONE, "Mid", seen(store)["Mid"])
    assert states(store) == CAME


def test_undone_and_known_before(store):
    batch = put(store, EVERYONE, "Small", REPORT, {}).batch
    before = Question(as_of=DAY.as_of, known_at=batch - 1)
    assert states(store)["S1"] == ("activated", 7) and states(store, before) == CAME
    store.undo(batch)
    assert states(store) == CAME


def test_the_funnel_never_adds_up_different_steps(store):
    whole = run("activation-funnel", store, EVERYONE, DAY)
    assert whole.rows.select("measured_by", "step", "entered", "reached").rows() == [(None, 1, 6, 6), (None, 2, 6, 3), (None, 3, 3, 3)]
    assert whole.totals["overall"] == pytest.approx(0.5)
    put(store, EVERYONE, "Small", REPORT, {})
    put(store, EVERYONE, "Mid", REPORT, {})
    apart = run("activation-funnel", store, EVERYONE, DAY)
    # Enterprise and no segment: 3 in all, E1 and N1 have three people. Mid and Small have the same: of 3 one has a report.
    assert apart.rows.select("measured_by", "title", "entered", "reached").rows() == [
        (None, "First use", 3, 3), (None, "Three people", 3, 2), (None, "Half of the seats", 2, 2), ("Mid, Small", "First report", 3, 1),
    ]  # fmt: skip
    assert apart.totals["overall"] is None
    assert apart.notes == ("Not all segments have the same milestones: each is shown apart (Mid, Small have their own).",)
    grouped = run("activation-funnel", store, EVERYONE, Question(as_of=DAY.as_of, by="segment")).rows
    small = grouped.filter(pl.col("group") == "Small").select("measured_by", "entered", "reached").rows()
    assert small == [("Mid, Small", 2, 1)] and set(grouped["group"]) == {"Enterprise", "Mid", "Small", None}
    only = run("activation-funnel", store, EVERYONE, Question(as_of=DAY.as_of, filters=(("segment", ("Small",)),)))
    assert only.rows.select("measured_by", "entered", "reached").rows() == [("Mid, Small", 2, 1)] and only.notes == ()


@pytest.mark.parametrize(
    ("segment", "steps"),
    [(None, QUICK), ("Small", REPORT), ("Enterprise", QUICK), ("Mid", (Step("All", "seat_share", at_least=0.5, within_days=39),))],
)
def test_what_is_previewed_is_what_comes(store, segment, steps):
    put(store, EVERYONE, "Small", (Step("Two people", "users", at_least=2),), {})
    before = states(store)
    own = {one for one, of in SEGMENTS.items() if (of == segment if segment else of != "Small")}
    rows, notes = would_change(store, EVERYONE, DAY, segment, steps)
    assert notes == ()
    put(store, EVERYONE, segment, steps, seen(store).get(segment, {}))
    after = states(store)
    for row in rows.to_dicts():
        told = tuple(sum(one[name][0] == row["state"] for name in own) for one in (before, after))
        assert (row["before"], row["after"]) == told, row["state"]
    assert {name: after[name] for name in after.keys() - own} == {name: before[name] for name in before.keys() - own}
    back = would_change(store, EVERYONE, DAY, segment, ())[0]
    assert back["before"].to_list() == rows["after"].to_list()


def test_the_list_says_where_they_came_from_and_what_nobody_can_reach(store):
    rows = run("milestones", store, EVERYONE, DAY).rows
    assert rows.select("segment", "place", "title", "measured", "came", "caution").rows() == [
        (None, 1, "First use", 6, True, None), (None, 2, "Three people", 6, True, None), (None, 3, "Half of the seats", 6, True, None),
    ]  # fmt: skip
    put(store, EVERYONE, "Gone", REPORT, {})
    put(store, EVERYONE, "Small", (Step("Export", "event", "export"), *REPORT), {})
    own = run("milestones", store, EVERYONE, DAY).rows.filter(~pl.col("came"))
    assert own.select("segment", "title", "measured", "caution").rows() == [
        ("Gone", "First report", 0, "No account in sight is of the segment 'Gone'."),
        ("Small", "Export", 2, "No account in sight has ever had the event 'export'."),
        ("Small", "First report", 2, None),
    ]  # fmt: skip
    notes = would_change(store, EVERYONE, DAY, "Elsewhere", (Step("Export", "event", "export"),))[1]
    assert len(notes) == 2, "a warning each, and no error: both may come yet"


def test_a_viewer_of_no_account_is_shown_nothing_and_changes_nothing(store):
    with pytest.raises((EditRefused, PermissionError, ValueError)):
        put(store, NOBODY, "Small", REPORT, {})
    assert run("activation", store, Viewer("x@example.com"), DAY).rows.height == 6
