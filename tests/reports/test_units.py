"""How values are shown: the same digits wherever a figure stands."""

import pytest

from pages.ui import text
from reports.files import pdf
from reports.units import in_percent, shown_ratio


@pytest.mark.parametrize(
    ("ratio", "shown", "words"),
    [(0.97854, 0.979, "97.9%"), (0.0625, 0.063, "6.3%"), (0.9785, 0.979, "97.9%"), (-0.0625, -0.063, "-6.3%"), (1.0, 1.0, "100.0%"), (1 / 3, 0.333, "33.3%")],
)  # fmt: skip
def test_a_ratio_is_rounded_to_a_tenth_of_a_percent_away_from_zero(ratio, shown, words):
    """One of sixteen is 6.25 %, and 6.3 % as a spreadsheet shows it; to even it would be 6.2 %."""
    assert (shown_ratio(ratio), in_percent(ratio)) == (shown, words)
    assert text.percent(ratio) == pdf.told(ratio, "ratio") == words.replace("-", "−")
