"""What webhooks brought is kept once, whatever happens, until its batch is in the log."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from data import kept_webhooks
from data.kept_webhooks import Event, Kept, KeptUnreadable, path_of

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path):
    opened = Kept(path_of(tmp_path / "own.duckdb", "app"))
    yield opened
    opened.close()


def bodies(kept: Kept, after: int = 0) -> list[bytes]:
    return [row.body for row in kept.take(after, 100)]


def test_an_event_is_kept_once_by_its_id(kept):
    assert [kept.keep(Event("use", body, id="e1"), NOW) for body in (b"1", b"1", b"2")] == ["kept", "repeated", "repeated"]
    assert kept.keep(Event("use", b"1", id="e2"), NOW) == "kept"
    assert bodies(kept) == [b"1", b"1"]
    assert kept.counts(NOW) == {"kept": 2, "repeated": 2}


def test_one_without_an_id_is_known_by_its_bytes(kept):
    assert [kept.keep(Event("use", body), NOW) for body in (b"1", b"1", b"2")] == ["kept", "repeated", "kept"]
    assert kept.keep(Event("use", b"x", id="1"), NOW) == "kept"  # an id is no body


def test_another_source_may_have_the_same_id(kept, tmp_path):
    other = Kept(path_of(tmp_path / "own.duckdb", "other"))
    assert [one.keep(Event("use", b"1", id="e1"), NOW) for one in (kept, other)] == ["kept", "kept"]
    assert other.queue != kept.queue
    other.close()


def test_what_was_let_go_of_is_known_again_and_its_number_is_not_given_again(kept):
    kept.keep(Event("use", b"1", id="e1"), NOW)
    (first,) = kept.take(0, 9)
    assert kept.let_go(first.seq, NOW) == 1 and kept.waiting().events == 0
    assert kept.keep(Event("use", b"1", id="e1"), NOW) == "repeated"
    kept.keep(Event("use", b"2", id="e2"), NOW)
    assert kept.take(0, 9)[0].seq > first.seq


def test_an_id_is_forgotten_after_35_days_and_not_before(kept):
    kept.keep(Event("use", b"1", id="e1"), NOW)
    for days, expected in ((35, "repeated"), (36, "kept")):
        later = NOW + timedelta(days=days)
        kept.let_go(1, later)
        assert kept.keep(Event("use", b"1", id="e1"), later) == expected


def test_events_are_taken_in_the_order_in_which_they_came(kept):
    for number in range(5):
        kept.keep(Event("use", b"%d" % number, made=NOW - timedelta(days=number)), NOW)
    assert bodies(kept, after=1) == [b"1", b"2", b"3", b"4"] and [row.seq for row in kept.take(2, 2)] == [3, 4]
    kept.keep(Event("group", b"5"), NOW)
    assert [row.seq for row in kept.take(0, 1, ["group", "other"])] == [6] and kept.take(6, 9) == []
    assert kept.last() == 6 and kept.let_go(3, NOW) == 3 and bodies(kept) == [b"3", b"4", b"5"]
    assert kept.let_go(6, NOW) == 3 and kept.last() == 0


def test_the_newest_event_of_a_key_is_known_before_and_after_it_was_let_go_of(kept):
    for made, key in ((NOW, "A"), (NOW - timedelta(days=1), "A"), (NOW, ""), (NOW + timedelta(days=1), "A")):
        kept.keep(Event("group", f"{made} {key}".encode(), key=key, made=made), max(made, NOW))
    assert kept.newest("group", ["A"], upto=0) == {}
    for _ in range(2):
        assert kept.newest("group", ["A", "B", ""], upto=3) == {"A": NOW} and kept.newest("use", ["A"], upto=3) == {}
        kept.let_go(3, NOW)
    assert kept.newest("group", ["A"], upto=4) == {"A": NOW + timedelta(days=1)}


def test_an_event_that_tells_no_moment_is_newer_than_what_came_while_the_clock_was_ahead(kept):
    kept.keep(Event("event", b"1", key="A"), NOW + timedelta(days=400))
    kept.keep(Event("event", b"2", key="B"), NOW)
    assert kept.newest("event", ["A"], upto=1) == {"A": NOW + timedelta(days=400)}
    kept.keep(Event("event", b"3", key="A"), NOW)
    assert [row.made - NOW for row in kept.take(0, 9)] == [timedelta(days=400), timedelta(0), timedelta(days=400)]


def test_a_full_queue_takes_nothing_more_and_forgets_nothing(kept, monkeypatch):
    monkeypatch.setattr(kept_webhooks, "MOST_EVENTS", 2)
    assert [kept.keep(Event("use", b"%d" % number), NOW) for number in range(3)] == ["kept", "kept", "full"]
    kept.let_go(1, NOW)
    assert kept.keep(Event("use", b"2"), NOW) == "kept"  # the one that was sent away is not known
    monkeypatch.setattr(kept_webhooks, "MOST_BYTES", 3)
    assert kept.keep(Event("use", b"33"), NOW) == "full"


def test_how_much_waits_is_known_after_a_restart(kept):
    kept.keep(Event("use", b"12345"), NOW)
    kept.keep(Event("use", b"678"), NOW + timedelta(minutes=1))
    again = Kept(kept.path)
    assert (again.waiting().events, again.waiting().bytes, again.waiting().since) == (2, 8, NOW)
    assert again.queue == kept.queue
    again.close()


def test_what_was_answered_for_is_on_the_disk_when_the_program_is_killed(tmp_path):
    """The program kills itself the moment that the event is kept: as a loss of power, but for what the disk itself forgets."""
    path = path_of(tmp_path / "own.duckdb", "app")
    code = (
        "import os, signal, sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\nfrom data.kept_webhooks import Event, Kept\n"
        "kept = Kept(Path(sys.argv[1]))\nassert kept.keep(Event('use', b'1', id='e1'), datetime.now(UTC)) == 'kept'\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    again = Kept(path)
    assert bodies(again) == [b"1"] and again.keep(Event("use", b"1", id="e1"), NOW) == "repeated"
    again.close()


def test_the_file_is_its_owner_s_alone_and_one_that_is_none_is_refused(kept, tmp_path):
    assert kept.path.stat().st_mode & 0o777 == 0o600 and kept.path.parent.stat().st_mode & 0o777 == 0o700
    broken = path_of(tmp_path / "own.duckdb", "broken")
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(KeptUnreadable, match=r"broken\.sqlite cannot be read"):
        Kept(broken)


def test_what_was_let_go_of_is_not_in_the_file_any_more(kept):
    kept.keep(Event("use", b"somebody@example.com"), NOW)
    kept.let_go(1, NOW)
    assert not [path for path in kept.path.parent.iterdir() if b"somebody@example.com" in path.read_bytes()]
