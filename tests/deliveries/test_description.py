"""Descriptions of deliveries: what is wrong is said with key, value and what is allowed, and a file says the same when it is written again."""

import pytest

from deliveries import description
from deliveries.description import DescriptionWrong, parse

FILE = '[target]\nkind = "folder"\n'
TABLE = '[target]\nkind = "table"\nsecret = "DB"\ntable = "arr"\n'
HTTP = '[target]\nkind = "endpoint"\nurl = "https://crm.example.com/x"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("report = ", "This is no TOML"),
        (FILE, "report: it must be said."),
        ('report = "arr"', "target: it must be said."),
        ('report = "none"\n' + FILE, "There is no report|there is no report 'none'"),
        ('report = "arr"\nshedule = "x"\n' + FILE, "shedule: there is no such key."),
        ('report = "arr"\n[target]\nkind = "ftp"\n', "target.kind: say one of folder or table or endpoint."),
        ('report = "arr"\n[target]\nkind = "folder"\nformat = "doc"\n', r"target.format = doc: Write one of 'csv', 'parquet', 'xlsx', 'jsonl'\."),
        ('report = "arr"\nschedule = "61 * * * *"\n' + FILE, "schedule: '61 . . . .' is no schedule. Write five fields of cron"),
        ('report = "arr"\nschedule = "0 0 30 2 *"\n' + FILE, "is no schedule"),
        ('report = "arr"\n' + FILE + '[parameters]\nwithin = 5\n', "within: arr does not take it"),
        ('report = "arr"\n' + FILE + '[parameters]\nas_of = "soon"\n', "as_of: 'soon' is no day of the calendar"),
        ('report = "arr"\n' + TABLE, 'key: name the columns by which a row is known again, such as key = ..account_id'),
        ('report = "arr"\nkey = ["x"]\n' + TABLE + '[columns]\nid = "account_id"\n', "key: x is not among the columns that are delivered: id"),
        ('report = "arr"\nkey = ["account_id"]\nonly_changes = true\n' + FILE, "a file of changes alone would replace the one before"),
        ('report = "arr"\nkey = ["account_id"]\nonly_changes = true\n' + TABLE + 'write = "replace"\n', "a table that is replaced whole"),
        ('report = "arr"\n[target]\nkind = "table"\nsecret = "DB"\ntable = "arr; drop table x"\n', "target.table = arr; drop table x: Write a plain name"),
        ('report = "arr"\n[target]\nkind = "endpoint"\nurl = "http://crm.example.com/x"\n', "url: it begins with https://"),
        ('report = "arr"\n[target]\nkind = "endpoint"\nurl = "http://127.0.0.1.example.com/x"\n', "url: it begins with https://"),
        ('report = "arr"\nkey = ["account_id"]\n' + HTTP + 'shape = "salesforce"\n', "id_property: Salesforce finds records by"),
        ('report = "arr"\nkey = ["account_id"]\n' + HTTP + 'shape = "hubspot"\nrows_a_request = 101\n', "rows_a_request: at most 100"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_is_allowed(text, said):
    with pytest.raises(DescriptionWrong, match=said):
        parse(text)


def test_a_description_says_the_same_when_it_is_written_again(tmp_path):
    text = (
        'report = "renewals"\nkey = ["id"]\nschedule = "0 6 * * 1-5"\non_behalf_of = "one@example.com"\nonly_changes = true\n'
        '[parameters]\nwithin = 30\n[columns]\nid = "account_id"\n'
        '[target]\nkind = "table"\nsecret = "DB"\ntable = "risk"\nschema = "cs"\ngone = "delete"\n'
    )
    delivery = parse(text)
    description.save(tmp_path / "own.duckdb", "risk", delivery)
    assert description.load(tmp_path / "own.duckdb", "risk") == delivery
    assert description.names(tmp_path / "own.duckdb") == ["risk"]
    assert 'schema = "cs"' in (tmp_path / "deliveries" / "risk.toml").read_text()


def test_names_lead_nowhere_else_and_unknown_ones_are_told(tmp_path):
    for name in ("../risk", "a/b", "", ".hidden", "x" * 61):
        with pytest.raises(DescriptionWrong, match="A delivery's name has letters"):
            description.load(tmp_path / "own.duckdb", name)
    with pytest.raises(DescriptionWrong, match=r"There is no delivery 'risk'\. Deliveries: none\."):
        description.load(tmp_path / "own.duckdb", "risk")


def test_where_it_goes_is_told_without_what_could_be_a_secret():
    delivery = parse('report = "arr"\n[target]\nkind = "endpoint"\nurl = "https://crm.example.com/x?token=s3cret"\n')
    assert delivery.where == "pages: https://crm.example.com/x"


@pytest.mark.parametrize("said", ['url = "https://ann:hunter2@a.example/x"', 'url = "https://a.example/x"\nheader = "Authorization: hunter2"',
                                  'url = "https://a.example/x"\nauth = "Bearer hunter2"'])  # fmt: skip
def test_a_secret_in_the_wrong_place_is_refused_and_not_repeated(said):
    with pytest.raises(DescriptionWrong) as told:
        parse(f'report = "arr"\n[target]\nkind = "endpoint"\n{said}\n')
    assert "hunter2" not in str(told.value)
