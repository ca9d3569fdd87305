"""What would be otherwise, as rows that are filled in; and what comes of it over four quarters."""

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from data.parameters import WrongParameter
from language import again, tr
from language.formats import clauses
from models.forecast import QUARTERS, Change
from pages.ui import address, charts, folds, loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.figures import Figure
from reports.files.tables import to_table
from reports.forecast.assumptions import STAYS, changes_of, text_of
from reports.narrow import alike
from reports.report import Question, Report
from reports.words.titles import title as title_of

IN_ADDRESS = "what_if"
COLOURS = (charts.BLUE, charts.TEAL, charts.ORANGE)
COLUMNS = ("name", "quarter", "expected_arr", "expected_arr_low", "expected_arr_high", "difference", "nrr", "nrr_low", "nrr_high", "grr")


def assumptions(choice: Choice) -> str | None:
    """The rows in which people say what would be otherwise; as text, also in the address, so that it can be sent."""
    given = next(iter(address.asked(IN_ADDRESS)), None)
    segments = _segments(choice)
    with st.form("what-if", border=True):
        st.caption(tr("What would be otherwise, from when on? A row each; without a segment it is of all accounts."))
        rows = st.data_editor(
            _rows(given) or [dict.fromkeys(("segment", "renewal", "churn", "price", "since"))],
            num_rows="dynamic", placeholder="", hide_index=True, column_config=_columns(segments), key=f"assumed-{given}", width="stretch",
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            works = st.form_submit_button(tr("Work it out"), type="primary", icon=":material/calculate:")
            clears = st.form_submit_button(tr("As expected"), type="tertiary", icon=":material/restart_alt:")
    if works or clears:
        address.open_one(IN_ADDRESS, _text(rows) if works else None)
        st.rerun()
    return given


def worked_out(choice: Choice, question: Question) -> Report:
    """The report; where the assumptions cannot be, they are told, and it is as expected."""
    try:
        return loaders.report(choice.company, "what-if", choice.viewer, question)
    except WrongParameter as wrong:
        st.error(text.literal(again(wrong)), icon=":material/error:")
        return loaders.report(choice.company, "what-if", choice.viewer, choice.now)


def _segments(choice: Choice) -> list[str]:
    rows = loaders.report(choice.company, "accounts", choice.viewer, unfiltered(choice.now)).rows
    return sorted({one for one in rows["segment"].to_list() if one})


def _columns(segments: Sequence[str]) -> dict[str, Any]:
    percent: dict[str, Any] = {"format": "%+g %%", "step": 0.5}
    return {
        "segment": st.column_config.SelectboxColumn(title_of("segment"), options=segments, help=tr("Empty: all accounts.")),
        "renewal": st.column_config.NumberColumn(
            tr("Renewal rate, points"), format="%+g", min_value=-100, max_value=100, step=0.5,
            help=tr("5: of a hundred that are due, five more renew than expected. Who has given notice stays lost."),
        ),
        "churn": st.column_config.NumberColumn(
            tr("Churn without a term"), min_value=-100, max_value=900, **percent,
            help=tr("-10 %: of those who have no term, a tenth fewer leave than expected."),
        ),
        "price": st.column_config.NumberColumn(
            tr("Price"), min_value=-90, max_value=500, **percent,
            help=tr("What is due pays so much more from its renewal on; what has no term from the beginning of the quarter on."),
        ),
        "since": st.column_config.SelectboxColumn(
            tr("From quarter"), options=list(range(1, QUARTERS + 1)), help=tr("1 is the quarter that runs; empty means 1.")
        ),
    }  # fmt: skip


def _rows(given: str | None) -> list[dict[str, Any]]:
    """Rows as people fill them in; none for what cannot be read."""
    try:
        changes = changes_of(given)
    except WrongParameter:
        return []
    return [
        {
            "segment": one.segment, "renewal": _shown(100 * one.renewal), "churn": _shown(100 * (one.churn - 1)),
            "price": _shown(100 * one.price), "since": one.since,
        }
        for one in changes
    ]  # fmt: skip


def _shown(number: float) -> float | None:
    return round(number, 6) or None


def _text(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The rows that say something, as text; None where none does."""
    said = [one for row in rows if (one := _change(row)) != Change(one.segment, since=one.since)]
    return text_of(said) if said else None


def _change(row: Mapping[str, Any]) -> Change:
    renewal, churn, price = (round((row.get(name) or 0) / 100, 8) for name in STAYS)
    return Change(row.get("segment") or None, renewal, 1 + churn, price, int(row.get("since") or 1))


def headline(report: Report) -> str:
    """What comes of the assumptions at the end of the four quarters, in a sentence."""
    plain, changed = _ends(report)
    if plain is None or plain["expected_arr"] is None:
        return tr("There is no forecast, and so nothing to hold assumptions against.")
    day = text.day(plain["ends_on"])
    if changed is None or changed["expected_arr"] is None:
        arr = text.money(report.shown("expected_arr", plain["expected_arr"]), report.currency)
        return tr("{arr} ARR of today's customers is expected on {day}. What would move it?", arr=arr, day=day)
    arr, more = (text.money(report.shown(name, changed[name]), report.currency) for name in ("expected_arr", "difference"))
    return tr(
        "With the assumptions {arr} ARR on {day}: {more} against what is expected.", arr=arr, day=day,
        more=f"+{more}" if changed["difference"] > 0 else more,
    )  # fmt: skip


def _ends(report: Report) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The last quarter as expected, and with the assumptions; None where there is none."""
    found = list(apart(report).values())
    last = [one.rows.row(-1, named=True) for one in found if one.rows.height]
    return (last[0] if last else None), (last[1] if len(last) > 1 else None)


def apart(report: Report) -> dict[str, Report]:
    """The quarters of each name; a second scenario of the same name has its owner behind it."""
    found: dict[str, Report] = {}
    for part in alike(report, "scenario_id", "name"):
        row = part.rows.row(0, named=True)
        name = row["name"] if row["name"] not in found else f"{row['name']} ({row.get('owner') or ''})"
        found[name] = part
    return found


def figures(report: Report) -> list[Figure]:
    plain, changed = _ends(report)
    if plain is None:
        return []
    now = changed or plain
    return [
        Figure(title_of("today_arr"), text.money(report.total("today_arr"), report.currency), about="today_arr"),
        _compared(report, plain, changed, "expected_arr"),
        _compared(report, plain, changed, "nrr"),
        Figure("GRR", text.percent(now["grr"]), text.points(now["grr"], plain["grr"]) if changed else None, _as_expected(changed), "grr"),
    ]  # fmt: skip


def _compared(report: Report, plain: Mapping[str, Any], changed: Mapping[str, Any] | None, name: str) -> Figure:
    """A figure of the last quarter with its range, and how much it is off from what is expected."""
    now, say = changed or plain, partial(_say, report, name)
    low, high = say(now[f"{name}_low"]), say(now[f"{name}_high"])
    off = text.points if report.units[name] == "ratio" else partial(text.more, currency=report.currency)
    shown = partial(report.shown, name)
    change = off(shown(now[name]), shown(plain[name])) if changed else None
    exact = tr("80 % of what happens should lie between {low} and {high}.", low=low, high=high) if now[f"{name}_low"] is not None else ""
    return Figure(title_of(name) if name != "nrr" else "NRR", say(now[name]), change, _as_expected(changed), name, exact=exact)


def _as_expected(changed: Mapping[str, Any] | None) -> str:
    return tr("vs expected") if changed else ""


def _say(report: Report, name: str, value: float | None) -> str:
    return text.percent(value) if report.units[name] == "ratio" else text.money(report.shown(name, value), report.currency)


def chart(report: Report, key: str = "what-if", most: int = 2) -> None:
    """ARR by the end of each quarter under the first names, from today's on; the very first within its range. most: names."""
    if report.rows["expected_arr"].null_count() < report.rows.height:
        charts.draw(lines(report, most), key)


def lines(report: Report, most: int) -> go.Figure:
    """As expected in grey with its range, and a line for each other name."""
    figure, today, ends = go.Figure(), report.total("today_arr"), []
    start, drawn = report.parameters["as_of"], list(apart(report).items())[:most]
    for number, (name, one) in enumerate(drawn):
        rows = to_table(one).drop_nulls("expected_arr")
        if rows.is_empty():
            continue
        days = [start, *rows["ends_on"].to_list()]
        colour = charts.GREY if number == 0 else COLOURS[(number - 1) % len(COLOURS)]
        for end, fill in (("high", None), ("low", "tonexty")) if number == 0 else ():
            band = [today, *rows[f"expected_arr_{end}"].to_list()]
            figure.add_scatter(
                x=days, y=band, mode="lines", line={"width": 0}, fill=fill, fillcolor=charts.SOFT, hoverinfo="skip", showlegend=False
            )
        values = [today, *rows["expected_arr"].to_list()]
        said = [text.money_in_full(value, report.currency) for value in values]
        figure.add_scatter(
            x=days, y=values, name=escape(name), mode="lines+markers",
            line={"color": colour, "width": 2.5, "dash": "dash"}, customdata=said,
            hovertemplate=f"{escape(name)}: %{{customdata}}<extra></extra>",
        )  # fmt: skip
        ends.append((values[-1], f"<b>{text.money(values[-1], report.currency)}</b>", colour))
    told = [text.money(one.shown("expected_arr", one.rows["expected_arr"][-1]), report.currency) for _, one in drawn]
    words = clauses(*(f"{name} {last}" for (name, _), last in zip(drawn, told, strict=True)))
    return charts.told(charts.money_lines(figure, ends, report.currency), words)


def numbers(report: Report) -> None:
    """Every quarter under each name."""
    draws = partial(tables.table, report, "what-if", columns=COLUMNS)
    folds.fold(tr("Quarter by quarter"), "what-if-numbers", draws, ":material/table_rows:")
