"""Portfolio health as a document: one PDF of few pages and one Excel workbook, from the reports that its page shows."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from data.store.store import Store
from data.viewer import EXPORT, Viewer
from language import InLanguage, language, mark, tr
from language.catalogue import ENGLISH
from language.formats import money, sentences
from metrics.health_flow import CAME, FELL, GAINED_SIGHT, GONE, LEFT, LOST_SIGHT, ROSE, STAYED, UNKNOWN
from metrics.registry import METRICS
from reports.catalogue import run
from reports.files import tables
from reports.files.board_charts import Step
from reports.files.board_workbook import day_shapes, write_charts, write_table
from reports.files.pdf import Document, Section, definitions, figure, footer, stated, table_section, told, told_day, typeset
from reports.health.portfolio import bands_of
from reports.health.portfolio_words import headline, usual_split
from reports.narrow import where
from reports.report import PUBLIC, Question, Report
from reports.words.codes import said
from reports.words.health_words import place_called
from reports.words.portfolio_titles import DIRECTIONS, MOVED_BY
from reports.words.titles import title

if TYPE_CHECKING:
    pass

NAME = "portfolio-pack"
FORMATS = ("xlsx", "pdf")
TAKES = tuple(one.name for one in PUBLIC if one.of_all or one.name in ("from", "to", "booked", "by"))
DEFINED = ("health", "arr")
WAYS, BY = InLanguage(DIRECTIONS), InLanguage(MOVED_BY)
LISTED = InLanguage(  # of who moved, on paper: the most at stake of each
    {
        FELL: mark("Fell to a lower band"), LEFT: mark("Left"), LOST_SIGHT: mark("Known less of than before"),
        ROSE: mark("Rose to a higher band"), GAINED_SIGHT: mark("Known more of than before"),
    }
)  # fmt: skip
MOST = {FELL: 14, LEFT: 8, LOST_SIGHT: 5, ROSE: 8, GAINED_SIGHT: 5}  # three pages at the most
MOVED = ("name", "owner", "band_before", "band_after", "arr_at_stake", "next_end", "why")
SHEET = ("name", "segment", "owner", "direction", "band_before", "band_after", "health_before", "health_after", "health_change",
    "arr_at_stake", "next_end", "moved_by", "why", "opening_arr", "closing_arr", "account_id")  # fmt: skip
BANDS = mark(
    "Customers by their health score on both days, by the score that is in force now. Little known and not scored stand beside the bands: "
    "too little is known of them."
)
AT_RISK = mark("The lowest band of health. The churn model is not asked here, as it is for the accounts at risk of other pages.")
FLOW = mark("Every customer of one of the two days is in one cell: rows add up to the first day, columns to the last.")
MEANT = (
    (mark("Bands"), BANDS),
    (mark("At risk"), AT_RISK),
    (mark("Share at risk"), mark("Accounts in the lowest band of those in any, and the same of their ARR.")),
    (mark("Flow"), FLOW),
    (mark("At stake"), mark("ARR on the last day; of who left, on the first.")),
    (mark("Why"), mark("What moved the score the most, with its points: an association and not a cause.")),
)
ABOUT_CELLS = mark("Customers, and the ARR that they pay on the last day; of who left, on the first. On the right all of the first day.")


@dataclass(frozen=True)
class Pack:
    """The reports of one question at one moment: of all, by group, the flow, and every customer."""

    whole: Report
    groups: Report
    flow: Report
    accounts: Report
    made_at: datetime | None

    @property
    def bands(self) -> tuple[str, ...]:
        """From the lowest."""
        return bands_of(self.whole)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day of the period."""
        return self.whole.parameters["from"], self.whole.parameters["to"]

    def money(self, cents: float | None) -> str:
        """An amount, short."""
        return money(None if cents is None else cents / 100, self.whole.currency)


def portfolio_pack(
    store: Store, viewer: Viewer, question: Question, formats: Sequence[str], made_at: datetime | None = None
) -> dict[str, bytes]:  # fmt: skip
    """Portfolio health in the formats asked for, of FORMATS. Raises WrongParameter as its reports do, NotAllowed for who may not export."""
    viewer = viewer if viewer.operation == EXPORT else viewer.allowed(EXPORT, "accounts")
    whole = run("portfolio-health", store, viewer, replace(question, by=None)).exported_by(viewer)
    asked = replace(question, as_of=whole.parameters["as_of"], start=whole.parameters["from"], end=whole.parameters["to"])
    flow, accounts = (run(name, store, viewer, replace(asked, by=None)) for name in ("health-flow", "portfolio-accounts"))
    groups = run("portfolio-health", store, viewer, replace(asked, by=question.by or usual_split(accounts)))
    pack = Pack(whole, groups, flow, accounts, made_at)
    return {kind: WRITERS[kind](pack) for kind in formats}


