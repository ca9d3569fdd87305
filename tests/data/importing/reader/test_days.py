"""A day is the one that is written; the order of days and months is one for a file; moments without a zone are in the one that is given."""

from datetime import date, datetime

import polars as pl
import pytest
from babel.dates import get_day_names, get_month_names

from data.importing.findings import Unanswered
from data.importing.mapping import Mapping
from data.importing.reader.dates import ACCENTS, MONTH_OF, WEEKDAYS, as_iso
from data.importing.reader.day_order import in_order, order_of
from data.importing.reader.days_and_instants import days as days_of
from data.importing.reader.days_and_instants import instants, whole_months
from data.importing.reader.settled import Settled
from data.importing.reader.validation import check
from data.importing.reader.zones import in_header, to_utc

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb")


def bare(name: str) -> str:
    return name.lower().translate(ACCENTS).rstrip(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_every_name_of_a_month_and_of_a_day_is_known(language, width):
    for context in ("format", "stand-alone"):
        assert {name: MONTH_OF.get(bare(name)) for name in get_month_names(width, context, language).values()} == {
            name: number for number, name in get_month_names(width, context, language).items()
        }
        assert {bare(name).split("-")[0] for name in get_day_names(width, context, language).values()} <= {*WEEKDAYS.split()}


DAYS = {
    date(2024, 1, 31): "31-Jan-24, 31-JAN-2024, 31JAN2024, 31. Jan 2024, 31 January 2024, 31st of January 2024, January 31st 2024, January 31; 2024, Jan 31; 24, "
    "Wed; 31 Jan 2024, mercredi 31 janvier 2024, 2024-Jan-31, 2024年1月31日, 2024年01月31日 下午3:05, 2024년 1월 31일, 2024/1/31, 2024. 1. 31, 20240131, 45322, "
    "2024-01-31T00:00:00+09:00, 2024-01-31T23:30:00-11:00, 2024-01-31 23:54:41 PST, 2024-01-31 00:00:00 +1300, 2024-01-31T00:00, 2024-01-31 23:59:59.999Z, "
    "31 de enero de 2024, 31 gennaio 2024, 31 januari 2024, Wed Jan 31 2024 23:00:00 GMT-0800 (Pacific Standard Time), 1706659200, 1706702400000, 31. Januar 2024",
    date(2025, 3, 1): "1 de março de 2025, 1º de março de 2025, 1er mars 2025, 1. März 2025, 1 mrt 2025, 1 maart 2025, março 1; 2025; 9:00 AM, Sáb; 1 Mar 2025, 2025年3月1日",
    date(2024, 8, 15): "15 août 2024, 15 aug. 2024, 15-Ago-24, 15 agosto 2024, Aug 15; 2024 4:11 PM, Do 15 Aug 2024",
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), [(one.replace(";", ","), day) for day, many in DAYS.items() for one in many.split(", ")])
def test_a_day_is_the_one_that_is_written(written, meant):
    assert days_of(as_iso(pl.Series([written])), "UTC").to_list() == [meant]


@pytest.mark.parametrize(
    "written",
    ["24-Jan", "tomorrow", "31 Foo 2024", "Marble 3, 2024", "2024-13-01", "2024-01-31 banana", "12:00", "Q1 2024", "31 2024", "May"],
)
def test_what_names_no_day_is_none(written):
    assert days_of(as_iso(pl.Series([written])), "UTC").to_list() == [None]


@pytest.mark.parametrize(
    "written",
    [
        "Jan-24",
        "Jan 2024",
        "January 2024",
        "Jan '24",
        "1/2024",
        "2024-01",
        "2024/1",
        "2024年1月",
        "janv. 2024",
        "Januar 24",
        "enero de 2024",
    ],
)
def test_a_month_without_a_day_is_its_first_and_known_as_a_month(written):
    text = as_iso(pl.Series([written, "2024-01-05"]))
    assert days_of(text, "UTC").to_list() == [date(2024, 1, 1), date(2024, 1, 5)]
    assert whole_months(text).to_list() == [True, False]


def ordered(known: dict | None = None, **columns: list[str]) -> str | None:
    return order_of({name: pl.Series(values) for name, values in columns.items()}, {} if known is None else known)


