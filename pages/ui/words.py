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
}
WORDS = InLanguage({"state": STATES, "band": BANDS, "health_band": BANDS, "usage_state": STATES})
# Colour and icon of a status; its word is that of the table above without the sign.
LOOKS = {
    ("green", "good"): ("paying", "on_time", "used", "activated", "healthy", "free", "paying, no rate"),
    ("orange", "clock"): ("in_grace", "late", "on_the_way", "trial"),
    ("orange", "watch"): ("watch",),
    ("red", "down"): ("at_risk",),
    ("red", "cross"): ("churned", "lost", "unused", "not_started"),
    ("gray", "pause"): ("feed_stopped",),
    ("gray", "ring"): ("prospect", "not_live", "open"),
    ("gray", "dash"): ("not_tracked",),
    ("gray", "ask"): ("not_measured", "little_known", "not_known"),
}
_LOOK = {code: look for look, codes in LOOKS.items() for code in codes}
BADGES = (*_LOOK,)


def badge(code: str) -> dict[str, str]:
    """Word, colour and icon of a status."""
    state = WORDS["state"].get(code) or WORDS["band"][code]
    tone, icon = _LOOK[code]
    return {"word": state.split(" ", 1)[1], "tone": tone, "icon": icon}
