"""The activation page in words and figures."""

import plotly.graph_objects as go
import streamlit as st

from language import InLanguage, mark, tr
from pages.ui import charts, tables, text, words
from pages.ui.figures import Figure
from reports.narrow import apart
from reports.report import Report

ROOM_FOR_LABELS = 1.5
STATES = InLanguage(
    {
        "not_started": mark("Tracked, and no milestone reached since the start."),
        "on_the_way": mark("Some milestones reached, not all."),
    }
)


def headline(report: Report, funnel: Report) -> str:
    """The finding: how many get there, how soon, and where most of the others stop."""
    rate, days = report.total("activation_rate"), report.total("median_days_to_activate")
    if rate is None:
        return _what_can_be_measured(funnel)
    soon = "" if days is None else tr(", half of them {days}", days=_within(days))
    return tr("{rate} of accounts reach every milestone{soon}{stops}", rate=text.percent(rate), soon=soon, stops=_stops(funnel))


def _stops(funnel: Report) -> str:
    """Before which milestone most of the others stop; nothing where segments have other ones, or nobody stops."""
    rows = [] if len(apart(funnel, "measured_by")) > 1 else funnel.rows.to_dicts()
    lost = max(rows, key=lambda step: step["entered"] - step["reached"], default=None)
    if lost is None or lost["entered"] == lost["reached"]:
        return ""
    return tr("; most of the others stop before “{title}”", title=lost["title"])


def funnels(funnel: Report) -> None:
    """A chart for each list of milestones, with whose it is where there are several, and the rows as a file."""
    own = apart(funnel, "measured_by")
    if not own:
        st.caption(tr("No account's start is covered by usage yet."))
        return
    for at, (whose, one) in enumerate(own.items()):
        if len(own) > 1:
            named = whose or tr("All other segments")
            st.markdown(f"**{text.literal(named)}**")
        charts.draw(funnel_bars(one), f"funnel-{at}" if at else "funnel")
    tables.downloads(funnel, "funnel")


def _what_can_be_measured(funnel: Report) -> str:
    """Of the milestones that can be measured, how many reach the first; no word of the others, which may be reached or not."""
    told = next((step for step in funnel.rows.iter_rows(named=True) if step["conversion"] is not None), None)
    if told is None:
        return tr("No account's start is covered by usage yet")
    return tr(
        "{conversion} of accounts reach “{title}”; whether they reach every milestone cannot be measured",
        conversion=text.percent(told["conversion"]),
        title=told["title"],
    )


def _within(days: float) -> str:
    return tr("on their first day") if days < 1 else tr("within {days:.0f} days", days=days)


def figures(report: Report, waiting: Report, before: Report | None, against: str) -> list[Figure]:
    """Activation rate, time to value, on the way, and who paid and are not onboarded."""
    of = report.total
    days, earlier = of("median_days_to_activate"), before.total("median_days_to_activate") if before else None
    rate = tr(
        "{followed_activated} of {followed} accounts followed from their start\n\n{activation_rate}",
        followed_activated=of("followed_activated"),
        followed=of("followed"),
        activation_rate=text.meaning("activation_rate"),
    )
    change = text.points(of("activation_rate"), before.total("activation_rate") if before else None)
    return [
        Figure(tr("Activation rate"), text.percent(of("activation_rate")), change, against, rate),
        Figure(
            tr("Time to value"),
            text.MISSING if days is None else tr("{days:.0f} days", days=days),
            text.more(days, earlier),
            against,
            tr("Median over the activated accounts.\n\n{days_to_activate}", days_to_activate=text.meaning("days_to_activate")),
            better="lower",
        ),
        Figure(tr("On the way"), f"{of('on_the_way'):,}", about=STATES["on_the_way"]),
        Figure(
            tr("Paid, not onboarded"),
            f"{waiting.total('accounts'):,}",
            tr("{arr} ARR", arr=text.money(waiting.total("arr"), waiting.currency)),
            about=tr("{not_started} Paying accounts only.", not_started=STATES["not_started"]),
            better="neither",
        ),
    ]


def funnel_bars(funnel: Report) -> go.Figure:
    """How many are left after each milestone, with the share that gets from one to the next."""
    rows = funnel.rows.to_dicts()
    names = [tr("Started"), *(step["title"] for step in rows)]
    values = [rows[0]["entered"], *(step["reached"] for step in rows)]
    labels = [f"{rows[0]['entered']:,}", *(_of_step(step, rows[:at]) for at, step in enumerate(rows))]
    figure = charts.bars(names, values, labels, [charts.GREY] + [charts.BLUE] * len(rows))
    return figure.update_xaxes(range=[0, ROOM_FOR_LABELS * max(*values, 1)])


def _of_step(step: dict, before: list[dict]) -> str:
    """How many reached it; where some reached all before it and of none of these it can be measured, that it is not measured."""
    last = next((one["reached"] for one in reversed(before) if one["entered"]), 1)
    if not step["entered"] and last:
        return tr("not measured")
    return f"{step['reached']:,}  ({text.percent(step['conversion'])})"


def in_words(row: dict) -> str:
    """One account's activation in a sentence."""
    if row["state"] == "not_tracked":
        return tr("Its usage is not tracked, or is covered only from long after its start: nothing can be said.")
    reached = " · ".join(row["milestones"]) or tr("no milestone reached")
    if row["state"] == "not_measured":
        return tr("Reached: {reached}. Whether the other milestones are reached cannot be measured.", reached=reached)
    state = words.WORDS["state"][row["state"]]
    if row["activated_on"]:
        return tr("{state} on {day}: {reached}", state=state, day=text.day(row["activated_on"]), reached=reached)
    return tr("{state}: {reached}", state=state, reached=reached)
