"""Every option of an import has its values checked: one that is allowed comes out in one form, any other is refused with what is."""

from datetime import date
from pathlib import Path

import pytest

from data.importing import options
from data.importing.mapping import Mapping, MappingError
from data.importing.options import OPTIONS
from data.schema import IMPORTED_TABLES

LAST, DAY = date(2021, 12, 31), date(2021, 1, 31)
RIGHT = {
    "ends_on": [("inclusive", "inclusive"), (" Exclusive ", "exclusive")],
    "date_order": [("DMY", "dmy"), ("mdy", "mdy"), ("ymd", "ymd")],
    "decimal": [("Comma", "comma"), ("point", "point")],
    "encoding": [("cp1252", "cp1252"), ("UTF-16", "UTF-16")],
    "sheet": [("Lines 2024", "Lines 2024"), (" Lines", " Lines"), (2024, "2024")],
    "snapshot": [(True, True), ("yes", True), ("TRUE", True), (1, True), ("Confirmed", "confirmed")],
    "covers": [
        ("2021-01-31", (DAY, DAY)), ("2021-01-31..2021-12-31", (DAY, LAST)), ("2021-01-31, 2021-12-31", (DAY, LAST)),
        (["2021-01-31", "2021-12-31"], (DAY, LAST)), ((DAY, LAST), (DAY, LAST)), (DAY, (DAY, DAY)), (["2021-01-31"], (DAY, DAY)),
    ],
    "covers_all_accounts": [("true", True), (True, True)],
    "covers_accounts": [("All", "all"), ("listed", "listed")],
    "amount_per": [("Seat", "seat"), ("line", "line")],
    "discounts": [("Taken_off", "taken_off"), ("share", "share"), ("money", "money")],
    "newest_by": [("updated_at", "updated_at")],
    "rows": [("State", "state"), ("records", "records")],
    "timezone": [("America/Los_Angeles", "America/Los_Angeles"), ("europe/berlin", "Europe/Berlin"), ("UTC", "UTC")],
    "epoch": [("Local", "local"), ("utc", "utc")],
    "amount_unit": [("CENTS", "cents"), ("units", "units")],
    "layout": [("Log", "log"), ("months", "months"), ("lines", "lines")],
    "term_from": [("Term (months)", "Term (months)")],
    "ends_are": [("Agreed", "agreed"), ("afterwards", "afterwards")],
    "add_from": [("add_ons_total", "add_ons_total")],
    "less_from": [("Discount", "Discount")],
    "total_from": [("Sub total", "Sub total")],
    "effort_unit": [("Hours", "hours"), ("points", "points")],
    "header_row": [(3, 3), ("3", 3)],
}  # fmt: skip
WRONG = {
    "ends_on": ["maybe", True, 1, ["inclusive"], ""],
    "date_order": ["ydm", "d/m/y", 5, None],
    "decimal": ["banana", ",", False, {"a": 1}],
    "encoding": ["latin-99", "base64", "", 8, True],
    "sheet": ["", "  ", True, 1.5, ["a"]],
    "snapshot": ["maybe", 2, ["true"], ""],
    "covers": ["2021", "2021-02-30", "2021-12-31..2021-01-31", [], [DAY, DAY, DAY], "20210131", 20210131, True, "2021-W01-1", [1, 2]],
    "covers_all_accounts": ["all", 3, "confirmed"],
    "covers_accounts": ["every", True, ""],
    "amount_per": ["seats", "user", True],
    "discounts": ["before", "percent", True],
    "newest_by": ["", ["updated_at"], False],
    "rows": ["history", True],
    "timezone": ["Berlin", "+02:00", "../UTC", "localtime", "Factory", 2, ""],
    "epoch": ["Berlin", 1970],
    "amount_unit": ["cent", 100],
    "layout": ["wide", 12],
    "term_from": ["", ["Term"], True],
    "ends_are": ["known", True],
    "add_from": ["", ["Add-ons"], True],
    "less_from": [" ", {}, False, None],
    "total_from": ["", ["Total"], True],
    "effort_unit": ["months", 8, True],
    "header_row": [0, -1, "x", "1.5", 2.0, True, "²", "", "10" * 5000],
}  # fmt: skip


def test_every_option_is_tried_here():
    assert set(RIGHT) == set(WRONG) == set(OPTIONS)


@pytest.mark.parametrize(("name", "given", "wanted"), [(name, *pair) for name, pairs in RIGHT.items() for pair in pairs])
def test_what_is_allowed_comes_out_in_one_form(name, given, wanted):
    assert OPTIONS[name].checked(given) == wanted
    assert OPTIONS[name].checked(wanted) == wanted  # what has been checked passes again


@pytest.mark.parametrize(("name", "given"), [(name, value) for name, values in WRONG.items() for value in values])
def test_anything_else_is_refused_with_what_is_allowed(name, given):
    with pytest.raises(MappingError) as refused:
        OPTIONS[name].checked(given)
    told = str(refused.value)
    assert told.startswith(f"options.{name}: ") and OPTIONS[name].allowed in told and len(told) < 400


@pytest.mark.parametrize("option", OPTIONS.values(), ids=list(OPTIONS))
def test_an_option_is_for_its_tables_only(option):
    value, wanted = RIGHT[option.name][0]
    for table in IMPORTED_TABLES:
        if not option.tables or table in option.tables:
            assert option.checked(value, table) == wanted
        else:
            with pytest.raises(MappingError, match=f"is for {', '.join(option.tables)}, not for {table}. Leave it out."):
                option.checked(value, table)


def test_a_flag_that_is_off_is_as_good_as_none_for_any_table():
    assert Mapping("accounts", options={"snapshot": "no", "covers_all_accounts": False}) == Mapping("accounts")


@pytest.mark.parametrize("name", list(OPTIONS))
def test_an_option_without_an_effect_yet_is_refused(monkeypatch, name):
    monkeypatch.setattr(options, "NOT_YET", frozenset({name}))
    with pytest.raises(MappingError, match="there is no such option"):
        options.checked({name: RIGHT[name][0][0]})


def test_an_unknown_option_is_told_with_those_that_there_are():
    with pytest.raises(MappingError, match=r"options.colour: there is no such option. Options: ends_on, date_order, "):
        Mapping("accounts", options={"colour": "red"})


@pytest.mark.parametrize("option", options.offered(), ids=lambda option: option.name)
def test_the_docs_say_of_every_option_what_the_registry_says(option):
    docs = (Path(__file__).resolve().parents[3] / "docs" / "IMPORT_OPTIONS.md").read_text()
    assert f"| `{option.name}` | {option.meaning} | {option.allowed} | {', '.join(option.tables) or 'all'} |" in docs
