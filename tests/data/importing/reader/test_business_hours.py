"""Hours of business as lists write them."""

import pytest

from data.importing.reader.business_hours import plain_hours


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("09:00-17:00", "09:00-17:00"),
        ("9:00 - 17:00", "09:00-17:00"),
        ("13:00–17:00, 9:00-12:00", "09:00-12:00, 13:00-17:00"),
        ("09:00 bis 12:00; 13:00 bis 17:00", "09:00-12:00, 13:00-17:00"),
        ("09:00至18:00", "09:00-18:00"),
        ("09:00-12:00，13:30-18:00", "09:00-12:00, 13:30-18:00"),
        ("9:00-12:00,12:00-17:00", "09:00-12:00, 12:00-17:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("9:00 AM - 5:00 PM", "09:00-17:00"),
        ("9am-12pm、1 p.m. to 5 p.m.", "09:00-12:00, 13:00-17:00"),
        ("8.30-12.00", "08:30-12:00"),
        ("closed", ""),
        ("休息", ""),
    ],
)
def test_hours_come_out_in_one_form(written, plain):
    assert plain_hours(written) == plain


@pytest.mark.parametrize(
    "written",
    [
        "9-5",
        "9-17",
        "13:00 PM-14:00",
        "0am-5am",
        "09:00-25:00",
        "24:01-24:30",
        "17:00-09:00",
        "09:00-09:00",
        "09:60-10:00",
        "09:00-12:00, 11:00-17:00",
        "all day",
        "09:00",
    ],
)
def test_what_cannot_be_read_is_none(written):
    assert plain_hours(written) is None
