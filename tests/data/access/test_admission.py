"""Who is let in now: claims, clock and record together."""

import time

import pytest

from data.access import admission, sessions
from data.access.claims import Refused, SignedIn
from tests.data.access import claims


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    yield tmp_path
    sessions.close()


def fresh(**more: object) -> dict[str, object]:
    now = int(time.time())
    return claims(**({"iat": now, "exp": now + 3600} | more))


def code(found: SignedIn | Refused) -> str:
    return found.code if isinstance(found, Refused) else found.email


def test_a_sign_in_begins_lasts_and_ends():
    given = fresh()
    assert code(admission.admitted(given)) == "unknown"
    assert code(admission.begun(given)) == code(admission.admitted(given)) == "ann@example.com"
    admission.ended(given)
    assert code(admission.admitted(given)) == "ended"
    assert code(admission.begun(given)) == code(admission.admitted(given)) == "ended"  # the same token, replayed


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [({"email": None}, "claims"), ({"exp": 1_700_000_000}, "expired"), ({"iat": int(time.time()) + 7200}, "clock")],
)
def test_what_cannot_be_neither_begins_nor_lasts(wrong, expected):
    given = fresh(**wrong)
    assert code(admission.begun(given)) == code(admission.admitted(given)) == expected
    assert sessions.sessions().bound() == []


def test_where_the_record_cannot_be_read_nobody_is_let_in(place):
    given = fresh()
    admission.begun(given)
    sessions.close()
    (place / "own.signins.sqlite").write_bytes(b"no record" * 1000)
    refused = admission.admitted(given)
    assert isinstance(refused, Refused) and refused.code == "record" and "nobody is let in" in refused.text
    admission.ended(given)
