"""The record of sign-ins: what is not in it counts for nothing, what has ended stays ended, and an e-mail is one person's."""

import threading
import time
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from cli import app
from data.access import sessions as record
from data.access.claims import SignedIn, read
from data.access.sessions import RecordUnreadable, Sessions
from tests.data.access import NOON, claims, settings

LATER = NOON + timedelta(minutes=5)


def person(**more: object) -> SignedIn:
    found = read(claims(**more), settings())
    assert isinstance(found, SignedIn)
    return found


@pytest.fixture
def kept(tmp_path):
    opened = Sessions(tmp_path / "own.signins.sqlite")
    yield opened
    opened.close()


def code(kept: Sessions, one: SignedIn, now=LATER, *, clicked: bool = True) -> str | None:
    found = kept.check(one, settings(), now, clicked=clicked)
    return found.code if found else None


def test_what_never_began_here_is_not_known(kept):
    assert code(kept, person()) == "unknown"
    assert kept.begin(person(), NOON) is None
    assert code(kept, person()) is None
    assert code(kept, person(nonce="another")) == "unknown"


def test_when_somebody_last_signed_in_and_with_which_groups(kept):
    one = person()
    kept.begin(one, NOON)
    kept.begin(person(nonce="another"), LATER)
    assert kept.last_signins() == {one.email: (LATER, one.groups)}


def test_what_was_ended_stays_so_also_after_a_restart(kept):
    kept.begin(person(), NOON)
    kept.begin(person(nonce="n2"), NOON)
    kept.end(person().key)
    kept.begin(person(), LATER)
    again = Sessions(kept.path)
    assert (code(again, person()), code(again, person(nonce="n2"))) == ("ended", None)
    again.close()


def test_all_sign_ins_of_an_e_mail_end_together(kept):
    for one in ({}, {"nonce": "n2"}, {"sub": "bo", "email": "bo@example.com"}):
        kept.begin(person(**one), NOON)
    assert kept.end_all("ann@example.com") == 2
    assert code(kept, person(nonce="n2")) == "ended" and code(kept, person(sub="bo", email="bo@example.com")) is None


# Sixty minutes without a click: a click in between begins them anew, a mere look does not.
def test_who_does_not_click_is_out_and_stays_out(kept):
    kept.begin(person(), NOON)
    assert code(kept, person(), NOON + timedelta(minutes=50), clicked=False) is None
    assert code(kept, person(), NOON + timedelta(minutes=60), clicked=False) == "idle"
    assert code(kept, person(), NOON + timedelta(minutes=1)) == "idle"


def test_a_click_begins_the_hour_anew(kept):
    kept.begin(person(), NOON)
    for minutes in (50, 100, 159):
        assert code(kept, person(), NOON + timedelta(minutes=minutes)) is None
    assert code(kept, person(), NOON + timedelta(minutes=219)) == "idle"


def test_the_hour_begins_with_the_last_click_although_not_every_click_is_written_down(kept):
    kept.begin(person(), NOON)
    assert code(kept, person(), NOON + timedelta(seconds=50)) is None
    assert code(kept, person(), NOON + timedelta(minutes=60, seconds=49), clicked=False) is None
    assert code(kept, person(), NOON + timedelta(minutes=60, seconds=50), clicked=False) == "idle"


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(hours=25)])
def test_a_clock_that_jumps_ahead_and_back_lets_nobody_stay_longer(kept, jump):
    """Ahead, the time without a click is over; who clicked there cannot be told to have clicked when the clock is back."""
    kept.begin(person(), NOON)
    kept.begin(person(nonce="n2"), NOON)
    assert code(kept, person(), NOON + jump) == "idle"
    kept.do("update sessions set last_active = ? where key = ?", (NOON + jump).timestamp(), person(nonce="n2").key)
    assert code(kept, person(nonce="n2"), NOON + timedelta(minutes=1)) == "clock"
    assert code(kept, person(nonce="n2"), NOON + timedelta(minutes=2)) == "clock", "it stays over, and one signs in anew"


def test_clocks_that_differ_by_a_moment_sign_nobody_out(kept):
    kept.begin(person(), NOON + timedelta(seconds=30))
    assert code(kept, person(), NOON) is None


