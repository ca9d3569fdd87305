"""From what was kept to batches: once, in whatever order it came, whenever the program was killed; where one part waits, others go on."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.kept_webhooks import Kept, path_of
from data.store.view import View
from data.viewer import EVERYONE
from data.work import pulls
from data.work.pulls import Pulled
from sources import description, looks, waiting
from sources.webhooks import bringing
from sources.webhooks.bringing import bring, is_due
from sources.webhooks.events import NoEvent
from sources.webhooks.hook import Hook, hook_of
from sources.webhooks.signatures import Shown
from tests.new_store import new_store

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SEGMENT = 'kind = "webhook"\nsignature = "segment"\nsecret = "SEGMENT"\n'
OWN = 'kind = "webhook"\nsignature = "hmac"\nsecret = "APP"\ntable = "usage_events"\nevent_id = "id"\n'


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


class Queue:
    """A webhook with its queue."""

    def __init__(self, store, name: str, written: str) -> None:
        description.write(store.path, name, written)
        found = hook_of(store.path, name)
        assert found is not None
        self.store, self.hook, self.kept = store, found, Kept(path_of(store.path, name))

    def send(self, *calls: dict) -> list[str]:
        found = [self.hook.event(json.dumps(call).encode(), Shown(())) for call in calls]
        return [self.kept.keep(one, NOW) for one in found if one]

    def bring(self, at: datetime = NOW) -> list[tuple[str, str, int]]:
        return [(one.source, one.outcome, one.rows) for one in bring(self.store, self.hook, self.kept, lambda: at)]


@pytest.fixture
def segment(store):
    return Queue(store, "segment", SEGMENT)


@pytest.fixture
def own(store):
    return Queue(store, "app", OWN)


def track(number: int, user: str = "ann", **more) -> dict:
    at = (NOW - timedelta(minutes=number)).isoformat()
    return {
        "type": "track",
        "messageId": f"m-{number}",
        "userId": user,
        "event": "open",
        "timestamp": at,
        "context": {"groupId": "A"},
    } | more


def group(number: int, account: str = "A", **traits) -> dict:
    return track(number) | {"type": "group", "messageId": f"g-{number}-{account}", "groupId": account, "traits": traits}


def events(store) -> int:
    """Events that stand: those that batches which stand brought as new."""
    log = store.imports()
    return log.filter(log["standing"] & (log["table"] == "usage_events"))["accepted"].sum()


def account(store, account_id: str = "A") -> dict:
    rows = View(store, EVERYONE).accounts().to_dicts()
    return next(row for row in rows if row["account_id"] == account_id)


def test_calls_of_segment_go_to_their_tables_and_are_let_go_of(segment, store):
    assert segment.send(track(1), group(2, name="Initech", plan="pro"), track(3)) == ["kept"] * 3
    assert segment.bring() == [("segment usage", "imported", 2), ("segment accounts", "imported", 1)]
    assert segment.kept.waiting().events == 0 and segment.bring() == []
    assert (account(store)["name"], account(store)["plan"]) == ("Initech", "pro")
    batch = store.imports().filter(store.imports()["table"] == "usage_events").to_dicts()[0]
    assert (batch["accepted"], batch["rejected"], batch["who"], batch["feed"]) == (2, 0, "source segment usage", "segment")


def test_a_call_of_an_account_that_comes_late_says_nothing_of_now(segment, store):
    """Said at 08:58 of the plan, and then of 08:55 and 08:57: within one batch the newest of each column counts, after it what is older is late."""
    segment.send(group(2, plan="new"), group(5, plan="old", name="Initech"))
    segment.bring()
    assert (account(store)["name"], account(store)["plan"]) == ("Initech", "new")
    segment.send(group(3, plan="older"), group(4, "B", plan="first"))
    (told,) = bring(store, segment.hook, segment.kept, lambda: NOW)
    assert told.problem == "Events that came late and were left out: 1. Newer ones about the same are in."
    assert (account(store)["plan"], account(store, "B")["plan"]) == ("new", "first")
    segment.send(group(1, plan="newest"))
    segment.bring()
    assert (account(store)["name"], account(store)["plan"]) == ("Initech", "newest")


def test_equal_events_under_other_ids_are_others_also_where_no_mapping_names_their_ids(store):
    columns = {name: name for name in ("account_id", "user_id", "event", "occurred_at")}
    saved_mappings.save(store.path, "bare", Mapping("usage_events", columns=columns))
    own = Queue(store, "app", OWN.replace('table = "usage_events"', 'mapping = "bare"'))
    same = {"account_id": "A", "user_id": "ann", "event": "open", "occurred_at": "2026-11-28T08:00:00Z"}
    own.send({"id": "1", **same}, {"id": "2", **same})
    assert [one[1:] for one in own.bring()] == [("imported", 2)] and events(store) == 2
    own.send({"id": "3", **same})
    assert [one[1:] for one in own.bring()] == [("imported", 1)] and events(store) == 3
    assert own.send({"id": "3", **same}) == ["repeated"]


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("after", ["before the batch", "after the batch", "while letting go"])
def test_a_kill_between_keeping_and_importing_loses_and_doubles_nothing(own, store, monkeypatch, after):
    """Of 3 and then 2 events there are 5, wherever the program was killed meanwhile; the fourth has no other sign than its id."""
    calls = [{"id": f"e{n}", "account_id": "A", "user_id": "ann", "event": "open", "occurred_at": NOW.isoformat()} for n in range(5)]
    own.send(*calls[:3])
    with monkeypatch.context() as patched:
        if after == "before the batch":
            patched.setattr(bringing, "pull", _killed)
        elif after == "after the batch":
            patched.setattr(bringing, "all_in", _killed)
        else:
            patched.setattr(own.kept, "let_go", _killed)
        with pytest.raises(Killed):
            own.bring()
    own.kept = Kept(own.kept.path)  # as after a restart
    own.send(*calls[2:])
    own.bring()
    own.bring()
    assert events(store) == 5 and own.kept.waiting().events == 0


def _killed(*_args, **_more):
    raise Killed


def test_a_queue_that_was_lost_begins_anew_and_its_numbers_are_not_those_of_the_old_one(own, store):
    own.send({"id": "e1", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()})
    own.bring()
    own.kept.close()
    for path in own.kept.path.parent.iterdir():
        path.unlink()
    own.kept = Kept(own.kept.path)
    own.send({"id": "e2", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()})
    assert own.bring() == [("app", "imported", 1)] and events(store) == 2


def test_two_sources_may_have_events_of_the_same_id(own, store):
    other = Queue(store, "other", OWN)
    one = {"id": "e1", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()}
    for queue in (own, other):
        queue.send(one)
        queue.bring()
    assert events(store) == 2


def test_what_cannot_be_mapped_waits_with_its_question_and_others_go_on(store, own):
    asked = Queue(store, "crm", OWN.replace("usage_events", "contracts"))
    line = {"id": "1", "contract": "C1", "account": "A", "from": "2026-01-01", "price": "10"}
    asked.send(line)
    own.send({"id": "e1", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()})
    assert [outcome for _, outcome, _ in asked.bring()] == ["waiting"] and asked.kept.waiting().events == 1
    assert own.bring() == [("app", "imported", 1)]
    last = pulls.pulls(store, "crm", 1)[0]
    assert last.problem and last.what_to_do and waiting.file(store.path, "crm")
    columns = {"contract_id": "contract", "account_id": "account", "starts_on": "from", "amount": "price"}
    constants = {"period": "1 month", "currency": "USD"}
    mapping = Mapping("contracts", key=("contract_id",), columns=columns, constants=constants, options={"rows": "records"})
    saved_mappings.save(store.path, "crm lines", mapping)
    answered = Queue(store, "crm", OWN.replace('table = "usage_events"', 'table = "contracts"\nmapping = "crm lines"'))
    answered.kept.close()
    answered.kept = asked.kept
    assert answered.send(line | {"id": "2", "contract": "C2"}) == ["kept"]
    assert [outcome for _, outcome, _ in answered.bring()] == ["imported", "imported"]
    assert answered.kept.waiting().events == 0
    assert View(store, EVERYONE).contracts()["contract_id"].sort().to_list() == ["C1", "C2"]


def test_undo_is_undo_and_what_was_brought_does_not_come_back(own, store):
    own.send({"id": "e1", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()})
    (told,) = bring(store, own.hook, own.kept, lambda: NOW)
    store.undo(told.batch)
    assert events(store) == 0
    own.send({"id": "e1", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()})
    assert own.bring() == [] and store.imports().filter(store.imports()["batch"] == told.batch)["standing"].to_list() == [False]


def test_a_little_waits_for_more_and_much_does_not(own, store, monkeypatch):
    call = {"account_id": "A", "event": "open", "occurred_at": NOW.isoformat()}
    assert not is_due(store, own.hook, own.kept, NOW + timedelta(days=1))
    own.send(call | {"id": "e1"})
    due = [is_due(store, own.hook, own.kept, NOW + timedelta(seconds=n)) for n in (0, 299, 300)]
    assert due == [False, False, True]
    monkeypatch.setattr(bringing, "MANY", 1)
    assert is_due(store, own.hook, own.kept, NOW)
    paused = Hook(own.hook.source.model_copy(update={"paused": True}))
    assert not is_due(store, paused, own.kept, NOW + timedelta(days=1))


def test_what_came_or_was_tried_by_a_clock_that_was_ahead_is_due(own, store):
    own.send({"id": "e1", "account_id": "A", "event": "open", "occurred_at": NOW.isoformat()})  # received at NOW
    before = NOW - timedelta(days=400)
    assert is_due(store, own.hook, own.kept, before)
    failed = Pulled("app 1", "app", NOW, NOW, "failed", problem="The disk is full.")
    looks.keep(store.path, looks.Look(failed, 9))
    assert is_due(store, own.hook, own.kept, before)


def test_half_of_a_character_stops_no_queue(own, store):
    cut = {"id": "1", "account_id": "A", "user_id": "ann", "event": "said \ud83d", "occurred_at": NOW.isoformat()}
    own.send(cut, {**cut, "id": "2", "event": "said \U0001f600"})
    assert own.bring() == [("app", "imported", 2)]
    with store.reading() as cursor:
        assert cursor.execute("select event from event_names order by event").fetchall() == [("said ?",), ("said \U0001f600",)]
    with pytest.raises(NoEvent):
        own.hook.event(b'{"id": "3", "account_id": NaN}', Shown(()))


def test_an_event_of_the_future_hides_none_that_comes_after_it(store):
    written = 'kind = "webhook"\nsignature = "hmac"\nsecret = "APP"\ntable = "accounts"\nkey = "account_id"\nmade = "at"\n'
    queue = Queue(store, "crm", written)
    account = {"account_id": "A", "name": "Alder", "at": (NOW + timedelta(days=400)).isoformat()}
    queue.send(account)
    queue.bring()
    later = NOW + timedelta(hours=1)
    event = queue.hook.event(json.dumps(account | {"name": "Alder Ltd", "at": later.isoformat()}).encode(), Shown(()))
    assert event and queue.kept.keep(event, later) == "kept"
    assert queue.bring(later) == [("crm", "imported", 1)]