def _as_pdf(pack: Pack) -> bytes:
    whole = pack.whole
    made = [tr("put together {at:%Y-%m-%d %H:%M} UTC", at=pack.made_at)] if pack.made_at else []
    notes = [Section(tr("What the figures leave out or assume"), sentences(*whole.notes))] if whole.notes else []
    sections = [_flow_section(pack), _groups_section(pack), *_moves_sections(pack), *notes, _meant()] if pack.flow.rows.height else []
    return typeset(
        Document(
            tr("Portfolio health"), " · ".join([stated(whole), *made]), " · ".join([footer(whole), *made]),
            _figures(pack) if pack.flow.rows.height else [], sections, definitions(DEFINED[:1]), wide=True, first=[_finding(pack)],
            charts=[Section(heading, words, bars=[step.drawn(_told(pack)) for step in steps]) for heading, words, steps in _charts(pack)],
        ),
        pack.made_at,
    )  # fmt: skip


def _told(pack: Pack) -> Callable[[object, str], str]:
    return lambda value, unit: pack.money(value) if unit == "money" and isinstance(value, int | float) else told(value, unit)


def _finding(pack: Pack) -> Section:
    start, end = pack.days
    if start is None or end is None or not pack.flow.rows.height:
        return Section(tr("Nobody is a customer on the days looked at"), tr("Choose other days, or clear a filter."))
    when = tr("from {start} to {end}", start=told_day(start), end=told_day(end))
    return Section(headline(pack.whole, pack.accounts, when), _apart(pack))


def _apart(pack: Pack) -> str:
    """How many moved by what is known, and by a change of the score, rather than by what they did."""
    by_data, by_score = pack.accounts.totals.get("moved_by_data_accounts"), pack.flow.totals.get("moved_by_score")
    return sentences(
        tr("Fell or rose for the most part by what is known of them: {n:,}.", n=by_data) if by_data else "",
        tr("In another band than shown then since the score was changed, and not counted as moved: {n:,}.", n=by_score) if by_score else "",
    )


def _figures(pack: Pack) -> list[dict]:
    of, moved, lowest = pack.whole.totals, pack.flow.totals, pack.bands[0]
    share, before = told(of["arr_at_risk_share"], "ratio"), pack.money(of[f"{lowest}_arr_before"])
    beside = tr("{share} of the ARR in a band; {before} at first", share=share, before=before)
    ways = [
        (title(f"{way}_accounts"), moved[f"{way}_accounts"], tr("{arr} ARR", arr=pack.money(moved[f"{way}_arr"]))) for way in (FELL, ROSE)
    ]
    unknown, money_of = sum(of[f"{name}_accounts"] for name in UNKNOWN), sum(of[f"{name}_arr"] for name in UNKNOWN)
    return [
        figure(tr("ARR {band}", band=place_called(lowest).lower()), of[f"{lowest}_arr"], "money", note=beside, say=_told(pack)),
        *(figure(label, count, "count", note=note) for label, count, note in ways),
        figure(tr("Not known"), money_of, "money", note=tr("{n:,} customers", n=unknown), say=_told(pack)),
    ]  # fmt: skip


def _charts(pack: Pack) -> list[tuple[str, str, list[Step]]]:
    """ARR and customers by band, on the first day and on the last."""
    start, end = pack.days
    if start is None or end is None or not pack.flow.rows.height:
        return []
    words = tr("Grey on {start}, in colour on {end}.", start=told_day(start), end=told_day(end))
    return [
        (tr("ARR by band"), words, _steps(pack, "arr", "money")), (tr("Customers by band"), words, _steps(pack, "accounts", "count"))
    ]  # fmt: skip


def _steps(pack: Pack, what: str, unit: str) -> list[Step]:
    found, of = [], pack.whole.totals
    for name in (*pack.bands, *UNKNOWN):
        before, after = of[f"{name}_{what}_before"], of[f"{name}_{what}"]
        if before or after or name not in UNKNOWN:
            colour = "down" if name == pack.bands[0] else "total" if name in UNKNOWN else "up"
            found += [Step(place_called(name), 0, before, "total", before, unit), Step(tr("now"), 0, after, colour, after, unit)]
    return found


def _flow_section(pack: Pack) -> Section:
    """A matrix: rows where customers stood, columns where they stand, in each cell how many and what they pay; sums at the ends."""
    cells = {(row["band_before"], row["band_after"]): row for row in pack.flow.rows.iter_rows(named=True)}
    places = [*pack.bands, *UNKNOWN]
    befores = [name for name in (*places, *CAME) if any(name == one for one, _ in cells)]
    afters = [name for name in (*places, *GONE) if any(name == one for _, one in cells)]
    heads = [
        {"title": name, "right": at > 0, "wide": False}
        for at, name in enumerate((title("band_before"), *map(place_called, afters), tr("All")))
    ]
    rows = [
        [place_called(before), *(_cell(pack, cells.get((before, after))) for after in afters), _sum(pack, cells, 0, before)]
        for before in befores
    ]
    rows.append([tr("All"), *(_sum(pack, cells, 1, after) for after in afters), ""])
    return Section(tr("From where to where"), tr(ABOUT_CELLS), heads, rows)


