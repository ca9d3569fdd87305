"""What a customer is worth, told three ways side by side, and the renewals that were seen beside the curve that foresees them."""

from collections.abc import Callable, Mapping

import plotly.graph_objects as go
import streamlit as st

from language import mark, tr, tr_n
from pages.ui import address, charts, folds, tables, text
from pages.ui.figures import Figure, row
from reports.narrow import of_term
from reports.report import Report

VALUES = (
    "group",
    "accounts",
    "arpa",
    "gross_margin",
    "ltv_by_renewal",
    "ltv",
    "ltv_discounted",
    "ltv_discounted_low",
    "ltv_discounted_high",
)
REVENUES = (
    "group", "accounts", "arpa", "revenue_by_renewal", "ltv_without_margin", "revenue_discounted", "revenue_discounted_low",
    "revenue_discounted_high",
)  # fmt: skip
MONTHS = (
    "group", "months_by_renewal", "months_by_churn", "months_by_churn_discounted", "months_discounted", "renewal_rate", "renewed",
    "due", "term_months", "customer_churn", "lost_accounts", "exposed_accounts", "with_term",
)  # fmt: skip
FITS = (
    "group", "term_months", "followed", "lost", "renewals_due", "first_renewal", "later_renewal", "half_after", "lifetime", "lifetime_low",
    "lifetime_high", "curve_fits", "alpha", "beta", "why_null",
)  # fmt: skip
BY_TENURE = (
    "renewals_passed", "accounts_now", "came_up", "lost", "still_there", "curve", "curve_renewal", "residual", "residual_low",
    "residual_high", "residual_value",
)  # fmt: skip
HEIGHT = 340
BAND = "rgba(91, 91, 234, 0.13)"


def three_ways(worth: Report, said: tuple[str, ...]) -> None:
    """The three values of all accounts as figures, why they differ, and the table of groups. said: notes that stand elsewhere."""
    st.header(tr("What a customer is worth"), anchor=False)
    with_margin = (worth.total("gross_margin") or 0) > 0
    st.caption(_of_what(worth, with_margin))
    row(_figures(worth, with_margin), "figures-three-ways")
    for note in (one for one in worth.notes if one not in said):
        st.caption(f":material/info: {text.literal(text.our(note))}")
    columns = VALUES if with_margin else REVENUES
    folds.tabs(
        {
            tr("By group"): lambda: tables.table(worth, "lifetime-value", columns=(*columns, "why_null"), height=260),
            tr("The numbers behind it"): lambda: tables.table(worth, "lifetime-months", columns=MONTHS, height=260),
        },
        "lifetime-value-tabs",
    )


def _of_what(worth: Report, with_margin: bool) -> str:
    closing = text.day(worth.parameters["to"])
    if with_margin:
        return tr(
            "ARPA x gross margin x how long an account stays, at the close of {closing}. Money in {currency}.", closing=closing,
            currency=worth.currency,
        )  # fmt: skip
    why = worth.totals.get("why_no_margin") or tr("the margin is not known")
    return tr(
        "Told as revenue, ARPA x how long an account stays, at the close of {closing}: {why}. Money in {currency}.",
        closing=closing, why=why, currency=worth.currency,
    )  # fmt: skip


def _figures(worth: Report, with_margin: bool) -> list[Figure]:
    """By renewal, by churn, discounted; each with the months that it stands for, or why it is not told."""
    names = (
        ("ltv_by_renewal", "ltv", "ltv_discounted") if with_margin else ("revenue_by_renewal", "ltv_without_margin", "revenue_discounted")
    )
    titles = (tr("By renewals"), tr("By churn"), tr("By the curve, discounted"))
    months = ("months_by_renewal", "months_by_churn", "months_discounted")
    return [
        Figure(
            title, text.money(worth.total(name), worth.currency), _stays(worth.total(month)), about=text.meaning(name), better="neither",
            exact=text.money_in_full(worth.total(name), worth.currency),
        )
        for title, name, month in zip(titles, names, months, strict=True)
    ]  # fmt: skip


