"""The list of what needs somebody: an account a block, its reasons under it, each opening the account."""

from itertools import groupby

import streamlit as st

from metrics import today as kinds
from pages.ui import filters, text
from reports.report import Report

SHOWN = 12  # accounts; the rest is in the table
KINDS = {
    "notice_given": ("Notice given", ":material/cancel:", "Notice is given, and a contract line ends in the next 90 days."),
    "renewal_unprepared": (
        "Renewal without a conversation", ":material/event_busy:",
        f"Due within {kinds.UNPREPARED_WITHIN} days, and no conversation is logged in the three months before.",
    ),
    "risk_rose": ("Risk rose", ":material/trending_up:", "The churn model's probability rose by ten points or more in 30 days."),
    "health_fell": ("Health fell", ":material/heart_broken:", f"The score fell by {kinds.HEALTH_FALL:.0f} points or more in 30 days."),
    "usage_fell": ("Usage fell", ":material/trending_down:", f"Actives or events fell by {kinds.USAGE_FALL:.0%} or more in 30 days."),
    "never_started": ("Never started", ":material/hourglass_empty:", f"No milestone {kinds.START_PATIENCE} days after the start."),
    "tickets_rising": ("Tickets rising", ":material/support_agent:", "Tickets of the last 30 days are at least twice those before."),
    "champion_silent": ("Champion silent", ":material/person_off:", f"A champion has not been seen for {kinds.CHAMPION_SILENCE} days."),
    "seats_full": ("Seats full", ":material/add_circle:", f"At least {kinds.SEATS_FULL:.0%} of the seats are used."),
}  # fmt: skip


def about(kind: str) -> str:
    return KINDS[kind][2]


def headline(report: Report) -> str:
    count = report.total("accounts")
    if not count:
        return "Nothing needs you today"
    return f"{count:,} {'account needs' if count == 1 else 'accounts need'} somebody"


def items(report: Report) -> None:
    """The most urgent accounts, each with its reasons; and what could not be looked at."""
    for note in report.notes:
        st.caption(f":material/info: {note}")
    if not report.rows.height:
        st.info("Of what is imported, nothing shows trouble: no notice, no fall in health or usage.", icon=":material/check:")
        return
    st.caption("Ranked by ARR, nearness of the next renewal, and certainty. A reason opens the account.")
    blocks = groupby(report.rows.to_dicts(), key=lambda item: item["account_id"])
    for (account, found), _ in zip(blocks, range(SHOWN), strict=False):
        _block(account, list(found), report.currency)


def _block(account: str, found: list[dict], currency: str) -> None:
    first = found[0]
    end = "open-ended" if first["days_to_end"] is None else f"next renewal in {first['days_to_end']} days"
    said = [text.money(first["arr"] / 100, currency) + " ARR", end, first["owner"]]
    with st.container(key=f"today-{account}", gap="xxsmall"):
        if st.button(f"**{text.literal(first['name'])}**", key=f"open-{account}", type="tertiary"):
            filters.open_account(account)
        st.caption(text.literal(" · ".join(word for word in said if word)))
        for item in found:
            title, icon, meaning = KINDS[item["kind"]]
            opens = st.button(
                text.literal(item["why"]), key=f"item-{account}-{item['kind']}", icon=icon, type="tertiary", help=f"{title}. {meaning}"
            )
            if opens:
                filters.open_account(account)
