"""A thousand foreign ids: an account of another answers nobody, and no otherwise than an id that does not exist."""

import random
from dataclasses import replace
from itertools import product

import pytest

from data.parameters import WrongParameter
from reports.catalogue import REPORTS, run
from reports.files import tables
from reports.files.brief import account_brief
from reports.report import Question
from tests.access.company import ASKED, as_text, word, words_in
from tests.access.matrix import BESIDE, SEEN
from tests.access.persons import NARROW, viewer

NOWHERE = "there-is-no-such-id"
FOREIGN = {scope: sorted(SEEN["company"] - SEEN[scope]) for scope in NARROW}


def told(store, name: str, scope: str, account_id: str) -> tuple[str, str]:
    """What a report answers of one account, its own id taken out of it; and its rows."""
    found = run(name, store, viewer(store, f"analyst-{scope}"), replace(ASKED, filters=(("account_id", (account_id,)),)))
    return as_text(tables.as_json(found)).replace(account_id, NOWHERE), as_text(found.rows.rows())


def attempts(count: int) -> list[tuple[str, str, str]]:
    """Report, scope and a foreign id, drawn at random, every pair of the first two among them."""
    drawn = random.Random(18)
    pairs = list(product(sorted(REPORTS), NARROW))
    chosen = pairs + drawn.choices(pairs, k=max(count - len(pairs), 0))
    return [(name, scope, f"{word(drawn.choice(FOREIGN[scope]))}-id") for name, scope in chosen[:count]]


def assert_nothing(store, tries: list[tuple[str, str, str]]) -> None:
    nowhere: dict[tuple[str, str], tuple[str, str]] = {}
    for name, scope, account in tries:
        if (name, scope) not in nowhere:
            nowhere[name, scope] = told(store, name, scope, NOWHERE)
        said, rows = told(store, name, scope, account)
        assert words_in(said) - words_in(account) <= SEEN[scope] | BESIDE[scope], (name, scope, account)
        assert words_in(rows) - words_in(account) <= SEEN[scope] | BESIDE[scope] and account not in rows, (name, scope, account)
        assert said == nowhere[name, scope][0], (name, scope, account)


@pytest.mark.long
def test_a_foreign_id_is_answered_as_one_that_does_not_exist(store):
    assert_nothing(store, attempts(130))


@pytest.mark.long
def test_a_thousand_foreign_ids(store):
    assert_nothing(store, attempts(1000))


@pytest.mark.parametrize("scope", NARROW)
def test_a_brief_of_a_foreign_account_is_refused_as_one_that_does_not_exist(store, scope):
    for account in (*(f"{word(one)}-id" for one in FOREIGN[scope]), NOWHERE):
        with pytest.raises(WrongParameter) as refused:
            account_brief(store, viewer(store, f"csm-{scope}"), Question(as_of=ASKED.as_of), account)
        assert str(refused.value).replace(account, NOWHERE) == f"There is no account '{NOWHERE}' among those that you see."
