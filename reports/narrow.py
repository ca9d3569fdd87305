"""A part of a report: the rows of one account, or those that a search finds."""

from dataclasses import replace
from datetime import date
from unicodedata import combining, normalize

import polars as pl

from metrics.sla import BREACHED_OPEN, DECIDED, LATE, NO_FIGURE, RUNNING, as_written
from reports.report import Report


def only(report: Report, account_id: str) -> Report:
    """The same report with the rows of one account; totals are left out, since they are those of all."""
    return replace(report, rows=report.rows.filter(pl.col("account_id") == account_id), totals={})


def matching(report: Report, search: str, columns: tuple[str, ...] = ("account_id", "name")) -> Report:
    """The same report with the rows in which one of the columns contains the search, whatever its case; all where it is empty."""
    wanted = search.strip().lower()
    if not wanted:
        return report
    found = pl.any_horizontal(pl.col(columns).cast(pl.String).str.to_lowercase().str.contains(wanted, literal=True))
    return replace(report, rows=report.rows.filter(found.fill_null(False)))


def saying(report: Report, column: str, words: str) -> Report:
    """The rows whose text has all of the words, in whatever case, with or without accents; all rows where there are no words. Totals are
    left out."""
    wanted = folded(words).split()
    if not wanted:
        return report
    has = [value is not None and all(word in folded(value) for word in wanted) for value in report.rows[column]]
    return replace(report, rows=report.rows.filter(pl.Series(has, dtype=pl.Boolean)), totals={})


def folded(words: str) -> str:
    """Words without case, accents and forms of width: Éxpörts and EXPORTS are one."""
    return "".join(sign for sign in normalize("NFKD", words.casefold()) if not combining(sign))


def behind(report: Report, month: date, part: str) -> Report:
    """Of the movements by account, the accounts behind one cell: those with that part in that month. Their sum is the total."""
    rows = report.rows.filter(pl.col("month") == month, pl.col(part) != 0).sort(part, "account_id", descending=[True, False])
    return replace(report, rows=rows.select("account_id", "name", "month", part), totals={part: rows[part].sum()})


def of_group(report: Report, group: str | None) -> Report:
    """The rows of one group; totals are left out. All rows where there are no groups."""
    return report if group is None else replace(report, rows=report.rows.filter(pl.col("group") == group), totals={})


def of_term(report: Report, group: str | None, months: int) -> Report:
    """The rows of one group and term; totals are left out."""
    own = pl.col("group").eq_missing(pl.lit(group, dtype=pl.String)) & (pl.col("term_months") == months)
    return replace(report, rows=report.rows.filter(own), totals={})


def where(report: Report, column: str, *values: object) -> Report:
    """The rows whose column holds one of the values; their money is summed, other totals are left out."""
    rows = report.rows.filter(pl.col(column).is_in(values))
    return replace(
        report,
        rows=rows,
        totals={name: rows[name].sum() for name, unit in report.units.items() if name in rows.columns and unit == "money"},
    )


def having(report: Report, column: str, *values: object) -> Report:
    """The rows whose column holds one of the values; totals are left out: an account that is in several rows would count in each."""
    return replace(report, rows=report.rows.filter(pl.col(column).is_in(values)), totals={})


def some(report: Report, column: str) -> Report:
    """The rows of which a column counts more than none; totals are left out."""
    return replace(report, rows=report.rows.filter(pl.col(column) > 0), totals={})


def counting(report: Report, column: str) -> Report:
    """The rows that add something to, or take something from, the sum of a column; totals are left out."""
    return replace(report, rows=report.rows.filter(pl.col(column) != 0), totals={})


def apart(report: Report, column: str) -> dict[str | None, Report]:
    """The rows by what a column says, in their order; totals stay those of all."""
    found = report.rows.partition_by(column, maintain_order=True, as_dict=True)
    return {said: replace(report, rows=rows) for (said,), rows in found.items()}


def alike(report: Report, *columns: str) -> list[Report]:
    """The rows that say the same in some columns, in their order; totals stay those of all."""
    return [replace(report, rows=rows) for rows in report.rows.partition_by(columns, maintain_order=True)]


def of_states(report: Report, *states: str) -> Report:
    """The rows that are in one of the states; totals are left out."""
    return replace(report, rows=report.rows.filter(pl.col("state").is_in(states)), totals={})


def of_splits(report: Report, *splits: str) -> Report:
    """The rows of some of the ways in which a report splits the same things; totals are left out, since they would count these twice."""
    return replace(report, rows=report.rows.filter(pl.col("split").is_in(splits)), totals={})


