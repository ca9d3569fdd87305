"""What has changed at an account since the last conversation: figures of then and of now, and which stayed as they were."""

from typing import Any

import streamlit as st

from language import tr
from pages.parts.account_asked import of
from pages.ui import text
from pages.ui.choice import Choice
from pages.ui.pills import BANDS, in_line
from reports.customers.account_changes import MEASURES
from reports.report import Report
from reports.words.titles import title as title_of

TITLES = {"score": "health", "people": "contacts_known"}


def changed(choice: Choice, account: str) -> None:
    """A line of the day, a table of what is otherwise now, and a line of what stayed."""
    report = of(choice, "account-changes", account)
    if not report.rows.height:
        return
    row = report.rows.row(0, named=True)
    st.markdown(_since(row, report))
    moved = [name for name in MEASURES if _differs(row, name)]
    if moved:
        lines = [
            f"| {title_of(TITLES.get(name, name))} | {_side(report, row, name, 'before')} | {_side(report, row, name, 'now')} |"
            for name in moved
        ]
        st.markdown("\n".join([tr("| Figure | Then | Now |"), "|:--|--:|--:|", *lines]))
    same = [name for name in MEASURES if name not in moved and row[f"{name}_now"] is not None]
    if same:
        st.caption(tr("As then: {what}.", what=_titles(same)))
    unknown = [name for name in MEASURES if name not in moved and row[f"{name}_now"] is None]
    if unknown:
        st.caption(tr("Not known, neither then nor now: {what}.", what=_titles(unknown)))


def _titles(names: list[str]) -> str:
    return tr(", ").join(title_of(TITLES.get(name, name)) for name in names)


def _since(row: dict[str, Any], report: Report) -> str:
    if row["since"] == report.parameters["as_of"]:
        return tr("**The last conversation** was on this very day, {day}: what changes is told from here on.", day=text.day(row["since"]))
    days = text.days((report.parameters["as_of"] - row["since"]).days)
    if row["after_conversation"]:
        return tr("**Since the last conversation**, {day} ({days} ago)", day=text.day(row["since"]), days=days)
    return tr("**No conversation is known.** Since {day}, {days} ago:", day=text.day(row["since"]), days=days)


def _differs(row: dict[str, Any], name: str) -> bool:
    """Whether a figure is told otherwise than it was, as people see it."""
    before, now = row[f"{name}_before"], row[f"{name}_now"]
    if name == "score":
        return text.score(before) != text.score(now) or row["band_before"] != row["band_now"]
    return before != now


def _side(report: Report, row: dict[str, Any], name: str, when: str) -> str:
    value = row[f"{name}_{when}"]
    if value is None:
        return text.MISSING
    if name == "arr":
        return text.literal(text.money(report.shown(f"arr_{when}", value), report.currency))
    if name == "score":
        band = row[f"band_{when}"]
        return f"{text.score(value)} {in_line(BANDS[band])}" if band in BANDS else text.score(value)
    return text.count(value)
