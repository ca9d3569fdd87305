"""How the columns of a report are shown: what each value looks like, its title, its definition, its total."""

from typing import Any

from language import tr
from pages.ui import text, words
from reports.files import tables
from reports.report import Report
from reports.units import UNITS
from reports.words.codes import told
from reports.words.titles import title as title_of

MOST = 5000  # rows that are sent to the browser; all are in the downloads
EXACT = ("reconcile", "restatement", "contract-lines", "compare-rules", "self-check")  # amounts to the cent, until told otherwise
# Shares of a whole, with a bar; changes, with a sign; flags that are worth a word, with their colour; texts that need room.
SHARES = (
    "arr_at_risk_share", "arr_at_risk_share_before", "arr_share", "at_risk_share", "at_risk_share_before", "churns_share",
    "churn_probability", "known_weight", "rejected_share", "share", "seat_use",
    "breadth", "adoption", "top_user_share",
)  # fmt: skip
CHANGES = {"change": "change", "health_change": "change", "trend": "trend", "weekday_trend": "trend", "volume_change": "trend"}
MARKS = {"at_risk": "red", "unprepared": "orange", "is_champion": "green"}
OWN_WORDS = ("reasons", "exception", "why", "cause", "main_reason", "milestones")  # said by reports: their days are told as elsewhere
WIDE = (
    "reasons",
    "exception",
    "detail",
    "comment",
    "why",
    "body",
    "milestones",
    "cause",
    "main_reason",
    "evidence",
    "file_says",
    "why_null",
)
# Totals that are no sums, and yet said of all rows: balances at both ends of the period, ratios of all groups together.
OF_ALL = {"movements": ("opening", "closing"), "retention": ("nrr", "grr", "logo_retention", "nrr_without_grace")}
BADGES = (
    "state", "band", "health_band", "band_now", "band_then", "band_before", "band_after", "usage_state", "health_90", "health_60",
    "health_30", "found", "call", "was_seen", "stands", "call_90", "call_60", "call_30",
)  # fmt: skip


def described(report: Report, key: str, columns: tuple[str, ...], cells: tuple[str, ...] = (), height: int = 560) -> dict[str, Any]:
    """All that the grid needs of a report. `columns` are shown first, in this order; the others can be chosen.

    `cells`: columns whose values can be clicked. Accounts are links where the rows name them.
    """
    values = tables.columnwise(report, MOST)
    names = [name for name in (*columns, *(name for name in values if name not in columns)) if name in values]
    head = next((name for name in ("name", "account") if name in values), names[0])
    return {
        "key": key, "title": report.title, "count": min(report.rows.height, MOST), "all": report.rows.height, "height": height,
        "columns": [_column(report, name, values[name]) | {"shown": not columns or name in columns} for name in names],
        "link": {"column": head, "ids": values["account_id"]} if head == "name" and "account_id" in values else None,
        "cells": cells, "head": head, "exact": report.name in EXACT, "stamp": stamp(report),
    }  # fmt: skip


def stamp(report: Report) -> str:
    """What a picked cell belongs to: another question, or other data, have other rows."""
    return f"{report.name} {report.data_version} {report.rows.height} {sorted(map(str, report.parameters.items()))}"


def _column(report: Report, name: str, values: list) -> dict[str, Any]:
    kind, about = kind_of(name, report.units.get(name, "")), text.meaning(name)
    return {
        "name": name, "title": title(name, report.units.get(name, "")), "about": about, "kind": kind,
        "values": values if kind == "badge" else told(name, values, report.name),
        "total": total(report, name), "wide": name in WIDE, "ours": name in OWN_WORDS, "mark": MARKS.get(name),
        "currency": "" if "currency" in report.rows.columns else report.currency,
        "words": {code: words.badge(code) for code in sorted({*values} & {*words.BADGES})} if kind == "badge" else {},
    }  # fmt: skip


def title(name: str, unit: str) -> str:
    return tr("30-day change") if (name, unit) == ("change", "score") else title_of(name)


def kind_of(name: str, unit: str) -> str:
    """What a column's values look like: its unit, or what this very column is known to be."""
    if name in BADGES:
        return "badge"
    if unit in ("score", "ratio") and name in CHANGES:
        return CHANGES[name]
    if unit == "ratio" and name in SHARES:
        return "share"
    return "line" if unit == "series" else unit if unit in UNITS else "text"


def total(report: Report, name: str) -> float | int | None:
    """The total of a column, where it is the sum of its rows, or said of all of them: a series of months has none of its ratios."""
    if name not in report.rows.columns or report.totals.get(name) is None:
        return None
    unit, of_all = report.units.get(name), name in OF_ALL.get(report.name, ())
    summed = unit in ("money", "count", "flag") and report.totals[name] == report.rows[name].sum()
    return report.total(name) if summed or of_all else None
