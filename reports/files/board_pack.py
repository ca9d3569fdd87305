"""The board pack: the figures of a period as one Excel workbook and one PDF of few pages, from the reports that the pages show."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from data.store.store import Store
from data.viewer import EXPORT, Viewer
from language import language, mark, spoken, tr, tr_n
from language.catalogue import ENGLISH
from language.formats import clauses, sentences
from metrics.registry import METRICS, Metric
from metrics.rules import CHOICES, preset
from reports.catalogue import run
from reports.files import board_charts, tables
from reports.files.board_charts import DOWN, UP, Say, Step
from reports.files.board_workbook import day_shapes, write_charts, write_table
from reports.files.cohort_tables import cohort_section
from reports.files.pdf import Document, Section, definitions, figure, footer, in_thousands, stated, table_section, told, told_day, typeset
from reports.files.translated import Rate, translated
from reports.report import PUBLIC, Question, Report
from reports.words.codes import called, said
from reports.words.titles import title

if TYPE_CHECKING:
    from xlsxwriter import Workbook

REPORTS = ("arr", "movements", "retention", "retention-series", "renewal-rate", "cohorts", "forecast", "scenarios", "quality")
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
AHEAD = (
    "quarter", "due_arr", "renewing_arr", "renewing_low", "renewing_high", "expected_arr", "expected_arr_low", "expected_arr_high", "nrr",
    "nrr_low", "nrr_high", "grr", "source",
)  # fmt: skip
WHAT_IF = ("name", "quarter", "expected_arr", "difference", "nrr", "grr", "assumptions")
ACCOUNTS = ("name", "arr", "arr_without_grace", "carr", "state", "since", "next_end")


@dataclass(frozen=True)
class Cover:
    """What whoever puts the pack together says of it: whose it is, a comment, the period to compare with, money in thousands, and the
    rate at which it is told in another currency; None: in that of the reports."""

    company: str = ""
    comment: str = ""
    before: Question | None = None
    before_words: str = mark("before")
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
        return tr("thousands of {currency}", currency=currency) if self.cover.thousands else currency


def board_pack(
    store: Store, viewer: Viewer, question: Question, formats: Sequence[str], made_at: datetime | None = None, cover: Cover = Cover()
) -> dict[str, bytes]:
    """The pack in the formats asked for, of FORMATS, every figure of the same period. Raises WrongParameter as its reports
    do, NotAllowed for who may not export it."""
    viewer = viewer if viewer.operation == EXPORT else viewer.allowed(EXPORT, "revenue")
    moved = run("movements", store, viewer, question).exported_by(viewer)
    dated = replace(question, as_of=moved.parameters["as_of"], start=moved.parameters["from"], end=moved.parameters["to"])
    reports = {name: moved if name == "movements" else run(name, store, viewer, dated) for name in REPORTS}
    reports[QUARTERS] = run("cohorts", store, viewer, replace(dated, by=None, per="quarter"))
    reports["scenarios"] = _for_the_board(reports["scenarios"])
    arr_at = {day: run("arr", store, viewer, replace(dated, start=None, end=day)) for day in board_charts.points(moved)}
    before = {name: run(name, store, viewer, cover.before) for name in COMPARED} if cover.before else {}
    if rate := cover.rate:
        reports, before = ({name: translated(one, rate) for name, one in of.items()} for of in (reports, before))
        arr_at = {day: translated(one, rate) for day, one in arr_at.items()}
    pack = Pack(question, reports, made_at, cover, arr_at, before)
    return {kind: WRITERS[kind](pack) for kind in formats}


def _for_the_board(scenarios: Report) -> Report:
    """What is expected, and the scenarios that were put into the board pack; no row where there are none."""
    chosen = pl.col("in_board_pack").fill_null(False) | pl.col("scenario_id").is_null()
    return replace(scenarios, rows=scenarios.rows.filter(chosen & pl.col("in_board_pack").any()))


def _figures(pack: Pack) -> list[tuple[str, object, str, str]]:
    """The headline figures: label, value, unit, and what stands beside it. The same values as on the pages."""
    arr, kept = (pack.reports[name].totals for name in ("arr", "retention"))
    without = tr("{figure} without grace")
    beside = {name: without.format(figure=told(kept.get(f"{name}_without_grace"), "ratio")) for name in ("nrr", "grr", "logo_retention")}
    bare = without.format(figure=pack.say(arr["arr_without_grace"], "money"))
    return [
        ("ARR", arr["arr"], "money", clauses(bare, _then(pack, "arr", "arr", "money"))),
        ("CARR", arr["carr"], "money", tr("all that is booked")),
        ("MRR", arr["mrr"], "money", _paying(arr)),
        ("NRR", kept.get("nrr"), "ratio", clauses(beside["nrr"], _span(pack.reports), _then(pack, "retention", "nrr", "ratio"))),
        ("GRR", kept.get("grr"), "ratio", clauses(beside["grr"], _then(pack, "retention", "grr", "ratio"))),
        (
            title("logo_retention"), kept.get("logo_retention"), "ratio",
            clauses(_logos(kept), beside["logo_retention"], _then(pack, "retention", "logo_retention", "ratio")),
        ),
        *_renewed(pack),
    ]  # fmt: skip


def _paying(arr: Mapping[str, Any]) -> str:
    told_all = tr("{paying:,} paying accounts, {in_grace:,} of them in grace")
    return told_all.format(paying=arr["accounts_paying"], in_grace=arr["accounts_in_grace"])


def _logos(kept: Mapping[str, Any]) -> str:
    retained, opening = kept.get("retained_accounts", 0), kept.get("opening_accounts", 0)
    return tr("{retained:,} of {opening:,} accounts", retained=retained, opening=opening)


def _span(reports: Mapping[str, Report]) -> str:
    days = reports["retention"].parameters
    return tr("{start} to {end}", start=told_day(days["from"]), end=told_day(days["to"]))


def _then(pack: Pack, report: str, name: str, unit: str) -> str:
    """What a figure was in the period compared with; nothing without one."""
    if not pack.before:
        return ""
    before = pack.say(pack.before[report].totals.get(name), unit)
    return tr("{figure} {when}", figure=before, when=spoken(pack.cover.before_words))


def _renewed(pack: Pack) -> list[tuple[str, object, str, str]]:
    """The renewal rate, by count and by value."""
    totals: Mapping[str, Any] = pack.reports["renewal-rate"].totals
    renewed, target = totals["on_time"] + totals["late"], told(totals["target"], "ratio")
    counts = {"renewed": renewed, "decided": renewed + totals["lost"], "target": target}
    by_count = tr("by count, {renewed:,} of {decided:,} decided; target {target}", **counts)
    by_value = tr("by value, {kept} of {due}", kept=pack.say(totals["kept"], "money"), due=pack.say(totals["due"], "money"))
    return [
        (title("renewal_rate"), totals[f"rate_by_{way}"], "ratio", beside) for way, beside in (("count", by_count), ("value", by_value))
    ]


def _as_pdf(pack: Pack) -> bytes:
    arr, moved = pack.reports["arr"], pack.reports["movements"]
    made = [tr("put together {at:%Y-%m-%d %H:%M} UTC", at=pack.made_at)] if pack.made_at else []
    largest = replace(arr, rows=arr.rows.filter(pl.col("arr") > 0).sort("arr", descending=True, maintain_order=True).head(LARGEST))
    sections = [
        *_compared(pack),
        table_section(
            moved, tr("Movements of MRR"), columns=[name for name in MOVED if name in moved.rows.columns], limit=60, say=pack.say
        ),
        table_section(pack.reports["retention"], tr("Retention over the period"), columns=PERIOD, say=pack.say),
        table_section(
            pack.reports["retention-series"], tr("Retention over trailing twelve months"), columns=WINDOWS, limit=60, say=pack.say
        ),
        *_ahead(pack),
        cohort_section(pack.reports[QUARTERS], "logo"),
        cohort_section(pack.reports[QUARTERS], "net"),
        table_section(largest, tr("The {n} largest accounts", n=LARGEST), columns=ACCOUNTS, say=pack.say),
        Section(tr("What the figures leave out or assume"), sentences(*arr.notes, _dirt(pack))),
        _choices(arr.rules),
    ]
    figures = [figure(*rest[:3], pack.money, rest[3], pack.say) for rest in _figures(pack)]
    thousands = [tr("money in {currency}", currency=pack.money)] if pack.cover.thousands else []
    about = " · ".join([stated(moved), *thousands, *made, *([str(pack.cover.rate)] if pack.cover.rate else [])])
    comment = [Section(tr("Comment"), pack.cover.comment)] if pack.cover.comment.strip() else []
    document = Document(
        _title(pack), about, " · ".join([footer(moved), *made]), figures, sections, definitions(DEFINED), wide=True, first=comment,
        charts=_charts_on_paper(pack),
    )  # fmt: skip
    return typeset(document, pack.made_at)


def _ahead(pack: Pack) -> list[Section]:
    """The forecast of the next four quarters, and the scenarios that belong to it."""
    forecast, scenarios = pack.reports["forecast"], pack.reports["scenarios"]
    as_of = tr(
        "As seen on {day}, of today's customers alone; ranges hold 80 % of what may come.", day=told_day(forecast.parameters["as_of"])
    )
    found = [table_section(forecast, tr("The next four quarters"), columns=AHEAD, say=pack.say, text=sentences(as_of, *forecast.notes))]
    if scenarios.rows.height:
        found.append(table_section(scenarios, tr("What if"), columns=WHAT_IF, say=pack.say))
    return found


def _title(pack: Pack) -> str:
    company = pack.cover.company.strip()
    return tr("{company}: board pack", company=company) if company else tr("Board pack")


def _charts(pack: Pack) -> list[tuple[str, str, list[Step], float]]:
    """Title, sentence, steps and where the axis begins, of each chart; those of which nothing is known are left out."""
    moved, rate = pack.reports["movements"], pack.reports["renewal-rate"]
    steps = board_charts.bridge(moved)
    base = board_charts.base(steps)
    zoomed = tr("The axis begins at {money}.", money=pack.say(base, "money")) if base else ""
    bridge = sentences(tr("MRR in {currency}, opening to closing of the period.", currency=pack.money), zoomed, _passing(pack))
    trailing = tr("NRR and GRR of the twelve months that close on each day.")
    in_money = tr("ARR in {currency} on balance days of the period.", currency=pack.money)
    found = [
        ("ARR", in_money, board_charts.arr_bars(pack.arr_at), 0.0),
        (_finding(moved), bridge, steps, base),
        (tr("Retention over trailing twelve months"), trailing, board_charts.retention_bars(pack.reports["retention-series"]), 0.0),
        (tr("Renewals"), _came_up(rate.totals["renewals"]), board_charts.renewal_bars(rate), 0.0),
    ]
    return [chart for chart in found if chart[2]]


def _came_up(renewals: int) -> str:
    return tr_n(
        "{n:,} renewal came up in the period, and this is how it turned out.",
        "{n:,} renewals came up in the period, and this is how it turned out.",
        renewals,
    )


def _charts_on_paper(pack: Pack) -> list[Section]:
    return [
        Section(heading, words, bars=[step.drawn(pack.say) for step in steps], base=base) for heading, words, steps, base in _charts(pack)
    ]


def _compared(pack: Pack) -> list[Section]:
    """The period beside the one that it is compared with."""
    if not pack.before:
        return []
    heads = [
        {"title": name, "right": at > 0, "wide": at == 0}
        for at, name in enumerate((tr("Figure"), tr("This period"), spoken(pack.cover.before_words)))
    ]
    lines = [("arr", "ARR", "arr", "money"), *(("movements", title(part), part, "money") for part in BRIDGE)]
    lines += [("retention", title(name), name, "ratio") for name in ("nrr", "grr", "logo_retention")]
    rows = [
        [words, *(pack.say(of[report].totals.get(name), unit) for of in (pack.reports, pack.before))] for report, words, name, unit in lines
    ]
    days = pack.before["retention"].parameters
    told_of = tr("With {start} to {end}. Money in {currency}.", start=told_day(days["from"]), end=told_day(days["to"]), currency=pack.money)
    return [Section(tr("Compared"), told_of, heads, rows)]


def _finding(moved: Report) -> str:
    """The chart's title says what it shows."""
    opening, closing = moved.totals.get("opening"), moved.totals.get("closing")
    if not opening or closing is None:
        return tr("Movements of MRR")
    most = max((*UP, *DOWN), key=lambda part: moved.totals.get(part, 0))
    up, down = tr("MRR up {change}; the largest part is {part}"), tr("MRR down {change}; the largest part is {part}")
    return (up if closing >= opening else down).format(change=told(abs(closing / opening - 1), "ratio"), part=called(most))


