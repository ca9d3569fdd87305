"""Did the plays work? For each one a sentence for renewals, ARR and usage, what it cost, and who was compared with whom."""

from typing import Any

import streamlit as st

from language import InLanguage, mark, tr, tr_n
from language.formats import listed
from pages.parts import play_effect_chart
from pages.ui import charts, folds, loaders, states, tables, text
from pages.ui.choice import Choice
from reports.narrow import where
from reports.report import Report

ICONS = {
    "more": ":material/trending_up:", "less": ":material/trending_down:", "not_shown": ":material/drag_handle:",
    "cannot_tell": ":material/hourglass_empty:",
}  # fmt: skip
OF = InLanguage({"renewed": mark("Renewals"), "arr_kept": mark("ARR kept"), "weekly_actives": mark("Usage")})
CHANCE, MATCHED = "by_chance", "matched"
EVERY = (
    "play", "compared_by", "of_what", "effect", "with_play", "without_play", "difference", "difference_low", "difference_high", "got_it",
    "similar_accounts", "plays_started", "not_certain", "nobody_alike", "certain_by", "arr_effect", "play_cost", "cost_per_arr",
    "unmatched_difference",
)  # fmt: skip
PAIRED = (
    "name", "started_on", "segment", "risk", "arr", "days_to_renewal", "usage_trend", "came_of_it", "similar_name", "similar_risk",
    "similar_arr", "similar_days_to_renewal", "similar_usage_trend", "similar_came_of_it", "similar_weight",
)  # fmt: skip
ALIKE = ("measure", "got", "others", "apart_before", "matched", "alike", "apart_after")
ABOUT = mark(
    "Each account that got the play stands beside up to three that did not and were like it the day before: the same segment, health "
    "within 10 points (or churn probability within 10 %), ARR between half and double, a renewal within 45 days of its own, and a change "
    "of usage within 25 points. So usage that rises by itself after a fall is not taken for the play's work."
)


def show(choice: Choice) -> None:
    """The finding, then each play; on a company without any start what to do."""
    report = loaders.report(choice.company, "play-effect", choice.viewer, choice.now)
    with states.finding(headline(report)):
        st.caption(tr("Worked out of the accounts that you see."), help=tr(ABOUT), width="content")
    if not report.rows.height:
        st.info(tr("No play was started yet. Once {n} accounts got one, and their renewals are certain, it is told here.", n=20))
        return
    renewals = where(report, "of_what", "renewed")
    if any(row["difference"] is not None for row in renewals.rows.iter_rows(named=True)):
        charts.draw(play_effect_chart.of_renewals(renewals), "play-effects")
    for play_id in dict.fromkeys(report.rows["play_id"]):
        _one(choice, where(report, "play_id", play_id), play_id)
    for note in report.notes:
        st.caption(f":material/info: {text.literal(note)}")
    folds.fold(tr("All as a table"), "all-effects", lambda: tables.table(report, "play-effects", columns=EVERY), ":material/table_rows:")


def headline(report: Report) -> str:
    """How many plays there are of which something is told."""
    every, told = report.total("plays") or 0, report.total("plays_told") or 0
    if not every:
        return tr("No play was started yet")
    if not told:
        return tr("Of no play can it be told yet whether it worked")
    return tr_n(
        "Of {told:,} of {n:,} play it can be told what it did", "Of {told:,} of {n:,} plays it can be told what they did", every, told=told
    )


def _one(choice: Choice, report: Report, play_id: str) -> None:
    """One play: by chance first, since that says most; then against similar accounts, and who those are."""
    rows = [*report.rows.iter_rows(named=True)]
    st.subheader(text.literal(rows[0]["play"]), anchor=False)
    st.caption(tr_n("{n:,} start", "{n:,} starts", rows[0]["plays_started"]))
    for told, of in _together(sorted(rows, key=lambda one: one["compared_by"] != CHANCE)).items():
        _line(told, of)
    if any(row["difference"] is not None and row["compared_by"] == MATCHED for row in rows):
        folds.fold(tr("Who was compared with whom"), f"pairs-{play_id}", lambda: _pairs(choice, play_id), ":material/compare_arrows:")


def _together(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows by what is known of them: what is said of several is said once."""
    return {told: [row for row in rows if row["told"] == told] for told in dict.fromkeys(row["told"] for row in rows)}


def _line(told: str, of: list[dict[str, Any]]) -> None:
    """What is known of one outcome, or of several, and what it cost."""
    names = listed(dict.fromkeys(OF[row["of_what"]] for row in of))
    with st.container(gap=None):
        st.markdown(f"{ICONS[of[0]['effect']]} **{names}** {text.literal(told)}")
        for cost in [row["cost_told"] for row in of if row["cost_told"]]:
            st.caption(text.literal(cost))


def _pairs(choice: Choice, play_id: str) -> None:
    """The pairs, and how alike both sides are."""
    pairs = where(loaders.report(choice.company, "play-effect-pairs", choice.viewer, choice.now), "play_id", play_id)
    tables.table(pairs, f"pairs-{play_id}", columns=PAIRED)
    st.caption(tr("How alike they were, in standard deviations of the accounts that got it; beyond 0.25 nothing would be told:"))
    alike = where(loaders.report(choice.company, "play-effect-balance", choice.viewer, choice.now), "play_id", play_id)
    tables.table(alike, f"alike-{play_id}", columns=ALIKE)
