"""A source's file: what it may say, what is said where it says something else, and what stands in it when it is written."""

from datetime import timedelta

import pytest

from sources.description import Unreadable, folder, listed, load, names, parsed, save, write
from sources.keys import SourceError

BILLING = """kind = "sql"
url = "postgresql://reader@db.example/billing"
secret = "BILLING_DB"
query = "select * from subscriptions"
table = "contracts"
cursor = "updated_at"
overlap = "10 minutes"
schedule = "*/15 * * * *"
"""


def test_a_file_is_read_as_it_says():
    source = parsed("billing", BILLING)
    assert (source.kind, source.name, source.table, source.cursor) == ("sql", "billing", "contracts", "updated_at")
    assert source.overlap == timedelta(minutes=10) and source.fed == "billing" and source.secrets == ("BILLING_DB",)


@pytest.mark.parametrize(
    ("key", "line", "said"),
    [
        ("kind", 'kind = "ftp"', "billing.toml: kind: write one of sql, http, webhook."),
        ("schedule", 'schedule = "every day"', "billing.toml: schedule = every day: Write five fields"),
        ("schedule", 'schedule = "99 * * * *"', "billing.toml: schedule = 99 * * * *: Write five fields"),
        ("table", 'table = "contract"', "billing.toml: table = contract: Write one of accounts, contacts, contracts"),
        ("overlap", 'overlap = "a while"', 'billing.toml: overlap = a while: Write a length of time, as "10 minutes"'),
        ("cursor", 'curser = "updated_at"', "billing.toml: curser: there is no such key. Did you mean cursor?"),
        ("query", "", "billing.toml: query: is missing. Add it."),
        ("query", 'query = "delete from subscriptions"', "billing.toml: query: Write one query that reads"),
        ("url", 'url = "postgresql://reader:hunter2@db.example/billing"', "billing.toml: url: There is a password in it. Take it out"),
        ("secret", 'secret = "hunter2"', "billing.toml: secret: Write the name of a secret"),
        ("table", "table = ", "billing.toml: is no TOML"),
        ("table", 'name = "other"', "billing.toml: name: a source is named by its file."),
    ],
)
def test_what_is_wrong_is_said_with_its_key_and_what_to_write(key, line, said):
    written = "\n".join(line if one.startswith(f"{key} =") else one for one in BILLING.splitlines())
    with pytest.raises(SourceError) as refused:
        parsed("billing", written)
    assert str(refused.value).startswith(said) and "hunter2" not in str(refused.value)


def test_what_is_saved_is_read_the_same_and_one_bad_file_hides_no_other(tmp_path):
    store = tmp_path / "own.duckdb"
    assert names(store) == [] and listed(store) == []
    save(store, parsed("billing", BILLING))
    assert load(store, "billing") == parsed("billing", BILLING)
    (folder(store) / "broken.toml").write_text("kind = 1")
    found = listed(store)
    assert found[0].name == "billing" and isinstance(found[1], Unreadable) and "broken.toml: kind" in found[1].problem


def test_a_text_that_cannot_be_used_replaces_none(tmp_path):
    store = tmp_path / "own.duckdb"
    write(store, "billing", f"# the finance team's\n{BILLING}")
    with pytest.raises(SourceError):
        write(store, "billing", "kind = 1")
    assert (folder(store) / "billing.toml").read_text().startswith("# the finance team's")
    with pytest.raises(SourceError, match="A source's name"):
        write(store, "../billing", BILLING)
    with pytest.raises(SourceError, match=r"There is no source 'other'\. Sources: billing\."):
        load(store, "other")


@pytest.mark.parametrize(
    "written",
    [
        'kind = "sql"\nquery = "select 1"\nurl = "mysql://reader@db.example/crm?password=hunter2"\n',
        'kind = "sql"\nquery = "select 1"\nurl = "postgresql://reader@db.example/crm?sslpassword=hunter2"\n',
        'kind = "http"\nurl = "https://api.example.com/x?api_key=hunter2"\n',
        'kind = "http"\nurl = "https://api.example.com/x"\nbody = { password = "hunter2" }\n',
        'kind = "http"\nurl = "https://api.example.com/x"\nparameters = { token = "hunter2" }\n',
        'kind = "http"\nurl = "https://api.example.com/x"\nparameters = "hunter2"\n',
        'kind = "webhook"\nsignature = "stripe"\nsecret = "S"\nsecret_before = "hunter2"\n',
        'kind = "webhook"\nsignature = "hunter2"\nsecret = "S"\n',
    ],
)
def test_a_secret_in_the_wrong_place_is_refused_and_not_repeated(written):
    with pytest.raises(SourceError) as told:
        parsed("billing", written)
    assert "hunter2" not in str(told.value)


def test_a_file_whose_name_cannot_be_that_of_a_source_says_so(tmp_path):
    place = folder(tmp_path / "own.duckdb")
    place.mkdir()
    (place / "tickets (old).toml").write_text('kind = "sql"\n')
    (found,) = listed(tmp_path / "own.duckdb")
    assert found.problem.startswith("tickets (old).toml: is no name of a source") and found.problem.endswith("Rename the file.")
