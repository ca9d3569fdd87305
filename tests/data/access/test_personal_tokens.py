"""Personal tokens: what is kept of them, what is refused when one is made, and when one counts for nothing."""

import sqlite3
from datetime import date, timedelta

import pytest

from data.access import personal_tokens as tokens
from data.access import sessions
from data.access.claims import Refused, SignedIn, read
from data.viewer import Grant, Viewer
from tests.data.access import NOON, claims, settings

READS = [("view", "revenue"), ("view", "accounts")]
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    yield tmp_path / "own.duckdb"
    sessions.close()


@pytest.fixture
def ann() -> SignedIn:
    return signed_in()


def signed_in(**more: object) -> SignedIn:
    person = read(claims(**more), settings())
    assert isinstance(person, SignedIn)
    sessions.sessions().begin(person, NOON)
    return person


def why(secret: str, now=NOON) -> str | None:
    found = tokens.shown(secret, now)
    return found.code if isinstance(found, Refused) else None


def test_a_token_is_shown_once_and_only_its_digest_is_kept(ann, own):
    secret, kept = tokens.make(ann, "  nightly   export ", READS, date(2024, 6, 14), NOON)
    assert secret.startswith("hf_") and len(secret) == 46 and kept.start == secret[:8]
    assert (kept.name, kept.email, kept.owner, kept.groups) == ("nightly export", "ann@example.com", "Ann Lee", ("csm", "emea"))
    assert (kept.given, kept.made, kept.ends, kept.used) == (frozenset(READS), NOON, date(2024, 6, 14), None)
    file = own.with_suffix(".signins.sqlite")
    assert secret.encode() not in file.read_bytes() and secret[8:].encode() not in file.read_bytes()
    [(hashed,)] = sqlite3.connect(file).execute("select hash from tokens").fetchall()
    assert hashed == tokens.digest(secret) and len(hashed) == 64
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_two_are_alike(ann):
    made = [tokens.make(ann, str(number), READS, TODAY, NOON) for number in range(20)]
    assert len({secret for secret, _ in made}) == len({token.id for _, token in made}) == 20


@pytest.mark.parametrize(
    ("name", "given", "ends", "said"),
    [
        ("", READS, TODAY, "Name"),
        ("  \t ", READS, TODAY, "Name"),
        ("n" * 81, READS, TODAY, "80 characters"),
        ("a\x00b", READS, TODAY, "Name"),
        ("a\u202eb", READS, TODAY, "Name"),
        ("n", [], TODAY, "at least one"),
        ("n", [("fly", "revenue")], TODAY, "no right to fly revenue"),
        ("n", [("view", "everything")], TODAY, "no right to view everything"),
        ("n", READS, None, "2024-05-14 to 2025-05-15"),
        ("n", READS, TODAY - timedelta(days=1), "2024-05-14 to 2025-05-15"),
        ("n", READS, TODAY + timedelta(days=367), "2024-05-14 to 2025-05-15"),
        ("Taken", READS, TODAY, "already"),
    ],
)
def test_what_cannot_be_made_is_said(ann, name, given, ends, said):
    tokens.make(ann, "taken", READS, TODAY, NOON)
    with pytest.raises(tokens.TokenRefused, match=said):
        tokens.make(ann, name, given, ends, NOON)
    assert [one.name for one in tokens.of("ann@example.com")] == ["taken"]


def test_the_longest_is_366_days_and_there_are_at_most_fifty(ann):
    for number in range(50):
        tokens.make(ann, str(number), READS, TODAY + timedelta(days=366), NOON)
    with pytest.raises(tokens.TokenRefused, match="50 tokens"):
        tokens.make(ann, "one more", READS, TODAY, NOON)
    tokens.revoke(tokens.of("ann@example.com")[0].id, "ann@example.com", NOON)
    tokens.make(ann, "one more", READS, TODAY, NOON)


def test_it_works_until_its_last_day_is_over(ann):
    secret, _ = tokens.make(ann, "n", READS, date(2024, 5, 20), NOON)
    last = NOON.replace(day=20, hour=23, minute=59, second=59)
    assert (why(secret, last), why(secret, last + timedelta(seconds=1))) == (None, "expired")


def test_a_revoked_one_is_dead_for_good(ann):
    secret, token = tokens.make(ann, "n", READS, TODAY, NOON)
    assert not tokens.revoke(token.id, "bob@example.com", NOON, of_email="bob@example.com")
    assert tokens.revoke(token.id, "admin@example.com", NOON) and not tokens.revoke(token.id, "again", NOON)
    assert why(secret) == "revoked"
    assert [(one.revoked, one.revoked_by) for one in tokens.of("ann@example.com")] == [(NOON, "admin@example.com")]
    assert why("hf_none") == why("") == why(tokens.digest(secret)) == "token"


def test_its_last_use_is_written_down_once_a_minute_at_most(ann):
    secret, _ = tokens.make(ann, "n", READS, TODAY, NOON)
    for seconds, kept in ((0, 0), (59, 0), (60, 60), (61, 60), (200, 200)):
        tokens.shown(secret, NOON + timedelta(seconds=seconds))
        assert tokens.of("ann@example.com")[0].used == NOON + timedelta(seconds=kept)


def test_groups_are_those_of_the_last_sign_in(ann):
    secret, _ = tokens.make(ann, "n", READS, TODAY, NOON)
    signed_in(nonce="n2", groups=["board"], name="Ann Kim")
    found = tokens.shown(secret, NOON)
    assert isinstance(found, tokens.Token) and (found.groups, found.owner) == (("board",), "Ann Kim")


def test_an_address_that_changed_hands_takes_no_token_along(ann):
    secret, _ = tokens.make(ann, "n", READS, TODAY, NOON)
    assert sessions.sessions().release("ann@example.com") and why(secret) == "token"
    signed_in(sub="another", nonce="n3")
    assert why(secret) == "token"


def test_it_may_do_what_it_was_made_for_of_what_its_owner_may(ann):
    _, token = tokens.make(ann, "n", READS, TODAY, NOON)
    own = (("owner", ("ann",)),)
    viewer = Viewer(
        rights=(Grant("export", "revenue"), Grant("view", "activities"), Grant("view", "revenue", own)), person="ann@example.com"
    )
    assert token.narrowed(viewer).rights == (Grant("view", "revenue", own),) and token.narrowed(viewer).person == "ann@example.com"
    assert token.narrowed(Viewer()).rights == (), "who may do everything hands on nothing by a token"


def test_all_are_listed_by_person(ann):
    tokens.make(ann, "a", READS, TODAY, NOON)
    bob = signed_in(sub="bob", email="bob@example.com", nonce="n4")
    tokens.make(bob, "a", READS, TODAY, NOON)
    tokens.make(ann, "b", READS, TODAY, NOON + timedelta(hours=1))
    assert [(one.email, one.name) for one in tokens.everybodys()] == [
        ("ann@example.com", "b"),
        ("ann@example.com", "a"),
        ("bob@example.com", "a"),
    ]
    assert [one.name for one in tokens.of("bob@example.com")] == ["a"]