@pytest.mark.parametrize(
    ("columns", "order"),
    [
        ({"a": ["01/02/24", "1/31/24"]}, "mdy"), ({"a": ["01/02/2024"], "b": ["31/01/2024"]}, "dmy"), ({"a": ["01.02.24"]}, "dmy"),
        ({"a": ["01.02.24"], "b": ["3/13/2024"]}, "mdy"), ({"a": ["2024-01-31"]}, None), ({"a": ["31/01/2024", "02-01-2024"]}, "dmy"),
        ({"a": ["31/01/2024"] * 19 + ["01/31/2024"]}, "dmy"),  # one in twenty is an error, no order
    ],
)  # fmt: skip
def test_one_day_shows_the_order_of_the_file(columns, order):
    assert ordered(**columns) == order


@pytest.mark.parametrize(
    ("columns", "words", "choices"),
    [
        ({"a": ["03/04/25", "06/05/25"]}, "03/04/25 in a", ["dmy", "mdy"]), ({"a": ["31/01/2024"], "b": ["01/31/2024"]}, "a shows", ["dmy", "mdy"]),
        ({"a": ["31/01/2024", "01/31/2024"]}, "as well as", ["dmy", "mdy"]), ({"a": ["01.02.2024"], "b": ["01/02/2024"]}, "01/02/2024 in b", ["dmy", "mdy"]),
        ({"a": ["24/05/06", "25/01/31"]}, "24/05/06", ["dmy", "ymd"]),
    ],
)  # fmt: skip
def test_what_shows_no_order_or_two_is_asked(columns, words, choices):
    with pytest.raises(Unanswered, match=words) as asked:
        ordered(**columns)
    assert (asked.value.question.option, asked.value.question.choices) == ("date_order", tuple(choices))


def test_an_order_once_shown_holds_for_later_rows_and_another_column_contradicts_it():
    known: dict[str, str] = {}
    assert ordered(known, a=["31/01/2024"], b=["01/02/2024"]) == "dmy"
    assert ordered(known, a=["01/02/2024"], b=["03/04/2024"]) == "dmy"
    with pytest.raises(Unanswered, match="b with the month first"):
        ordered(known, a=["01/02/2024"], b=["01/31/2024"])


def test_years_of_two_digits_are_those_from_1970_to_2069():
    written = pl.Series(["31/12/69", "01/01/70", "31.12.99", "1/2/00", "5/6/2030 14:00"])
    assert in_order(written, "dmy").to_list() == ["2069-12-31", "1970-01-01", "1999-12-31", "2000-2-1", "2030-6-5 14:00"]
    assert in_order(pl.Series(["25/12/31", "2/1/5"]), "ymd").to_list() == ["2025-12-31", "2/1/5"]


CONTRACTS = Mapping("contracts", columns={name: name for name in ("account_id", "starts_on", "ends_on", "amount", "period")})


@pytest.mark.parametrize(
    ("options", "ends"),
    [({}, date(2025, 1, 1)), ({"ends_on": "inclusive"}, date(2025, 1, 1)), ({"ends_on": "exclusive"}, date(2024, 12, 1))],
)
def test_an_end_that_is_a_month_is_the_whole_month_unless_it_is_said_to_be_exclusive(options, ends):
    cells = pl.DataFrame(
        {"line": [2], "account_id": ["A"], "starts_on": ["Jan-24"], "ends_on": ["Dec-24"], "amount": ["1"], "period": ["year"]}
    )
    rows = check(cells, CONTRACTS, options).rows
    assert rows.select("starts_on", "ends_on").rows() == [(date(2024, 1, 1), ends)]


