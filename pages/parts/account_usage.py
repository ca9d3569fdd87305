"""An account's usage week by week, with the days on it that explain it: contracts, notice, and where the feed ends."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from language import InLanguage, mark, tr, tr_n
from metrics.usage import TRACKED
from pages.ui import charts, figures, folds, tables, text
from reports.report import Report

LABELLED = 5  # marks that have room for words, so far from each other; of more, the last ones
MARKED = 12  # marks that are drawn; of more, the last ones
SILENCE = InLanguage(
    {
        "not_tracked": mark("No usage of this account has ever come in. Silence is not zero: its feed may be missing."),
        "unused": mark("The account is live and tracked, and nothing was used in the last 52 weeks."),
        "feed_stopped": mark("The usage feed has stopped: nothing is known of the last weeks."),
        "not_live": mark("The account is not live yet."),
    }
)


def show(state: str, weekly: Report, features: Report, lines: Report, covered_to: date | None) -> None:
    """Weekly actives with marks, and which features are used; or what the silence means."""
    if not weekly.rows.height and not features.rows.height:
        st.caption(SILENCE.get(state, tr("No users or features are known.")))
        return
    if weekly.rows.height:
        st.caption(tr("Weekly actives: distinct users in seven days. Gaps: usage does not cover that week."))
        figure = charts.line(weekly, "week", "wau", hover=tr("week to %{x}: %{y:,} users"), height=200)
        weeks = weekly.rows["week"]
        charts.draw(_marked(figure, [*marks(lines, covered_to, weeks[0], weeks[-1])]), "weekly")
    if features.rows.height:
        columns = ("feature", "count", "count_before", "last_used")
        label = tr("Features used ({height})", height=features.rows.height)
        folds.fold(label, "features-used", lambda: tables.table(features, "features", columns=columns, height=280))


def depth(report: Report) -> None:
    """How deep and wide it is used, by whom, and how that changed; nothing where usage cannot be seen."""
    row = report.rows.row(0, named=True) if report.rows.height else {}
    if not row or row["state"] not in TRACKED:
        return
    figures.row([_depth(row), _breadth(row), _trend(row), _one_person(row)], "figures-usage-depth")
    if row["users_known"] is not None:
        st.caption(users_in_words(row))
    if row["hangs_on_one"]:
        share = text.percent(row["top_user_share"])
        said = tr("One person does {share} of it: {user}. If they leave, so may the account.", share=share, user=row["top_user"])
        st.warning(text.literal(said), icon=":material/person_alert:")
    for note in report.notes if row["weekday_trend"] is not None else ():
        st.caption(f":material/info: {text.literal(note)}")


def users_in_words(row: Mapping[str, Any]) -> str:
    """Every user known, by class."""
    return tr(
        "Users: {known:,}. In the last 30 days {new:,} new, {returning:,} returning, {resurrected:,} resurrected; {dormant:,} dormant.",
        known=row["users_known"], new=row["users_new"], returning=row["users_returning"],
        resurrected=row["users_resurrected"], dormant=row["users_dormant"],
    )  # fmt: skip


def _depth(row: Mapping[str, Any]) -> figures.Figure:
    of = text.of_seats(row["mau"], row["seats"]) if row["mau"] is not None else None
    return figures.Figure(tr("Depth"), text.percent(row["seat_use"]), of, about=text.meaning("seat_use"), better="neither")


def _breadth(row: Mapping[str, Any]) -> figures.Figure:
    wide = row["core_features"]
    of = tr("{used:,} of {core:,} core", used=row["core_used"], core=wide) if wide else None
    return figures.Figure(tr("Breadth"), text.percent(row["breadth"]), of, about=text.meaning("breadth"), better="neither")


def _trend(row: Mapping[str, Any]) -> figures.Figure:
    told = text.MISSING if row["weekday_trend"] is None else text.minus(f"{row['weekday_trend']:+.1%}")
    return figures.Figure(tr("Trend"), told, about=text.meaning("weekday_trend"))


def _one_person(row: Mapping[str, Any]) -> figures.Figure:
    days = row["activity_days"]
    of = tr_n("of {n:,} activity day", "of {n:,} activity days", days) if days else None
    title = tr("Most active user")
    return figures.Figure(title, text.percent(row["top_user_share"]), of, about=text.meaning("top_user_share"), better="neither")


def marks(lines: Report, covered_to: date | None, first: date, last: date) -> Iterator[tuple[date, str]]:
    """The days between two weeks that explain usage, in order: lines that start, renew or end, notice, and where the feed ends."""
    starts, ends, noticed = (set(lines.rows[name].drop_nulls()) for name in ("starts_on", "ends_on", "cancelled_on"))
    told = (
        dict.fromkeys(starts & ends, tr("renewed")) | dict.fromkeys(starts - ends, tr("starts")) | dict.fromkeys(ends - starts, tr("ends"))
    )
    told |= dict.fromkeys(noticed, tr("notice"))
    if covered_to is not None and covered_to < last:
        told[covered_to] = tr("feed ends")
    yield from sorted((day, words) for day, words in told.items() if first <= day <= last)


def labelled(found: list[tuple[date, str]]) -> list[tuple[date, str]]:
    """The marks that have room for words, the last first: each at least a fifth of the time that is shown from the one after it."""
    apart, kept = (found[-1][0] - found[0][0]) / LABELLED if found else None, []
    for day, words in reversed(found):
        if not kept or kept[-1][0] - day >= apart:
            kept.append((day, words))
    return kept[:LABELLED]


def _marked(figure: go.Figure, found: list[tuple[date, str]]) -> go.Figure:
    for day, _ in found[-MARKED:]:
        figure.add_vline(x=day, line={"color": charts.GREY, "width": 1, "dash": "dot"})
    for day, words in labelled(found):
        said = tr("{what} {day}", what=words, day=text.day(day))
        figure.add_annotation(x=day, yref="paper", y=1.1, text=said, showarrow=False, font={"size": 11, "color": charts.GREY})
    return figure
