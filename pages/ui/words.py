"""Words for the codes that reports give: states and bands, with the sign, colour and icon that go with each."""

from language import InLanguage, mark, mark_of

STATES = {
    "paying": mark("● Paying"),
    "in_grace": mark("◐ In grace"),
    "trial": mark("○ Trial"),
    "churned": mark("✕ Churned"),
    "prospect": mark("· Prospect"),
    "on_time": mark("● On time"),
    "late": mark_of("a renewal", "◐ Late"),
    "open": mark("◇ Open"),
    "lost": mark("✕ Lost"),
    "paying, no rate": mark("● Paying, no exchange rate"),
    "used": mark("● Used"),
    "unused": mark("✕ Unused"),
    "not_tracked": mark("· Not tracked"),
    "feed_stopped": mark("‖ Feed stopped"),
    "not_live": mark("○ Not live"),
    "activated": mark("● Activated"),
    "on_the_way": mark("◐ On the way"),
    "not_started": mark("✕ Not started"),
    "not_measured": mark("? Not measured"),
    "free": mark("● Free time"),
}
BANDS = {
    "at_risk": mark("▼ At risk"),
    "watch": mark("◆ Watch"),
    "healthy": mark("● Healthy"),
    "little_known": mark("? Little known"),
    "not_known": mark("? Not known"),
    "not_scored": mark("? Not scored"),
    "new": mark_of("an account", "○ New"),
    "came_back": mark_of("an account", "○ Came back"),
    "trial_ended": mark("✕ Trial ended"),
}
FOUND = {  # what a score, or a version of it, tells of renewals
    "predicts": mark("● Predicts"),
    "does_not_predict": mark("· Does not predict"),
    "against": mark("▼ Points the wrong way"),
    "may_be_luck": mark("? May be luck"),
    "too_few": mark("? Too few renewals"),
    "better": mark("● Better"),
    "worse": mark("▼ Worse"),
    "cannot_tell": mark("· Cannot tell"),
    "in_force": mark("○ In force"),
}
SEEN = {  # whether losses were seen coming, and what they had in common
    "seen": mark("● Before notice"),
    "after_notice": mark("◐ After notice alone"),
    "unseen": mark("✕ Nobody warned"),
    "warned": mark("▼ Warned"),
    "fine": mark("● Said fine"),
    "stands_out": mark("▲ Stands out"),
    "rarer": mark("▼ Rarer"),
    "no_difference": mark("· No difference"),
    "too_few_to_say": mark("? Too few to say"),
}
CALLS = {"commit": mark("● Commit"), "likely": mark("○ Likely")}  # on renewals; at risk and lost are told as of accounts
WORDS = InLanguage(
    {"call": CALLS, "state": STATES, "band": BANDS, "health_band": BANDS, "usage_state": STATES, "found": FOUND, "seen": SEEN}
)
# Colour and icon of a status; its word is that of the table above without the sign.
LOOKS = {
    ("green", "good"): (
        "paying",
        "on_time",
        "used",
        "activated",
        "healthy",
        "free",
        "paying, no rate",
        "predicts",
        "better",
        "seen",
        "commit",
    ),
    ("blue", "ring"): ("likely",),
    ("orange", "clock"): ("in_grace", "late", "on_the_way", "trial", "after_notice"),
    ("orange", "watch"): ("watch", "stands_out"),
    ("red", "down"): ("at_risk", "against", "worse", "warned"),
    ("red", "cross"): ("churned", "lost", "unused", "not_started", "trial_ended", "unseen"),
    ("gray", "pause"): ("feed_stopped",),
    ("gray", "ring"): ("fine", "prospect", "not_live", "open", "in_force", "new", "came_back"),
    ("gray", "dash"): ("not_tracked", "does_not_predict", "cannot_tell", "no_difference", "rarer"),
    ("gray", "ask"): ("not_measured", "little_known", "not_known", "may_be_luck", "too_few", "not_scored", "too_few_to_say"),
}
_LOOK = {code: look for look, codes in LOOKS.items() for code in codes}
BADGES = (*_LOOK,)


def badge(code: str) -> dict[str, str]:
    """Word, colour and icon of a status."""
    state = next(known[code] for known in WORDS.values() if code in known)
    tone, icon = _LOOK[code]
    return {"word": state.split(" ", 1)[1], "tone": tone, "icon": icon}