def _stays(months: float | None) -> str | None:
    return tr("not told") if months is None else tr("{months:.1f} months of ARPA", months=months)


def renewals(fits: Report, curve: Callable[[], Report]) -> None:
    """What fits which group and term; of one of them the curve over what was seen, and what is still to come by tenure."""
    st.header(tr("Renewals, seen and foreseen"), anchor=False)
    st.caption(tr(ABOUT))
    known = {f"{line['group'] or ''}|{line['term_months']}": line for line in fits.rows.to_dicts() if not line["why_null"]}
    if known:
        words = {code: _called(line) for code, line in known.items()}
        which = address.one_of(tr("Show"), "term", words, _largest(known))
        one = of_term(curve(), known[which]["group"], known[which]["term_months"])
        st.caption(_fit_in_words(known[which]))
        charts.draw(drawn(one), "renewals")
        still = tr("What an account is still worth, by how often it has renewed")
        folds.fold(still, "by-tenure-fold", lambda: tables.table(one, "by-tenure", columns=BY_TENURE, height=HEIGHT))
    tables.table(fits, "lifetime-fits", columns=FITS, height=260)


ABOUT = mark(
    "The curve is the shifted beta geometric model (sBG): each customer renews with a chance of its own, so that those who would leave "
    "leave early. It is fitted to all renewals that were followed, by terms of one length, whenever a customer began."
)


def _largest(known: Mapping[str, dict]) -> str:
    return max(known, key=lambda code: (known[code]["followed"], known[code]["term_months"]))


def _called(line: dict) -> str:
    """A group and its term in words."""
    term = tr_n("by the month", "by {n} months", line["term_months"]) if line["term_months"] != 12 else tr("by the year")
    return term if line["group"] is None else tr("{group}, {term}", group=line["group"], term=term)


def _fit_in_words(line: dict) -> str:
    rates = tr(
        "The first renewal is kept by {first}, the fifth by {later}", first=text.percent(line["first_renewal"]),
        later=text.percent(line["later_renewal"]),
    )  # fmt: skip
    if line["curve_fits"] == "badly":
        return tr("{rates}. The curve does not fit what was seen: take what it foresees with care.", rates=rates)
    return tr("{rates}. The grey steps are what was seen, the line is the curve, dashed where nothing was seen yet.", rates=rates)


def drawn(one: Report) -> go.Figure:
    """The share still there after each renewal: as seen, in steps within their band, and by the curve within its own."""
    rows = one.rows
    k, curve = rows["renewals_passed"].to_list(), rows["curve"].to_list()
    seen = [1.0, *rows["still_there"].drop_nulls()]
    figure = go.Figure()
    for name, fill in (("curve_high", None), ("curve_low", "tonexty")):
        figure.add_scatter(x=k, y=rows[name].to_list(), mode="lines", line={"width": 0}, fill=fill, fillcolor=BAND, hoverinfo="skip")
    last = len(seen) - 1
    hover = tr("After %{x} renewals: %{y:.1%} by the curve<extra></extra>")
    for part, dash in ((slice(0, last + 1), "solid"), (slice(last, None), "dash")):
        line = {"color": charts.BLUE, "width": 2.5, "dash": dash}
        figure.add_scatter(x=k[part], y=curve[part], mode="lines", line=line, hovertemplate=hover)
    told = tr("After %{x} renewals: %{y:.1%} seen<extra></extra>")
    figure.add_scatter(
        x=k[: last + 1],
        y=seen,
        mode="lines+markers",
        line={"color": charts.GREY, "width": 2, "shape": "hv"},
        marker={"size": 5},
        hovertemplate=told,
    )
    charts.styled(figure, HEIGHT).update_yaxes(tickformat=".0%", range=[0, 1.05])
    figure.update_xaxes(title={"text": tr("Renewals"), "font": {"size": 11}}, rangemode="tozero")
    said = tr(
        "Seen after {last} renewals: {seen}; by the curve after {far}: {foreseen}",
        last=last,
        seen=text.percent(seen[-1]),
        far=k[-1],
        foreseen=text.percent(curve[-1]),
    )
    return charts.told(figure, said)
