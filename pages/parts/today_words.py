"""What things on Today are called, with icon, colour and meaning."""

from language import InLanguage, mark, tr
from metrics import growth
from metrics import today as kinds
from pages.ui import text
from pages.ui.pills import Colour, Pill

LIMITS = {
    "now": kinds.NOW_WITHIN, "ahead": kinds.UNPREPARED_WITHIN, "points": kinds.HEALTH_FALL, "fall": kinds.USAGE_FALL,
    "patience": kinds.START_PATIENCE, "silence": kinds.CHAMPION_SILENCE, "full": kinds.SEATS_FULL,
    "limit": growth.LIMIT_NEAR, "uses": growth.FEWEST_USES, "grows": growth.GROWS, "heads": growth.HEADS_RISE,
}  # fmt: skip
URGENCY = InLanguage(
    {
        "now": (mark("Now"), mark("Notice is given, or a contract line ends within {now} days.")),
        "soon": (mark("Soon"), mark("A contract line ends within {ahead} days.")),
        "later": (mark("When there is time"), mark("No end is near.")),
    }
)
KINDS: InLanguage[str, tuple[str, str, Colour, str]] = InLanguage(
    {
        "notice_given": (
            mark("Notice given"),
            ":material/cancel:",
            "red",
            mark("Notice is given, and a contract line ends in the next 90 days."),
        ),
        "renewal_unprepared": (
            mark("Renewal without a conversation"),
            ":material/event_busy:",
            "orange",
            mark("Due within {ahead} days, and no conversation is logged in the three months before."),
        ),
        "risk_rose": (
            mark("Risk rose"),
            ":material/trending_up:",
            "red",
            mark("The churn model's probability rose by ten points or more in 30 days."),
        ),
        "health_fell": (
            mark("Health fell"),
            ":material/heart_broken:",
            "red",
            mark("The score fell by {points:.0f} points or more in 30 days."),
        ),
        "usage_fell": (
            mark("Usage fell"),
            ":material/trending_down:",
            "orange",
            mark("Actives or events fell by {fall:.0%} or more in 30 days."),
        ),
        "never_started": (
            mark("Never started"),
            ":material/hourglass_empty:",
            "orange",
            mark("No milestone {patience} days after the start."),
        ),
        "tickets_rising": (
            mark("Tickets rising"),
            ":material/support_agent:",
            "orange",
            mark("Tickets of the last 30 days are at least twice those before."),
        ),
        "champion_silent": (
            mark("Champion silent"),
            ":material/person_off:",
            "gray",
            mark("A champion has not been seen for {silence} days."),
        ),
        "sla_breached": (
            mark("Service level missed"),
            ":material/timer_off:",
            "red",
            mark("An open ticket is past the time in which it was to be answered or resolved."),
        ),
        "call_against_model": (
            mark("Call and model differ"),
            ":material/compare_arrows:",
            "orange",
            mark(
                "A renewal is called commit or likely and the churn model thinks a loss likely, or it is called at risk or lost and the "
                "model does not."
            ),
        ),
        "seats_full": (mark("Seats full"), ":material/add_circle:", "blue", mark("At least {full:.0%} of the seats are used.")),
        "plan_full": (
            mark("Plan full"),
            ":material/upgrade:",
            "blue",
            mark("At least {full:.0%} of the most seats that its plan has are bought."),
        ),
        "limit_near": (
            mark("Near a monthly limit"),
            ":material/speed:",
            "blue",
            mark("At least {limit:.0%} of what its plan has in a month is used, in the last full month or so far in this one."),
        ),
        "higher_plan_used": (
            mark("Uses a higher plan"),
            ":material/workspace_premium:",
            "blue",
            mark("It uses a feature that is sold from a higher plan on, {uses} times or more in 30 days."),
        ),
        "volume_grew": (
            mark("Volume grew"),
            ":material/show_chart:",
            "blue",
            mark("Events of four weeks are at least {grows:.0%} above those of the four weeks before."),
        ),
        "new_team": (
            mark("New team"),
            ":material/group_add:",
            "blue",
            mark("A department, or a domain of addresses, that was not there before."),
        ),
        "headcount_grew": (
            mark("Headcount grew"),
            ":material/domain_add:",
            "blue",
            mark("At least {heads:.0%} more employees than a year before."),
        ),
    }
)


CAME_BACK = InLanguage(
    {
        "snoozed": mark("It was put off: its day has come, or it has got clearly worse."),
        "handed_over": mark("It was handed over: its day has come, its task was taken back, or it has got clearly worse."),
        "wrong": mark("It was marked as wrong: its time is over, or it has got clearly worse."),
    }
)


def about(kind: str) -> str:
    return KINDS[kind][3].format(**LIMITS)


def reasons(found: list[dict]) -> list[Pill]:
    """What needs somebody at an account, as pills; without what was put aside."""
    stands = [item for item in found if not item.get("answer")]
    return [_reason(_again(item), *KINDS[item["kind"]][:3], _meaning(item)) for item in stands]


def _again(item: dict) -> str:
    return tr("{why} (again)", why=item["why"]) if item.get("came_back") else item["why"]


def _meaning(item: dict) -> str:
    """What a kind means; and of one that shows again that something had been said to it."""
    said = item.get("came_back")
    return f"{about(item['kind'])} {CAME_BACK[said]}" if said else about(item["kind"])


def _reason(why: str, title: str, icon: str, colour: Colour, meaning: str) -> Pill:
    return Pill(text.our(why), icon, colour, tr("{title}. {meaning}", title=title, meaning=meaning))
