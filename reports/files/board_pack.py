"""The board pack: the figures of a period as one Excel workbook and one PDF of few pages, from the reports that the pages show."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import polars as pl
import xlsxwriter

from data.store.store import Store
from data.viewer import Viewer
from metrics.registry import METRICS
from metrics.rules import CHOICES, preset
from reports.catalogue import run
from reports.files import board_charts, tables
from reports.files.board_charts import DOWN, UP, Say, Step
from reports.files.board_workbook import day_shapes, write_charts, write_table
from reports.files.cohort_tables import cohort_section
from reports.files.pdf import Document, Section, definitions, figure, footer, in_thousands, stated, table_section, title, told, typeset
from reports.files.translated import Rate, translated
from reports.report import PUBLIC, Question, Report
from reports.units import counted

REPORTS = ("arr", "movements", "retention", "retention-series", "renewal-rate", "cohorts", "quality")
COMPARED = ("arr", "movements", "retention")  # of the period compared with
FORMATS = ("xlsx", "pdf")
TAKES = tuple(one.name for one in PUBLIC if one.of_all or one.name in ("from", "to", "booked", "by", "every", "level", "segments", "per"))
QUARTERS = "cohorts by quarter"  # few enough for paper; the workbook has them as asked
DEFINED = ("arr", "carr", "mrr", "nrr", "grr", "logo_retention", "new", "reactivation", "expansion", "contraction", "churn")
BRIDGE = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
LARGEST = 10
MOVED = ("group", "month", "opening", *UP, *DOWN, "fx", "closing", "accounts")
PERIOD = ("group", "opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts", "nrr", "grr", "logo_retention")
WINDOWS = ("group", "opened_on", "day", "opening_mrr", "closing_mrr", "nrr", "grr", "logo_retention", "nrr_without_grace")
ACCOUNTS = ("name", "arr", "arr_without_grace", "carr", "state", "since", "next_end")


@dataclass(frozen=True)
class Cover:
    """What whoever puts the pack together says of it: whose it is, a comment, the period to compare with, money in thousands, and the
    rate at which it is told in another currency; None: in that of the reports."""

    company: str = ""
    comment: str = ""
    before: Question | None = None
    before_words: str = "before"
    thousands: bool = False
    rate: Rate | None = None


@dataclass(frozen=True)
class Pack:
    """The reports of one question at one moment, by name; `made_at` is when they were put together.

    arr_at: ARR on some days of the period. before: ARR and retention of the period compared with; empty without one.
    """

    question: Question
    reports: dict[str, Report]
    made_at: datetime | None
    cover: Cover = Cover()
    arr_at: Mapping[date, Report] = field(default_factory=dict)
    before: Mapping[str, Report] = field(default_factory=dict)

    @property
    def say(self) -> Say:
        return in_thousands if self.cover.thousands else told

    @property
    def money(self) -> str:
        """The unit of money, as headings say it."""
        currency = self.reports["arr"].currency
        return f"thousands of {currency}" if self.cover.thousands else currency


def board_pack(
    store: Store, viewer: Viewer, question: Question, formats: Sequence[str], made_at: datetime | None = None, cover: Cover = Cover()
) -> dict[str, bytes]:
    """The pack in the formats asked for, of FORMATS, every figure of the same period. Raises WrongParameter as its reports do."""
    moved = run("movements", store, viewer, question)
    dated = replace(question, as_of=moved.parameters["as_of"], start=moved.parameters["from"], end=moved.parameters["to"])
    reports = {name: moved if name == "movements" else run(name, store, viewer, dated) for name in REPORTS}
    reports[QUARTERS] = run("cohorts", store, viewer, replace(dated, by=None, per="quarter"))
    arr_at = {day: run("arr", store, viewer, replace(dated, start=None, end=day)) for day in board_charts.points(moved)}
    before = {name: run(name, store, viewer, cover.before) for name in COMPARED} if cover.before else {}
    if rate := cover.rate:
        reports, before = ({name: translated(one, rate) for name, one in of.items()} for of in (reports, before))
        arr_at = {day: translated(one, rate) for day, one in arr_at.items()}
    pack = Pack(question, reports, made_at, cover, arr_at, before)
    return {kind: WRITERS[kind](pack) for kind in formats}


def _figures(pack: Pack) -> list[tuple[str, object, str, str]]:
    """The headline figures: label, value, unit, and what stands beside it. The same values as on the pages."""
    arr, kept = (pack.reports[name].totals for name in ("arr", "retention"))
    span = f"{pack.reports['retention'].parameters['from']} to {pack.reports['retention'].parameters['to']}"
    beside = {ratio: f"{told(kept.get(f'{ratio}_without_grace'), 'ratio')} without grace" for ratio in ("nrr", "grr", "logo_retention")}
    logos = f"{kept.get('retained_accounts', 0):,} of {kept.get('opening_accounts', 0):,} accounts; {beside['logo_retention']}"
    return [
        ("ARR", arr["arr"], "money", f"{pack.say(arr['arr_without_grace'], 'money')} without grace{_then(pack, 'arr', 'arr', 'money')}"),
        ("CARR", arr["carr"], "money", "all that is booked"),
        ("MRR", arr["mrr"], "money", f"{arr['accounts_paying']:,} paying accounts, {arr['accounts_in_grace']:,} of them in grace"),
        ("NRR", kept.get("nrr"), "ratio", f"{beside['nrr']}; {span}{_then(pack, 'retention', 'nrr', 'ratio')}"),
        ("GRR", kept.get("grr"), "ratio", beside["grr"] + _then(pack, "retention", "grr", "ratio")),
        ("Logo retention", kept.get("logo_retention"), "ratio", logos + _then(pack, "retention", "logo_retention", "ratio")),
        *_renewed(pack),
    ]


def _then(pack: Pack, report: str, name: str, unit: str) -> str:
    """What a figure was in the period compared with; nothing without one."""
    if not pack.before:
        return ""
    return f"; {pack.say(pack.before[report].totals.get(name), unit)} {pack.cover.before_words}"


def _renewed(pack: Pack) -> list[tuple[str, object, str, str]]:
    """The renewal rate, by count and by value."""
    totals: Mapping[str, Any] = pack.reports["renewal-rate"].totals
    renewed, lost = totals["on_time"] + totals["late"], totals["lost"]
    by_count = f"by count, {renewed:,} of {renewed + lost:,} decided; target {told(totals['target'], 'ratio')}"
    by_value = f"by value, {pack.say(totals['kept'], 'money')} of {pack.say(totals['due'], 'money')}"
    return [("Renewal rate", totals[f"rate_by_{way}"], "ratio", beside) for way, beside in (("count", by_count), ("value", by_value))]


def _as_pdf(pack: Pack) -> bytes:
    arr, moved = pack.reports["arr"], pack.reports["movements"]
    made = f" · put together {pack.made_at:%Y-%m-%d %H:%M} UTC" if pack.made_at else ""
    largest = replace(arr, rows=arr.rows.filter(pl.col("arr") > 0).sort("arr", descending=True, maintain_order=True).head(LARGEST))
    sections = [
        *_compared(pack),
        table_section(moved, "Movements of MRR", columns=[name for name in MOVED if name in moved.rows.columns], limit=60, say=pack.say),
        table_section(pack.reports["retention"], "Retention over the period", columns=PERIOD, say=pack.say),
        table_section(pack.reports["retention-series"], "Retention over trailing twelve months", columns=WINDOWS, limit=60, say=pack.say),
        cohort_section(pack.reports[QUARTERS], "logo"),
        cohort_section(pack.reports[QUARTERS], "net"),
        table_section(largest, f"The {LARGEST} largest accounts", columns=ACCOUNTS, say=pack.say),
        Section("What the figures leave out or assume", " ".join([*arr.notes, _dirt(pack)])),
        _choices(arr.rules),
    ]
    figures = [figure(*rest[:3], pack.money, rest[3], pack.say) for rest in _figures(pack)]
    said = stated(moved) + (f" · money in {pack.money}" if pack.cover.thousands else "") + made
    said += f" · {pack.cover.rate}" if pack.cover.rate else ""
    comment = [Section("Comment", pack.cover.comment)] if pack.cover.comment.strip() else []
    document = Document(
        _title(pack), said, footer(arr) + made, figures, sections, definitions(DEFINED), wide=True, first=comment,
        charts=_charts_on_paper(pack),
    )  # fmt: skip
    return typeset(document, pack.made_at)


def _title(pack: Pack) -> str:
    return f"{pack.cover.company.strip()}: board pack" if pack.cover.company.strip() else "Board pack"


def _charts(pack: Pack) -> list[tuple[str, str, list[Step], float]]:
    """Title, sentence, steps and where the axis begins, of each chart; those of which nothing is known are left out."""
    moved, rate = pack.reports["movements"], pack.reports["renewal-rate"]
    steps = board_charts.bridge(moved)
    base = board_charts.base(steps)
    zoomed = f"The axis begins at {pack.say(base, 'money')}. " if base else ""
    bridge = f"MRR in {pack.money}, opening to closing of the period. {zoomed}{_passing(pack)}"
    trailing = "NRR and GRR of the twelve months that close on each day."
    came_up = f"{counted(rate.totals['renewals'], 'renewal')} came up in the period, and this is how it turned out."
    found = [
        ("ARR", f"ARR in {pack.money} on balance days of the period.", board_charts.arr_bars(pack.arr_at), 0.0),
        (_finding(moved), bridge, steps, base),
        ("Retention over trailing twelve months", trailing, board_charts.retention_bars(pack.reports["retention-series"]), 0.0),
        ("Renewals", came_up, board_charts.renewal_bars(rate), 0.0),
    ]
    return [chart for chart in found if chart[2]]


def _charts_on_paper(pack: Pack) -> list[Section]:
    return [
        Section(heading, words, bars=[step.drawn(pack.say) for step in steps], base=base) for heading, words, steps, base in _charts(pack)
    ]


def _compared(pack: Pack) -> list[Section]:
    """The period beside the one that it is compared with."""
    if not pack.before:
        return []
    heads = [
        {"title": name, "right": at > 0, "wide": at == 0} for at, name in enumerate(("Figure", "This period", pack.cover.before_words))
    ]
    lines = [("arr", "ARR", "arr", "money"), *(("movements", title(part), part, "money") for part in BRIDGE)]
    lines += [("retention", title(name), name, "ratio") for name in ("nrr", "grr", "logo_retention")]
    rows = [
        [words, *(pack.say(of[report].totals.get(name), unit) for of in (pack.reports, pack.before))] for report, words, name, unit in lines
    ]
    days = pack.before["retention"].parameters
    return [Section("Compared", f"With {days['from']} to {days['to']}. Money in {pack.money}.", heads, rows)]


def _finding(moved: Report) -> str:
    """The chart's title says what it shows."""
    opening, closing = moved.totals.get("opening"), moved.totals.get("closing")
    if not opening or closing is None:
        return "Movements of MRR"
    most = max((*UP, *DOWN), key=lambda part: moved.totals.get(part, 0))
    return f"MRR {'up' if closing >= opening else 'down'} {told(abs(closing / opening - 1), 'ratio')}; the largest part is {most}"


