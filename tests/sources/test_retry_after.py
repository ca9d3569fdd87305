"""How long a server asks to be left alone, in both of the ways in which that is written."""

from datetime import UTC, datetime

import pytest

from sources.retry_after import asked_to_wait

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
WEEK = 7 * 24 * 3600


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120), ("1.5", 1.5), ("0", 0), ("9" * 30, WEEK),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60), ("Thu, 01 Jan 2026 12:01:00", 60), ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", WEEK),
        ("", None), ("soon", None), ("-1", None), ("\u0661", None), ("Thu, 99 Jan 2026 12:01:00 GMT", None),
    ],
)  # fmt: skip
def test_seconds_or_a_moment_and_a_week_at_most(written, seconds):
    assert asked_to_wait(written, NOW) == seconds
