"""What was said before losses, in sentences; and the values of what they had in common as people call them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from language import InLanguage, tr, tr_n, tr_of
from language.formats import sentences
from metrics.foresight import ANYBODY
from reports.report import Report
from reports.units import in_percent
from reports.words.codes import OTHERS
from reports.words.foresight_titles import CHARACTERISTICS, TENURES
from reports.words.foresight_titles import SOURCES as CALLED
from reports.words.titles import title

NAMES = InLanguage(CALLED)
VALUES = InLanguage({**OTHERS["group"], **TENURES})
KINDS = InLanguage(CHARACTERISTICS)


def of_warnings(report: Report) -> list[str]:
    """One sentence for each source: how many losses it had warned of on any of the days, and at what price; or that it had said nothing."""
    whole = report.rows.filter(pl.col("lead_days").is_null())
    own = list(_speaking(whole)["source"])
    told = whole.filter(pl.col("source").is_in(own) | (pl.col("source") != ANYBODY))
    return [_of_source(row["source"], row) if row["source"] in own else _silent(row["source"]) for row in told.iter_rows(named=True)]


def _speaking(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the sources that had said something, and of all together where that is more than one."""
    spoke = rows.filter(pl.sum_horizontal("lost_warned", "lost_fine", "kept_warned", "kept_fine").sum().over("source") > 0)
    return spoke if spoke["source"].n_unique() > 2 else spoke.filter(pl.col("source") != ANYBODY)


def _silent(name: str) -> str:
    return tr("{source}: had said nothing of any of them by then.", source=NAMES[name])


def spoken(report: Report) -> Report:
    """The report of warnings with the sources alone that had said something, sources and days in words."""
    rows = _speaking(report.rows)
    days = [str(days) if days else tr_of("a day", "any") for days in rows["lead_days"]]
    names = [NAMES[name] for name in rows["source"]]
    told = rows.with_columns(pl.Series("source", names, dtype=pl.String), pl.Series("lead_days", days, dtype=pl.String))
    return replace(report, rows=told, units={**report.units, "lead_days": "text"})


def _of_source(name: str, row: Mapping[str, Any]) -> str:
    lost, warned, alarms = row["lost_warned"] + row["lost_fine"], row["lost_warned"], row["kept_warned"]
    first = tr(
        "{source}: warned of {warned:,} of the {lost:,} losses of which it had said something.",
        source=NAMES[name],
        warned=warned,
        lost=lost,
    )
    late = row["lost_after_notice"]
    after = tr_n("{n:,} of these only after notice was given.", "{n:,} of these only after notice was given.", late) if late else ""
    if row["true_share"] is None:
        return sentences(first, after, _one_sided(name) if warned else "")
    price = tr_n(
        "{n:,} warning was a false alarm, of {kept:,} that were kept.",
        "{n:,} warnings were false alarms, of {kept:,} that were kept.",
        alarms,
        kept=alarms + row["kept_fine"],
    )
    true = tr("{share} of its warnings came true.", share=in_percent(row["true_share"]))
    return sentences(first, after, price, true)


def _one_sided(name: str) -> str:
    if name == ANYBODY:
        return tr("One of them had said nothing of any that were kept, so that what the warnings cost is not known.")
    return tr("It had said nothing of any that were kept, so that what its warnings cost is not known.")


def titled(report: Report) -> Report:
    """The report of what losses had in common, its kinds, measures, size bands and tenures called as people call them."""
    kinds, values = report.rows["characteristic"].to_list(), report.rows["value"].to_list()
    called = [_called(kind, value) for kind, value in zip(kinds, values, strict=True)]
    shown = pl.Series("characteristic", [KINDS[kind] for kind in kinds], dtype=pl.String)
    return replace(report, rows=report.rows.with_columns(shown, pl.Series("value", called, dtype=pl.String)))


def _called(kind: str, value: str) -> str:
    if kind == "missing_measure":
        return title(value)
    return VALUES[value] if kind in ("size_band", "tenure") and value in VALUES else value
