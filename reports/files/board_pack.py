"""The board pack: the figures of a period as one Excel workbook and one PDF of few pages, from the reports that the pages show."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter

from data.store.store import Store
from data.viewer import Viewer
from metrics.registry import METRICS
from metrics.rules import CHOICES, preset
from reports.catalogue import run
from reports.files import tables
from reports.files.cohort_tables import cohort_section
from reports.files.pdf import Document, Section, definitions, figure, footer, stated, table_section, title, told, typeset
from reports.report import PUBLIC, Question, Report

REPORTS = ("arr", "movements", "retention", "retention-series", "renewal-rate", "cohorts", "quality")
FORMATS = ("xlsx", "pdf")
TAKES = tuple(one.name for one in PUBLIC if one.of_all or one.name in ("from", "to", "booked", "by", "every", "level", "segments", "per"))
QUARTERS = "cohorts by quarter"  # few enough for paper; the workbook has them as asked
DEFINED = ("arr", "carr", "mrr", "nrr", "grr", "logo_retention", "new", "reactivation", "expansion", "contraction", "churn")
UP, DOWN = ("new", "reactivation", "expansion", "entering"), ("contraction", "churn", "leaving")
LARGEST = 10
MOVED = ("group", "month", "opening", *UP, *DOWN, "fx", "closing", "accounts")
PERIOD = ("group", "opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts", "nrr", "grr", "logo_retention")
WINDOWS = ("group", "opened_on", "day", "opening_mrr", "closing_mrr", "nrr", "grr", "logo_retention", "nrr_without_grace")
ACCOUNTS = ("name", "arr", "arr_without_grace", "carr", "state", "since", "next_end")


@dataclass(frozen=True)
class Pack:
    """The reports of one question at one moment, by name; `made_at` is when they were put together."""

    question: Question
    reports: dict[str, Report]
    made_at: datetime | None


def board_pack(
    store: Store, viewer: Viewer, question: Question, formats: Sequence[str], made_at: datetime | None = None
) -> dict[str, bytes]:
    """The pack in the formats asked for, of FORMATS, every figure of the same period. Raises WrongParameter as its reports do."""
    moved = run("movements", store, viewer, question)
    dated = replace(question, as_of=moved.parameters["as_of"], start=moved.parameters["from"], end=moved.parameters["to"])
    reports = {name: moved if name == "movements" else run(name, store, viewer, dated) for name in REPORTS}
    reports[QUARTERS] = run("cohorts", store, viewer, replace(dated, by=None, per="quarter"))
    pack = Pack(question, reports, made_at)
    return {kind: WRITERS[kind](pack) for kind in formats}


def _figures(pack: Pack) -> list[tuple[str, object, str, str]]:
    """The headline figures: label, value, unit, and what stands beside it. The same values as on the pages."""
    arr, kept = (pack.reports[name].totals for name in ("arr", "retention"))
    span = f"{pack.reports['retention'].parameters['from']} to {pack.reports['retention'].parameters['to']}"
    beside = {ratio: f"{told(kept.get(f'{ratio}_without_grace'), 'ratio')} without grace" for ratio in ("nrr", "grr", "logo_retention")}
    logos = f"{kept.get('retained_accounts', 0):,} of {kept.get('opening_accounts', 0):,} accounts; {beside['logo_retention']}"
    return [
        ("ARR", arr["arr"], "money", f"{told(arr['arr_without_grace'], 'money')} without grace"),
        ("CARR", arr["carr"], "money", "all that is booked"),
        ("MRR", arr["mrr"], "money", f"{arr['accounts_paying']:,} paying accounts, {arr['accounts_in_grace']:,} of them in grace"),
        ("NRR", kept.get("nrr"), "ratio", f"{beside['nrr']}; {span}"),
        ("GRR", kept.get("grr"), "ratio", beside["grr"]),
        ("Logo retention", kept.get("logo_retention"), "ratio", logos),
        *_renewed(pack.reports["renewal-rate"].totals),
    ]


def _renewed(totals: Mapping[str, Any]) -> list[tuple[str, object, str, str]]:
    """The renewal rate, by count and by value."""
    by_count = f"by count, of {totals['renewals']:,}; target {told(totals['target'], 'ratio')}"
    by_value = f"by value, {told(totals['kept'], 'money')} of {told(totals['due'], 'money')}"
    return [("Renewal rate", totals[f"rate_by_{way}"], "ratio", beside) for way, beside in (("count", by_count), ("value", by_value))]


def _as_pdf(pack: Pack) -> bytes:
    arr, moved = pack.reports["arr"], pack.reports["movements"]
    made = f" · put together {pack.made_at:%Y-%m-%d %H:%M} UTC" if pack.made_at else ""
    largest = replace(arr, rows=arr.rows.filter(pl.col("arr") > 0).head(LARGEST))
    sections = [
        Section(_finding(moved), f"MRR in {moved.currency}, opening to closing of the period. {_passing(moved)}", bars=_bars(moved)),
        table_section(moved, "Movements of MRR", columns=[name for name in MOVED if name in moved.rows.columns], limit=60),
        table_section(pack.reports["retention"], "Retention over the period", columns=PERIOD),
        table_section(pack.reports["retention-series"], "Retention over trailing twelve months", columns=WINDOWS, limit=60),
        cohort_section(pack.reports[QUARTERS], "logo"),
        cohort_section(pack.reports[QUARTERS], "net"),
        table_section(largest, f"The {LARGEST} largest accounts", columns=ACCOUNTS),
        Section("What the figures leave out or assume", " ".join([*arr.notes, _dirt(pack)])),
        _choices(arr.rules),
    ]
    document = Document(
        "Board pack", stated(moved) + made, footer(arr) + made, [figure(*rest[:3], arr.currency, rest[3]) for rest in _figures(pack)],
        sections, definitions(DEFINED), wide=True,
    )  # fmt: skip
    return typeset(document, pack.made_at)


def _finding(moved: Report) -> str:
    """The chart's title says what it shows."""
    opening, closing = moved.totals.get("opening"), moved.totals.get("closing")
    if not opening or closing is None:
        return "Movements of MRR"
    most = max((*UP, *DOWN), key=lambda part: moved.totals.get(part, 0))
    return f"MRR {'up' if closing >= opening else 'down'} {told(abs(closing / opening - 1), 'ratio')}; the largest part is {most}"


