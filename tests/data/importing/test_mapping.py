"""A mapping says what is wrong with it, entry by entry, and comes back from its TOML as it was."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importing.mapping import Condition, Mapping, MappingError

CONTRACTS = 'table = "contracts"\n'
TICKETS = 'table = "tickets"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("table = ", "not valid TOML"),
        (
            "a = 1",
            "A mapping has a table and may have after, columns, constants, feed, joined, key, options, otherwise, values, when; found a.",
        ),
        ('table = "x"', "table: there is no table 'x' to import into. Tables: accounts, contacts,"),
        ("table = 5", "table: there is no table '5'"),
        ('table = ["accounts"]', "table: there is no table"),
        ('table = "predictions"', "table: there is no table 'predictions' to import into"),
        (CONTRACTS + "feed = 5", "feed: '5' is not text"),
        (CONTRACTS + "feed = true", "feed: 'True' is not text"),
        (CONTRACTS + 'colour = "red"', "A mapping has a table and may have"),
        (CONTRACTS + "columns = 5", "columns: '5' is not a table of entries. Write a line [columns], and a line NAME = VALUE"),
        (CONTRACTS + 'columns = ["a"]', "columns: "),
        (CONTRACTS + "[columns]\namount = 5", "columns.amount: '5' is not the name of a column of the file"),
        (CONTRACTS + '[columns]\namount = ""', "columns.amount: '' is not the name of a column of the file"),
        (CONTRACTS + '[columns]\nnope = "a"', "nope: the table contracts has no such column. Columns: contract_id, "),
        (CONTRACTS + 'key = "contract_id"', "key: 'contract_id' is not a list of columns. Write it as key = [\"contract_id\"]."),
        (CONTRACTS + "key = [1]", "is not a list of columns"),
        (CONTRACTS + 'key = ["nope"]', "nope: the table contracts has no such column"),
        (CONTRACTS + 'constants = "USD"', "constants: 'USD' is not a table of entries"),
        (CONTRACTS + '[constants]\ncurrency = ["USD"]', "constants.currency: "),
        (CONTRACTS + "[values]\nkind = 5", "values.kind: '5' is not a table of entries. Write a line [values.kind]"),
        (CONTRACTS + "[values.kind]\nrenewal = []", "values.kind.renewal: '[]' is not one value"),
        (CONTRACTS + '[values]\nnope = { a = "b" }', "nope: the table contracts has no such column"),
        (CONTRACTS + '[when]\nseats = "quantity"', "when.seats: 'quantity' is no condition. Write it as { column ="),
        (CONTRACTS + '[when]\nseats = { column = "q", if = "u" }', "when.seats: "),
        (CONTRACTS + '[when]\nseats = { column = "q", if = "u", equals = "x", unless = "y" }', "when.seats: "),
        (CONTRACTS + '[when]\nseats = { column = 5, if = "u", equals = "x" }', "when.seats.column: '5' is not the name of a column"),
        (CONTRACTS + '[when]\nseats = { column = "q", if = "u", equals = ["x"] }', "when.seats.equals: "),
        (CONTRACTS + '[otherwise]\nstarts_on = "created_at"', "otherwise.starts_on: 'created_at' is not a list of columns. Write it as"),
        (CONTRACTS + "[otherwise]\nstarts_on = [5]", "otherwise.starts_on: "),
        (CONTRACTS + '[otherwise]\nnope = ["a"]', "nope: the table contracts has no such column"),
        (TICKETS + '[after]\nfirst_reply_at = "minutes"', "after.first_reply_at: 'minutes' is not how long after a moment. Write it as"),
        (TICKETS + '[after]\nfirst_reply_at = { column = "m", unit = "days", since = "opened_at" }', "units: seconds, minutes, hours."),
        (
            TICKETS + '[after]\nfirst_reply_at = { column = 5, unit = "minutes", since = "opened_at" }',
            "after.first_reply_at.column: '5' is not the name",
        ),
        (
            TICKETS + '[after]\nfirst_reply_at = { column = "m", unit = "minutes", since = "nope" }',
            "nope: the table tickets has no such column",
        ),
        (
            TICKETS + '[after]\npriority = { column = "m", unit = "minutes", since = "opened_at" }',
            "after.priority: only moments are told so",
        ),
        (CONTRACTS + "options = 5", "options: '5' is not a table of entries"),
        (CONTRACTS + "[options]\nends_on = true", "options.ends_on: 'True' is not allowed. Give inclusive or exclusive."),
        (CONTRACTS + "[options]\nnope = 1", "options.nope: there is no such option"),
        ('table = "accounts"\n[options]\nsnapshot = true', "options.snapshot is for contracts, not for accounts. Leave it out."),
    ],
)
def test_the_entry_at_fault_is_named(text, told):
    with pytest.raises(MappingError) as refused:
        Mapping.from_toml(text)
    assert told in str(refused.value)


def test_values_that_stand_for_cells_may_be_written_without_quotes():
    mapping = Mapping.from_toml(
        CONTRACTS
        + "[constants]\nseats = 5\nstarts_on = 2024-01-31\nis_trial = false\ndiscount = 0.2\n"
        + '[values.kind]\nrenewal = "recurring"\n1 = 2\n[when]\nnotice_days = { column = "n", if = "u", equals = 30 }'
    )
    assert mapping.constants == {"seats": "5", "starts_on": "2024-01-31", "is_trial": "false", "discount": "0.2"}
    assert mapping.values == {"kind": {"renewal": "recurring", "1": "2"}}
    assert mapping.when == {"notice_days": Condition("n", "u", "30")}


def test_days_that_a_file_covers_are_days_in_toml_too():
    mapping = Mapping("contracts", options={"covers": ["2021-01-01", "2021-01-31"], "snapshot": True})
    assert mapping.options["covers"] == (date(2021, 1, 1), date(2021, 1, 31))
    assert Mapping.from_toml(mapping.to_toml()) == mapping
    assert Mapping.from_toml(CONTRACTS + '[options]\nsnapshot = "true"\ncovers = ["2021-01-01", "2021-01-31"]') == mapping


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(st.lists(NAMES, min_size=6, max_size=6))
def test_any_name_comes_back_from_toml(names):
    one, two, three, four, five, six = names
    mapping = Mapping(
        "contracts", feed=one, key=("contract_id", "line_id"), columns={"amount": two}, constants={"product": three},
        values={"kind": {four: five}}, when={"seats": Condition(one, two, six)}, options={"newest_by": f"_{six}", "date_order": "dmy"},
    )  # fmt: skip
    assert Mapping.from_toml(mapping.to_toml()) == mapping


def test_a_header_cell_with_a_line_break_is_a_name_like_any_other():
    mapping = Mapping("contracts", columns={"amount": 'Amount\n("net",\r\nUSD)\t'})
    assert Mapping.from_toml(mapping.to_toml()) == mapping


def test_how_long_after_another_moment_is_written_down_and_read_back():
    text = TICKETS + '[after.first_reply_at]\ncolumn = "Minutes"\nunit = "minutes"\nsince = "opened_at"\ncounted = "Replies"\n'
    mapping = Mapping.from_toml(text)
    assert mapping.sources == {"Minutes", "Replies"} and "first_reply_at" in mapping.given
    assert Mapping.from_toml(mapping.to_toml()) == mapping
