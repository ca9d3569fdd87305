"""What a row of tickets, offers, requests, targets and business hours says against itself."""

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.reader.settled import Settled
from data.importing.reader.validation import check
from data.schema import TABLES


def looked_at(table: str, *, options: dict | None = None, **cells: list) -> tuple[pl.DataFrame, list[tuple], Settled]:
    """The rows that are taken, what is wrong with the others (line, column), and what is kept of the file."""
    count = len(next(iter(cells.values())))
    required = {name: ["x"] * count for name in TABLES[table].required if name not in cells}
    required |= {name: ["2024-01-01"] * count for name in required if TABLES[table].column(name).kind in ("day", "instant")}
    cells = required | cells
    settled = Settled()
    mapping = Mapping(table, columns={name: name for name in cells}, options=options or {})
    checked = check(pl.DataFrame({"line": list(range(2, count + 2)), **cells}), mapping, mapping.options, settled)
    return checked.rows, checked.problems.select("line", "column").rows(), settled


def test_a_ticket_is_resolved_on_a_day_that_has_no_time():
    opened = ["2024-05-02T09:30:00Z"] * 5
    resolved = ["2024-05-02", "2024-05-01", "2024-05-02T09:29:59Z", "2024-05-02T09:30:00Z", ""]
    assert looked_at("tickets", opened_at=opened, resolved_at=resolved)[1] == [(3, "resolved_at"), (4, "resolved_at")]


def test_a_day_that_a_spreadsheet_writes_as_midnight_is_a_day():
    opened, resolved = ["2024-05-02 09:30:00"] * 3, ["2024-05-02 00:00:00", "2024-05-01 00:00:00", "2024-05-02 09:00:00"]
    assert looked_at("tickets", opened_at=opened, resolved_at=resolved)[1] == [(3, "resolved_at"), (4, "resolved_at")]


def test_a_day_in_a_zone_west_of_the_moment_is_still_that_day():
    # 3 May 02:00 UTC is 2 May 19:00 in Los Angeles, where the ticket was resolved on 2 May
    found = looked_at(
        "tickets", options={"timezone": "America/Los_Angeles"}, opened_at=["2024-05-03T02:00:00Z"], resolved_at=["2024-05-02"]
    )
    assert found[1] == []


@pytest.mark.parametrize(
    ("table", "earlier", "later"),
    [("offers", "made_on", "closed_on"), ("referrals", "asked_on", "given_on"), ("referrals", "asked_on", "closed_on")],
)
def test_no_day_comes_before_the_one_that_it_follows(table, earlier, later):
    cells = {earlier: ["2024-05-02", "2024-05-02", "2024-05-02"], later: ["2024-05-01", "2024-05-02", ""]}
    assert looked_at(table, **cells)[1] == [(2, later)]


def test_new_business_renewals_and_reductions_are_no_offers_of_more():
    kinds = ["Upsell", "New Business", "renewal", "Existing Customer - Downgrade", "Verlängerung", "续约", "Existing Business", "Weird"]
    rows, wrong, settled = looked_at("offers", kind=kinds)
    assert rows["kind"].to_list() == ["upgrade", "other", None] and [line for line, _ in wrong] == [3, 4, 5, 6, 7]
    assert settled.unknown == {"kind": {"Weird": 1}}


def test_an_offer_without_an_end_is_open_and_that_is_no_unknown_word():
    rows, wrong, settled = looked_at(
        "offers", result=["Won", "open", "In progress", "进行中", "perhaps"], closed_on=["2024-05-02", "", "", "", "2024-05-02"]
    )
    assert rows["result"].to_list() == ["won", None, None, None, None] and wrong == []
    assert settled.unknown == {"result": {"perhaps": 1}}
    assert [(line, column) for line, column, _, _ in settled.notes] == [(6, "result")]


def test_a_target_that_promises_nothing_is_told():
    cells = {"first_reply_hours": ["1", "", "0"], "resolution_hours": ["", "", "-8"]}
    rows, wrong, settled = looked_at("sla_targets", **cells)
    assert rows.height == 2 and wrong == [(4, "resolution_hours")]
    assert [line for line, *_ in settled.notes] == [3]


def test_the_last_day_of_a_target_that_names_a_month_is_the_last_of_that_month():
    rows = looked_at("sla_targets", first_reply_hours=["1", "1"], ends_on=["2024-02", "2024-12-30"])[0]
    assert [str(day) for day in rows["ends_on"]] == ["2024-02-29", "2024-12-30"]


def test_a_zone_is_known_in_any_letters_and_no_other_is():
    rows, wrong, _ = looked_at("support_calendars", time_zone=["europe/berlin", "UTC", "Berlin", "+02:00", "CET/Berlin", "localtime"])
    assert rows["time_zone"].to_list() == ["Europe/Berlin", "UTC"] and [line for line, _ in wrong] == [4, 5, 6, 7]


def test_efforts_come_out_in_days_and_points_leave_what_is_known():
    for unit, wanted in (("days", [16.0, None, 0.0]), ("hours", [2.0, None, 0.0]), ("weeks", [80.0, None, 0.0])):
        rows, _, settled = looked_at("feature_requests", options={"effort_unit": unit}, effort_days=["16", "", "0"])
        assert rows["effort_days"].to_list() == wanted and [line for line, *_ in settled.notes] == [4]
    rows, _, settled = looked_at("feature_requests", options={"effort_unit": "points"}, effort_days=["16", "", "0"])
    assert "effort_days" not in rows.columns and "points" in settled.of_columns["effort_days"]


def test_a_status_of_a_tool_of_its_own_leaves_the_row_in():
    rows, wrong, settled = looked_at("feature_requests", status=["Planned", "Parked", "Released", "已上线", "Won't do"])
    assert rows["status"].to_list() == ["planned", None, "shipped", "shipped", "declined"] and wrong == []
    assert settled.unknown == {"status": {"Parked": 1}}


def test_a_choice_of_the_other_tables_is_as_strict_as_it_was():
    assert looked_at("surveys", kind=["nps", "other"], score=["9", "9"])[1] == [(3, "kind")]


@pytest.mark.parametrize(
    ("header", "told"), [("Amount", True), ("Betrag", True), ("Added ARR", False), ("Betrag pro Jahr", False), ("amount", False)]
)
def test_an_amount_of_which_no_time_is_said_is_told_to_be_taken_by_the_year(header, told):
    cells = {"line": [2], "id": ["O1"], "account": ["A"], "title": ["Up"], "made": ["2024-05-02"], header: ["1200"]}
    columns = {"offer_id": "id", "account_id": "account", "title": "title", "made_on": "made", "amount": header}
    settled = Settled()
    mapping = Mapping("offers", columns=columns)
    check(pl.DataFrame(cells), mapping, mapping.options, settled)
    assert (header in settled.of_columns) == told