def _passing(pack: Pack) -> str:
    """Who paid and left between two closes, and so is in none of the bars; nothing where nobody did."""
    moved = pack.reports["movements"]
    count = moved.totals.get("paid_and_left") or 0
    if not count:
        return ""
    came = pack.say(moved.totals["paid_and_left_mrr"], "money")
    return tr_n(
        "Not in it: {n:,} account with MRR {mrr} that paid and left between two closes.",
        "Not in it: {n:,} accounts with MRR {mrr} that paid and left between two closes.",
        count,
        mrr=came,
    )


def _dirt(pack: Pack) -> str:
    """What in the imported data does not fit together, counted."""
    one = tr("{check}: {count:,}")
    found = [one.format(check=said("check", name), count=count) for name, count in pack.reports["quality"].totals.items() if count]
    if not found:
        return tr("Nothing in the imported data contradicts itself.")
    return tr("Findings in the imported data: {findings}.", findings=clauses(*found))


def _choices(rules: str) -> Section:
    """Every choice of the rules that the figures follow."""
    chosen = preset(rules)
    rows = [[choice.title, told(getattr(chosen, choice.field), ""), choice.meaning] for choice in spoken(CHOICES)]
    heads = [{"title": name, "right": False, "wide": at == 2} for at, name in enumerate((tr("Choice"), rules, tr("Meaning")))]
    return Section(tr("The rules: {rules}", rules=rules), "", heads, rows)


