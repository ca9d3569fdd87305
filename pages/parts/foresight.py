"""Who saw losses coming: what was said of each, what warnings cost that did not come true, and what unseen losses had in common."""

from collections.abc import Callable

import streamlit as st

from language import mark, tr, tr_n
from metrics.foresight import AFTER_NOTICE, NOT_KNOWN, SEEN, UNSEEN
from models.shares_apart import MORE
from pages.ui import folds, states, tables, text
from pages.ui.figures import Figure, row
from reports.customers.foresight_words import of_warnings, spoken, titled
from reports.narrow import where
from reports.report import Report

LOSSES = (
    "name", "arr", "churned_on", "was_seen", "first_warning", "notice_on", "health_90", "health_60", "health_30", "probability_90",
    "call_90", "reason",
)  # fmt: skip
BEHIND = ("name", "arr", "churned_on", "warned_first", "first_warning", "notice_on", "reason", "owner")
PRICE = (
    "source", "lead_days", "lost_warned", "lost_fine", "lost_not_known", "kept_warned", "kept_fine", "kept_not_known", "seen_share",
    "true_share", "lost_after_notice",
)  # fmt: skip
SHARED = (
    "characteristic", "value", "stands", "unseen_with", "unseen", "unseen_share", "others_with", "others", "others_share", "p_corrected",
    "compared_with",
)  # fmt: skip
ABOUT_SEEN = mark("One of the three warned on one of the days, and notice had not been given yet.")
ABOUT_NOTICE = mark("There were warnings, all of them after the customer had given notice: that is no foresight.")
ABOUT_UNSEEN = mark("One of the three had said something, and none warned on any of the days.")
ABOUT_NOTHING = mark("No score, no model and no call had said anything on any of the days: that is not the same as saying it was fine.")
WHAT_WARNS = mark(
    "Looked at 90, 60 and 30 days before. A warning is: health at risk; a churn probability of at least twice the usual; a call of at risk "
    "or lost."
)
WHO_IS_KEPT = mark(
    "Kept are renewals of the same time that were renewed, and of customers without a term of 90 days or more each quarter at the end of "
    "which they still paid."
)


def headline(report: Report) -> str:
    """The finding: of how many losses somebody had warned in time."""
    of = report.totals
    if not of["losses"]:
        return tr("No account churned in this period")
    told = tr_n(
        "{seen:,} of {n:,} loss was warned of before notice", "{seen:,} of {n:,} losses were warned of before notice", of["losses"],
        seen=of["losses_seen"],
    )  # fmt: skip
    return tr("{told}; of {unseen:,} nobody warned", told=told, unseen=of["losses_unseen"]) if of["losses_unseen"] else told


def show(ask: Callable[[str], Report]) -> None:
    """The whole part of the page. ask: a report by its name."""
    report = ask("losses-seen")
    with states.finding(headline(report)):
        states.unknown(report)
    if not report.rows.height:
        st.info(tr("Nothing was lost, so there is nothing that could have been seen. Choose a longer period to look back."))
        return
    st.caption(tr(WHAT_WARNS))
    row(_figures(report))
    _price(ask("warnings"))
    _in_common(ask("losses-in-common"))
    st.subheader(tr("Every loss, and what had been said of it"), anchor=False)
    tables.table(report, "losses-seen", columns=_columns(report))


def _figures(report: Report) -> list[Figure]:
    """How many losses were seen, seen too late, not seen, and of how many nothing is known; a click opens them."""
    titles = {
        SEEN: (tr("Warned of before notice"), tr(ABOUT_SEEN)), AFTER_NOTICE: (tr("After notice alone"), tr(ABOUT_NOTICE)),
        UNSEEN: (tr("Nobody warned"), tr(ABOUT_UNSEEN)), NOT_KNOWN: (tr("Nothing had been said"), tr(ABOUT_NOTHING)),
    }  # fmt: skip
    return [_figure(report, code, *words) for code, words in titles.items()]


def _figure(report: Report, code: str, title: str, about: str) -> Figure:
    worth = tr("{arr} ARR", arr=text.money(report.total(f"arr_{code}"), report.currency))
    opens = tables.behind(where(report, "was_seen", code), f"behind-{code}", BEHIND)
    return Figure(title, text.count(report.totals[f"losses_{code}"]), worth, about=about, better="neither", opens=opens)


def _price(report: Report) -> None:
    """What each source had warned of, and how many of its warnings did not come true."""
    st.subheader(tr("What the warnings were worth"), anchor=False)
    for told in of_warnings(report):
        st.markdown(text.literal(told))
    st.caption(tr(WHO_IS_KEPT))
    shown = spoken(report)
    if shown.rows.height:
        tables.table(shown, "warnings", columns=PRICE)


def _in_common(report: Report) -> None:
    st.subheader(tr("What the losses had in common that nobody saw"), anchor=False)
    st.markdown(text.literal(report.totals["words"]))
    if not report.rows.height:
        return
    st.caption(tr("Compared with the accounts kept; reasons with the losses that somebody warned of. What stands out is no cause."))
    out = where(report, "stands", MORE)
    if out.rows.height:
        tables.table(titled(out), "losses-in-common-out", columns=SHARED)
    label = tr_n("{n:,} thing compared", "All {n:,} things compared", report.rows.height)
    folds.fold(label, "compared", lambda: tables.table(titled(report), "losses-in-common", columns=SHARED), ":material/table_rows:")


def _columns(report: Report) -> tuple[str, ...]:
    """What is shown at first: of model and calls only what somebody had said."""
    return tuple(name for name in LOSSES if name[-3:] != "_90" or name == "health_90" or report.rows[name].drop_nulls().len())
