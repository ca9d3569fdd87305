"""The page of usage in words and figures: who grew and fell, which features are used by how many, and where use hangs on one person."""

import streamlit as st

from language import tr, tr_n
from pages.ui import tables, text
from pages.ui.figures import Figure
from reports.narrow import firsts_by, where
from reports.report import Report
from reports.words.titles import title as title_of

MOVED = ("name", "weekday_trend", "mau", "mau_before")
ADOPTION = ("feature", "core", "adoption", "accounts_using", "tracked", "accounts_before", "compared")
PERSON = ("name", "top_user_share", "top_user", "activity_days", "mau", "seats")
COLUMNS = (
    "name", "state", "dau", "wau", "mau", "stickiness", "seats", "seat_use", "core_used", "breadth", "weekday_trend", "users_known",
    "users_new",    "users_returning", "users_resurrected", "users_dormant", "top_user_share", "last_seen",
)  # fmt: skip
CUSTOMERS = ("name", "state", "mau", "seats", "weekday_trend", "last_seen", "covered_to")
SHOWN = 8  # accounts on each side


def headline(report: Report) -> str:
    """The finding: how many customers use the product more than four weeks before, and how many less."""
    compared = report.total("trends") or 0
    if not compared:
        return tr("Usage of no account can be compared yet")
    grew, fell = (report.total(name) or 0 for name in ("grew", "fell"))
    return tr_n(
        "Of {n:,} account compared, {grew:,} grew and {fell:,} fell by a tenth or more",
        "Of {n:,} accounts compared, {grew:,} grew and {fell:,} fell by a tenth or more",
        compared,
        grew=grew,
        fell=fell,
    )


def figures(report: Report) -> list[Figure]:
    """Actives, depth, breadth, and on how many accounts one person is nearly all of it."""
    customers = where(report, "customer", True)
    seen = (report.total("used") or 0) + (report.total("unused") or 0)
    of = tr("{seen:,} of {customers:,} customers seen", seen=seen, customers=report.total("customers") or 0)
    wide = report.total("core_features") or 0
    breadth = text.percent(report.total("breadth")) if wide else text.MISSING
    about = text.meaning("breadth") if wide else tr("No feature is marked as core yet: say which ones are in the feature catalogue below.")
    person, opens = report.total("hangs_on_one"), tables.behind(customers, "behind-actives", CUSTOMERS)
    return [
        Figure(title_of("mau"), text.count(report.total("mau")), of, about=text.meaning("mau"), better="neither", opens=opens),
        Figure(tr("Depth, median"), text.percent(report.total("seat_use")), about=text.meaning("seat_use")),
        Figure(tr("Breadth, median"), breadth, about=about),
        Figure(title_of("hangs_on_one"), text.count(person), about=text.meaning("top_user_share"), better="lower"),
    ]


def moved(report: Report) -> None:
    """Those that fell most, and those that grew most, side by side."""
    if not report.total("trends"):
        st.caption(tr("Who uses it more, and who less, is not known: it takes eight weeks of usage that can be seen."))
        return
    fell, grew = (firsts_by(where(report, "customer", True), "weekday_trend", SHOWN, most=most) for most in (False, True))
    left, right = st.columns(2)
    for place, shown, title, key in ((left, fell, tr("Fell"), "fell"), (right, grew, tr("Grew"), "grew")):
        with place:
            st.subheader(title, anchor=False, help=text.meaning("weekday_trend"))
            if shown.rows.height:
                tables.table(shown, key, columns=MOVED, height=330)
            else:
                st.caption(tr("None."))


def adoption(report: Report) -> None:
    """Features by how many customers use them, core ones first."""
    st.subheader(tr("Adoption of features"), anchor=False, help=text.meaning("adoption"))
    if not report.rows.height:
        st.caption(tr("No use of a feature is known yet."))
        return
    if not report.total("core_features"):
        st.caption(tr("No feature is marked as core yet: say which ones are in the feature catalogue below."))
    tables.table(report, "adoption", columns=ADOPTION, height=380)


def one_person(report: Report) -> None:
    """The customers whose use hangs on one person, the largest share first."""
    st.subheader(title_of("hangs_on_one"), anchor=False, help=text.meaning("top_user_share"))
    shown = firsts_by(where(where(report, "customer", True), "hangs_on_one", True), "top_user_share", None, most=True)
    if report.total("hangs_on_one") is None:
        st.caption(tr("Not known: no account with ten activity days or more can be seen."))
    elif not shown.rows.height:
        st.caption(tr("No account: wherever ten activity days or more are known, one user has less than 80 % of them."))
    else:
        tables.table(shown, "one-person", columns=PERSON, height=280)
