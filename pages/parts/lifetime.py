"""How long customers stay, in words, figures and curves; every figure opens to the accounts that make it."""

from collections.abc import Collection, Sequence
from html import escape

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from language import InLanguage, mark, tr, tr_n
from pages.parts.activation_curve import within
from pages.ui import charts, tables, text
from pages.ui.figures import Figure
from reports.narrow import apart, where
from reports.report import Report

WEIGHED = InLanguage({"accounts": mark("Accounts"), "mrr": mark("What they paid")})
DISCOUNTS = InLanguage({"5": mark("5 %"), "10": mark("10 %"), "15": mark("15 %")})
ABOUT_WEIGHED = mark("Each account alike, or by the MRR of its first day: then the share is of that money.")
ABOUT_DISCOUNT = mark("By how much less what is paid a year later counts.")
USUAL = ("segment", "plan")  # by the first of them that accounts have, a page is split until another is chosen
NOT_BY = ("lifecycle", "name", "parent_id")  # said of what became of an account, or of one account alone
ACCOUNTS = ("name", "life", "first_paid", "seen_from", "seen_to", "days", "term_months", "renewals_passed", "first_mrr", "account_id")
GROUPS = (
    "group", "followed", "lost", "median_months", "median_months_low", "median_months_high", "year_1", "year_1_low", "year_1_high",
    "year_2", "year_2_low", "year_2_high", "year_3", "year_3_low", "year_3_high", "why_null",
)  # fmt: skip
COLOURS = (charts.BLUE, charts.ORANGE, charts.TEAL, charts.GREY, "#9b59b6")
BANDS = (  # the same colours, pale
    "rgba(91, 91, 234, 0.13)",
    "rgba(207, 106, 31, 0.13)",
    "rgba(18, 144, 143, 0.13)",
    "rgba(138, 143, 156, 0.13)",
    "rgba(155, 89, 182, 0.13)",
)
MOST = 5  # curves that can be told apart
HEIGHT, PIXELS, LABEL = 360, 275, 16
LONGEST = 18  # signs of a group's name at the end of its curve


def splits(columns: Sequence[str], cohorts: Collection[str]) -> list[str]:
    """By what the page can be split: columns that say nothing of what became of an account, and cohorts."""
    return [*(one for one in columns if one not in NOT_BY), *(one for one in cohorts if one != "cohort_month")]


def usual_split(columns: Sequence[str]) -> str | None:
    """The split that stands until another is chosen."""
    return next((one for one in USUAL if one in columns), None)


def headline(groups: Report) -> str:
    """The finding: after how long half of all customers are lost, or how many are still there after the years that were seen."""
    of = groups.total
    if groups.totals.get("why_null"):
        return tr("How long customers stay cannot be told: {why}", why=groups.totals["why_null"])
    if of("median_months") is not None:
        limits = (None if of(name) is None else f"{of(name):.0f}" for name in ("median_months_low", "median_months_high"))
        return tr("Half of the customers are lost after {months} months", months=within(f"{of('median_months'):.0f}", *limits))
    year = next((year for year in (5, 3, 2, 1) if of(f"year_{year}") is not None), None)
    if year is None:
        return tr("Half of the customers are not lost yet")
    share = within(text.percent(of(f"year_{year}")), *(_percent(of(f"year_{year}{limit}")) for limit in ("_low", "_high")))
    return tr_n(
        "After {n} year {share} of the customers are still there",
        "After {n} years {share} of the customers are still there",
        year,
        share=share,
    )


def _percent(ratio: float | None) -> str | None:
    return None if ratio is None else text.percent(ratio)


def figures(groups: Report, accounts: Report, worth: Report) -> list[Figure]:
    """Followed, lost, half, and what a new customer is worth; a click opens the accounts."""
    of, lost = groups.total, where(accounts, "life", "lost")
    followed = where(accounts, "life", "lost", "there")
    half = text.MISSING if of("median_months") is None else tr("{months:.1f} months", months=of("median_months"))
    years = [
        Figure(
            tr("Still there after a year"), text.percent(of("year_1")), _between(of("year_1_low"), of("year_1_high")),
            about=text.meaning("still_there"), better="neither",
        )
    ]  # fmt: skip
    known = worth.total("ltv_discounted") is not None or worth.total("gross_margin") is not None
    name = "ltv_discounted" if known else "revenue_discounted"
    return [
        Figure(
            tr("Followed"), text.count(of("followed")), tr_n("{n:,} lost", "{n:,} lost", int(of("lost") or 0)), about=tr(FOLLOWED),
            better="neither", opens=tables.behind(followed, "behind-followed", ACCOUNTS),
        ),
        *years,
        Figure(
            tr("Half are lost after"), half, tr("not reached yet") if of("median_months") is None else None,
            about=text.meaning("median_months"), better="neither", opens=tables.behind(lost, "behind-lost", ACCOUNTS),
        ),
        Figure(
            tr("Worth of a new customer") if known else tr("Revenue of a new customer"), text.money(worth.total(name), worth.currency),
            _money_between(worth, name), about=text.meaning(name), better="neither",
        ),
    ]  # fmt: skip


