"""Each thing that changes the store, for each role in each scope: done, or refused and nothing of it kept."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.approvals import undoing
from data.importing.run import import_file
from data.store.account_matching import match_accounts, match_what_fits
from data.store.activities import log_activity
from data.store.edits import EditRefused, commit_frame
from data.store.product_pairs import answer_pairs
from data.store.store import REDO, UNDO, StoreError
from data.viewer import NotAllowed
from data.work.answers import Item, mark_wrong
from data.work.tasks import finish, reopen, set_task
from reports.customers.churn_training import look_ahead, train
from reports.imports.migration import sign_off
from reports.report import Question
from reports.revenue.closes import close_period
from tests.access.company import ASKED, company, word
from tests.access.matrix import SEEN, lines, those
from tests.access.persons import NOTHING, bring_in, viewer

OWN, FOREIGN = f"{word('a1')}-id", f"{word('c1')}-id"


@pytest.fixture
def written(tmp_path, roles):
    """A store of its own to write to."""
    opened = company(tmp_path / "own.duckdb")
    bring_in(opened)
    commit_frame(opened, "people", pl.DataFrame({"email": ["late@example.com"], "role": ["viewer-company"]}), "people", "setup")
    (tmp_path / "rates.csv").write_text("day,currency,rate\n2026-01-01,EUR,1.1\n")
    (tmp_path / "people.csv").write_text("email,role\nnew@example.com,viewer-company\n")
    yield opened
    opened.close()


def imports_of(store, who, table: str, file: str) -> None:
    assert import_file(store, store.path.parent / file, table=table, viewer=who).batch is not None


def newest(store, table: str) -> int:
    return store.imports().filter(pl.col("table") == table)["batch"][0]


def undone(store, who, table: str) -> None:
    batch = newest(store, table)
    undoing.undo(store, batch, who, "nobody")
    assert store.imports().filter(pl.col("batch") == batch)["undone_by"].to_list() == [who.person]
    undoing.redo(store, batch, who, "nobody")


def talked(store, who, account: str) -> None:
    log_activity(store, who, account, "conversation", date(2026, 11, 1), "a talk", None)


def tasked(store, who, account: str) -> None:
    """A task set, done and opened again, whose words are of the one who writes."""
    day = date(2026, 11, 1)
    set_task(store, who, account, f"a task of {who.person}", None, day, day=day, task_id=f"task of {who.person}")
    done = finish(store, who, f"task of {who.person}", day, newest(store, "activities"))
    reopen(store, who, f"task of {who.person}", day, done.batch)


def answered(store, who, account: str) -> None:
    seen = dict(store.imports().select("table", "batch").sort("batch").rows()).get("item_answers", 0)
    mark_wrong(store, who, Item(account, "usage_fell", "", None, None, seen), "It is right so", day=date(2026, 11, 1), holds=30)


def nothing_to_learn(store, who) -> None:
    """The model that stands has no file, so that nothing more is said; whoever may not is refused before that is looked at."""
    with pytest.raises(ValueError, match="v1"):
        look_ahead(store, as_of=ASKED.as_of, viewer=who)


DEEDS = {
    "a conversation": lambda store, who: talked(store, who, OWN),
    "a task": lambda store, who: tasked(store, who, OWN),
    "an answer to what Today shows": lambda store, who: answered(store, who, OWN),
    "undo a conversation": lambda store, who: undone_talk(store, who, OWN),
    "import a file": lambda store, who: imports_of(store, who, "fx_rates", "rates.csv"),
    "import people": lambda store, who: imports_of(store, who, "people", "people.csv"),
    "undo an import": lambda store, who: undone(store, who, "tickets"),
    "undo an import of people": lambda store, who: undone(store, who, "people"),
    "undo a close": lambda store, who: undone(store, who, "closes"),
    "undo a model": lambda store, who: undone(store, who, "churn_models"),
    "say which account a name means": lambda store, who: match_accounts(store, [("other", OWN, "by hand")], "x", viewer=who),
    "say what a product takes the place of": lambda store, who: answer_pairs(store, [("p", "q", "change")], "x", viewer=who),
    "close a period": lambda store, who: close_period(store, Question(end=date(2026, 8, 31)), at=datetime.now(UTC), who="x", viewer=who),
    "sign off what came in": lambda store, who: sign_off(store, "x", "", at=datetime.now(UTC), viewer=who),
    "train the model": lambda store, who: train(store, as_of=ASKED.as_of, viewer=who),
    "look ahead with the model": nothing_to_learn,
}


def undone_talk(store, who, account: str) -> None:
    noted = store.imports().filter(pl.col("feed") == "logged in the app")["batch"].to_list()
    batch = next(one for one in noted if store.accounts_of(one) == [account])
    undoing.undo(store, batch, who, "nobody")
    undoing.redo(store, batch, who, "nobody")


def test_every_deed_has_its_line():
    assert lines("write").keys() == DEEDS.keys()


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_done_by_those_who_may_and_refused_to_all_others(written, name):
    allowed, refused = those(lines("write")[name])
    before = written.version()
    for person in (*refused, *NOTHING):
        with pytest.raises((NotAllowed, EditRefused)):
            DEEDS[name](written, viewer(written, person))
    assert written.version() == before, "nothing of what was refused is kept"
    for person in allowed:
        DEEDS[name](written, viewer(written, person))
    assert (written.version() > before) is (name != "look ahead with the model")


OF_ACCOUNTS = [
    (talked, "a conversation"), (undone_talk, "undo a conversation"), (tasked, "a task"), (answered, "an answer to what Today shows"),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "name"), OF_ACCOUNTS)
def test_what_is_of_an_account_is_done_for_the_accounts_in_scope_alone(written, deed, name):
    allowed, _ = those(lines("write")[name])
    for person in allowed:
        if "c1" in SEEN[person.rpartition("-")[2]]:
            deed(written, viewer(written, person), FOREIGN)
            assert written.version()
        else:
            with pytest.raises((EditRefused, NotAllowed)):
                deed(written, viewer(written, person), FOREIGN)


def test_a_foreign_account_is_refused_as_one_that_is_not_there(written):
    said = []
    for account in (FOREIGN, "no such id"):
        with pytest.raises(EditRefused) as refused:
            talked(written, viewer(written, "csm-own"), account)
        said.append(str(refused.value))
    assert said[0] == said[1] and "zq" not in said[0]


def test_what_fits_is_matched_by_those_who_see_all(written):
    with pytest.raises(EditRefused):
        match_what_fits(written, [("other", OWN, "by hand")], "x", viewer=viewer(written, "analyst-team"))
    assert match_what_fits(written, [("other", OWN, "by hand")], "x", viewer=viewer(written, "analyst-company")).batch


@pytest.mark.parametrize("person", [one for one in those(lines("write")["undo a conversation"])[0] if not one.endswith("company")])
def test_a_batch_of_others_is_told_as_one_that_is_not_there(written, person):
    """Whoever may not view the log of imports learns nothing of it by trying numbers."""
    own, last, said = {"a1", "a2"} | (SEEN[person.rpartition("-")[2]] & {"b1", "c2"}), written.imports()["batch"].max(), set()
    of_all = set(
        written.imports().filter(table="feature_requests")["batch"]
    )  # a request is of no account: who may change it may take it back
    for batch in range(1, last + 3):
        if {one[2:4] for one in written.accounts_of(batch)} - own or not (written.accounts_of(batch) or batch in of_all):
            for action in (UNDO, REDO):
                with pytest.raises((NotAllowed, EditRefused, StoreError)) as refused:
                    undoing.mark(written, action, batch, viewer(written, person), "nobody")
                said.add((refused.type, str(refused.value).replace(str(batch), "N")))
    assert len(said) == 1, said


def test_who_sees_the_log_is_told_why(written):
    for batch, kind in ((newest(written, "closes"), NotAllowed), (9_999, StoreError)):
        with pytest.raises(kind):
            undoing.mark(written, UNDO, batch, viewer(written, "analyst-company"), "nobody")
