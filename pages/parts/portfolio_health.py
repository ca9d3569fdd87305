"""The page of portfolio health in words, figures and tables. Every figure opens to accounts, an account its page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from data.store import open_stores
from data.viewer import EXPORT
from language import InLanguage, mark, mark_of, tr, tr_n
from metrics.health_flow import DIRECTIONS, FELL, FIRST_SEEN, GAINED_SIGHT, LEFT, LOST_SIGHT, ROSE, STAYED, UNKNOWN
from metrics.sizes import SIZE_BAND
from pages.parts import renewals
from pages.ui import charts, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.downloads import offer
from pages.ui.figures import Figure
from reports.files import portfolio_pack
from reports.files.exports import of_document
from reports.health.portfolio import PARENT, bands_of
from reports.health.portfolio_words import at_stake
from reports.narrow import where
from reports.report import Question, Report
from reports.two_at_a_time import LINE
from reports.words.health_words import place_called
from reports.words.titles import title as title_of

MOVED = ("name", "band_before", "band_after", "arr_at_stake", "why", "health_change", "moved_by", "next_end", "owner")
STANDING = ("name", "band_after", "health_after", "arr_at_stake", "next_end", "owner")
BETWEEN, INK, WHITE = "#efc39b", "#171a22", "#ffffff"  # of the bands between, and of words on a bar: they hold on any ground
NARROW = 0.07  # a share that leaves no room for its number
GROUPS_SHOWN = 12  # groups that are drawn; the table has all
SAID = InLanguage(
    {
        FELL: mark_of("an account", "Fell"), LEFT: mark_of("an account", "Left"), LOST_SIGHT: mark("Less known"),
        ROSE: mark_of("an account", "Rose"), GAINED_SIGHT: mark("Better known"), FIRST_SEEN: mark_of("an account", "Came"),
    }
)  # fmt: skip
ABOUT_RISK = mark("ARR of the customers in the lowest band of health. Accounts that the churn model alone calls at risk are not in it.")
ABOUT_FELL = mark("Customers that went to a lower band, and what they pay now.")
ABOUT_ROSE = mark("Customers that went to a higher band, and what they pay now.")
ABOUT_UNKNOWN = mark("ARR of the customers of which little or nothing is known: they are in no band, and in no share.")


def of_when(whole: Report) -> str:
    """Between which days, by what score, and in which money."""
    days = text.span(whole.parameters["from"], whole.parameters["to"])
    return tr("{days}. Both days by the score of now. Money in {currency}.", days=days, currency=whole.currency)


def apart(flow: Report, accounts: Report) -> None:
    """What did not come of how customers behave: who fell or rose by what is known, and who is shown elsewhere since the score changed."""
    if count := accounts.totals.get("moved_by_data_accounts"):
        told = tr_n(
            "{n:,} account fell or rose for the most part because more or less is known of it, not by what it did.",
            "{n:,} accounts fell or rose for the most part because more or less is known of them, not by what they did.",
            count,
        )
        st.caption(f":material/visibility_off: {told}")
    if flow.totals.get("moved_by_score"):
        st.caption(f":material/tune: {text.literal(flow.notes[0])}")


def figures(whole: Report, accounts: Report) -> list[Figure]:
    """ARR at risk, who fell, who rose, and of whom too little is known; a click opens the accounts."""
    lowest, of = bands_of(whole)[0], whole.total
    unknown = where(accounts, "band_after", *UNKNOWN)
    risk, before = of(f"{lowest}_arr"), of(f"{lowest}_arr_before")
    share = text.percent(of("arr_at_risk_share"))
    since = tr("since {day}", day=text.day(whole.parameters["from"]))
    return [
        Figure(
            tr("ARR {band}", band=place_called(lowest).lower()), text.money(risk, whole.currency), text.more(risk, before, whole.currency),
            since,
            "\n\n".join((tr(ABOUT_RISK), tr("{share} of the ARR in any band.", share=share))), "lower",
            text.money_in_full(risk, whole.currency),
            opens=tables.behind(where(accounts, "band_after", lowest), "behind-risk", STANDING),
        ),
        _moved(accounts, FELL, tr(ABOUT_FELL)),
        _moved(accounts, ROSE, tr(ABOUT_ROSE)),
        Figure(
            tr("Not known"), text.money(sum(of(f"{name}_arr") or 0 for name in UNKNOWN), whole.currency),
            text.accounts(unknown.rows.height),
            about=tr(ABOUT_UNKNOWN), better="neither", opens=tables.behind(unknown, "behind-unknown", STANDING),
        ),
    ]  # fmt: skip


def _moved(accounts: Report, way: str, about: str) -> Figure:
    found = where(accounts, "direction", way)
    money = tr("{arr} ARR", arr=at_stake(found))
    return Figure(
        SAID[way], text.count(found.rows.height), money, about=about, better="neither", opens=tables.behind(found, f"behind-{way}", MOVED)
    )


def documents(choice: Choice, by: str) -> None:
    """The page as a document, split as it is: buttons for PDF and Excel, each made at the click. Nothing for who may not export."""
    if not choice.viewer.may(EXPORT, "accounts"):
        return
    asked = replace(choice.question, by=by)
    name = f"portfolio-health_{asked.start}_{asked.end}"
    with st.container(horizontal=True, gap="small"):
        for kind, title in (("pdf", tr("PDF")), ("xlsx", tr("Excel"))):
            make, told = partial(_document, choice, asked, kind), partial(of_document, portfolio_pack.NAME, asked, [kind])
            offer(
                title, f"{name}.{kind}", make, told, choice.looking, on_click="rerun", key=f"portfolio-{kind}", icon=":material/download:"
            )


def _document(choice: Choice, asked: Question, kind: str) -> bytes:
    store = open_stores.store(choice.company)
    made = partial(portfolio_pack.portfolio_pack, store, choice.viewer, asked, [kind], datetime.now(UTC))
    return LINE.answer(made)[kind]


def splits(choice: Choice, arr: Report) -> list[str]:
    """By what customers can be split: columns of accounts, size, and their parents where there are some."""
    parents = [PARENT] if arr.totals.get("accounts_with_parent") else []
    return [*loaders.columns(choice.company, choice.viewer), *parents, SIZE_BAND]


def groups(ask: Callable[..., Report], by: str) -> None:
    """The bands of each group as bars, and the table with its shares beside those of the period's first day."""
    report = ask("portfolio-health", by=by)
    st.subheader(text.literal(tr("By {column}", column=title_of(by).lower())), anchor=False)
    charts.draw(bars(report), "portfolio-groups")
    tables.table(report, "portfolio-health", columns=_columns(report))
    st.caption(
        tr("Shares are of the customers in any band: those of whom too little is known are in none. The most ARR at risk comes first.")
    )


