"""What is wrong with service levels and tickets, so that something has no verdict: each with what to do."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import polars as pl

from language import mark, tr
from metrics.sla import CONTRADICTS, NO_TARGET, as_written
from metrics.support_calendars import Problem
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.support.judged import Levels, judged, levels, notes, standing, tickets
from reports.units import empty

COLUMNS = {"concerns": "text", "problem": "text", "finding": "text", "todo": "text", "tickets": "count", "account_id": "text"}


def _problems(look: Look, question: Question) -> Answer:
    """One row per thing that gives no verdict or is no use, those of calendars and targets first, then priorities, then tickets whose times
    contradict each other.

    concerns: the calendar, target, priority or ticket. problem: its kind. tickets: how many of those opened by the day looked at it is
    about, null where that is none's matter. Totals: how many of each kind, and all of them (problems).
    """
    own, day = levels(look), look.day
    found = [_row(one) for one in (*own.calendars.problems, *_of_targets(own, _calendars(look)))]
    if day is not None:
        found += [*_of_priorities(look, own), *_of_plans(look, own), *_of_tickets(look)]
    rows = pl.DataFrame(found, schema_overrides={"tickets": pl.Int64, "account_id": pl.String}) if found else empty(COLUMNS)
    kinds = dict(rows.group_by("problem").len().rows())
    return Answer(rows.select(*COLUMNS), kinds | {"problems": rows.height}, notes(look, judged(look, day), day) if day else ())


def _row(one: Problem, count: int | None = None, account: str | None = None) -> dict[str, Any]:
    return {
        "concerns": one.of,
        "problem": one.kind.replace("_", " "),
        "finding": one.told,
        "todo": one.todo,
        "tickets": count,
        "account_id": account,
    }


def _calendars(look: Look) -> set[str]:
    return set(standing(look, "support_calendars")["calendar"])


def _of_targets(own: Levels, named: set[str]) -> Iterator[Problem]:
    rows = own.targets.with_columns(p=as_written("priority"), q=as_written("plan")).sort("target_id").to_dicts()
    for row in rows:
        yield from _of_target(row, named)
    for _, alike in _alike(rows):
        yield from (_overlap(one, two) for one, two in combinations(alike, 2) if _meet(one, two))
        yield from (_gap(one, two) for one, two in pairwise(alike) if _apart(one, two))


def _of_target(row: dict[str, Any], named: set[str]) -> Iterator[Problem]:
    name, calendar = row["target_id"], (row["calendar"] or "").strip()
    hours = [row["first_reply_hours"], row["resolution_hours"]]
    if calendar and calendar not in named:
        told = tr("Its calendar {calendar} is not there.", calendar=calendar)
        yield Problem(name, "calendar_missing", told, tr("Add the calendar, or choose another one for the target."))
    if not any(one is not None for one in hours):
        yield Problem(name, "no_hours", tr("It promises neither a first reply nor a resolution."), tr("Give it hours, or take it out."))
    if any(one is not None and one <= 0 for one in hours):
        yield Problem(name, "hours_not_positive", tr("Its hours are zero or less."), tr("Give it hours above zero."))
    if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]:
        yield Problem(name, "ends_before_it_starts", tr("It ends before it starts: it holds on no day."), tr("Correct its days."))


def _alike(rows: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """Targets of one priority and plan, in the order of their days; those that hold on no day are left out."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if not (row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]):
            found.setdefault((row["p"] or "", row["q"] or ""), []).append(row)
    for key, alike in found.items():
        yield key, sorted(alike, key=lambda row: (row["starts_on"] is not None, row["starts_on"] or 0, row["target_id"]))


