"""The rules in words: which are compared, what they differ by, and what each choice means."""

import streamlit as st

from language import spoken, tr, tr_n
from metrics.rules import CHOICES, preset
from pages.ui import text
from reports.report import Report


def other_rules(presets: tuple[str, ...], chosen: str) -> str:
    """Choose the rules to set beside those of the bar."""
    others = [name for name in presets if name != chosen]
    return st.selectbox(
        tr("Compare the rules in use ({chosen}) with", chosen=chosen), others, key="against", bind="query-params", width=340
    )


def headline(report: Report) -> str:
    """The finding: the difference, or that there is none."""
    change = report.total("difference")
    if not change:
        return tr("No difference: {title}", title=report.title)
    lines = tr_n("{n:,} contract line", "{n:,} contract lines", report.rows.height)
    amount = text.money(abs(change), report.currency)
    if change < 0:
        return tr("ARR is {amount} lower under the other rules, on {lines}", amount=amount, lines=lines)
    return tr("ARR is {amount} higher under the other rules, on {lines}", amount=amount, lines=lines)


def choices(one: str, other: str) -> list[dict[str, str]]:
    """Every choice with what both rules make of it."""
    return [
        {
            tr("Choice"): choice.title,
            one: _shown(getattr(preset(one), choice.field)),
            other: _shown(getattr(preset(other), choice.field)),
            tr("Meaning"): choice.meaning,
            tr("Used by"): choice.practice,
        }
        for choice in spoken(CHOICES)
    ]


def _shown(value: object) -> str:
    return {True: tr("yes"), False: tr("no")}[value] if isinstance(value, bool) else str(value)