def _columns(report: Report) -> tuple[str, ...]:
    lowest, *others = bands_of(report)
    shares = ("arr_at_risk_share", "arr_at_risk_share_before", "at_risk_share")
    return ("group", "customers", "arr", f"{lowest}_accounts", f"{lowest}_arr", *shares, "median_score", "median_score_before",
        "fell_accounts", "fell_arr", "rose_accounts", *(f"{name}_accounts" for name in (*others, *UNKNOWN)))  # fmt: skip


def bars(report: Report) -> go.Figure:
    """The customers of each group by where they stand, a bar each to the whole of its customers."""
    rows = report.rows.head(GROUPS_SHOWN).to_dicts()
    bands = bands_of(report)
    names = [row["group"] or tr("not said") for row in rows]
    colours = [charts.ORANGE, *[BETWEEN] * (len(bands) - 2), charts.BLUE, charts.GREY, charts.GREY]
    figure = go.Figure()
    for place, colour in zip((*bands, *UNKNOWN), colours, strict=False):
        counts = [row[f"{place}_accounts"] for row in rows]
        if any(counts):
            shares = [count / row["customers"] if row["customers"] else 0 for count, row in zip(counts, rows, strict=True)]
            figure.add_bar(
                x=shares, y=names, orientation="h", name=place_called(place), marker={"color": colour},
                text=[f"{count:,}" if share > NARROW else "" for count, share in zip(counts, shares, strict=True)], textposition="inside",
                insidetextanchor="middle", textangle=0, textfont={"color": INK if colour == BETWEEN else WHITE, "size": 12},
                customdata=counts, hovertemplate="%{y}, " + place_called(place) + ": %{customdata:,} (%{x:.0%})<extra></extra>",
            )  # fmt: skip
    charts.styled(figure, 76 + 34 * len(rows)).update_layout(
        barmode="stack", showlegend=True, legend={"orientation": "h", "y": -0.05, "traceorder": "normal"}
    )
    said = tr("; ").join(f"{name}: {row[f'{bands[0]}_accounts']:,} / {row['customers']:,}" for name, row in zip(names, rows, strict=True))
    charts.told(figure, tr("{band} of all customers: {said}", band=place_called(bands[0]), said=said))
    figure.update_yaxes(autorange="reversed", gridcolor=charts.CLEAR, type="category")
    return figure.update_xaxes(visible=False, range=[0, 1])


def moves(choice: Choice, accounts: Report) -> None:
    """Who moved, a list for each way there is, each with why and what is at stake."""
    st.subheader(tr("Who moved, and why"), anchor=False)
    found = {way: where(accounts, "direction", way) for way in DIRECTIONS if way != STAYED}
    some: dict[str, Callable[[], Any]] = {
        tr("{way} ({n:,})", way=SAID[way], n=report.rows.height): partial(_list, choice, report, way)
        for way, report in found.items()
        if report.rows.height
    }
    if some:
        folds.tabs(some, "moved")
    else:
        st.info(tr("Nobody moved: every customer stands where it stood."), icon=":material/check:")


def _list(choice: Choice, report: Report, way: str) -> None:
    tables.table(report, f"moved-{way}", columns=MOVED, actions=renewals.logging(choice))
    st.caption(
        tr("Why: what changed the most beside it, an association and not a cause; in brackets the points by which it moved the score.")
    )


def everybody(accounts: Report) -> None:
    """Every customer of one of the two days."""
    tables.table(accounts, "portfolio-accounts", columns=("name", "band_before", "band_after", "health_before", "health_after", *MOVED[3:]))
