"""The parts of the health lab: its verdict, what became of each band, what each measure tells, and the versions beside each other."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from language import InLanguage, mark, tr
from pages.parts import health_draft
from pages.parts import health_lab_charts as lab_charts
from pages.ui import address, charts, folds, tables, text
from pages.ui.choice import Choice
from reports.health.lab_words import titled
from reports.health.scorecard import from_toml
from reports.report import Report

HEADLINES = InLanguage(
    {
        "predicts": mark("Three months ahead, the score tells who will renew"),
        "does_not_predict": mark("Three months ahead, the score does not tell who will renew"),
        "against": mark("Three months ahead, the score points the wrong way"),
        "too_few": mark("Too few renewals are known to say what the score is worth"),
    }
)
CAPACITY = InLanguage({0: mark("as many as now"), 5: "5", 10: "10", 20: "20", 50: "50"})
MEASURES = (
    "name", "found", "observations", "churned", "unknown", "auc", "auc_low", "auc_high", "lift", "caught_share", "called_share",
    "lead_days", "tested",
)  # fmt: skip
VERSIONS = ("version", "found", "since", "observations", "churned", "difference", "difference_low", "difference_high", "note", "author")
Ask = Callable[..., Report]


SOONER = InLanguage(
    {
        60: mark("The score tells who will renew two months ahead, not yet three"),
        30: mark("The score tells who will renew one month ahead, not yet three"),
    }
)


def headline(report: Report) -> str:
    return SOONER.get(report.total("days_ahead")) or HEADLINES[report.totals["verdict"]]


def in_words(report: Report) -> None:
    """The verdict with its figures, and what share of each band renewed, the best band first."""
    st.write(text.literal(report.total("words")))
    if report.total("verdict") != "too_few":
        st.write(text.literal(report.notes[1]))


def bands(report: Report, ask: Ask) -> None:
    """What became of the accounts in each band, 90, 60 and 30 days ahead, side by side."""
    st.subheader(tr("Of the accounts in each band, how many renewed"))
    st.caption(tr("The line holds the true share 95 times of 100; n is how many accounts there were."))
    rows = [*report.rows.iter_rows(named=True)]
    leads = list(dict.fromkeys(row["lead_days"] for row in rows))
    for place, lead in zip(st.columns(len(leads), gap="large"), leads, strict=True):
        with place:
            st.markdown(tr("**{days} days before**", days=lead))
            charts.draw(lab_charts.of_bands([row for row in rows if row["lead_days"] == lead]), f"lab-bands-{lead}")
    tables.downloads(report, "health-lab")
    folds.fold(tr("By segment"), "lab-by-segment", partial(_by_segment, ask), ":material/category:")


def _by_segment(ask: Ask) -> None:
    tables.table(ask("health-lab", by="segment"), "lab-segments")


def measures(ask: Ask) -> None:
    """What the score, each group and each measure tells, and what calling in their order finds."""
    st.subheader(tr("What each group and measure tells"))
    capacity = address.one_of(tr("Accounts that a CSM calls in a month"), "capacity", CAPACITY)
    report = titled(ask("health-lab-measures", capacity=capacity))
    for note in report.notes[:-1]:
        st.caption(note)
    if any(row["auc"] is not None for row in report.rows.iter_rows(named=True)):
        charts.draw(lab_charts.areas(report), "lab-areas")
    tables.table(report, "health-lab-measures", columns=MEASURES)


def calibration(report: Report) -> None:
    """What share renewed at which score, or why that is not told."""
    st.subheader(tr("Does a higher score renew more often?"))
    if report.rows.is_empty():
        st.info(report.notes[0], icon=":material/hourglass_empty:")
        return
    st.caption(tr("The accounts 90 days ahead in fifths, the lowest scores first. The line holds the true share 95 times of 100."))
    charts.draw(lab_charts.by_score(report), "lab-calibration")
    tables.downloads(report, "lab-calibration")


def versions(report: Report) -> None:
    """The versions beside the one in force, or why there is nothing to compare."""
    st.subheader(tr("Other versions of the score, on later renewals"))
    st.caption(report.notes[0])
    if report.rows.height:
        tables.table(report, "health-lab-versions", columns=VERSIONS)


def proposal(choice: Choice, report: Report) -> None:
    """The weights that were proposed, with what they gain and the way into the editor; or why none are."""
    st.subheader(tr("Weights that the past speaks for"))
    st.write(text.literal(report.total("words")))
    if report.rows.height:
        tables.table(titled(report), "health-lab-proposal", columns=("name", "group", "weight_now", "weight_proposed"))
    if drafted := report.totals["configuration"]:
        with st.expander(tr("The proposed score as a file"), icon=":material/description:"):
            st.code(drafted, language="toml")
        edit = health_draft.opened(choice)
        if edit and edit.may and st.button(tr("Open as draft"), key="lab-draft", icon=":material/edit:", type="primary"):
            health_draft.begin(edit.now, from_toml(drafted), edit.now.version, edit.draft)
            address.go_to("settings/health_score.py")
