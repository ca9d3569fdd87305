"""A report as a PDF: what stands in it is handed over as data, so that imported text is never read as markup."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst

from language import formats, language, tr
from language.catalogue import CHINESE, ENGLISH
from metrics.registry import METRICS, Metric
from reports.files.scripts import drawable, font_folders
from reports.report import Report
from reports.units import in_percent, is_number
from reports.words.codes import called, said
from reports.words.titles import title

TEMPLATE = Path(__file__).with_name("document.typ")
MISSING = "–"
MOST_ROWS = 400  # more are for a spreadsheet: the PDF says how many it leaves out
WORDY, LONG_FROM = (
    ("name", "title", "detail", "what", "source"),
    40,
)  # columns that take what the others leave, and the letters that make one such
WIDE_FROM = 7  # columns: from here on the sheet lies on its side


@dataclass(frozen=True)
class Section:
    """A heading, a sentence, bars (label, value, low, high, kind: up, down or total; drawn from `base` on) and a table."""

    title: str
    text: str = ""
    columns: Sequence[dict] = ()
    rows: Sequence[Sequence[str]] = ()
    bars: Sequence[dict] = ()
    base: float = 0.0


@dataclass(frozen=True)
class Document:
    """figures: label, value, note. definitions: title, text, source. wide: whether the sheet lies on its side. first, charts:
    stand before the other sections, the charts two in a row. one_sheet: small, with the sections `beside` in a second column.
    """

    title: str
    subtitle: str
    footer: str
    figures: Sequence[dict] = ()
    sections: Sequence[Section] = ()
    definitions: Sequence[dict] = ()
    wide: bool = False
    one_sheet: bool = False
    first: Sequence[Section] = ()
    charts: Sequence[Section] = ()
    beside: Sequence[Section] = ()


def typeset(document: Document, made_at: datetime | None = None) -> bytes:
    """The document as PDF, the same on every machine: with the typesetter's own fonts and those of packages; `made_at` stands in the
    file's own properties."""
    words = {"definitions_title": tr("Definitions"), "source_is": tr("Source: {source}."), "chinese": language() == CHINESE}
    if language() != ENGLISH:
        document = replace(
            document, **{part: [_in_words(one) for one in getattr(document, part)] for part in ("sections", "charts", "beside")}
        )
    data = {"document": json.dumps(drawable(asdict(document)) | words)}
    return typst.compile(
        str(TEMPLATE), sys_inputs=data, font_paths=font_folders(), ignore_system_fonts=True,
        timestamp=int(made_at.timestamp()) if made_at else 0,
    )  # fmt: skip


def _in_words(section: Section) -> Section:
    return replace(section, text=formats.days_told(section.text))


def as_pdf(report: Report) -> bytes:
    """A report's totals, notes, rows and the definitions of its figures."""
    table = table_section(report, report.title, limit=MOST_ROWS)
    totals = [
        figure(title(name), said("name", value, report.name), report.units.get(name, ""), report.currency)
        for name, value in report.totals.items()
    ]
    notes = Section(tr("Notes"), formats.sentences(*report.notes)) if report.notes else None
    return typeset(
        Document(
            report.title, stated(report), footer(report), totals[:12], [*([notes] if notes else []), table],
            definitions(report.rows.columns), wide=len(table.columns) >= WIDE_FROM,
        )
    )  # fmt: skip


def table_section(report: Report, heading: str, *, columns: Sequence[str] = (), limit: int = MOST_ROWS, **more: Any) -> Section:
    """A report's rows as a section; columns that hold nothing are left out. say: how a value is told, else as `told` does."""
    shown = [name for name in columns or report.rows.columns if report.rows[name].null_count() < report.rows.height]
    say = more.pop("say", told)
    rows = [
        [say(said(name, row[name], report.name), report.units.get(name, "")) for name in shown]
        for row in report.rows.head(limit).iter_rows(named=True)
    ]
    heads = [
        {"title": title(name), "right": is_number(report.units.get(name, "")), "wide": name in WORDY or _longest(rows, at) > LONG_FROM}
        for at, name in enumerate(shown)
    ]
    left_out = tr("The first {limit:,} of {rows:,} rows; the Excel file has all.", limit=limit, rows=report.rows.height)
    text = formats.sentences(left_out if report.rows.height > limit else "", str(more.pop("text", "")))
    text = text if rows else tr("Nothing to show.")
    return Section(heading, text, heads if rows else (), rows, **more)


def _longest(rows: Sequence[Sequence[str]], at: int) -> int:
    return max((len(row[at]) for row in rows), default=0)


def told(value: Any, unit: str) -> str:
    """One value in words: money with thousands and cents, ratios as percent, a true minus, a dash where it is missing."""
    if value is None:
        return MISSING
    if unit == "money":
        return f"{value / 100:,.2f}".replace("-", "−")
    if unit == "ratio":
        return in_percent(value).replace("-", "−")
    if unit == "month":
        return f"{value:%Y-%m}"
    if isinstance(value, date | datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return formats.clauses(*map(_part, value)) if isinstance(value, list) else _plainly(value)


def _plainly(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def told_day(value: date) -> str:
    """A day in a sentence of a file; in tables it is 2026-03-02 in any language."""
    return f"{value:%Y-%m-%d}" if language() == ENGLISH else formats.day(value)


def in_thousands(value: Any, unit: str) -> str:
    """As `told`, but money in thousands with one decimal."""
    return f"{value / 100_000:,.1f}".replace("-", "−") if unit == "money" and value is not None else told(value, unit)


def _part(value: object) -> str:
    name = str(value.get("name", value)) if isinstance(value, dict) else str(value)
    return called(name) if isinstance(value, dict) and language() != ENGLISH else name


def figure(label: str, value: object, unit: str, currency: str = "", note: str = "", say: Callable[[Any, str], str] = told) -> dict:
    """A figure as the template sets it."""
    return {"label": label, "value": say(value, unit), "note": note or (currency if unit == "money" else "")}


def stated(report: Report) -> str:
    """The parameters in one line."""
    parts = [_parameter(name, value) for name, value in report.parameters.items() if value not in (None, {}, [])]
    parts += [tr("rules: {rules}", rules=report.rules)] if report.rules else []
    parts += [tr("in {currency}", currency=report.currency)] if report.currency else []
    return " · ".join(parts)


def _parameter(name: str, value: object) -> str:
    label = name.replace("_", " ") if language() == ENGLISH else title(name)
    return tr("{parameter}: {value}", parameter=label, value=_plain(said(name, value)))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return formats.listed(f"{key if language() == ENGLISH else title(str(key))} {_plain(of)}" for key, of in value.items())
    if isinstance(value, date):
        return told_day(value)
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return formats.one_of(map(str, value)) if isinstance(value, list | tuple) else str(value)


def footer(report: Report) -> str:
    """The line at the foot of every page."""
    day, who = report.parameters.get("as_of"), report.parameters.get("exported_by")
    told = tr("Holdfast · data version {version} · as of {day}", version=report.data_version, day=_plain(day) if day else MISSING)
    return " · ".join([told, tr("exported by {person}", person=who)]) if who else told


def definitions(names: Sequence[str]) -> list[dict]:
    """The registry's words for the figures among some names."""
    known = [METRICS[name] for name in names if name in METRICS]
    return [{"title": m.title, "text": _defined(m), "source": said("source", m.source).rstrip(".")} for m in known]


def _defined(metric: Metric) -> str:
    if language() != CHINESE:
        return f"{metric.definition} {metric.formula}.".replace("..", ".")
    return f"{metric.definition.rstrip('。.')}。{metric.formula.rstrip('。.')}。"