def _cell(pack: Pack, row: dict | None) -> str:
    return "" if row is None else f"{row['customers']:,} · {pack.money(row['opening_arr' if row['band_after'] in GONE else 'closing_arr'])}"


def _sum(pack: Pack, cells: dict[tuple[str, str], dict], side: int, name: str) -> str:
    """All of a row with their ARR on the first day, or of a column with that on the last."""
    own = [row for places, row in cells.items() if places[side] == name]
    amount = sum(row["closing_arr" if side else "opening_arr"] for row in own)
    count = f"{sum(row['customers'] for row in own):,}"
    return f"{count} · {pack.money(amount)}" if amount else count


def _groups_section(pack: Pack) -> Section:
    by = str(pack.groups.parameters["by"])
    lowest, *others = pack.bands
    at_risk = (f"{lowest}_accounts", f"{lowest}_arr", "at_risk_share", "arr_at_risk_share", "arr_at_risk_share_before")
    beside = tuple(f"{name}_accounts" for name in (*others, *UNKNOWN))
    columns = ("group", "customers", "arr", *at_risk, *beside, "median_score", "fell_accounts", "rose_accounts")
    return table_section(pack.groups, tr("By {column}", column=title(by).lower()), columns=columns, limit=25, say=_whole_scores(pack))


def _whole_scores(pack: Pack) -> Callable[[object, str], str]:
    say = _told(pack)
    return lambda value, unit: f"{int(value + 0.5)}" if unit == "score" and isinstance(value, float) else say(value, unit)


def _moves_sections(pack: Pack) -> list[Section]:
    """Who moved each way, the most at stake first, as many as there is room for."""
    found = [(way, heading, _named(where(pack.accounts, "direction", way))) for way, heading in LISTED.items()]
    sections = [
        table_section(
            report, tr("{heading}: {n:,}", heading=heading, n=report.rows.height), columns=MOVED, limit=MOST[way], say=_told(pack)
        )
        for way, heading, report in found
        if report.rows.height
    ]
    return [replace(one, columns=[{**head, "wide": head["title"] == title("why")} for head in one.columns]) for one in sections]


def _named(report: Report) -> Report:
    """With words in place of codes: who reads it knows no codes, in English neither."""
    called: dict[str, Callable[[str], str]] = {"band_before": place_called, "band_after": place_called}
    called |= {"direction": lambda code: WAYS[code], "moved_by": lambda code: BY[code]}
    rows = report.rows
    for name, in_words in called.items():
        if name in rows.columns:
            rows = rows.with_columns(rows[name].replace({code: in_words(code) for code in rows[name].drop_nulls().unique()}))
    return replace(report, rows=rows)


def _meant() -> Section:
    return Section(tr("What is meant"), sentences(*(f"{tr(heading)}: {tr(words)}" for heading, words in MEANT)))


def _as_xlsx(pack: Pack) -> bytes:
    import xlsxwriter

    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, **tables.PLAIN_TEXT})
    shapes = tables.shapes_of(book) | day_shapes(book)
    sheets = [replace(pack.groups, title=tr("By {column}", column=title(str(pack.groups.parameters["by"])).lower())), *_sheets(pack)]
    for report in sheets:
        write_table(book, report, shapes)
    write_charts(book, [(heading, steps, 0.0) for heading, _, steps in _charts(pack)], shapes)
    meant = [(tr(heading), tr(words)) for heading, words in MEANT]
    meant += [(METRICS[name].title, sentences(METRICS[name].definition, METRICS[name].formula)) for name in DEFINED]
    tables.write_words(book, tr("Definitions"), meant, shapes)
    tables.write_words(book, tr("About"), _facts(pack), shapes)
    tables.write_names(book, sheets, shapes)
    book.close()
    return raw.getvalue()


def _sheets(pack: Pack) -> list[Report]:
    """Who moved, the flow, and every customer."""
    listed = replace(pack.accounts, rows=pack.accounts.rows.select(SHEET))
    moved = replace(listed, title=tr("Who moved"), rows=listed.rows.filter(listed.rows["direction"] != STAYED))
    return [_named(one) for one in (moved, replace(pack.flow, title=tr("Flow")), replace(listed, title=tr("Every customer")))]


def _facts(pack: Pack) -> list[tuple[str, str]]:
    """Filters, rules, data version and time, so that it can be made again."""
    whole = pack.whole
    facts = [(name if language() == ENGLISH else title(name), str(said(name, value))) for name, value in whole.parameters.items()]
    facts += [(tr("rules"), whole.rules), (tr("currency"), whole.currency), (tr("data version"), str(whole.data_version))]
    facts += [(tr("put together"), f"{pack.made_at:%Y-%m-%d %H:%M} UTC")] if pack.made_at else []
    return facts + [(tr("note"), note) for note in pack.flow.notes]


WRITERS: dict[str, Callable[[Pack], bytes]] = {"xlsx": _as_xlsx, "pdf": _as_pdf}
