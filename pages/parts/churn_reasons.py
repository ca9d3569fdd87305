"""The Pareto of churn reasons in words, figures, bars and tables. Every figure opens: to accounts, an account to its contract lines."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from data.viewer import VIEW
from language import InLanguage, mark, tr, tr_n
from metrics.cohorts import COHORTS
from metrics.sizes import SIZE_BAND
from pages.parts import churn_answers, churn_reason_list
from pages.ui import address, charts, filters, loaders, states, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure, row
from reports.narrow import at_depth, below, of_reason, only, where
from reports.report import Report
from reports.words.titles import title as title_of

RANKED = InLanguage({"arr": mark("ARR lost"), "churns": mark("Number of churns")})
FIRST = ("reason", "arr", "churns", "arr_share", "arr_cumulative", "preventable_arr", "at_risk_before", "health_known_before")
BY_CHURNS = ("reason", "churns", "arr", "churns_share", "churns_cumulative", "preventable", "at_risk_before", "health_known_before")
SHOWN = {"arr": FIRST, "churns": BY_CHURNS}
CHURNS = ("name", "arr", "churned_on", "reason_group", "reason", "is_preventable", "file_says", "health_90", "probability_90")
ABOUT_LEAD = mark("What score and model had said 90 days before; the score is worked out with what is known now of that day.")


def show(choice: Choice, ask: Callable[..., Report]) -> None:
    """The whole part of the page. ask: a report by its name, and by what it is split."""
    reasons, churned = ask("churn-reasons"), ask("churned-accounts")
    with states.finding(headline(reasons)):
        states.record(choice)
        states.unknown(churned)
    st.caption(of_when(reasons))
    if churned.rows.height:
        row(figures(reasons, churned))
        churn_answers.waiting(choice, replace(choice.question, by=None))
        pareto(choice, reasons, churned)
        split(ask, filters.split_by([*loaders.columns(choice.company, choice.viewer), SIZE_BAND, *COHORTS]))
        churn_answers.in_files(choice, churned)
        every_churn(choice, churned)
    churn_answers.uncounted(choice, ask("uncounted-churn-answers"))
    if choice.viewer.may(VIEW, "plays"):
        churn_reason_list.show(choice)


def headline(reasons: Report) -> str:
    """The finding: what was lost, and the reason that took the most."""
    count, lost = reasons.total("churns") or 0, text.money(reasons.total("arr") or 0, reasons.currency)
    if not count:
        return tr("No account churned in this period")
    whole = tr_n("{n:,} churn took {lost} ARR", "{n:,} churns took {lost} ARR", count, lost=lost)
    known = [line for line in at_depth(reasons, 1).rows.to_dicts() if line["reason_id"]]
    if not known:
        return tr("{whole}; no reason is written down yet", whole=whole)
    most = tr("{whole}; most for {reason}, {share}", whole=whole, reason=known[0]["reason"], share=text.percent(known[0]["arr_share"]))
    open_share = text.share(reasons.total("arr_unanswered"), reasons.total("arr"))
    return tr("{most}; {share} not asked yet", most=most, share=open_share) if reasons.total("unanswered") else most


def of_when(reasons: Report) -> str:
    """Between which days, and what counts as a churn."""
    days = text.span(reasons.parameters["from"], reasons.parameters["to"])
    return tr("Churns of {days}, as the movements of Revenue count them. Money in {currency}.", days=days, currency=reasons.currency)


def figures(reasons: Report, churned: Report) -> list[Figure]:
    """What was lost, what of it could have been prevented, and what nobody was asked; a click opens the accounts."""
    of, money = reasons.total, reasons.currency
    asked = where(churned, "reason_id", *churned.rows["reason_id"].drop_nulls().unique())
    could = where(churned, "is_preventable", True)
    open_ones = of_reason(churned, None)
    is_known = bool(of("arr_answered"))
    return [
        Figure(
            tr("ARR lost"), text.money(of("arr"), money), about=text.meaning("churn"), exact=text.money_in_full(of("arr"), money),
            opens=tables.behind(churned, "behind-lost", CHURNS),
        ),
        Figure(
            tr("Could have been prevented"), text.money(of("preventable_arr"), money) if is_known else tr("not known"),
            text.share(of("preventable_arr"), of("arr_answered")) if is_known else None, tr("of the ARR with a reason") if is_known else "",
            tr("ARR of churns whose reason, or whose own answer, says that they could have been prevented."), "neither",
            opens=tables.behind(could, "behind-preventable", CHURNS),
        ),
        Figure(
            tr("With a reason"), tr("{n:,} of {of:,}", n=asked.rows.height, of=churned.rows.height),
            opens=tables.behind(asked, "behind-asked", CHURNS),
        ),
        Figure(
            tr("Not asked yet"), text.money(of("arr_unanswered"), money),
            text.share(of("arr_unanswered"), of("arr")), tr("of the ARR lost"), better="neither",
            opens=tables.behind(open_ones, "behind-open", CHURNS),
        ),
    ]  # fmt: skip


def pareto(choice: Choice, reasons: Report, churned: Report) -> None:
    """The reasons of the first level as bars with their cumulative share, and the table that opens: reasons below, accounts, lines."""
    st.subheader(tr("What each reason took"), anchor=False)
    ranked = address.one_of(tr("Ranked by"), "ranked", RANKED)
    tops = at_depth(reasons, 1, ranked)
    if tops.rows["reason_id"].drop_nulls().len():
        charts.draw(_bars(tops, ranked), "pareto")
    st.caption(tr("Click an amount: it opens the reasons below and the accounts; an account's amount its contract lines."))
    st.caption(tr(ABOUT_LEAD))
    picked = tables.cell(tops, "reasons", ("arr", "churns"), SHOWN[ranked])
    if picked:
        _opened(choice, picked[0], reasons, churned, ranked)


def _bars(tops: Report, ranked: str):
    lines = tops.rows.to_dicts()
    values = [tops.shown(ranked, line[ranked]) or 0 for line in lines]
    said = [text.money(value, tops.currency) if ranked == "arr" else f"{value:,}" for value in values]
    shares = [text.percent(line[f"{ranked}_cumulative"]) for line in lines]
    labels = [tr("{said} · {share} so far", said=one, share=share) for one, share in zip(said, shares, strict=True)]
    colours = [charts.ORANGE if line["reason_id"] else charts.GREY for line in lines]
    figure = charts.bars([line["reason"] for line in lines], values, labels, colours)
    return figure.update_xaxes(range=[0, max(values, default=0) * 1.6 or 1])


def _opened(choice: Choice, line: dict, reasons: Report, churned: Report, ranked: str) -> None:
    """The reasons below one of the first level, and the churns of it."""
    st.subheader(text.literal(line["reason"]), anchor=False)
    inner = below(reasons, line["reason_id"], ranked)
    if inner.rows["reason_id"].drop_nulls().len():
        tables.table(inner, "reasons-below", columns=SHOWN[ranked])
    found = of_reason(churned, line["reason_id"])
    account = tables.cell(found, "reason-accounts", ("arr",), CHURNS)
    if account:
        _lines(choice, account[0])


def _lines(choice: Choice, churn: dict) -> None:
    """The contract lines of the month in which an account churned; of who came and left within it all of the account."""
    asked = replace(choice.question, start=churn["opens_on"], end=churn["closes_on"])
    lines = only(loaders.report(choice.company, "movement-lines", choice.viewer, asked), churn["account_id"])
    name = text.literal(churn["name"] or churn["account_id"])
    st.subheader(tr("Contract lines of {name}, {start} to {end}", name=name, start=text.day(asked.start), end=text.day(asked.end)))
    tables.table(lines if lines.rows.height else _all_lines(choice, churn["account_id"]), "reason-lines")


def _all_lines(choice: Choice, account: str) -> Report:
    asked = replace(choice.now, filters=(("account_id", (account,)),))
    return loaders.report(choice.company, "contract-lines", choice.viewer, asked)


def split(ask: Callable[..., Report], by: str | None) -> None:
    """The same for each value of an account column, size or cohort."""
    if by:
        st.subheader(text.literal(tr("Reasons by {lower}", lower=title_of(by).lower())), anchor=False)
        tables.table(at_depth(ask("churn-reasons", by=by), 1), "reasons-by", columns=("group", *FIRST))


def _columns(churned: Report) -> tuple[str, ...]:
    """What is shown of churns at first; what files say only where they say something."""
    said = churned.rows["file_says"].drop_nulls().len()
    return tuple(name for name in CHURNS if said or name != "file_says")


def every_churn(choice: Choice, churned: Report) -> None:
    """All churns as a table, each with the way to its answer."""
    st.subheader(tr("Every churn of the period"), anchor=False)
    tables.table(churned, "churned-accounts", columns=_columns(churned), actions=churn_answers.asking(choice, churned))
