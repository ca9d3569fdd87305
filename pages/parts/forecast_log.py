"""The forecast's page: forecasts that were kept against what happened, and apart from them what they would have been."""

import streamlit as st

from data.store import open_stores
from data.viewer import CONFIGURE, NotAllowed
from language import InLanguage, mark, tr, tr_n
from pages.ui import doing, folds, loaders, tables, text
from pages.ui.choice import Choice
from reports.forecast.keeping import WHOLE, keep
from reports.report import Report

SOURCES = InLanguage({"model": mark("Churn model"), "past_rates": mark("Past rates"), "calls": mark("Calls")})
LOG = (
    "quarter", "source", "owner", "forecast_on", "due_arr", "renewing_arr", "renewing_low", "renewing_high", "renewed", "error",
    "error_share", "in_range", "not_certain",
)  # fmt: skip
ACCURACY = ("source", "owner", "quarters_ahead", "quarters", "bias", "bias_share", "error_share", "in_range", "with_range")
PAST = ("quarter", "owner", "due_arr", "renewing_arr", "renewing_low", "renewing_high", "renewed", "error", "error_share", "in_range")


def show(choice: Choice) -> None:
    """How sure forecasts were, each against what happened, and folded away what they would have been where none was kept."""
    log = loaders.report(choice.company, "forecast-log", choice.viewer, choice.now)
    st.subheader(tr("Were forecasts right?"), anchor=False)
    _keep_button(choice)
    if log.rows.height:
        accuracy = loaders.report(choice.company, "forecast-accuracy", choice.viewer, choice.now)
        for words in in_words(accuracy):
            st.markdown(text.literal(words))
        for note in log.notes:
            st.caption(text.our(text.literal(note)))
        tables.table(log, "forecast-log", columns=LOG, height=320)
        by_csm = tr("How far off, by source and CSM")
        folds.fold(
            by_csm, "forecast-accuracy", lambda: tables.table(accuracy, "forecast-accuracy", columns=ACCURACY), ":material/straighten:"
        )
    else:
        st.info(text.literal(log.notes[0]), icon=":material/history:")
    folds.fold(tr("What forecasts would have been, had they been made"), "forecast-past", lambda: _past(choice), ":material/replay:")


def in_words(accuracy: Report) -> list[str]:
    """For each source, of the whole company or else of each owner seen, a quarter ahead: how often within the range, how far off."""
    rows = [row for row in accuracy.rows.to_dicts() if row["quarters_ahead"] == 1]
    whole = [row for row in rows if row["owner"] == WHOLE] or rows
    return [_sentence(row) for row in whole]


def _sentence(row: dict) -> str:
    source = SOURCES[row["source"]]
    within = tr_n(
        "{source}: what happened lay within the range in {hits:,} of {n:,} quarter",
        "{source}: what happened lay within the range in {hits:,} of {n:,} quarters",
        row["with_range"],
        source=source,
        hits=row["in_range"],
    )
    if not row["with_range"]:
        within = tr_n(
            "{source}: {n:,} quarter, without a range", "{source}: {n:,} quarters, without a range", row["quarters"], source=source
        )
    if row["bias_share"] is None:
        return tr("{within}. Too few to tell bias and error.", within=within)
    off = {"bias": text.percent(row["bias_share"]), "error": text.percent(row["error_share"])}
    return tr("{within}; bias {bias}, error {error} of what was due.", within=within, **off)


def _keep_button(choice: Choice) -> None:
    """Keep the forecast of the newest day, for who may configure the model for the whole company."""
    if not _may_keep(choice):
        return
    about = tr("The server keeps one by itself at the beginning of each month. What is kept never changes.")
    if st.button(tr("Keep this forecast"), icon=":material/bookmark_add:", key="keep-forecast", help=about):
        rows: list[int] = []
        if doing.done(
            lambda: rows.append(keep(open_stores.store(choice.company), who=choice.viewer.signs("browser"), viewer=choice.viewer))
        ):
            st.toast(tr("Kept.") if rows[0] else tr("That day's forecast is kept already, or there is nothing to forecast."))


def _may_keep(choice: Choice) -> bool:
    if not choice.viewer.may(CONFIGURE, "model") or choice.question.known_at is not None:
        return False
    try:
        choice.viewer.for_whole_company(CONFIGURE, "model")
    except NotAllowed:
        return False
    return choice.question.as_of in (None, loaders.default_day(choice.company))


def _past(choice: Choice) -> None:
    report = loaders.report(choice.company, "forecast-past", choice.viewer, choice.now)
    st.caption(text.literal(report.notes[-1]) if report.notes else "")
    if not report.rows.height:
        st.caption(tr("For no past quarter is there enough history before it."))
        return
    of = report.totals
    if of["with_range"]:
        st.markdown(
            tr_n(
                "What happened lay within the range in {hits:,} of {n:,} quarter.",
                "What happened lay within the range in {hits:,} of {n:,} quarters.",
                of["with_range"],
                hits=of["within_range"],
            )
        )
    tables.table(report, "forecast-past", columns=PAST)