def _as_xlsx(pack: Pack) -> bytes:
    import xlsxwriter

    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, **tables.PLAIN_TEXT})
    shapes = tables.shapes_of(book) | day_shapes(book)
    _figures_sheet(book, pack, shapes)
    write_charts(book, [(heading, steps, base) for heading, _, steps, base in _charts(pack)], shapes)
    for name in REPORTS:
        write_table(book, pack.reports[name], shapes)
    tables.write_words(book, tr("Definitions"), [_defined(METRICS[name]) for name in DEFINED], shapes)
    tables.write_words(book, tr("About"), _facts(pack), shapes)
    tables.write_names(book, [pack.reports[name] for name in REPORTS], shapes)
    book.close()
    return raw.getvalue()


def _defined(metric: Metric) -> tuple[str, str]:
    source = tr("Source: {source}", source=said("source", metric.source))
    return metric.title, sentences(metric.definition, metric.formula, source)


def _figures_sheet(book: "Workbook", pack: Pack, shapes: dict) -> None:
    """The headline figures to the cent, whatever the paper rounds to."""
    sheet = book.add_worksheet(tr("Figures"))
    sheet.write_row(0, 0, [tr("Figure"), tr("Value"), tr("Beside it")], shapes["head"])
    exact = replace(pack, cover=replace(pack.cover, thousands=False))
    for row, (label, value, unit, beside) in enumerate(_figures(exact), start=1):
        sheet.write(row, 0, label)
        sheet.write(row, 1, tables.value_of(value, unit), shapes.get(unit))
        sheet.write_string(row, 2, beside)
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 60)


def _facts(pack: Pack) -> list[tuple[str, str]]:
    """Filters, rules, data version and time, so that the pack can be made again."""
    moved = pack.reports["movements"]
    facts = [(name if language() == ENGLISH else title(name), str(value)) for name, value in moved.parameters.items()]
    facts += [(tr("rules"), moved.rules), (tr("currency"), moved.currency), (tr("data version"), str(moved.data_version))]
    facts += [(name, told) for name, told in ((tr("company"), pack.cover.company), (tr("comment"), pack.cover.comment)) if told.strip()]
    facts += [(tr("rate"), str(pack.cover.rate))] if pack.cover.rate else []
    facts += [(tr("put together"), f"{pack.made_at:%Y-%m-%d %H:%M} UTC")] if pack.made_at else []
    return facts + [(tr("note"), note) for note in moved.notes]


WRITERS: dict[str, Callable[[Pack], bytes]] = {"xlsx": _as_xlsx, "pdf": _as_pdf}
