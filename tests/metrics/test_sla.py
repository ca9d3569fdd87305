"""Which target holds for a ticket, and what became of it: the cases by hand, the edges, and what has no figure."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from metrics import sla
from metrics.business_hours import Calendar
from metrics.support_calendars import ALWAYS, WHOLE_DAY, calendars, stretches, what_is_wrong
from tests.metrics.test_business_hours import CASES, INSTANT, calendar, instants

TARGETS = {
    "target_id": pl.String, "priority": pl.String, "plan": pl.String, "first_reply_hours": pl.Float64, "resolution_hours": pl.Float64,
    "calendar": pl.String, "starts_on": pl.Date, "ends_on": pl.Date,
}  # fmt: skip
TICKETS = {
    "ticket_id": pl.String, "opened_at": INSTANT, "first_reply_at": INSTANT, "resolved_at": INSTANT, "resolved_by": pl.String,
    "priority": pl.String, "plan": pl.String, "known_to": INSTANT, "tells_replies": pl.Boolean, "tells_resolutions": pl.Boolean,
}  # fmt: skip
ALL_DAY = Calendar("UTC", ((WHOLE_DAY,),) * 7)
MON = datetime(2024, 6, 3, 9, tzinfo=UTC)


def target(name: str, priority: str | None = None, plan: str | None = None, **more: object) -> dict:
    return {"target_id": name, "priority": priority, "plan": plan, "first_reply_hours": 4.0, "resolution_hours": 24.0} | more


def targets(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=TARGETS)


def ticket(name: str = "T-1", opened: datetime = MON, **more: object) -> dict:
    known = {"known_to": opened + timedelta(days=30), "tells_replies": True, "tells_resolutions": True}
    return {"ticket_id": name, "opened_at": opened, "priority": "high", "plan": "Pro"} | known | more


def judged(rows: list[dict], own: pl.DataFrame, known: dict[str, Calendar] | None = None, zone: str = "UTC") -> pl.DataFrame:
    open_at = {ALWAYS: ALL_DAY} | (known or {})
    return sla.verdicts(sla.with_target(pl.DataFrame(rows, schema=TICKETS), own, open_at, zone), open_at)


def verdict(kind: str, *, own: pl.DataFrame | None = None, **more: object) -> str:
    found = judged([ticket(**more)], targets(target("all")) if own is None else own)
    return found.filter(promise=kind)["verdict"].item()


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_cases_worked_out_by_hand(case):
    own = {"own": calendar(case["zone"], case["hours"], case["holidays"])}
    at = {name: instants(case[name])[0] for name in ("opened_at", "done_at", "looked_at")}
    hours = float(case["target_hours"])
    told = ticket(
        opened=at["opened_at"], resolved_at=at["done_at"], resolved_by="recorded" if at["done_at"] else None, known_to=at["looked_at"]
    )
    rows = judged([told], targets(target("all", resolution_hours=hours, calendar="own")), own).filter(promise="resolution")
    assert rows["verdict"].item() == case["verdict"]
    assert rows["due_at"].to_list() == instants(case["due_at"]).to_list()
    taken = float(case["open_hours"])
    assert rows["taken"].item() == pytest.approx(taken, abs=1e-9)
    late = max(taken - hours, 0.0) if case["verdict"] in sla.LATE else None
    left = max(hours - taken, 0.0) if case["verdict"] == sla.RUNNING else None
    assert rows["late"].item() == pytest.approx(late, abs=1e-9)
    assert rows["left"].item() == pytest.approx(left, abs=1e-9)


EVERY = targets(target("all"), target("pro", plan="Pro"), target("high", "high"), target("high pro", " HIGH ", "pro"))


@pytest.mark.parametrize(
    ("priority", "plan", "expected"),
    [
        ("high", "Pro", "high pro"), ("High", "PRO", "high pro"), ("high", "Basic", "high"), ("high", None, "high"), ("low", "Pro", "pro"),
        ("low", "Basic", "all"), (None, None, "all"), ("", "Pro", "pro"), (None, "Pro", "pro"),
    ],
)  # fmt: skip
def test_the_most_specific_target_holds(priority, plan, expected):
    found = sla.with_target(pl.DataFrame([ticket(priority=priority, plan=plan)], schema=TICKETS), EVERY, {ALWAYS: ALL_DAY}, "UTC")
    assert found.select("target_id", "fits").rows() == [(expected, 1)]


@pytest.mark.parametrize(("told", "written"), [("P1", "p1"), ("Highest", "HIGHEST"), ("紧急", "紧急 "), ("1 - Urgent", "1 - urgent")])
def test_priorities_are_matched_as_tools_write_them(told, written):
    assert judged([ticket(priority=told)], targets(target("t", written)))["target_id"].to_list() == ["t", "t"]
    assert verdict("resolution", own=targets(target("t", "P2")), priority="P1") == sla.NO_TARGET


def test_two_targets_of_one_rank_give_no_verdict_and_a_more_specific_one_does():
    twice = targets(target("one", "high"), target("two", "HIGH", starts_on=date(2024, 6, 1)))
    assert verdict("first_reply", own=twice) == sla.TWO_TARGETS
    assert verdict("first_reply", own=twice, opened=datetime(2024, 5, 31, 23, tzinfo=UTC)) != sla.TWO_TARGETS  # one is not valid yet
    settled = pl.concat([twice, targets(target("three", "high", "pro"))])
    assert verdict("first_reply", own=settled) == sla.BREACHED_OPEN


@pytest.mark.parametrize(
    ("zone", "opened", "expected"),
    [
        ("UTC", datetime(2024, 6, 30, 22, 30, tzinfo=UTC), "old"),
        ("Europe/Berlin", datetime(2024, 6, 30, 22, 30, tzinfo=UTC), "new"),  # 1 July 00:30 there
        ("Europe/Berlin", datetime(2024, 6, 30, 21, 30, tzinfo=UTC), "old"),  # 30 June 23:30 there
        ("America/New_York", datetime(2024, 7, 1, 3, 59, tzinfo=UTC), "old"),  # 30 June 23:59 there
        ("America/New_York", datetime(2024, 7, 1, 4, 0, tzinfo=UTC), "new"),
        ("Asia/Kolkata", datetime(2024, 6, 30, 18, 30, tzinfo=UTC), "new"),  # 1 July 00:00 there
    ],
)
def test_the_day_opened_is_that_of_the_calendars_zone(zone, opened, expected):
    own = targets(target("old", calendar="c", ends_on=date(2024, 6, 30)), target("new", calendar="c", starts_on=date(2024, 7, 1)))
    found = judged([ticket(opened=opened)], own, {"c": Calendar(zone, ((WHOLE_DAY,),) * 7)})
    assert found["target_id"].unique().to_list() == [expected]
    assert judged([ticket(opened=opened)], own.with_columns(calendar=pl.lit(None, pl.String)), zone=zone)["fits"].unique().to_list() == [1]


def test_a_gap_between_targets_is_no_target():
    own = targets(target("old", ends_on=date(2024, 6, 2)), target("new", starts_on=date(2024, 6, 4)))  # opened on the 3rd
    assert verdict("resolution", own=own) == sla.NO_TARGET


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("first_reply", {"first_reply_at": MON + 4 * HOUR}, "met"),
        ("first_reply", {"first_reply_at": MON + 4 * HOUR + timedelta(microseconds=1)}, "breached"),
        ("first_reply", {"first_reply_at": MON}, "met"),
        ("first_reply", {"first_reply_at": MON - timedelta(seconds=1)}, "times_contradict"),
        ("resolution", {"first_reply_at": MON - timedelta(seconds=1)}, "times_contradict"),
        ("resolution", {"resolved_at": MON - HOUR, "resolved_by": "recorded"}, "times_contradict"),
        ("first_reply", {"first_reply_at": MON + 3 * HOUR, "resolved_at": MON + 2 * HOUR, "resolved_by": "recorded"}, "times_contradict"),
        ("first_reply", {"resolved_at": MON + HOUR, "resolved_by": "recorded"}, "no_reply_recorded"),
        ("first_reply", {"tells_replies": False}, "feed_does_not_tell"),
        ("resolution", {"tells_resolutions": False}, "feed_does_not_tell"),
        ("resolution", {"tells_replies": False}, "breached_open"),
        ("resolution", {"resolved_at": MON, "resolved_by": "status alone"}, "moment_not_known"),
        ("resolution", {"resolved_at": MON + 24 * HOUR, "resolved_by": "last update"}, "met"),  # that is the latest it can have been
        ("resolution", {"resolved_at": MON + 25 * HOUR, "resolved_by": "last update"}, "moment_not_known"),
        ("resolution", {"known_to": MON + 24 * HOUR}, "running"),
        ("resolution", {"known_to": MON + 24 * HOUR + timedelta(microseconds=1)}, "breached_open"),
    ],
)
def test_edges_and_what_has_no_figure(kind, more, expected):
    assert verdict(kind, **more) == expected


def test_what_is_not_promised_has_no_verdict_though_a_wider_target_promises_it():
    own = targets(target("all"), target("high", "high", first_reply_hours=None))
    assert verdict("first_reply", own=own) == sla.NOT_PROMISED
    assert verdict("resolution", own=own) == sla.BREACHED_OPEN


def test_a_calendar_that_cannot_be_used_gives_no_verdict():
    assert verdict("first_reply", own=targets(target("t", calendar="gone"))) == sla.NO_CALENDAR
    never = judged([ticket()], targets(target("t", calendar="never")), {"never": Calendar("UTC", ((),) * 7)})
    assert never["verdict"].unique().to_list() == [sla.NO_CALENDAR]
    assert never["due_at"].null_count() == never["taken"].null_count() == 2
    assert verdict("first_reply", own=targets(target("t", first_reply_hours=0.0))) == sla.NO_CALENDAR


def test_shares_are_of_what_fell_due_in_the_period_and_is_decided():
    rows = [
        ticket("T-1", first_reply_at=MON + HOUR),  # met, due Monday 13:00
        ticket("T-2", first_reply_at=MON + 5 * HOUR),  # breached
        ticket("T-3"),  # breached, still open
        ticket("T-4", opened=datetime(2024, 6, 3, 21, tzinfo=UTC), first_reply_at=datetime(2024, 6, 3, 22, tzinfo=UTC)),  # due on the 4th
        ticket("T-5", known_to=MON + HOUR, first_reply_at=MON + HOUR),  # met, and not due at the moment it is known to
    ]
    found = judged(rows, targets(target("all"))).filter(promise="first_reply")
    told = sla.shares(sla.due_within(found, date(2024, 6, 2), date(2024, 6, 3))).row(0, named=True)
    assert (told["n"], told["met"], told["breached"], told["share"]) == (3, 1, 2, 1 / 3)
    # Wilson, by hand: p = 1/3, n = 3, z = 1.96: middle (0.3333 + 3.8415 / 6) / (1 + 3.8415 / 3) = 0.97358 / 2.28049 = 0.42692;
    # half sqrt(0.2222 / 3 + 3.8415 / 36) * 1.95996 / 2.28049 = sqrt(0.07407 + 0.10671) * 0.85945 = 0.36542
    assert (told["low"], told["high"]) == (pytest.approx(0.0615, abs=1e-4), pytest.approx(0.7923, abs=1e-4))
    assert sla.shares(found.clear())["share"].to_list() == [None]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("09:00-17:00", ((540, 1020),)), ("09:00-12:00, 13:00-17:00", ((540, 720), (780, 1020))), ("9-17", ((540, 1020),)),
        ("09:00–12:00；13:30～18:00", ((540, 720), (810, 1080))), ("00:00-24:00", ((0, 1440),)), ("", ()), (None, ()), ("9:00 to 17:00", ((540, 1020),)),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(written, expected):
    assert stretches(written) == expected
    assert what_is_wrong(written) == ""


@pytest.mark.parametrize(
    "written", ["22:00-06:00", "09:00-09:00", "17:00-00:00", "09:00-24:30", "morning", "09:00", "09:00-12:00 13:00-17:00"]
)
def test_hours_that_cannot_be_are_named(written):
    assert what_is_wrong(written)


def row(name: str, zone: str | None = "Europe/Berlin", hours: str | None = "09:00-17:00") -> dict:
    return {"calendar": name, "time_zone": zone} | dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), hours
    )


def test_what_is_wrong_with_calendars_is_named_and_they_are_not_used():
    rows = [
        row("good"),
        row("no zone", None),
        row("strange", "Europe/Atlantis"),
        row("backwards", hours="17:00-09:00"),
        row("shut", hours=None),
    ]
    closed = [{"calendar": name, "day": date(2024, 12, 25)} for name in ("good", "no zone", "nowhere")]
    found = calendars(rows, closed, "UTC")
    assert set(found.usable) == {ALWAYS, "good"}
    assert found.usable["good"].holidays == {date(2024, 12, 25)}
    assert [(one.of, one.kind) for one in found.problems if one.of != "backwards"] == [
        ("no zone", "zone"), ("strange", "zone"), ("shut", "never_open"), ("nowhere", "holidays_without_calendar"),
    ]  # fmt: skip
    assert [one.kind for one in found.problems if one.of == "backwards"] == ["hours"] * 7
    assert "holidays" in next(one.told for one in found.problems if one.of == "no zone")
    assert all(one.todo for one in found.problems)