def test_clicks_are_written_down_once_a_minute_at_most(kept, monkeypatch):
    kept.begin(person(), NOON)
    asked = []
    do = kept.do
    monkeypatch.setattr(kept, "do", lambda query, *values: asked.append(query.split()[0]) or do(query, *values))
    for seconds in range(0, 150, 10):
        code(kept, person(), NOON + timedelta(seconds=seconds))
    assert asked.count("update") == 2  # after 60 and 120 seconds


@pytest.mark.parametrize("other", [{"sub": "ann-2"}, {"iss": "https://other.example.com"}])
def test_an_e_mail_is_whose_it_was_first_in_whatever_letters(kept, other):
    kept.begin(person(), NOON)
    second = person(email="ANN@Example.com", nonce="n2", **other)
    refused = kept.begin(second, LATER)
    assert refused and refused.code == "taken" and "ann@example.com" in refused.text and "administrator releases" in refused.text
    assert (code(kept, person()), code(kept, second)) == (None, "taken")
    assert [(one.email, one.subject, one.since) for one in kept.bound()] == [("ann@example.com", "ann-1", NOON)]


def test_a_released_e_mail_is_whose_who_comes_next_and_nobody_else_s(kept):
    kept.begin(person(), NOON)
    second = person(sub="ann-2", nonce="n2")
    assert kept.release("ann@example.com") and not kept.release("ann@example.com")
    assert kept.begin(second, LATER) is None
    assert (code(kept, second), code(kept, person())) == (None, "taken")


def test_the_command_line_releases_an_e_mail_while_a_server_holds_the_record(tmp_path, monkeypatch, kept):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    kept.begin(person(), NOON)
    said = [CliRunner().invoke(app, ["release-email", " Ann@Example.com"]) for _ in range(2)]
    assert [one.exit_code for one in said] == [0, 3] and "is nobody's" in said[1].output
    assert kept.begin(person(sub="ann-2", nonce="n2"), LATER) is None
    record.close()


def test_a_person_whose_e_mail_changes_has_both(kept):
    kept.begin(person(), NOON)
    assert kept.begin(person(email="ann.lee@example.com", nonce="n2"), LATER) is None
    assert {one.subject for one in kept.bound()} == {"ann-1"} and len(kept.bound()) == 2


def test_sign_ins_of_long_ago_are_forgotten_and_so_not_known(kept):
    kept.begin(person(), NOON)
    kept.end(person().key)
    kept.begin(person(nonce="n2"), NOON + timedelta(days=61))
    assert code(kept, person(), NOON + timedelta(days=61)) == "unknown"


def test_only_its_owner_reads_it(kept):
    assert kept.path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_record_lets_nobody_in_and_says_what_to_do(tmp_path):
    path = tmp_path / "own.signins.sqlite"
    path.write_bytes(b"this is no record of anything" * 100)
    with pytest.raises(RecordUnreadable, match=r"nobody is let in.*move own\.signins\.sqlite beside the store away"):
        Sessions(path)


def test_one_that_is_damaged_while_it_is_open_lets_nobody_in(kept):
    kept.begin(person(), NOON)
    kept.path.write_bytes(b"\0" * 8192)
    with pytest.raises(RecordUnreadable):
        for _ in range(2):
            kept.check(person(), settings(), LATER, clicked=True)
            kept.begin(person(nonce="n2"), LATER)


def test_where_the_file_is_lost_everybody_signs_in_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    record.sessions().begin(person(), NOON)
    assert code(record.sessions(), person()) is None
    (tmp_path / "own.signins.sqlite").unlink()
    assert code(record.sessions(), person()) == "unknown"
    record.close()


def test_threads_may_ask_and_write_at_once(kept):
    people = [person(nonce=f"n{n}", sub=f"s{n}", email=f"p{n}@example.com") for n in range(8)]
    wrong = []

    def work(one: SignedIn) -> None:
        kept.begin(one, NOON)
        for minutes in range(1, 40):
            wrong.extend(filter(None, [kept.check(one, settings(), NOON + timedelta(minutes=minutes), clicked=True)]))

    threads = [threading.Thread(target=work, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and len(kept.bound()) == 8


def test_to_look_costs_less_than_a_millisecond(kept):
    kept.begin(person(), NOON)
    one, given = person(), settings()

    def cost() -> float:
        began = time.thread_time()
        for _ in range(100):
            kept.check(one, given, NOON, clicked=True)
        return (time.thread_time() - began) / 100

    assert min(cost() for _ in range(5)) < 0.001
