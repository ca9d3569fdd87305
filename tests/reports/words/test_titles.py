"""One word for one thing: what the whole book has, and what the accounts of its opening have, are called differently."""

import re

import pytest

from data.schema import TABLES
from language import speaking
from reports.words.titles import title


@pytest.mark.parametrize(
    ("name", "called"),
    [("opening", "Opening MRR"), ("opening_mrr", "Opening MRR of the cohort"), ("closing", "Closing MRR"), ("closing_mrr", "Closing MRR of the cohort")],
)  # fmt: skip
def test_balances_of_the_book_and_of_its_opening_accounts_have_names_of_their_own(name, called):
    assert title(name) == called


def test_every_column_of_a_table_has_a_title_in_the_readers_language():
    """Abbreviations alone are the same in both."""
    with speaking("zh_Hans"):
        plain = {name for table in TABLES.values() for name in table.names if not re.search("[\u4e00-\u9fff]", title(name))}
    assert plain == {"csat"}
