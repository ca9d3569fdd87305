"""Why an account's health is what it is: what costs it the most, what changed since a day, and what would lift it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from language import InLanguage, mark, tr, tr_n
from language.formats import listed
from metrics.health_change import CONFIGURATION, KNOWN, LATE
from metrics.registry import METRICS
from pages.parts.account_asked import asked, of
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.pills import BANDS, in_line
from reports.health.change_words import measure_told, value_told
from reports.periods import PERIODS
from reports.report import Report
from reports.words.score_titles import OF_KINDS
from reports.words.titles import title as title_of

COSTLY = 3  # measures that the sentence names
SHOWN = 3  # single measures by which the next band would be reached
SINCE = InLanguage({"month": mark("30 days"), "conversation": mark("Last conversation"), "quarter": mark("Quarter")})
KINDS = InLanguage(OF_KINDS)


def why_band(about: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> None:
    """In one sentence why the account is in its band: what its score loses the most by."""
    costly = [part for part in parts if not part["missing"] and part["lost"] >= 0.5][:COSTLY]
    told = listed(
        tr("{measure} {value} ({points})", measure=measure_told(part["name"]), value=value_told(part["name"], part["value"]),
           points=text.decimal(-part["lost"], 0))
        for part in costly
    )  # fmt: skip
    band = in_line(BANDS[about["band"]]) if about["band"] in BANDS else text.literal(about["band"] or "")
    said = tr("What costs it the most: {measures}.", measures=text.literal(told)) if costly else tr("No measure costs it anything.")
    words = tr("{band} with {score} of 100. {said}", band=band, score=text.score(about["score"]), said=said)
    st.markdown(words, help=_meanings(part["name"] for part in costly))


def _meanings(names: Iterable[str]) -> str | None:
    """What measures are, a paragraph each."""
    known = [(name, METRICS[name].definition) for name in names if name in METRICS]
    return "\n\n".join(f"**{title_of(name)}**: {definition}" for name, definition in known) or None


def changed(choice: Choice, account: str) -> None:
    """What moved the score since a day that is chosen: the sentence, then part by part."""
    st.subheader(tr("What changed"), anchor=False)
    days = _days(choice, account)
    chosen = st.segmented_control(
        tr("Compared with"), list(days), default=next(iter(days)), required=True, format_func=SINCE.__getitem__,
        key=f"since-{account}", label_visibility="collapsed",
    )  # fmt: skip
    question = replace(asked(choice, account), since=days[chosen])
    report = loaders.report(choice.company, "health-change", choice.viewer, question)
    if report.rows.height:
        _told(report.rows.row(0, named=True), report)
        _parts(choice, question, account)


def _days(choice: Choice, account: str) -> dict[str, date | None]:
    """The days that can be compared with, by what they are; None is 30 days before."""
    report = of(choice, "account-changes", account)
    day = report.parameters["as_of"]
    talked = report.rows.filter(pl.col("after_conversation"), pl.col("since") < day)["since"].to_list()
    quarter = PERIODS["this_quarter"](day)[0] if day else None
    return {"month": None} | ({"conversation": talked[0]} if talked else {}) | ({"quarter": quarter} if quarter else {})


def _told(row: Mapping[str, Any], report: Report) -> None:
    """The two scores, the sentence, why the band is another one, and what the score counts otherwise."""
    since = tr("Since {day}", day=text.day(row["since"]))
    if row["moved"] is None:
        st.markdown(tr("**{since}:** {why}", since=since, why=text.literal(text.our(row["why"]))))
        return
    scores = tr("{before} to {now}", before=text.decimal(row["score_before"], 1), now=text.decimal(row["score"], 1))
    st.markdown(tr("**{since}, {scores}.** {why}", since=since, scores=scores, why=text.literal(text.our(row["why"]))))
    said = [words for words in (row["why_band"], _as_now(row), *report.notes) if words]
    if said:
        st.caption("  \n".join(text.literal(text.our(words)) for words in said))


def _as_now(row: Mapping[str, Any]) -> str:
    """What moved the score beside another way of counting, where there was one: that is the change that stands beside the score."""
    if not row[CONFIGURATION]:
        return ""
    return tr("Counted on both days as it is now: {points}.", points=_points(row["moved"] - row[CONFIGURATION] - row[LATE]))


def _parts(choice: Choice, question: Any, account: str) -> None:
    report = loaders.report(choice.company, "health-change-parts", choice.viewer, question)
    if report.rows.height:
        label = tr_n("Part by part ({n:,} part)", "Part by part ({n:,} parts)", report.rows.height)
        folds.fold(label, f"health-parts-{account}", lambda: _table(report))


def _table(report: Report) -> None:
    """A line each: the measure, its values on both days, what it moved, and which kind of change that is; they add up."""
    lines = [_line(row) for row in report.rows.sort(pl.col("points").abs(), descending=True).iter_rows(named=True)]
    together = tr("Together")
    whole = f"| **{together}** | | | **{_points(float(report.rows['points'].sum()))}** | |"
    st.markdown("\n".join([tr("| Measure | Then | Now | Points | Why |"), "|:--|--:|--:|--:|:--|", *lines, whole]))
    tables.downloads(report, "health-change-parts")


def _line(row: Mapping[str, Any]) -> str:
    values = (text.cell(_value(row["figure"], row[name])) for name in ("value_before", "value_after"))
    return f"| {title_of(row['figure'])} | {' | '.join(values)} | {_points(row['points'])} | {_kind(row)} |"


def _kind(row: Mapping[str, Any]) -> str:
    if row["kind"] != KNOWN:
        return KINDS[row["kind"]]
    return tr("Went missing") if row["value_after"] is None else tr("Became known")


def _value(measure: str, value: float | None) -> str:
    return text.MISSING if value is None else value_told(measure, value)


def _points(points: float) -> str:
    return text.minus(f"{points:+.1f}")


def lift(choice: Choice, account: str) -> None:
    """The smallest changes that would bring the score into the next band, or what holds it back."""
    report = of(choice, "health-lift", account)
    if not report.rows.height:
        return
    rows = report.rows.to_dicts()
    st.subheader(tr("What would lift it"), anchor=False)
    if rows[0]["figure"] is None:
        st.markdown(text.literal(text.our(rows[0]["told"])))
        return
    st.markdown("\n".join([_head(rows), "", *(_way(row) for row in rows[: max(SHOWN, rows[0]["together"])])]))
    st.caption(tr("All else as it is, as the score is worked out: no promise that the customer stays."))


def _head(rows: Sequence[Mapping[str, Any]]) -> str:
    first = rows[0]
    band = in_line(BANDS[first["next_band"]]) if first["next_band"] in BANDS else text.literal(first["next_band"])
    said = {"band": band, "points": tr_n("{n:,} point", "{n:,} points", max(1, round(first["points_needed"])))}
    if first["together"] > 1:
        return tr("To {band} it lacks {points}. No single measure does it; these {n} together would:", n=first["together"], **said)
    if len(rows) == 1:
        return tr("To {band} it lacks {points}. One measure would be enough:", **said)
    return tr("To {band} it lacks {points}. Each of these would be enough by itself:", **said)


def _way(row: Mapping[str, Any]) -> str:
    return f"- {text.literal(row['told'])}"
