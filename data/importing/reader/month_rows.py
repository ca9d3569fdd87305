"""Logs of months: what each account paid in each month, a row for each month or a column for each. Runs in the child process only.

Each month of each account becomes one row; lines are made of them where they are looked at (data/log/month_logs.py), so that a later
file can go on with what an earlier one began.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.layouts import month_columns, steps
from data.importing.mapping import Mapping
from data.importing.month_names import month_of
from data.importing.reader.validation import Checked, Settled, check
from data.log.staged import PROBLEM_SCHEMA, row_key

MONTH, AMOUNT = "\x00month", "\x00amount"  # names that no file's column has
ONE = ("account_id", "contract_id", "line_id", "product", "currency")  # whose months follow on each other
MOSTLY_MONTHLY = 0.5  # of an account's steps from row to row; below, rows are bills for several months
FEWEST_STEPS = 3
A_WHOLE_MONTH = 0.5  # of the accounts of the month before: with fewer, the last month may not be over
FEWEST_ACCOUNTS = 4


class NoLog(Exception):
    """The rows are no log of months; the message says why and what to do."""


@dataclass(frozen=True)
class Log:
    """A whole log: rows to store with their row_key, the first and last day that it speaks for, and what is noteworthy (PROBLEM_SCHEMA)."""

    rows: pl.DataFrame
    covers: tuple[date, date]
    notes: pl.DataFrame


def check_months(cells: pl.DataFrame, mapping: Mapping, header: list[str], settled: Settled) -> Checked:
    """Type and check one slice of a log: accepted rows with `line`, one for each month, and the problems. A line with a fault is out whole."""
    if mapping.options.get("layout") == "months":
        return _by_columns(cells, mapping, month_columns(header), settled)
    source = mapping.columns["starts_on"]
    told = cells[source].cast(pl.String)
    known = {text: month.isoformat() for text in told.drop_nulls().unique() if (month := month_of(text))}
    checked = check(cells.with_columns(told.replace(known).alias(source)), mapping, mapping.options, settled)
    return replace(checked, rows=checked.rows.with_columns(pl.col("starts_on").dt.month_start()))


def _by_columns(cells: pl.DataFrame, mapping: Mapping, months: dict[str, date], settled: Settled) -> Checked:
    """Each column of a month as rows of their own, numbered so that a fault finds back to its line and column."""
    names, count = list(months), len(months)
    kept = [name for name in dict.fromkeys(mapping.sources) if name in cells.columns]
    long = pl.concat(
        cells.select(
            *kept, pl.lit(month.isoformat()).alias(MONTH), _or_nothing(cells[name]).alias(AMOUNT),
            line=pl.col("line").cast(pl.Int64) * count + place,
        )
        for place, (name, month) in enumerate(months.items())
    )  # fmt: skip
    read = replace(mapping, columns=mapping.columns | {"starts_on": MONTH, "amount": AMOUNT})
    found = check(long, read, mapping.options, settled)
    column = pl.when(pl.col("column") == AMOUNT).then((pl.col("line") % count).replace_strict(dict(enumerate(names)))).otherwise("column")
    problems = found.problems.with_columns(column=column, line=pl.col("line") // count).unique(maintain_order=True)
    rows = found.rows.with_columns(line=pl.col("line") // count)
    return Checked(rows.filter(~pl.col("line").is_in(problems["line"].to_list())), problems)


def _or_nothing(amounts: pl.Series) -> pl.Series:
    """A blank in a table of months is nothing paid."""
    text = amounts.cast(pl.String)
    return text.set(text.is_null() | text.str.strip_chars().is_in(["", "-", "–", "—"]), "0")


def whole_log(rows: pl.DataFrame, mapping: Mapping) -> Log:
    """All accepted rows of a file as one log. Raises NoLog where they are none, Unanswered where the last month may not be over."""
    own = [name for name in ONE if name in rows.columns]
    ordered = rows.sort(*own, "starts_on", "line", nulls_last=True)
    again = pl.int_range(pl.len()).over([*own, "starts_on"]) + 1
    keyed = ordered.with_columns(again=again, row_key=row_key((*own, "starts_on")))
    key = pl.when(pl.col("again") > 1).then(pl.format("{}|{}", "row_key", "again")).otherwise("row_key")
    paid = keyed.filter(pl.col("amount") > 0)
    covers = _covers(paid, mapping)
    _look_monthly(paid, own)
    return Log(keyed.with_columns(row_key=key).drop("again").sort("line", "starts_on"), covers, _notes(keyed))


def _covers(paid: pl.DataFrame, mapping: Mapping) -> tuple[date, date]:
    """The months from the first to the last in which anybody paid, or those of them that `covers` names."""
    if paid.is_empty():
        raise NoLog("No row has an amount above zero. Export the log again, with what each account paid in each month.")
    months = paid.group_by("starts_on").agg(pl.col("account_id").n_unique()).sort("starts_on")
    gaps = [month for month, step in zip(months["starts_on"], steps(months["starts_on"].to_list()), strict=False) if step > 1]
    if gaps:
        raise NoLog(
            f"Nobody paid anything in the month after {gaps[0]:%Y-%m}. A log needs every month; where an amount is for several months, "
            "bring contract lines instead, with start, amount and period."
        )
    first, last = months["starts_on"][0], months["starts_on"].dt.month_end()[-1]
    told = mapping.options.get("covers")
    if isinstance(told, tuple):
        return max(first, told[0].replace(day=1)), min(last, told[1])
    _ask_about_the_last(months, first)
    return first, last


def _ask_about_the_last(months: pl.DataFrame, first: date) -> None:
    if months.height < 2:
        return
    before, now = months["account_id"].to_list()[-2:]
    if before < FEWEST_ACCOUNTS or now >= A_WHOLE_MONTH * before:
        return
    ends = months["starts_on"].dt.month_end().to_list()
    text = (
        f"In {ends[-1]:%Y-%m}, {now} accounts paid, after {before} in the month before. Is that month complete, so that the others have "
        "left, or is it not over? Say for which days the file speaks."
    )
    raise Unanswered(Question("covers", None, text, tuple(f"{first}..{end}" for end in (ends[-1], ends[-2]))))


def _look_monthly(paid: pl.DataFrame, own: Iterable[str]) -> None:
    """Whether rows are what months were worth, not bills that each are for several months."""
    months = paid.select(*own, "starts_on").unique().sort(*own, "starts_on")
    place = pl.col("starts_on").dt.year() * 12 + pl.col("starts_on").dt.month()
    taken = sorted(months.select(step=place.diff().over(list(own)))["step"].drop_nulls())
    if len(taken) >= FEWEST_STEPS and taken.count(1) < MOSTLY_MONTHLY * len(taken):
        raise NoLog(
            f"Most accounts have an amount only every {int(median(taken))} months: these look like bills, not like what each month was "
            "worth. Bring contract lines instead, with start, amount and period."
        )


def _notes(keyed: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not the first of their account and month."""
    reason = pl.format("is one more row for {}; all of them are added up", pl.col("starts_on").dt.strftime("%Y-%m"))
    more = keyed.filter(pl.col("again") > 1).select(
        "line", column=pl.lit("account_id"), value=pl.col("account_id"), reason=reason, rejected=pl.lit(False)
    )
    return more.cast({**PROBLEM_SCHEMA})
