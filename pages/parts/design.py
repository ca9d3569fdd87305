"""The made-up figures of the page Design, and its samples of type, spacing, colours, states, form, dialog and drawer."""

from datetime import date
from typing import Literal

import polars as pl
import streamlit as st

from language import mark, spoken, tr
from pages.ui import tables
from pages.ui.figures import Figure
from reports.report import Report
from reports.units import schema_of

ACCOUNTS = {
    "account_id": "text",
    "name": "text",
    "band": "text",
    "score": "score",
    "change": "score",
    "reasons": "list",
    "churn_probability": "ratio",
    "usage_state": "text",
    "weekly_actives": "series",
    "trend": "ratio",
    "arr": "money",
    "next_end": "day",
}
SHOWN = ("name", "band", "score", "change", "reasons", "churn_probability", "usage_state", "weekly_actives", "arr", "next_end")
NAMES = (
    mark("Harbor Retail"),
    mark("Müller Werke"),
    "北京远航科技",
    "أفق للبرمجيات",
    "<b>Bold & Sons</b> 🚀",
    mark("A name that is so long that it does not fit into one line"),
)
BANDS = ("at_risk", "watch", "healthy", "healthy", "little_known", "watch")
WHY = (
    [mark("Weekly actives 42 to 18"), mark("No conversation for 63 days")],
    [mark("Champion not seen for 30 days")],
    [],
    [],
    [],
    [mark("Tickets doubled")],
)
USED = ("unused", "used", "used", "used", "not_tracked", "feed_stopped")
CHANGES, LOSS = (-20.0, -3.0, 0.0, 4.0, None, 1.0), (0.62, 0.21, 0.04, 0.02, None, 0.2)
WEEKS = ([42, 40, 41, 33, 26, 18], [9, 9, 10, 9, 8, 9], [3, 4, 6, 8, 9, 12], [20] * 6, None, [7, 6, 7, 6, None, None])
TREND, ENDS = (-0.57, 0.02, 0.11, 0.0, None, None), tuple(date(2026, 7 + at, 3 + at) for at in range(6))
MONTHS = {
    "month": "month",
    "closes_on": "day",
    "opening": "money",
    "new": "money",
    "expansion": "money",
    "contraction": "money",
    "churn": "money",
    "closing": "money",
    "nrr": "ratio",
    "grr": "ratio",
}
CLOSES = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
Colour = Literal["blue", "green", "orange", "red", "gray"]
COLOURS: tuple[tuple[Colour, str], ...] = (
    ("blue", mark("is, or grew")),
    ("green", mark("is well")),
    ("orange", mark("shrank, or look at it")),
    ("red", mark("is at risk, or lost")),
    ("gray", mark("is not known, or compared with")),
)
STATUS: tuple[tuple[str, str, Colour], ...] = (
    (mark("At risk"), ":material/trending_down:", "red"),
    (mark("Watch"), ":material/visibility:", "orange"),
    (mark("Healthy"), ":material/check:", "green"),
    (mark("Little known"), ":material/question_mark:", "gray"),
    (mark("Feed stopped"), ":material/pause:", "gray"),
)


def _report(name: str, title: str, rows: list[tuple], units: dict[str, str], totals: dict) -> Report:
    frame = pl.DataFrame(rows, schema=schema_of(units), orient="row")
    return Report(name, title, {"as_of": CLOSES[-1]}, "house", tr("USD"), 0, frame, totals, units)


def accounts() -> Report:
    """Six accounts, with names as the world has them."""
    rows = [
        (
            f"D-{at}",
            name,
            BANDS[at],
            22.0 + 14 * at,
            CHANGES[at],
            spoken(WHY)[at],
            LOSS[at],
            USED[at],
            WEEKS[at],
            TREND[at],
            4_675_000 * (at + 1),
            ENDS[at],
        )
        for at, name in enumerate(spoken(NAMES))
    ]
    return _report("design", tr("Made-up accounts"), rows, ACCOUNTS, {"arr": sum(row[10] for row in rows)})


