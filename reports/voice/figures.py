"""Would they recommend us, how content are they, how sure is that, and how many of those who were asked answered?"""

from collections.abc import Callable
from datetime import date

import polars as pl

from language import mark, tr_n
from metrics.responses import NPS, SCALES, TICKET, csat_of, is_on_scale, nps_of, rate_of, within
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty
from reports.voice.heard import Heard, about_rate, days, grouped, heard, is_empty, unmatched

RATE = {"were_asked": "count", "answered": "count", "response_rate": "ratio", "unasked": "count", "off_scale": "count"}
OF_NPS = {
    "group": "text", "answers": "count", "promoters": "count", "passives": "count", "detractors": "count", "nps": "decimal",
    "nps_margin": "decimal", "nps_low": "decimal", "nps_high": "decimal", "few": "flag", **RATE,
}  # fmt: skip
OF_CSAT = {
    "group": "text", "kind": "text", "answers": "count", "satisfied": "count", "csat": "ratio", "csat_low": "ratio", "csat_high": "ratio",
    "csat_mean": "decimal", "few": "flag", **RATE,
}  # fmt: skip
OF_GROUP = ("group", "source")
Found = Callable[[pl.LazyFrame, tuple[str, ...]], pl.LazyFrame]


def _nps(look: Look, question: Question) -> Answer:
    """NPS of the period, of all or by a column of accounts, by topmost parent (`parent`) or by what part a person plays (`role`).

    answers, promoters, passives, detractors: the newest of each person. nps, nps_margin, nps_low, nps_high: points, 95 %; null where it
    cannot be told. few: fewer than 30 answers. were_asked, answered, response_rate: requests of the period, and how many of them
    were answered; null where no file says who was asked. unasked: answers to no known request. off_scale: scores left out. Totals: the
    same of all, and nameless: answers that name nobody and belong to no request, which may be those of people who were asked.
    """
    return _answer(look, question, (NPS,), OF_NPS, nps_of)


def _csat(look: Look, question: Question) -> Answer:
    """CSAT of the period, a row for surveys (csat) and one for ratings of tickets (ticket rating), of all or by group as in `nps`.

    csat: share of 4 and 5; csat_low, csat_high: 95 %, Wilson; csat_mean: mean, 1 to 5. The others as in `nps`; ratings of tickets have no
    response rate. Totals: none of both together; the rows are told apart by `kind`.
    """
    return _answer(look, question, tuple(SCALES)[1:], OF_CSAT, csat_of)


def _answer(look: Look, question: Question, sources: tuple[str, ...], columns: dict[str, str], found: Found) -> Answer:
    if look.day is None or is_empty(look):
        return Answer(empty(columns))
    known = heard(look, look.day)
    since, until = days(look, question)
    rows = _whole(look, known, question.by, sources, (since, until), found)
    whole = rows if question.by is None else _whole(look, known, None, sources, (since, until), found)
    answers = within(known.answers, since, until).filter(pl.col("source").is_in(sources))
    off = int(whole["off_scale"].sum())
    notes = (*about_rate(known, answers.filter(pl.col("source") != TICKET), *sources), *((_left_out(off),) if off else ()))
    totals = whole.drop("group", "kind", "few").to_dicts()[0] | {"nameless": unmatched(answers)} if len(sources) == 1 else {}
    return Answer(rows.select(*columns), totals, notes)


def _left_out(off: int) -> str:
    return tr_n(
        "{n:,} score lies off its scale and is in no figure.", "{n:,} scores lie off their scale and are in no figure.", off
    )  # fmt: skip


def _whole(look: Look, known: Heard, by: str | None, sources: tuple[str, ...], period: tuple[date, date], found: Found) -> pl.DataFrame:
    """One row per group and source, also of groups that were asked and did not answer."""
    of = pl.col("source").is_in(sources)
    answers = grouped(look, known.answers.filter(of), by)
    inside = within(answers, *period)
    asked = within(grouped(look, known.requests.filter(of), by), *period)
    counting = grouped(look, known.counting(*period).filter(of), by)
    rate = rate_of(asked, known.answers, day=look.day or period[1], by=OF_GROUP)
    groups = pl.concat([inside.select(OF_GROUP), asked.select(OF_GROUP), *([_every(sources)] if by is None else [])]).unique()
    rows = groups
    for frame in (found(counting, OF_GROUP), rate, _beside(inside)):
        rows = rows.join(frame, on=list(OF_GROUP), how="left", nulls_equal=True)
    return _filled(rows, known.told).sort(OF_GROUP, nulls_last=True).rename({"source": "kind"}).collect()


def _every(sources: tuple[str, ...]) -> pl.LazyFrame:
    return pl.LazyFrame({"group": [None] * len(sources), "source": sources}, schema={"group": pl.String, "source": pl.String})


def _beside(answers: pl.LazyFrame) -> pl.LazyFrame:
    """Answers to no known request, and those off the scale."""
    counts = {"unasked": pl.col("asked_by").is_null(), "off_scale": ~is_on_scale()}
    return answers.group_by(OF_GROUP).agg(**{name: one.sum().cast(pl.Int64) for name, one in counts.items()})


def _filled(rows: pl.LazyFrame, told: frozenset[str]) -> pl.LazyFrame:
    """The rows with 0 where nothing is, and nothing where it is not known."""
    known_of = pl.col("source").is_in(sorted(told))
    counts = [name for name in rows.collect_schema().names() if name in COUNTS]
    known = [pl.when(known_of).then(pl.col(name).fill_null(0)).alias(name) for name in ("were_asked", "answered", "unasked")]
    return rows.with_columns(pl.col(*counts, "off_scale").fill_null(0), pl.col("few").fill_null(True), *known)


COUNTS = ("answers", "promoters", "passives", "detractors", "satisfied")

nps = Definition("nps", mark("NPS"), OF_NPS, _nps, opens=opened, takes=("by",), of_period=True)
csat = Definition("csat", mark("CSAT"), OF_CSAT, _csat, opens=opened, takes=("by",), of_period=True)
