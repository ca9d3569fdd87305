"""Each page, for each role in each scope: whether it opens, and whose words it sends to the browser."""

import pytest

from data.store import open_stores
from pages.ui import loaders, rights, who
from tests.access.company import company, word, words_in
from tests.access.matrix import BESIDE, SEEN, lines, those
from tests.access.persons import NARROW, NOTHING, bring_in, email, viewer
from tests.addresses import ODD, SCRIPTS
from tests.pages.showing import everything
from tests.pages.showing import shown as drawn

BY_ADDRESS = {address: name for name, address in ODD.items()}
FOREIGN, NOWHERE = f"{word('n1')}-id", "there-is-no-such-id"


def script(path: str) -> str:
    return BY_ADDRESS.get(path, path.replace("-", "_"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory, roles):
    """The company as the user's own; a page of it as a person with their rights sees it."""
    path = tmp_path_factory.mktemp("pages") / "own.duckdb"
    opened = company(path)
    bring_in(opened)
    opened.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(path))
        patch.setenv("HOLDFAST_SAMPLE_STORE", str(path.with_name("none.duckdb")))

        def of_person(page: str, person: str, **more: str):
            patch.setattr(who, "rights", lambda company, *_: loaders.rights(company, email(person), ()))
            return drawn(script(page), as_of="2026-10-31", **more)

        yield of_person
        open_stores.close_all()


def test_every_page_has_its_line():
    assert sorted(script(path) for path in lines("page")) == SCRIPTS
    assert lines("page").keys() == rights.NEEDS.keys()


@pytest.mark.parametrize("path", lines("page"))
def test_a_page_opens_for_those_who_may(store, path):
    allowed, refused = those(lines("page")[path])
    assert [one for one in allowed if not rights.opens(viewer(store, one), path)] == []
    assert [one for one in (*refused, *NOTHING) if rights.opens(viewer(store, one), path)] == []


LENT_TO = {"ben"}  # of the same team: on Today one lends one's accounts to a colleague
TRIED = {"ben", "cat"}  # who administers people may look as each of them, by the filters; pages that open to them alone name them there


def foreign(test, scope: str, asked: str = "") -> set[str]:
    return words_in(everything(test)) - SEEN[scope] - BESIDE[scope] - words_in(asked)


def persons(path: str, scope: str) -> str:
    role = next(role for role in ("csm", "manager", "analyst", "administrator") if role in lines("page")[path].roles)
    return f"{role}-{scope}"


@pytest.mark.parametrize("scope", ["team", *(pytest.param(one, marks=pytest.mark.long) for one in ("own", "region"))])
@pytest.mark.parametrize("path", [path for path in lines("page") if path not in ("design", "self-check", "my-access")])
def test_a_page_sends_no_word_of_others(pages, store, path, scope):
    """Also a page that does not open to who sees a part of the accounts, were it drawn for them."""
    test = pages(path, persons(path, scope), account=f"{word('a1')}-id")
    assert not test.exception
    assert foreign(test, scope) <= {"": LENT_TO, "audit": TRIED, "erasure": TRIED}.get(path, set())
    if lines("page")[path].narrow == "refused":
        assert not rights.opens(viewer(store, persons(path, scope)), path)
        assert [one.key for one in (*test.text_input, *test.button, *test.dataframe) if "eras" in (one.key or "")] == []
    if lines("page")[path].narrow == "accounts" and path not in (
        "people",
        "cohorts",
        "revenue",
        "closes",
        "compare-rules",
        "churn-reasons",
    ):
        assert words_in(everything(test)) & SEEN[scope], "and those of the accounts in scope are there"


@pytest.mark.parametrize("scope", NARROW)
def test_an_account_out_of_sight_is_told_as_one_that_is_not_there(pages, scope):
    one, other = (pages("account", f"csm-{scope}", account=account) for account in (FOREIGN, NOWHERE))
    assert not one.exception and foreign(one, scope, FOREIGN) == set()
    assert everything(one).replace(FOREIGN, NOWHERE) == everything(other)


@pytest.mark.long
@pytest.mark.parametrize("scope", NARROW)
def test_every_foreign_account_and_filters_for_it(pages, scope):
    for account in sorted(SEEN["company"] - SEEN[scope]):
        asked = {"account": f"{word(account)}-id", "segment": f"{word('south')} segment", "known_at": "1"}
        for path in ("account", "accounts", "renewals"):
            test = pages(path, f"csm-{scope}", **asked)
            assert foreign(test, scope, str(asked)) == set(), (path, account)
