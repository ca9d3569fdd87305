"""Words for how long an amount pays for that have two meanings, and are never read: bimonthly is every two months, or twice a month."""

# Both meanings, and how the first of them is written.
TWICE = {
    "bimonthly": ("every two months", "twice a month", "2 months"), "bimensuel": ("every two months", "twice a month", "2 months"),
    "biweekly": ("every two weeks", "twice a week", "2 weeks"), "bisemanal": ("every two weeks", "twice a week", "2 weeks"),
    "biannual": ("twice a year", "every two years", "6 months"), "biannually": ("twice a year", "every two years", "6 months"),
    "bianual": ("twice a year", "every two years", "6 months"), "biyearly": ("twice a year", "every two years", "6 months"),
}  # fmt: skip


def either(what: str, which: str, code: str) -> str:
    """What is wrong with such a word, and what to write instead."""
    return f"means {what}, or {which}; write {code} where it is {what}"