def moments(*written: str, zone: str = "UTC", store: str = "UTC", epoch: str = "UTC") -> list:
    return instants(as_iso(pl.Series(written)), zone, store, epoch_zone=epoch)[0].to_list()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-03-08 23:30:00", datetime(2025, 3, 9, 7, 30)), ("2025-03-08T23:30", datetime(2025, 3, 9, 7, 30)),  # PST is UTC-8
        ("2025-03-09 23:30:00", datetime(2025, 3, 10, 6, 30)),  # PDT is UTC-7
        ("2025-03-08T23:30:00Z", datetime(2025, 3, 8, 23, 30)), ("2025-03-08 23:30:00 UTC", datetime(2025, 3, 8, 23, 30)),
        ("2025-03-08T23:30:00-05:00", datetime(2025, 3, 9, 4, 30)), ("2025-03-08 23:30:00 +0900", datetime(2025, 3, 8, 14, 30)),
        ("2025-03-08 23:30:00 CET", datetime(2025, 3, 8, 22, 30)), ("2025-03-08 23:30:00 GMT+9", datetime(2025, 3, 8, 14, 30)),
        ("1741447800", datetime(2025, 3, 8, 15, 30)), ("Mar 8, 2025 11:30 PM", datetime(2025, 3, 9, 7, 30)),
        ("2025-03-08", datetime(2025, 3, 8)),  # no time: that day in the store
        ("2025-03-08 23:30:00 CST", None),  # Central Standard Time, or that of China
    ],
)  # fmt: skip
def test_a_moment_is_in_its_own_zone_else_in_the_one_that_is_given(written, meant):
    assert moments(written, zone="America/Los_Angeles") == [meant]


def test_letters_of_several_zones_are_read_where_the_given_zone_has_them():
    assert moments("2025-03-08 23:30:00 CST", zone="America/Chicago") == [datetime(2025, 3, 9, 5, 30)]
    assert moments("2025-03-08 23:30:00 IST", zone="Asia/Kolkata") == [datetime(2025, 3, 8, 18)]


def test_the_hour_that_comes_twice_is_the_first_and_the_one_that_is_skipped_is_read_with_the_offset_before():
    local = pl.Series([datetime(2025, 10, 26, 2, 30), datetime(2025, 3, 30, 2, 30), None, datetime(2025, 7, 1, 12)])
    assert to_utc(local, "Europe/Berlin").to_list() == [
        datetime(2025, 10, 26, 0, 30),
        datetime(2025, 3, 30, 1, 30),
        None,
        datetime(2025, 7, 1, 10),
    ]
    assert to_utc(pl.Series([datetime(2011, 12, 30, 10)]), "Pacific/Apia").to_list() == [
        datetime(2011, 12, 30, 20)
    ]  # a day without morning or night


def test_seconds_are_of_utc_unless_a_project_counts_them_on_its_own_clock():
    # 2025-03-08 15:30:00 as if it were UTC; on a clock in Los Angeles it is 23:30 UTC
    assert moments("1741447800", zone="America/Los_Angeles") == [datetime(2025, 3, 8, 15, 30)]
    assert moments("1741447800", zone="America/Los_Angeles", epoch="America/Los_Angeles") == [datetime(2025, 3, 8, 23, 30)]


@pytest.mark.parametrize(
    ("header", "zone"),
    [
        ("Timestamp (GMT+9)", "+09:00"), ("Last Activity Date (GMT+1)", "+01:00"), ("Start (UTC)", "+00:00"), ("created_at_utc", "+00:00"),
        ("Time [Asia/Kolkata]", "Asia/Kolkata"), ("When (UTC+05:30)", "+05:30"), ("Created at", None), ("Amount (USD)", None),
    ],
)  # fmt: skip
def test_a_zone_in_the_header_counts(header, zone):
    assert in_header(header) == zone


def test_moments_without_a_zone_are_counted_unless_header_or_mapping_names_one():
    cells = pl.DataFrame(
        {"line": [1, 2], "id": ["a", "b"], "at": ["2025-03-08 23:30:00", "2025-03-09T01:00:00Z"], "at (GMT+9)": ["2025-03-08 08:30:00"] * 2}
    )
    columns = {"account_id": "id", "event": "id", "occurred_at": "at"}
    counted = {}
    for name, source, options in (("none", "at", {}), ("mapping", "at", {"timezone": "Asia/Tokyo"}), ("header", "at (GMT+9)", {})):
        settled = Settled(store_zone="Europe/Berlin")
        rows = check(cells, Mapping("usage_events", columns=columns | {"occurred_at": source}), options, settled).rows
        counted[name] = (settled.without_zone, rows["occurred_at"][0].strftime("%H:%M"))
    assert counted == {"none": ({"at": 1}, "22:30"), "mapping": ({}, "14:30"), "header": ({}, "23:30")}


@pytest.mark.parametrize("written", ["6e120", "1e19", "-1e300", "1e15"])
def test_a_number_beyond_all_time_is_no_moment(written):
    assert moments(written) == [None]
