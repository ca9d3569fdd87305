"""The import page calls tables as their contract does."""

from data.schema import TABLES
from language import speaking
from pages.importing import words


def test_every_table_is_called_as_its_contract_calls_it_and_in_chinese_otherwise():
    assert {name: words.title(name) for name in TABLES} == {name: table.title for name, table in TABLES.items()}
    with speaking("zh_Hans"):
        assert not [name for name, table in TABLES.items() if words.title(name) == table.title]
