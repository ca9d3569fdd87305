"""What says of each account what it says whoever looks is worked out once of everybody, and each viewer takes their own rows: the same as
if it were worked out for them alone, and nothing of others."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from data.parameters import WrongParameter
from data.store.readings import Readings
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, KINDS, Grant, NotAllowed, Viewer
from reports.catalogue import REPORTS, run
from reports.files import tables
from reports.health import health
from reports.report import Question
from tests.books import company
from tests.reports.test_books import DAY, EARLY, LARGE

ONE, TWO = Viewer("one@example.com"), Viewer("two@example.com")
EMEA = (("region", ("EMEA",)),)
OF_REGION = Viewer(rights=tuple(Grant("view", kind, EMEA) for kind in KINDS), person="emea@example.com")
TAKEN = (
    "accounts", "activation", "activation-funnel", "arr", "churned-accounts", "health", "health-change", "health-history", "not-started", "today", "today-by-owner", "usage",
    "usage-history", "features", "usage-depth", "feature-adoption", "stopped-feeds", "usage-volume", "volume-by-event", "growth-signals", "support-fallen", "sla",
)  # fmt: skip
ASKED = (
    (ONE, Question(as_of=DAY)),
    (TWO, Question(as_of=DAY)),
    (TWO, Question(as_of=EARLY, by="segment")),
    (OF_REGION, Question(as_of=DAY)),
    (EVERYONE, Question(as_of=DAY, filters=LARGE)),
    (ONE, Question(as_of=DAY, filters=LARGE)),
    (ONE, Question(as_of=DAY, filters=LARGE, segments="then")),
    (TWO, Question(as_of=DAY, filters=(("account_id", ("B",)),))),
)
OF_OTHERS = ("Birch", "Cedar", "Secret", "secret_feature", "bob", "two@example.com")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def told(store: Store, name: str, viewer: Viewer, question: Question) -> str:
    """What a report says, or why it says nothing."""
    try:
        report = run(name, store, viewer, question)
    except (WrongParameter, NotAllowed) as error:
        return repr(error)
    return f"{tables.as_json(report)} {report.totals} {report.notes}"


Asked = Sequence[tuple[Viewer, Question]]


def by_themselves(store: Store, names: tuple[str, ...], asked: Asked, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each is told where all is worked out within their scope, and nothing was before for anybody else, or of another question."""
    found = {}
    with monkeypatch.context() as patched:
        patched.setattr(View, "_is_shared", lambda *_: False)
        for at, (viewer, question) in enumerate(asked):
            store.readings = Readings()
            found |= {(name, at): told(store, name, viewer, question) for name in names}
    store.readings = Readings()
    return [found[name, at] for name in names for at in range(len(asked))]


def together(store: Store, names: tuple[str, ...], asked: Asked) -> list[str]:
    return [told(store, name, viewer, question) for name in names for viewer, question in asked]


@pytest.mark.parametrize(
    ("names", "asked"), [(TAKEN, ASKED), pytest.param(tuple(REPORTS), ASKED[3:5], marks=pytest.mark.long)], ids=["taken", "every"]
)
def test_who_takes_their_rows_from_everybodys_is_told_what_their_own_would_be(store, monkeypatch, names, asked):
    alone = by_themselves(store, names, asked, monkeypatch)
    assert together(store, names, asked) == alone
    for name in names:
        told(store, name, EVERYONE, Question(as_of=DAY))
    assert together(store, names, asked) == alone


def test_nothing_of_others_comes_along(store):
    for name in TAKEN:
        told(store, name, EVERYONE, Question(as_of=DAY))
        told(store, name, TWO, Question(as_of=DAY))
        for viewer in (ONE, OF_REGION):
            said = told(store, name, viewer, Question(as_of=DAY))
            assert not [word for word in OF_OTHERS if word in said], (name, said)


def test_it_is_worked_out_once_for_all_viewers(store, monkeypatch):
    counted: list[str] = []
    real = health._rows

    def rows(books, *more):
        counted.append("")
        return real(books, *more)

    monkeypatch.setattr(health, "_rows", rows)
    seen = [run("health", store, viewer, Question(as_of=DAY)).rows["account_id"].to_list() for viewer in (ONE, TWO, OF_REGION, EVERYONE)]
    assert [sorted(one) for one in seen] == [["A"], ["B", "C"], ["A"], ["A", "B", "C"]]
    assert len(counted) == 1