FOLLOWED = mark(
    "Accounts that have paid, each from the day on which its loss could have been seen up to the last month's close at which grace can "
    "change no loss any more. A click opens them."
)


def _between(low: float | None, high: float | None) -> str | None:
    return None if low is None or high is None else tr("{low} to {high}", low=text.percent(low), high=text.percent(high))


def _money_between(worth: Report, name: str) -> str | None:
    low, high = (worth.total(f"{name}{limit}") for limit in ("_low", "_high"))
    if low is None or high is None:
        return None
    return tr("{low} to {high}", low=text.money(low, worth.currency), high=text.money(high, worth.currency))


def survival(curve: Report, groups: Report, tests: Report) -> None:
    """The curves of the groups, whether they differ, and the table below."""
    st.subheader(tr("How long customers stay"), anchor=False, help=tr(HOW))
    st.caption(text.literal(text.our(tests.notes[0])) if tests.notes else "")
    if curve.rows.height:
        left_out = groups.rows.height - len(_shown(curve, groups))
        charts.draw(steps(curve, _shown(curve, groups)), "survival")
        if left_out:
            st.caption(tr_n("{n} group is in the table alone", "{n} groups are in the table alone", left_out))
    tables.table(groups, "survival-groups", columns=GROUPS, height=260)


HOW = mark(
    "The share still there after each time since the first paid day (Kaplan and Meier): who is still there counts for as long as it was "
    "followed, and who was first seen later from then on. The bands are what chance allows for (95 %). A curve ends where fewer than five "
    "are followed."
)


def _shown(curve: Report, groups: Report) -> list[str | None]:
    """The largest groups that have a curve, in their order."""
    known = set(curve.rows["group"].to_list())
    sizes = sorted(((row["followed"], row["group"]) for row in groups.rows.to_dicts() if row["group"] in known), key=lambda one: -one[0])
    kept = {group for _, group in sizes[:MOST]}
    return [group for group in groups.rows["group"].to_list() if group in kept]


def steps(curve: Report, shown: Sequence[str | None]) -> go.Figure:
    """The share still there by months since the first paid day, each group within its band, its name at its end."""
    parts, figure, ends = apart(curve, "group"), go.Figure(), []
    for group, colour, band in zip(shown, COLOURS, BANDS, strict=False):
        rows = parts[group].rows
        _one(figure, rows, colour, band, _called(group))
        ends.append((_called(group), colour, rows["months"][-1], rows["still_there"][-1]))
    charts.styled(figure, HEIGHT).update_yaxes(tickformat=".0%", range=[0, 1.05])
    figure.update_xaxes(
        title={"text": tr("Months since the first paid day"), "font": {"size": 11}},
        range=[0, max((month for _, _, month, _ in ends), default=1)],
        dtick=12,
    )
    _names(figure, ends)
    said = [tr("{name}: {share} after {months:.0f} months", name=name, share=text.percent(share), months=at) for name, _, at, share in ends]
    return charts.told(figure, tr("; ").join(said))


def _called(group: str | None) -> str:
    return tr("All") if group is None else group


def _one(figure: go.Figure, rows: pl.DataFrame, colour: str, band: str, name: str) -> None:
    """One group: its band first, then its line, from all on the first day on."""
    months, shares = [0.0, *rows["months"]], [1.0, *rows["still_there"]]
    lows, highs = (
        [1.0, *(row["still_there"] if row[limit] is None else row[limit] for row in rows.to_dicts())] for limit in ("low", "high")
    )
    for values, fill in ((highs, None), (lows, "tonexty")):
        figure.add_scatter(x=months, y=values, mode="lines", line={"width": 0, "shape": "hv"}, fill=fill, fillcolor=band, hoverinfo="skip")
    came = ["", *(tr_n("{n:,} came so far", "{n:,} came so far", n) for n in rows["came_up"])]
    hover = tr("{name}, month %{x:.1f}: %{y:.1%} still there, %{customdata}<extra></extra>").replace("{name}", escape(name))
    line = {"color": colour, "width": 2.5, "shape": "hv"}
    figure.add_scatter(x=months, y=shares, mode="lines", line=line, customdata=came, hovertemplate=hover)


def _names(figure: go.Figure, ends: Sequence[tuple[str, str, float, float]]) -> None:
    """Each curve's name at its end, in its colour, the lower one below the upper one where both would lie on each other."""
    free = None
    for name, colour, month, share in sorted(ends, key=lambda one: -one[3]):
        place = share * PIXELS if free is None else min(share * PIXELS, free - LABEL)
        short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        figure.add_annotation(
            x=month, y=share, text=f" <b>{escape(short)} {text.percent(share)}</b>", showarrow=False, xanchor="left",
            yshift=place - share * PIXELS, font={"color": colour, "size": 12},
        )  # fmt: skip
        free = place
    longest = max((min(len(name), LONGEST) for name, *_ in ends), default=0)
    figure.update_layout(margin={"r": 60 + 7 * longest})


def everybody(accounts: Report) -> None:
    """Every account with its lifetime."""
    tables.table(accounts, "lifetime-accounts", columns=ACCOUNTS)
