"""Cohorts as a heat map with the numbers in it, and unit economics as figures against their targets."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from language import InLanguage, mark, tr, tr_n
from metrics.unit_economics import YEARLY_FROM
from pages.ui import charts, text
from pages.ui.figures import Figure
from reports.files import tables
from reports.files.cohort_tables import cohort_called
from reports.report import Report
from reports.words.titles import title as title_of

PER = InLanguage({"month": mark("Month"), "quarter": mark("Quarter")})
MEASURES = InLanguage({"logo": mark("Logo"), "gross": mark("Gross"), "net": mark("Net"), "margin_per_account": mark("Margin per account")})
LOSS, EVEN, GAIN = "#e9a06f", "#f4f4f6", "#7f83ee"
INK = "#171a22"
CELL, MARGIN, ROW = 42, 150, 26  # pixels
WIDEST, ALL = 64, 1150
CELLS = {"showscale": False, "xgap": 1, "ygap": 1, "hoverongaps": False}
AVERAGE = mark("Average, weighted")


def heat_map(cohorts: Report, averages: Report, measure: str) -> go.Figure:
    """One row per cohort, the average on top; columns are periods since the first paid day. Orange is less than 100 %, blue more.

    What is 100 % still, as all are at first, is quiet: no ground, grey words.
    """
    money, quarter = measure == "margin_per_account", cohorts.parameters["per"] == "quarter"
    table, average = tables.to_table(cohorts), tables.to_table(averages)
    keys = table.select("cohort", "size").unique().sort("cohort", descending=True).rows()
    names = [tr(AVERAGE), *(f"{cohort_called(cohort, 'quarter' if quarter else 'month')} · {size}" for cohort, size in keys)]
    periods = list(range(max(average["period"], default=0) + 1))
    cells = {(cohort, period): value for cohort, period, value in table.select("cohort", "period", measure).rows()}
    first = dict(average.select("period", measure).rows())
    values = [[first.get(period) for period in periods], *([cells.get((cohort, period)) for period in periods] for cohort, _ in keys)]
    words = [[_words(value, money, cohorts.currency) for value in line] for line in values]
    scale = (
        {"colorscale": [[0, EVEN], [1, GAIN]]} if money else {"colorscale": [[0, LOSS], [0.5, EVEN], [1, GAIN]], "zmin": 0.4, "zmax": 1.6}
    )
    hover = tr("%{y}<br>quarter %{x}: %{text}<extra></extra>") if quarter else tr("%{y}<br>month %{x}: %{text}<extra></extra>")
    quiet = [[value == 1 and not money for value in line] for line in values]
    shared = {"x": periods, "y": names, "texttemplate": "%{text}", "hovertemplate": hover, **CELLS}
    dark = {"size": 11, "color": INK}  # the grounds are pale in either theme
    figure = go.Figure(
        go.Heatmap(z=_only(values, lambda value: money or value != 1), textfont=dark, text=_where(words, quiet, False), **shared, **scale)
    )
    if not money:
        grey = {"size": 11, "color": charts.GREY}
        figure.add_heatmap(
            z=_only(values, lambda value: value == 1),
            textfont=grey,
            text=_where(words, quiet, True),
            colorscale=[[0, charts.CLEAR], [1, charts.CLEAR]],
            **shared,
        )
    charts.styled(figure, 70 + ROW * len(names))
    charts.told(figure, tr("{measures} by cohort and age, on average: {words}", measures=MEASURES[measure], words=tr(", ").join(words[0])))
    figure.add_hline(y=0.5, line={"color": charts.GREY, "width": 1})
    since = tr("Quarters since the first paid one") if quarter else tr("Months since the first paid one")
    figure.update_xaxes(side="top", dtick=1, title=since, title_font_size=12)
    return figure.update_yaxes(autorange="reversed", gridcolor=charts.CLEAR, type="category", ticks="")


def grid_of_shares(table: pl.DataFrame) -> tuple[go.Figure, int]:
    """One row per cohort, the latest on top, columns are months since the first use, with the share in each cell; and its width in pixels.

    table: cohort (month), size, period, share, as files show them. The ground is the paler the smaller the share.
    """
    keys = table.select("cohort", "size").unique().sort("cohort", descending=True).rows()
    periods = list(range(max(table["period"]) + 1))
    cells = {(cohort, period): share for cohort, period, share in table.select("cohort", "period", "share").rows()}
    values = [[cells.get((cohort, period)) for period in periods] for cohort, _ in keys]
    words = [[_words(value, False, "") for value in line] for line in values]
    names = [f"{cohort_called(cohort, 'month')} · {size}" for cohort, size in keys]
    shared = {"x": periods, "y": names, "text": words, "texttemplate": "%{text}", "textfont": {"size": 11, "color": INK}, **CELLS}
    hover = tr("%{y}<br>month %{x}: %{text} %<extra></extra>")
    figure = go.Figure(go.Heatmap(z=values, colorscale=[[0, EVEN], [1, GAIN]], zmin=0, zmax=1, hovertemplate=hover, **shared))
    charts.styled(figure, 70 + ROW * len(names))
    charts.told(figure, tr("Share still active by month of first use and months since, of {n} cohorts", n=len(names)))
    figure.update_xaxes(side="top", dtick=1, title=tr("Months since the first use"), title_font_size=12)
    figure.update_yaxes(autorange="reversed", gridcolor=charts.CLEAR, type="category", ticks="")
    return figure, MARGIN + len(periods) * max(CELL, min(WIDEST, ALL // len(periods)))


def _only(values: list[list[float | None]], wanted: Callable[[float], bool]) -> list[list[float | None]]:
    """The cells of one kind; the others are empty."""
    return [[value if value is not None and wanted(value) else None for value in line] for line in values]


def _where(words: list[list[str]], quiet: list[list[bool]], wanted: bool) -> list[list[str]]:
    """The words of the quiet cells, or of the others: those that are drawn twice would lie on each other."""
    return [[word if one == wanted else "" for word, one in zip(*lines, strict=True)] for lines in zip(words, quiet, strict=True)]


def width(averages: Report, measure: str) -> int:
    """Pixels for the heat map: cells as wide as there is room for, and never too narrow for their numbers."""
    least = 58 if measure == "margin_per_account" else CELL
    periods = max(averages.rows.height, 1)
    return MARGIN + periods * max(least, min(WIDEST, ALL // periods))


def _words(value: float | None, money: bool, currency: str) -> str:
    if value is None:
        return ""
    return text.money(value, currency) if money else text.percent(value).rstrip("%")


def headline(averages: Report) -> str:
    """The finding: what is left after a year, or at the oldest age that two cohorts have reached."""
    year = 4 if averages.parameters["per"] == "quarter" else 12
    shared = [line for line in averages.rows.iter_rows(named=True) if line["cohorts"] > 1 and 0 < line["period"] <= year]
    if not shared:
        return tr("The cohorts are too young to compare")
    last = shared[-1]
    age, logo, gross = _age(averages, last["period"]), text.percent(last["logo"]), text.percent(last["gross"])
    return tr(
        "After {age} cohorts keep {logo} of their accounts and {gross} of their MRR; with expansion {net}",
        age=age,
        logo=logo,
        gross=gross,
        net=text.percent(last["net"]),
    )


def _age(averages: Report, period: int) -> str:
    """So many quarters or months, in words."""
    if averages.parameters["per"] == "quarter":
        return tr_n("{n} quarter", "{n} quarters", period)
    return tr_n("{n} month", "{n} months", period)


def economics(report: Report) -> tuple[list[Figure], list[Figure]]:
    """Two rows of figures, those with a target against it: what accounts pay and keep paying, and what that is worth against its cost."""
    return _kept(report), _worth(report)


def _kept(report: Report) -> list[Figure]:
    of, target = report.total, report.parameters["targets"]["renewal_rate"]
    left = tr(", {paid_and_left} of them paid and left within a month", paid_and_left=of("paid_and_left")) if of("paid_and_left") else ""
    churn = tr(
        "{lost_accounts} of {exposed_accounts} account-months{left}\n\n{customer_churn}",
        lost_accounts=of("lost_accounts"),
        exposed_accounts=of("exposed_accounts"),
        left=left,
        customer_churn=text.meaning("customer_churn"),
    )
    yearly = tr("{annual_churn} a year", annual_churn=text.percent(of("annual_churn"))) if of("annual_churn") is not None else None
    renewed = tr(
        "{renewed:,.0f} of {due:,.0f} renewals\n\n{renewal_rate}",
        renewed=of("renewed") or 0,
        due=of("due") or 0,
        renewal_rate=text.meaning("renewal_rate"),
    )
    rate = text.points(of("renewal_rate"), target) if (of("term_months") or 0) >= YEARLY_FROM else None
    return [
        _money(report, "arpa"),
        Figure(title_of("gross_margin"), text.percent(of("gross_margin")), about=text.meaning("gross_margin")),
        Figure(tr("Customer churn"), text.percent(of("customer_churn")), yearly, "", churn, better="neither"),
        Figure(tr("Renewal rate"), text.percent(of("renewal_rate")), rate, _target(rate, tr("85 %")), renewed),
    ]


def _worth(report: Report) -> list[Figure]:
    of, ratio = report.total, report.total("ltv_to_cac")
    against = None if ratio is None else f"{ratio - report.parameters['targets']['ltv_to_cac']:+.1f}"
    payback = text.MISSING if of("payback_months") is None else tr("{months:.1f} months", months=of("payback_months"))
    between = _between(of("ltv_low"), of("ltv_high"), report.currency)
    return [
        Figure(tr("LTV"), text.money(of("ltv"), report.currency), between, about=text.meaning("ltv"), better="neither"),
        _money(report, "cac"),
        Figure(
            tr("LTV / CAC"), text.MISSING if ratio is None else f"{ratio:.1f}", against, _target(against, "3"), text.meaning("ltv_to_cac")
        ),
        Figure(tr("Payback"), payback, about=text.meaning("payback_months")),
    ]


def _money(report: Report, name: str) -> Figure:
    return Figure(title_of(name), text.money(report.total(name), report.currency), about=text.meaning(name))


def _between(low: float | None, high: float | None, currency: str) -> str | None:
    """Between which bounds LTV lies, in words."""
    if low is None:
        return None if high is None else tr("at most {high}", high=text.money(high, currency))
    return (
        tr("at least {low}", low=text.money(low, currency))
        if high is None
        else tr("{low} to {high}", low=text.money(low, currency), high=text.money(high, currency))
    )


def of_when(report: Report) -> str:
    """What the figures of unit economics are of."""
    if not report.rows.height:
        return tr("No month has closed yet.")
    months = report.parameters["window_months"]
    closed = report.rows["month"][-1]
    return tr(
        "At the close of {closed:%B %Y}; churn, CAC and renewals over the {months} months up to it. Money in {currency}.",
        closed=closed,
        months=months,
        currency=report.currency,
    )


def without_grace(report: Report) -> str:
    """The same figures when a line counts for no day after its end."""
    of = report.total
    rates = tr(
        "churn {customer_churn_without_grace}, renewal rate {renewal_rate_without_grace}",
        customer_churn_without_grace=text.percent(of("customer_churn_without_grace")),
        renewal_rate_without_grace=text.percent(of("renewal_rate_without_grace")),
    )
    money = {name: text.literal(text.money(of(f"{name}_without_grace"), report.currency)) for name in ("arpa", "ltv")}
    return tr("Without grace: ARPA {arpa}, {rates}, LTV {ltv}.", arpa=money["arpa"], rates=rates, ltv=money["ltv"])


def kept_without_grace(averages: Report, measure: str) -> str:
    """The last age that two cohorts have reached, with and without grace; nothing where the measure has none or none is as old."""
    shared = [line for line in averages.rows.iter_rows(named=True) if line["cohorts"] > 1]
    if measure == "margin_per_account" or not shared:
        return ""
    last = shared[-1]
    kept, bare = text.percent(last[measure]), text.percent(last[f"{measure}_without_grace"])
    return tr("After {age} on average {kept}, without grace {bare}.", age=_age(averages, last["period"]), kept=kept, bare=bare)


def _target(change: str | None, target: str) -> str:
    if change is None:
        return ""
    return (
        tr("below the target of {target}", target=target) if change.startswith("-") else tr("above the target of {target}", target=target)
    )