LEVEL_VERDICTS = {
    "decided": DECIDED,
    "breached": LATE,
    "breached_open": (BREACHED_OPEN,),
    "running": (RUNNING,),
    "without_verdict": NO_FIGURE,
}


def of_level(report: Report, promise: str, priority: str | None, plan: str | None, column: str) -> Report:
    """The promises of sla-tickets that a count of sla (one of LEVEL_VERDICTS) has of a priority and plan, whatever their case; totals are
    left out."""
    level = (("priority", priority), ("plan", plan))
    same = [as_written(name).eq_missing(pl.lit(value.strip().lower() or None if value else None, pl.String)) for name, value in level]
    verdicts = [one.replace(BREACHED_OPEN, "past due").replace("_", " ") for one in LEVEL_VERDICTS.get(column, DECIDED)]
    own = pl.col("promise") == promise
    return replace(report, rows=report.rows.filter(own, pl.col("verdict").is_in(verdicts), *same), totals={})


def of_section(report: Report, section: str) -> Report:
    """The rows of one section of a document; totals are left out."""
    return replace(report, rows=report.rows.filter(pl.col("section") == section), totals={})


def at_depth(report: Report, depth: int, ranked: str = "") -> Report:
    """Of churn reasons those of one level, the most first where `ranked` names a column, what nobody was asked last; totals are theirs."""
    found = where(report, "depth", depth)
    unasked, groups = pl.col("reason_id").is_null(), [pl.col("group")]
    rows = found.rows.sort(*groups, unasked, ranked, descending=[False, False, True], nulls_last=True) if ranked else found.rows
    return replace(found, rows=rows, totals={**found.totals, "churns": rows["churns"].sum()})


def below(report: Report, reason_id: str | None, ranked: str) -> Report:
    """Of churn reasons those that belong to one of the first level, itself among them where it was given as it is."""
    inner = at_depth(report, 2, ranked)
    belongs = pl.col("parent_id").eq_missing(pl.lit(reason_id, pl.String)) & pl.col("reason_id").is_not_null()
    rows = inner.rows.filter(belongs | pl.col("reason_id").eq_missing(pl.lit(reason_id, pl.String)))
    return replace(inner, rows=rows, totals={name: rows[name].sum() for name in inner.totals})


def of_reason(report: Report, reason_id: str | None) -> Report:
    """The churns of one reason of the first level, also by those that belong to it; without a reason those that nobody was asked of."""
    top = pl.coalesce("parent_id", "reason_id").eq_missing(pl.lit(reason_id, pl.String))
    rows = report.rows.filter(top)
    return replace(report, rows=rows, totals={name: rows[name].sum() for name in ("arr", "mrr")})


def done_between(report: Report, first: date, last: date, kind: str = "") -> Report:
    """The rows of what was done from one day to another, of one kind where one is named; totals are left out."""
    of = report.rows.filter(pl.col("kind") == kind) if kind else report.rows
    return replace(report, rows=of.filter(pl.col("done_on").is_between(first, last).fill_null(False)), totals={})


def due_within(report: Report, days: int) -> Report:
    """The open tasks that are due in so many days from tomorrow on; totals are left out."""
    rows = report.rows.filter(pl.col("state") == "ahead", pl.col("days_left") <= days)
    return replace(report, rows=rows, totals={})


def needing(report: Report, also: str = "") -> Report:
    """Of the report `today` what needs somebody, without what was put aside; with the same totals, which are of that. also: an account of
    which what was put aside stays where it was."""
    rows = report.rows.filter(pl.col("answer").is_null() | (pl.col("account_id") == also))
    if also:
        rows = rows.with_columns(first=pl.col("priority").max().over("account_id"), urgency=pl.col("urgency").first().over("account_id"))
        rows = rows.sort("first", "account_id", "priority", "kind", descending=[True, False, True, False]).drop("first")
    return replace(report, rows=rows)


def put_aside(report: Report) -> Report:
    """Of the report `today` what was put aside; totals are left out."""
    return replace(report, rows=report.rows.filter(pl.col("answer").is_not_null()), totals={})


def without(report: Report, column: str) -> Report:
    """The rows that have nothing in a column; totals are left out."""
    return replace(report, rows=report.rows.filter(pl.col(column).is_null()), totals={})


def firsts_by(report: Report, column: str, count: int | None, *, most: bool) -> Report:
    """The rows with the most, or least, in a column that is known of them, in that order; `count` of them, of changes those that go that
    way alone; totals are left out."""
    known = report.rows.filter(pl.col(column).is_not_null())
    if count is not None:
        known = known.filter(pl.col(column) > 0 if most else pl.col(column) < 0)
    rows = known.sort(column, "account_id", descending=[most, False])
    return replace(report, rows=rows if count is None else rows.head(count), totals={})
