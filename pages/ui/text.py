"""Numbers as people read them."""

from babel.numbers import format_compact_currency, format_currency

MISSING = "–"
STATES = {
    "paying": "● Paying", "in_grace": "◐ In grace", "trial": "○ Trial", "churned": "✕ Churned", "prospect": "· Prospect",
    "used": "● Used", "unused": "✕ Unused", "not_tracked": "· Not tracked", "feed_stopped": "‖ Feed stopped", "not_live": "○ Not live",
}  # fmt: skip


def money(cents: int | None, currency: str) -> str:
    """A short amount, like $1.2M; the dash where it is missing."""
    return MISSING if cents is None else format_compact_currency(cents / 100, currency or "USD", locale="en_US", fraction_digits=1)


def money_in_full(cents: int | None, currency: str) -> str:
    return MISSING if cents is None else format_currency(cents / 100, currency or "USD", locale="en_US")


def percent(ratio: float | None) -> str:
    return MISSING if ratio is None else f"{ratio:.1%}".replace("-", "−")


def points(now: float | None, before: float | None) -> str | None:
    """The change of a ratio in percentage points; None where there is nothing to compare."""
    return None if now is None or before is None else f"{(now - before) * 100:+.1f} points"