def _passing(moved: Report) -> str:
    """Who paid and left between two closes, and so is in none of the bars; nothing where nobody did."""
    count = moved.totals.get("paid_and_left") or 0
    if not count:
        return ""
    came = told(moved.totals["paid_and_left_mrr"], "money")
    return f"Not in it: {count:,} account{'' if count == 1 else 's'} with MRR {came} that paid and left between two closes."


def _bars(moved: Report) -> list[dict]:
    if not moved.rows.height:
        return []
    at, bars = moved.totals["opening"], []
    bars.append(_bar(title("opening"), 0, at, "total", at))
    steps = [*((name, 1) for name in UP), *((name, -1) for name in DOWN), ("fx", 1)]
    for part, sign in [step for step in steps if step[0] in moved.totals]:
        step = sign * moved.totals[part]
        bars.append(_bar("FX" if part == "fx" else part.capitalize(), at, at + step, "up" if step >= 0 else "down", step))
        at += step
    return [*bars, _bar(title("closing"), 0, moved.totals["closing"], "total", moved.totals["closing"])]


def _bar(label: str, start: int, end: int, kind: str, value: int) -> dict:
    return {"label": label, "low": min(start, end), "high": max(start, end), "kind": kind, "value": told(value, "money")}


def _dirt(pack: Pack) -> str:
    """What in the imported data does not fit together, counted."""
    found = [f"{name}: {count:,}" for name, count in pack.reports["quality"].totals.items() if count]
    return f"Findings in the imported data: {'; '.join(found)}." if found else "Nothing in the imported data contradicts itself."


def _choices(rules: str) -> Section:
    """Every choice of the rules that the figures follow."""
    chosen = preset(rules)
    rows = [[choice.title, told(getattr(chosen, choice.field), ""), choice.meaning] for choice in CHOICES]
    heads = [{"title": name, "right": False, "wide": name == "Meaning"} for name in ("Choice", rules, "Meaning")]
    return Section(f"The rules: {rules}", "", heads, rows)


def _as_xlsx(pack: Pack) -> bytes:
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, **tables.PLAIN_TEXT})
    shapes = tables.shapes_of(book)
    _figures_sheet(book, _figures(pack), shapes)
    for name in REPORTS:
        tables.write_sheet(book, pack.reports[name], pack.reports[name].title, shapes)
    defined = [METRICS[name] for name in DEFINED]
    _words_sheet(book, "Definitions", [(m.title, f"{m.definition} {m.formula} Source: {m.source}") for m in defined], shapes)
    _words_sheet(book, "About", _facts(pack), shapes)
    book.close()
    return raw.getvalue()


def _figures_sheet(book: xlsxwriter.Workbook, figures: list[tuple[str, object, str, str]], shapes: dict) -> None:
    sheet = book.add_worksheet("Figures")
    sheet.write_row(0, 0, ["Figure", "Value", "Beside it"], shapes["bold"])
    for row, (label, value, unit, beside) in enumerate(figures, start=1):
        sheet.write(row, 0, label)
        sheet.write(row, 1, tables.value_of(value, unit), shapes.get(unit))
        sheet.write_string(row, 2, beside)
    sheet.set_column(0, 2, 24)


def _words_sheet(book: xlsxwriter.Workbook, name: str, rows: list[tuple[str, str]], shapes: dict) -> None:
    sheet = book.add_worksheet(name)
    for row, (heading, words) in enumerate(rows):
        sheet.write_string(row, 0, heading, shapes["bold"])
        sheet.write_string(row, 1, words)
    sheet.set_column(0, 0, 28)


def _facts(pack: Pack) -> list[tuple[str, str]]:
    """Filters, rules, data version and time, so that the pack can be made again."""
    moved = pack.reports["movements"]
    facts = [(name, str(value)) for name, value in moved.parameters.items()]
    facts += [("rules", moved.rules), ("currency", moved.currency), ("data version", str(moved.data_version))]
    facts += [("put together", f"{pack.made_at:%Y-%m-%d %H:%M} UTC")] if pack.made_at else []
    return facts + [("note", note) for note in moved.notes]


WRITERS: dict[str, Callable[[Pack], bytes]] = {"xlsx": _as_xlsx, "pdf": _as_pdf}
