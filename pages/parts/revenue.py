"""The parts of the revenue page. Every figure opens: to accounts, an account to its contract lines, a line to its file and line."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from language import InLanguage, mark, tr
from language.formats import sentences
from metrics.movements import PARTS
from metrics.segments import CROSSINGS
from pages.parts.revenue_compared import Period, with_before
from pages.ui import address, charts, filters, folds, tables, text
from pages.ui.figures import Figure, row
from reports.narrow import behind, of_group, only
from reports.report import Question, Report
from reports.words.titles import title as title_of

Ask = Callable[..., Report]


# What came of the renewals of a period, counted.
CAME_OF = InLanguage(
    {
        "on_time": mark("{n:,} on time"),
        "late": mark("{n:,} late"),
        "in_grace": mark("{n:,} in grace"),
        "open": mark("{n:,} open"),
        "lost": mark("{n:,} lost"),
    }
)


def has_parents(arr: Report) -> bool:
    return bool(arr.totals.get("accounts_with_parent"))


def without_grace(arr: Report, kept: Report) -> str:
    bare = text.money_in_full(arr.total("arr_without_grace"), arr.currency)
    nrr = text.percent(kept.total("nrr_without_grace"))
    return tr("Without grace: ARR {arr}, NRR {nrr}.", arr=bare, nrr=nrr)


def period(kept: Report, arr: Report) -> str:
    """On which day ARR is, between which days retention: the end of the period, while other pages tell of the day looked at."""
    opens, closes = text.day(kept.parameters["from"]), text.day(kept.parameters["to"])
    counted = tr("accounts") if kept.parameters.get("level") == "account" else tr("topmost parents")
    days = tr(
        "ARR on {to}; retention of who paid on {opens}, up to {closes}.", to=text.day(arr.parameters["to"]), opens=opens, closes=closes
    )
    return tr("{days} Money in {currency}; logos are {counted}.", days=days, currency=arr.currency, counted=counted)


def behind_the_figures(arr: Report, kept: Report) -> None:
    """The accounts whose sums are the headline figures."""
    draws = {tr("ARR"): lambda: tables.table(arr, "arr-accounts"), tr("NRR, GRR and logo retention"): lambda: _cohort(kept)}
    folds.fold(
        tr("The accounts behind these figures"), "behind-these-figures", lambda: folds.tabs(draws, "behind-tabs"), ":material/account_tree:"
    )


def _cohort(kept: Report) -> None:
    money = {name: text.money_in_full(kept.total(f"{name}_mrr"), kept.currency) for name in ("opening", "closing", "retained")}
    said = tr(
        "{opening_accounts:,} accounts paid at the opening, {retained_accounts:,} still do. ",
        opening_accounts=kept.total("opening_accounts"),
        retained_accounts=kept.total("retained_accounts"),
    )
    said += tr(
        "Opening MRR {opening}, closing {closing}, retained {retained}.",
        opening=money["opening"],
        closing=money["closing"],
        retained=money["retained"],
    )
    st.caption(text.literal(said))
    tables.table(kept, "retention-accounts")


# The periods that one is compared with, as they are called where they stand side by side.
BESIDE = InLanguage({"previous_period": mark("Previous period"), "year_before": mark("A year before")})


def period_of(ask: Ask, question: Question | None, compared: str, counted: dict[str, str]) -> Period | None:
    """The figures and movements of another period; None where there is none."""
    if question is None:
        return None
    return Period(BESIDE[compared], ask("arr", question), ask("retention", question, **counted), ask("movements", question, **counted))


def present() -> None:
    """Into the mode for meetings, and out of it again; the link of either can be sent."""
    if address.presenting():
        st.button(tr("End presentation"), icon=":material/close_fullscreen:", type="tertiary", on_click=address.present, args=(False,))
    else:
        about = tr("Big figures and charts, no controls. The link of the page then opens it so for everybody.")
        st.button(tr("Present"), icon=":material/slideshow:", type="tertiary", on_click=address.present, args=(True,), help=about)


def bridge(moves: Report, before: Period | None) -> None:
    """Waterfall and trend of the period, the trend with that of the period compared with."""
    if not moves.rows.height:
        st.info(tr("The period has no day. Choose a longer one to see movements."), icon=":material/date_range:")
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(tr("Why MRR moved"), anchor=False)
        st.caption(tr("Each bar says its own amount; click the table below to see the accounts"))
        charts.draw(charts.waterfall(moves), "waterfall")
    with right:
        st.subheader(tr("MRR at the end of each month"), anchor=False)
        st.caption((text.meaning("mrr") or "").split("\n")[0])
        figure = charts.line(moves, "closes_on", "closing", hover="%{x|%-d %b %Y}: %{y:,.2f}")
        charts.draw(with_before(figure, moves, *(_moves_of(before))), "closing")


def _moves_of(before: Period | None) -> tuple[Report | None, str]:
    return (before.moves, before.words) if before else (None, "")


def movements(ask: Ask, moves: Report, counted: dict[str, str]) -> None:
    """What the bridge does not see, and the table whose cells open."""
    if not moves.rows.height:
        return
    _passing(ask, moves, counted)
    every = filters.step()
    st.caption(tr("Click an amount: it opens the accounts behind it, and an account's amount its contract lines."))
    _opening(ask, ask("movements", every=every, **counted), every, counted, "movements")


def _passing(ask: Ask, moves: Report, counted: dict[str, str]) -> None:
    """Under the bridge: the accounts that paid and left between two closes, which it does not see."""
    count = moves.total("paid_and_left") or 0
    if not count:
        return
    came = text.literal(text.money_in_full(moves.total("paid_and_left_mrr"), moves.currency))
    said = tr("Not in the bridge: {count} with {came} MRR paid and left between two closes", count=text.accounts(count), came=came)
    with st.expander(said, icon=":material/sync_alt:"):
        st.caption(tr("They paid on neither balance day. Customer churn and LTV count them, unless the rules say otherwise."))
        tables.table(ask("paid-and-left", **counted), "paid-and-left")


def _opening(ask: Ask, report: Report, every: str, counted: dict[str, str], key: str, by: str | None = None) -> None:
    """The table of movements, and what its clicked cell opens to."""
    parts = [name for name in report.units if name in (*PARTS, *CROSSINGS)]
    picked = tables.cell(report, key, tuple(parts), () if by else ("month", *parts, "accounts"))
    if not picked or picked[1] not in parts:
        return
    line, part = picked
    start, end = line["opens_on"], line["closes_on"]
    accounts = of_group(ask("movement-accounts", start=start, end=end, every=every, **counted, by=by), line["group"])
    found = behind(accounts, line["month"], part)
    total = text.money_in_full(found.total(part) or 0, report.currency)
    st.subheader(
        tr(
            "{part} of {month:%b %Y}: {total} MRR on {height}",
            part=title_of(part),
            month=line["month"],
            total=text.literal(total),
            height=text.accounts(found.rows.height),
        )
    )
    account = tables.cell(found, f"{key}-accounts", (part,))
    if account:
        _lines(ask, start, end, account[0]["account_id"], found, counted, key)


def _lines(ask: Ask, start: date, end: date, account: str, found: Report, counted: dict[str, str], key: str) -> None:
    lines = only(ask("movement-lines", start=start, end=end, **counted), account)
    name = only(found, account).rows["name"][0]
    st.subheader(tr("Contract lines of {name}, {start} to {end}", name=text.literal(name), start=text.day(start), end=text.day(end)))
    tables.table(lines, f"{key}-lines")


def trailing(report: Report) -> None:
    """Retention over trailing twelve months."""
    st.subheader(tr("Retention, trailing twelve months"))
    if report.rows["nrr"].null_count() == report.rows.height:
        st.caption(tr("No account paid twelve months before any month of this period."))
        return
    st.caption(tr("NRR and GRR of the twelve months that close on each month's end"))
    charts.draw(charts.ratios(report, "day", ("nrr", "grr")), "trailing")
    folds.fold(tr("As a table"), "trailing-as-table", lambda: tables.table(report, "trailing-table"))


def renewals(report: Report) -> None:
    """Renewal rate by count and by value, against the target; beside it the monthly churn of accounts without a term."""
    st.subheader(tr("Renewal rate"))
    if report.total("without_term"):
        lost, months = report.total("churned_without_term"), report.total("without_term")
        churn = text.percent(report.total("monthly_churn"))
        st.caption(
            tr("Without a term: {lost:,} lost in {months:,} account-months, {churn} a month.", lost=lost, months=months, churn=churn)
        )
    if not report.total("renewals"):
        st.caption(tr("No contract came up for renewal in this period."))
        return
    for note in report.notes:
        st.caption(note)
    st.caption(
        tr("{renewals:,} came up; the target is {target}", renewals=report.total("renewals"), target=text.percent(report.total("target")))
    )
    rates = {"count": text.meaning("renewal_rate"), "value": tr("ARR kept of the ARR that came up.")}
    row([_against_target(report, name, about) for name, about in rates.items()], key="figures-renewal-rate")
    st.caption(tr(", ").join(words.format(n=report.total(state)) for state, words in CAME_OF.items()))
    bare = [text.percent(report.total(f"rate_by_{name}_without_grace")) for name in rates]
    waits = text.literal(text.money_in_full(report.total("due_in_grace"), report.currency))
    st.caption(
        sentences(
            tr("Without grace: {by_count} by count, {by_value} by value.", by_count=bare[0], by_value=bare[1]),
            tr("ARR {waits} is still in grace.", waits=waits) if report.total("in_grace") else "",
        )
    )
    folds.fold(tr("As a table"), "renewal-rate-as-table", lambda: tables.table(report, "renewal-rate-table"))


def _against_target(report: Report, name: str, about: str | None) -> Figure:
    rate = report.total(f"rate_by_{name}")
    title = tr("By count") if name == "count" else tr("By value")
    return Figure(title, text.percent(rate), text.points(rate, report.total("target")), tr("against the target"), about)


def split(ask: Ask, by: str | None, counted: dict[str, str]) -> None:
    """Retention and movements of each value of an account column."""
    if not by:
        return
    tables.table(ask("retention", by=by, **counted), "by-retention")
    st.subheader(text.literal(tr("Movements by {lower}", lower=title_of(by).lower())))
    _opening(ask, ask("movements", by=by, **counted), "month", counted, "by-movements", by)
