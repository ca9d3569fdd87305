"""Why an account stands elsewhere, in a sentence, and what moved it for the most part."""

from datetime import date

import pytest

from metrics.health_change import BEHAVIOUR, KNOWN, PLACEMENT
from reports.health.moved_words import by_what, why

STOOD = {
    "direction": "fell", "before": "healthy", "after": "watch", "score_before": 80.0, "score_after": 70.0, "exception_before": None,
    "exception_after": None, "set_by_before": None, "set_by_after": None, "set_until_after": None, "set_reason_after": None,
    "stopped": False, "kind": BEHAVIOUR,
    "parts": [{"kind": BEHAVIOUR, "name": "seat_use", "value_before": 0.8, "value_after": 0.5, "points": -10.0}],
}  # fmt: skip
GONE = {"kind": KNOWN, "name": "seat_use", "value_before": 0.8, "value_after": None, "points": -10.0}


@pytest.mark.parametrize(
    ("more", "said", "by"),
    [
        ({}, "−10: seat use 80% to 50% (−10)", "behaviour"),
        ({"direction": "stayed"}, "", None),
        ({"kind": KNOWN, "parts": [GONE]}, "−10: no longer known: seat use (−10)", "data"),
        ({"kind": PLACEMENT}, "−10: seat use 80% to 50% (−10)", "place"),
        ({"kind": None, "parts": None}, "", None),
        ({"exception_after": "Notice given on 2024-05-01", "parts": None}, "Notice given on 2024-05-01", "warning"),
        (
            {"exception_before": "Not renewed since 2024-05-01", "parts": None},
            "this holds no more: Not renewed since 2024-05-01",
            "warning",
        ),
        ({"after": "little_known", "stopped": True, "parts": [GONE]}, "usage cannot be seen since its feed has stopped", "data"),
        ({"after": "little_known", "parts": [GONE]}, "no longer known: seat use", "data"),
        ({"after": "not_scored", "parts": None}, "", "data"),
        ({"before": "little_known", "parts": [GONE | {"value_before": None, "value_after": 0.5}]}, "now known: seat use", "data"),
        ({"before": "new"}, "It became a customer", "contract"),
        ({"before": "came_back"}, "It became a customer again", "contract"),
        ({"after": "churned"}, "It is no customer any more", "contract"),
        ({"after": "trial_ended"}, "Its trial ended without a contract", "contract"),
        (
            {"set_by_after": "dana", "set_until_after": date(2024, 8, 1), "set_reason_after": "New CFO."},
            "set by dana until 2024-08-01 (New CFO)",
            "hand",
        ),
        ({"set_by_before": "dana"}, "what dana had set holds no more", "hand"),
    ],
)
def test_the_sentence_and_what_moved_it(more, said, by):
    row = STOOD | more
    assert (why(row, date(2024, 3, 31)), by_what(row)) == (said, by)
