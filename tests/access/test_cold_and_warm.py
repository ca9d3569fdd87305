"""What was worked out for others changes no answer: each report answers alike on a store that was just opened, and after everybody asked."""

import pytest

from data.store.readings import Readings
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import REPORTS, run
from reports.files import tables
from tests.access.company import ASKED, as_text
from tests.access.matrix import lines
from tests.access.persons import SCOPES, viewer

EVERYBODY = [f"analyst-{scope}" for scope in reversed(SCOPES)]  # who sees all first: others take from what was worked out for all


def answer(store: Store, name: str, who: Viewer) -> str:
    return as_text(tables.as_json(run(name, store, who, ASKED)))


@pytest.fixture(scope="module")
def cold(store) -> dict[tuple[str, str], str]:
    """What each report answers each of them where nobody has asked anything yet."""
    found = {}
    for person in EVERYBODY:
        who = viewer(store, person)
        for name in REPORTS:
            store.readings = Readings()
            found[name, person] = answer(store, name, who)
    return found


def assert_alike(store: Store, cold: dict[tuple[str, str], str], names: list[str], orders: list[list[str]]) -> None:
    store.readings = Readings()
    known = {person: viewer(store, person) for person in EVERYBODY}
    for order in orders:
        store.readings = Readings()
        for person in order:
            warm = {name: answer(store, name, known[person]) for name in names}
            assert [name for name in names if warm[name] != cold[name, person]] == [], person
    assert known == {person: viewer(store, person) for person in EVERYBODY}
    assert len({cold["arr", person] for person in EVERYBODY}) == len(EVERYBODY), "each of them sees something else"


@pytest.mark.long
def test_answers_of_money_health_and_usage(store, cold):
    assert_alike(store, cold, ["arr", "accounts", "usage", "health", "today", "movement-accounts"], [EVERYBODY])


@pytest.mark.long
def test_all_answers_in_either_order(store, cold):
    assert lines("report").keys() >= REPORTS.keys()
    assert_alike(store, cold, list(REPORTS), [EVERYBODY, EVERYBODY[::-1]])