def _meet(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether two targets hold on one day."""
    return not (_is_before(one, two) or _is_before(two, one))


def _is_before(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return bool(one["ends_on"] and two["starts_on"] and one["ends_on"] < two["starts_on"])


def _apart(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether days lie between the end of one target and the start of the next."""
    return _is_before(one, two) and (two["starts_on"] - one["ends_on"]).days > 1


def _overlap(one: dict[str, Any], two: dict[str, Any]) -> Problem:
    told = tr("It and {other} hold for the same tickets on the same days.", other=two["target_id"])
    return Problem(one["target_id"], "two_targets", told, tr("End one on the day before the other starts, or take one out."))


def _gap(one: dict[str, Any], two: dict[str, Any]) -> Problem:
    end, start, other = one["ends_on"], two["starts_on"], two["target_id"]
    told = tr("Between its end on {end} and the start of {other} on {start} neither holds.", end=end, other=other, start=start)
    return Problem(one["target_id"], "gap", told, tr("Let it end on the day before the next one starts."))


def _of_priorities(look: Look, own: Levels) -> Iterator[dict[str, Any]]:
    """Priorities of targets that no ticket has, and those of tickets that no target is for."""
    assert look.day
    every = tickets(look, look.day).with_columns(p=as_written("priority"))
    known = set(every["p"].drop_nulls())
    targets = own.targets.with_columns(p=as_written("priority")).sort("target_id")
    for name, written, priority in targets.filter(pl.col("p").is_not_null()).select("target_id", "priority", "p").rows():
        if known and priority not in known:
            told = tr("No ticket has the priority {priority}.", priority=written)
            yield _row(
                Problem(name, "priority_unknown", told, tr("Write it as your tickets do: {known}.", known=", ".join(sorted(known)))), 0
            )
    without = judged(look, look.day).filter(pl.col("verdict") == NO_TARGET).unique("ticket_id")
    counted = (
        without.with_columns(p=as_written("priority"))
        .group_by("p")
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col("priority").drop_nulls().min())
    )
    for _, n, priority in counted.sort("p", nulls_last=True).rows():
        named = priority or tr("no priority")
        told = tr("Tickets of this priority have no target on the day on which they were opened.")
        yield _row(Problem(named, "no_target", told, tr("Add a target for it, or one for every priority.")), n)


def _of_plans(look: Look, own: Levels) -> Iterator[dict[str, Any]]:
    """Plans of targets that no account has, nor had when a ticket was opened."""
    assert look.day
    here = look.view.accounts().select(q=as_written("plan"))["q"].drop_nulls()
    known = {*here, *tickets(look, look.day).select(q=as_written("plan"))["q"].drop_nulls()}
    targets = own.targets.with_columns(q=as_written("plan")).sort("target_id")
    for name, written, plan in targets.filter(pl.col("q").is_not_null()).select("target_id", "plan", "q").rows():
        if known and plan not in known:
            told = tr("No account has the plan {plan}.", plan=written)
            yield _row(Problem(name, "plan_unknown", told, tr("Write it as your accounts do: {known}.", known=", ".join(sorted(known)))), 0)


def _of_tickets(look: Look) -> Iterator[dict[str, Any]]:
    """Tickets whose times contradict each other."""
    assert look.day
    odd = judged(look, look.day).filter(pl.col("verdict") == CONTRADICTS).unique("ticket_id").sort("opened_at", "ticket_id")
    for row in odd.iter_rows(named=True):
        yield _row(
            Problem(row["ticket_id"], "times", _odd(row), tr("Correct it where it comes from, and import it again.")), 1, row["account_id"]
        )


def _odd(row: dict[str, Any]) -> str:
    opened, reply, done = row["opened_at"], row["first_reply_at"], row["resolved_at"]
    if reply is not None and reply < opened:
        return tr("It was answered ({reply:%Y-%m-%d %H:%M}) before it was opened ({opened:%Y-%m-%d %H:%M}).", reply=reply, opened=opened)
    if done < opened:
        return tr("It was resolved ({done:%Y-%m-%d %H:%M}) before it was opened ({opened:%Y-%m-%d %H:%M}).", done=done, opened=opened)
    return tr("It was resolved ({done:%Y-%m-%d %H:%M}) before its first reply ({reply:%Y-%m-%d %H:%M}).", done=done, reply=reply)


sla_problems = Definition("sla-problems", mark("What is wrong with service levels"), COLUMNS, _problems, opens=opened, in_currency=False)
