"""One word for one thing: what the whole book has, and what the accounts of its opening have, are called differently."""

import pytest

from reports.words.titles import title


@pytest.mark.parametrize(
    ("name", "called"),
    [("opening", "Opening MRR"), ("opening_mrr", "Opening MRR of the cohort"), ("closing", "Closing MRR"), ("closing_mrr", "Closing MRR of the cohort")],
)  # fmt: skip
def test_balances_of_the_book_and_of_its_opening_accounts_have_names_of_their_own(name, called):
    assert title(name) == called
