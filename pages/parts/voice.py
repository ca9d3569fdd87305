"""What customers say, in figures: the finding, figures with margin and number of answers, their trend and distribution, and a split."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from language import InLanguage, mark, tr, tr_n
from metrics.responses import CSAT, DOWN, FEW, NPS, SAME, TICKET, UP
from pages.ui import address, charts, states, tables, text
from pages.ui.figures import Figure
from reports.narrow import some, where
from reports.report import Report
from reports.words.titles import title as title_of

KINDS = InLanguage({NPS: mark("NPS"), CSAT: mark("CSAT, surveys"), TICKET: mark("CSAT, tickets")})
COMPARED = InLanguage({UP: mark("higher"), DOWN: mark("lower"), SAME: mark("no change beyond chance")})
GROUPS = {
    "promoter": charts.BLUE, "satisfied": charts.BLUE, "passive": charts.GREY, "neutral": charts.GREY, "detractor": charts.ORANGE,
    "dissatisfied": charts.ORANGE,
}  # fmt: skip
BY_ACCOUNT = (
    "name",
    "nps",
    "nps_answers",
    "csat",
    "csat_answers",
    "ticket_csat",
    "ticket_answers",
    "response_rate",
    "were_asked",
    "answered",
)
OF_NPS = ("group", "nps", "nps_margin", "answers", "response_rate", "were_asked", "answered", "promoters", "passives", "detractors")
OF_CSAT = ("group", "kind", "csat", "csat_low", "csat_high", "answers", "csat_mean", "response_rate", "were_asked", "answered")


def headline(nps: Report, trend: Report) -> str:
    """The finding: NPS with its margin and number of answers, and whether it changed."""
    if not nps.totals.get("answers"):
        return tr("Nobody answered how likely they are to recommend you")
    told = tr("NPS {figure}, {answers}", figure=with_margin(nps.totals["nps"], nps.totals["nps_margin"]), answers=_answers(nps.totals))
    last = trend.rows.tail(1).to_dicts()
    if not last or last[0]["compared"] not in COMPARED:
        return told
    months = tr_n("the month before", "the {n} months before", last[0]["window_months"])
    return tr("{told}; {change} against {months}", told=told, change=COMPARED[last[0]["compared"]], months=months)


def with_margin(value: float | None, margin: float | None) -> str:
    """A figure in points with what chance may add or take; without a margin where none can be told."""
    figure = text.decimal(value, 0)
    return tr("{figure} ± {margin}", figure=figure, margin=text.decimal(margin, 0)) if margin is not None else figure


def _answers(row: Mapping[str, Any]) -> str:
    return tr_n("{n:,} answer", "{n:,} answers", row["answers"])


def of_when(nps: Report) -> str:
    """Between which days, and whose answers count."""
    days = text.span(nps.parameters["from"], nps.parameters["to"])
    return tr("Answers of {days}; of NPS the newest of each person. ± says what chance alone may add or take (95 %).", days=days)


def nothing_heard(nps: Report, csat: Report) -> bool:
    """Whether nobody answered and nobody was asked in the period."""
    return not any(
        [
            *(nps.totals.get(name) for name in ("answers", "were_asked", "off_scale")),
            csat.rows["answers"].sum(),
            csat.rows["were_asked"].sum(),
        ]
    )


def how_to_begin() -> None:
    """What to bring where nothing is heard of anybody."""
    st.info(
        tr(
            "No answer to a survey and no rating of a ticket lies in this period. Choose a longer one, or import surveys, surveys sent, "
            "and tickets with ratings."
        ),
        icon=":material/forum:",
    )  # fmt: skip
    address.link("imports.py", tr("Import files"), ":material/upload_file:")


def figures(nps: Report, csat: Report, accounts: Report) -> list[Figure]:
    """NPS, CSAT of surveys and of tickets, each with how many answered, and the response rate; a click opens the accounts."""
    surveys, tickets = (where(csat, "kind", kind).rows.row(0, named=True) for kind in (CSAT, TICKET))
    groups = tr("{promoters:,} promoters, {passives:,} passives, {detractors:,} detractors", **nps.totals)
    return [
        Figure(
            tr("NPS"), with_margin(nps.totals["nps"], nps.totals["nps_margin"]), _told(nps.totals), about=text.meaning("nps"),
            better="neither", exact=groups, opens=tables.behind(accounts, "behind-nps", BY_ACCOUNT),
        ),
        _satisfied(tr("CSAT, surveys"), surveys),
        _satisfied(tr("CSAT, tickets"), tickets),
        Figure(
            title_of("response_rate"), _rate(nps), _of_asked(nps), about=text.meaning("response_rate"), better="neither",
            opens=tables.behind(some(accounts, "were_asked"), "behind-rate", BY_ACCOUNT),
        ),
    ]  # fmt: skip


def _told(row: Mapping[str, Any]) -> str:
    """How many answers, and that they are few."""
    return tr("{answers}: few", answers=_answers(row)) if 0 < row["answers"] < FEW else _answers(row)


def _satisfied(title: str, row: Mapping[str, Any]) -> Figure:
    limits = tr("{low} to {high}", low=text.percent(row["csat_low"]), high=text.percent(row["csat_high"])) if row["answers"] else ""
    mean = tr("Mean {mean} of 5; chance allows for {limits}.", mean=text.decimal(row["csat_mean"], 2), limits=limits) if limits else ""
    said = f"{limits} · {_told(row)}" if limits else _told(row)
    return Figure(title, text.percent(row["csat"]), said, about=text.meaning("csat"), better="neither", exact=mean)


def _rate(nps: Report) -> str:
    rate, asked = nps.totals["response_rate"], nps.totals["were_asked"]
    if asked is None:
        return tr("not known")
    told = text.percent(rate)
    return tr("at least {rate}", rate=told) if rate is not None and _nameless(nps) else told


def _nameless(nps: Report) -> bool:
    """Whether answers name nobody, and so may be those of people who were asked."""
    return bool(nps.totals["nameless"])


def _of_asked(nps: Report) -> str | None:
    asked, answered = nps.totals["were_asked"], nps.totals["answered"]
    return tr("no file says who was asked") if asked is None else tr("NPS: {answered:,} of {asked:,} asked", answered=answered, asked=asked)


def over_time(ask: Callable[..., Report]) -> None:
    """The trend with its band and how many gave which score, of one kind of answers."""
    st.subheader(tr("How it went, and which scores were given"), anchor=False)
    kind = address.one_of(tr("Kind of answers"), "said", KINDS)
    trend = ask("nps-trend") if kind == NPS else where(ask("csat-trend"), "kind", kind)
    given = where(ask("survey-scores"), "kind", kind)
    if not given.rows["answers"].sum():
        st.info(tr("Nobody answered in this period."), icon=":material/forum:")
        return
    left, right = st.columns([3, 2])
    with left:
        _trend(trend, kind)
    with right:
        charts.draw(_bars(given), "score-bars")


def _trend(trend: Report, kind: str) -> None:
    name = "nps" if kind == NPS else "csat"
    if trend.rows.height < 2:
        st.info(tr("A trend needs two full months with answers."), icon=":material/show_chart:")
        return
    charts.draw(charts.banded(trend, "month", name, f"{name}_low", f"{name}_high", ratio=kind != NPS), "voice-trend")
    states.notes(trend)
    st.caption(tr("The band is what chance alone allows for; a month is called higher or lower only where it lies beyond it."))
    with st.expander(tr("The months as a table")):
        tables.table(trend, "voice-months")


def _bars(given: Report):
    lines = given.rows.to_dicts()
    labels = [f"{line['answers']:,} · {text.percent(line['share'])}" for line in lines]
    colours = [GROUPS[line["score_group"]] for line in lines]
    figure = charts.bars(
        [str(line["score_given"]) for line in lines], [line["answers"] for line in lines], labels, colours, 90 + 26 * len(lines)
    )
    return figure.update_xaxes(range=[0, max(line["answers"] for line in lines) * 1.45]).update_yaxes(type="category")


def split(ask: Callable[..., Report], by: str | None) -> None:
    """The same for each value of an account column, each topmost parent, or what part a person plays."""
    if not by:
        return
    st.subheader(text.literal(tr("NPS by {lower}", lower=title_of(by).lower())), anchor=False)
    tables.table(ask("nps", by=by), "nps-by", columns=OF_NPS)
    csat = ask("csat", by=by)
    if csat.rows.height:
        st.subheader(text.literal(tr("CSAT by {lower}", lower=title_of(by).lower())), anchor=False)
        tables.table(csat, "csat-by", columns=OF_CSAT)
