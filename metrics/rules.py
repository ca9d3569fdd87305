"""Every choice that turns contracts into revenue, in one frozen record. No metric has a rule of its own hidden inside."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """grace_days: how long a lapsed, uncancelled line still counts.

    count_ending_discounts: whether a discount that has an end lowers ARR while it lasts.
    """

    name: str
    grace_days: int = 0
    count_ending_discounts: bool = True


PRESETS = {
    "house": Rules("house", grace_days=30),
    "strict": Rules("strict"),
    "chartmogul": Rules("chartmogul"),
    # Stripe counts a discount only when it lasts forever (billing analytics, "MRR").
    "stripe": Rules("stripe", count_ending_discounts=False),
}


def preset(name: str) -> Rules:
    """The rules of a name. Raises ValueError that lists the names."""
    if name not in PRESETS:
        raise ValueError(f"rules: there is no preset {name!r}. Presets: {', '.join(PRESETS)}.")
    return PRESETS[name]
