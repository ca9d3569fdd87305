"""What the charts of a board pack show, whoever draws them: labels and values, as the reports say them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from language import InLanguage, formats, mark, mark_of, tr
from reports.report import Report
from reports.words.titles import title

UP, DOWN = ("new", "reactivation", "expansion", "entering"), ("contraction", "churn", "leaving")
OUTCOMES = InLanguage(
    {
        "on_time": mark("On time"),
        "late": mark_of("a renewal", "Late"),
        "in_grace": mark("In grace"),
        "open": mark("Open"),
        "lost": mark("Lost"),
    }
)
GOOD = ("on_time", "late")
POINTS = 5  # of a line that becomes bars: a year in quarters
Say = Callable[[Any, str], str]


@dataclass(frozen=True)
class Step:
    """One bar: from where to where (in the unit), what it says, and whether it is a total, up or down."""

    label: str
    low: float
    high: float
    kind: str
    value: float | None
    unit: str

    def drawn(self, say: Say) -> dict[str, Any]:
        return {"label": self.label, "low": self.low, "high": self.high, "kind": self.kind, "value": say(self.value, self.unit)}


def bridge(moved: Report) -> list[Step]:
    """From the opening to the closing MRR of the period."""
    if not moved.rows.height:
        return []
    at, steps = moved.totals["opening"], [_total(title("opening"), moved.totals["opening"], "money")]
    for part, sign in [*((name, 1) for name in UP), *((name, -1) for name in DOWN), ("fx", 1)]:
        if part in moved.totals:
            step = sign * moved.totals[part]
            steps.append(Step(title(part), min(at, at + step), max(at, at + step), "up" if step >= 0 else "down", step, "money"))
            at += step
    return [*steps, _total(title("closing"), moved.totals["closing"], "money")]


def _total(label: str, value: float, unit: str) -> Step:
    return Step(label, 0, value, "total", value, unit)


def base(steps: list[Step]) -> float:
    """Where the axis of a bridge begins: above zero where its levels lie close together, so that small steps can be seen."""
    levels = [*accumulate(step.value or 0 for step in steps[:-1])]
    if not levels or min(levels) <= 0 or max(levels) - min(levels) > max(levels) / 2:
        return 0
    return max(0, min(levels) - max(max(levels) - min(levels), max(levels) / 100) / 2)


def points(moved: Report) -> list[date]:
    """The balance days at which a line is shown as bars: every third close back from the last, and the opening."""
    closes = moved.rows["closes_on"].unique().sort().to_list()
    return [] if not closes else sorted({moved.parameters["from"], *closes[::-1][:: max(1, len(closes) // (POINTS - 1))]})


def arr_bars(at: Mapping[date, Report]) -> list[Step]:
    """ARR on each of some days."""
    return [_total(formats.day(day), report.totals["arr"], "money") for day, report in at.items()]


def retention_bars(series: Report) -> list[Step]:
    """NRR and GRR of the trailing twelve months that close on some of the days; none where the series is split into groups."""
    rows = [row for row in series.rows.iter_rows(named=True) if row["nrr"] is not None and row.get("group") is None]
    return [step for row in rows[::-1][:: max(1, len(rows) // (POINTS - 1) or 1)][:POINTS][::-1] for step in _ratios(row)]


def _ratios(row: dict[str, Any]) -> Iterator[Step]:
    month = formats.short_month(row["day"])
    yield Step(tr("NRR {month}", month=month), 0, row["nrr"], "up", row["nrr"], "ratio")
    yield Step(tr("GRR {month}", month=month), 0, row["grr"], "total", row["grr"], "ratio")


def renewal_bars(rate: Report) -> list[Step]:
    """How many of the renewals that came up turned out how."""
    if not rate.totals.get("renewals"):
        return []
    return [
        Step(words, 0, rate.totals[name], "up" if name in GOOD else "down" if name == "lost" else "total", rate.totals[name], "count")
        for name, words in OUTCOMES.items()
    ]