def _passing(pack: Pack) -> str:
    """Who paid and left between two closes, and so is in none of the bars; nothing where nobody did."""
    moved = pack.reports["movements"]
    count = moved.totals.get("paid_and_left") or 0
    if not count:
        return ""
    came = pack.say(moved.totals["paid_and_left_mrr"], "money")
    return f"Not in it: {count:,} account{'' if count == 1 else 's'} with MRR {came} that paid and left between two closes."


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
    shapes = tables.shapes_of(book) | day_shapes(book)
    _figures_sheet(book, pack, shapes)
    write_charts(book, [(heading, steps, base) for heading, _, steps, base in _charts(pack)], shapes)
    for name in REPORTS:
        write_table(book, pack.reports[name], shapes)
    defined = [METRICS[name] for name in DEFINED]
    _words_sheet(book, "Definitions", [(m.title, f"{m.definition} {m.formula} Source: {m.source}") for m in defined], shapes)
    _words_sheet(book, "About", _facts(pack), shapes)
    book.close()
    return raw.getvalue()


def _figures_sheet(book: xlsxwriter.Workbook, pack: Pack, shapes: dict) -> None:
    """The headline figures to the cent, whatever the paper rounds to."""
    sheet = book.add_worksheet("Figures")
    sheet.write_row(0, 0, ["Figure", "Value", "Beside it"], shapes["head"])
    exact = replace(pack, cover=replace(pack.cover, thousands=False))
    for row, (label, value, unit, beside) in enumerate(_figures(exact), start=1):
        sheet.write(row, 0, label)
        sheet.write(row, 1, tables.value_of(value, unit), shapes.get(unit))
        sheet.write_string(row, 2, beside)
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 60)


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
    facts += [(name, said) for name, said in (("company", pack.cover.company), ("comment", pack.cover.comment)) if said.strip()]
    facts += [("rate", str(pack.cover.rate))] if pack.cover.rate else []
    facts += [("put together", f"{pack.made_at:%Y-%m-%d %H:%M} UTC")] if pack.made_at else []
    return facts + [("note", note) for note in moved.notes]


WRITERS: dict[str, Callable[[Pack], bytes]] = {"xlsx": _as_xlsx, "pdf": _as_pdf}