def months() -> Report:
    """Six months of MRR: 500,000.00 at the opening, 524,500.00 at the close."""
    rows, opening = [], 50_000_000
    for at, day in enumerate(CLOSES):
        new, more, less, lost = 300_000, 400_000 + 60_000 * at, 150_000, 291_667 if at else 291_665
        closing = opening + new + more - less - lost
        rows.append((day.replace(day=1), day, opening, new, more, less, lost, closing, 1.0 + 0.008 * at, 0.91 + 0.003 * at))
        opening = closing
    totals = {name: sum(row[at] for row in rows) for at, name in ((3, "new"), (4, "expansion"), (5, "contraction"), (6, "churn"))}
    return _report("design-months", tr("Made-up months"), rows, MONTHS, totals | {"opening": rows[0][2], "closing": rows[-1][7]})


def figures_shown() -> list[Figure]:
    """One figure with all it can have, one of a change for the worse, one of none, one that is not known."""
    past = [5.8, 5.9, 6.0, 6.0, 6.2, 6.3, 6.5, 6.68]
    return [
        Figure(
            tr("ARR"),
            "$6.68M",
            "+4.2 %",
            tr("against last year"),
            tr("What the recurring lines live on a day bring in a year."),
            exact="$6,684,000.00",
            past=past,
            opens=lambda: tables.table(accounts(), "design-behind", columns=SHOWN),
        ),
        Figure(tr("NRR"), "102.4%", tr("-2.1 points"), tr("against last year"), past=[1.06, 1.05, 1.045, 1.04, 1.03, 1.024]),
        Figure(tr("At risk"), "15", tr("$345K ARR"), better="neither", past=[12, 13, 12, 15]),
        Figure(tr("Stickiness"), "–", about=tr("Not known: no usage is imported.")),
    ]


def type_scale() -> None:
    """The three sizes of headings, body, quiet words, digits of one width."""
    st.markdown(tr("Title 22 px, heading 17 px, subheading 15 px, body 14 px, tables 13 px, quiet words 12 px. Inter, in every size."))
    st.subheader(tr("A subheading says the finding"))
    st.markdown(tr("Body text, in plain words. **Bold** for what is meant, digits of one width: 1,111.11 and 8,888.88."))
    st.caption(tr("Quiet words: what is measured, from when to when."))


def spacing() -> None:
    """Steps of 8 px: small within a group, large between groups."""
    with st.container(horizontal=True, gap="small"):
        for name in (tr("8 px: within"), tr("16 px: between cards"), tr("24 px: between groups")):
            st.badge(name, color="gray")


def colours() -> None:
    with st.container(horizontal=True, gap="small"):
        for colour, means in spoken(COLOURS):
            st.badge(f"{colour}: {means}", color=colour)


def status() -> None:
    with st.container(horizontal=True, gap="small"):
        for word, icon, colour in spoken(STATUS):
            st.badge(word, icon=icon, color=colour)


def finding(words: str, about: str) -> None:
    st.subheader(words)
    st.caption(about)


def states() -> None:
    """Empty, filtered to nothing, error, no permission, loading: what happened, and what to do."""
    st.info(tr("Nothing is imported yet. Bring accounts, then contracts, then usage."), icon=":material/upload_file:")
    st.info(tr("No account fits the filters above. Clear one of them."), icon=":material/filter_alt_off:")
    st.error(tr("The file cannot be read: line 4 has more columns than the header. Nothing was changed."), icon=":material/error:")
    st.warning(tr("Importing is for people who see all accounts. Clear “Looking as” above."), icon=":material/lock:")
    st.skeleton(height=64)


def form() -> None:
    with st.form("design-form"):
        left, right = st.columns(2)
        left.text_input(tr("What was discussed"))
        right.date_input(tr("Held on"), value=CLOSES[-1], format="YYYY-MM-DD")
        st.form_submit_button(tr("Log it"), type="primary")


def overlays() -> None:
    """A dialog in the middle asks; a drawer from the right shows."""
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Open a dialog")):
            st.dialog(tr("Undo this import?"))(_asked)()
        if st.button(tr("Open a drawer")):
            st.dialog(tr("Harbor Retail"), position="right")(status)()


def _asked() -> None:
    st.write(tr("What it brought is taken back. It can be redone."))
    st.button(tr("Undo it"), type="primary")
