"""Plays as templates: those that come with the product, what the team made of them, and what a template must be."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import VIEW, Viewer
from data.work.writing import write

SHIPPED = Path(__file__).parents[1] / "plays.toml"
ITEMS = (
    "notice_given", "renewal_unprepared", "risk_rose", "health_fell", "usage_fell", "never_started", "tickets_rising", "champion_silent",
    "sla_breached", "call_against_model", "seats_full", "plan_full", "limit_near", "higher_plan_used", "volume_grew", "new_team",
    "headcount_grew",
)  # fmt: skip
CONDITIONS = ("renews_within", "stakeholder_gap", "went_live", "refund_asked")
TRIGGERS = (*ITEMS, *CONDITIONS)
"""What can start a play by itself: kinds of things on Today, and conditions of their own."""
ROOT_CAUSE = "root_cause"
MOST_A_DAY = 200
MOST_HELD_OUT = 0.5  # of the accounts: to hold out more tells less, since fewer get the play
MOST_DAYS, MOST_HOURS, MOST_STEPS = 730, 24 * 30, 40
LONGEST = 300  # signs of a title


@dataclass(frozen=True)
class Step:
    """One step. owner: e-mail address; None for whoever has the account. due_days: days after the start. before_days: days before the
    renewal that the play is about, in place of due_days where that is known. clock_hours: hours from the moment of the start, where days
    are too coarse. asks: ROOT_CAUSE where it is asked for in the end."""

    title: str
    due_days: int
    owner: str | None = None
    clock_hours: int | None = None
    asks: str | None = None
    text: str | None = None
    before_days: int | None = None


@dataclass(frozen=True)
class Play:
    """One template. segments: none for all. trigger: of TRIGGERS, or None for by hand alone; within: days, of renews_within. most_a_day:
    how many accounts it may start for by itself on one day; None for no limit. is_own: the team wrote it, and nothing of the product
    stands behind it; is_changed: the team changed one of the product's. batch: of the team's row; 0 where there is none. held_out: the share
    of accounts that chance leaves alone where it would start by itself, to see what happens without it; None for none."""

    play_id: str
    name: str
    steps: tuple[Step, ...]
    meaning: str | None = None
    segments: tuple[str, ...] = ()
    trigger: str | None = None
    within: int | None = None
    is_on: bool = False
    most_a_day: int | None = None
    is_retired: bool = False
    is_own: bool = False
    is_changed: bool = False
    batch: int = 0
    held_out: float | None = None


@cache
def shipped() -> Mapping[str, Play]:
    """The plays that come with the product, by id."""
    return {name: _shipped(name, told) for name, told in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["plays"].items()}


def _shipped(play_id: str, told: Mapping[str, Any]) -> Play:
    more: dict[str, Any] = {name: one for name, one in told.items() if name not in ("steps", "segments")}
    return Play(play_id, steps=tuple(Step(**one) for one in told["steps"]), segments=tuple(told.get("segments", ())), **more)


def plays(view: View) -> dict[str, Play]:
    """Every play by its id: the product's, as the team has changed them, then the team's own. Retired ones too."""
    rows = {row["play_id"]: row for row in view.table("plays").iter_rows(named=True)}
    known = shipped()
    own = {name: _of_row(row) for name, row in sorted(rows.items()) if name not in known}
    return {name: _changed(play, rows.get(name)) for name, play in known.items()} | own


def _changed(play: Play, row: Mapping[str, Any] | None) -> Play:
    """One of the product's as the team has it; a row without steps of its own says that the product's form holds again."""
    if row is None:
        return play
    if row["steps"] == AS_SHIPPED:
        return replace(play, batch=row["batch"])
    return replace(_of_row(row), is_own=False, is_changed=True)


AS_SHIPPED = "as_shipped"
"""What stands for the steps in the row of a play that went back to the product's form."""


def _of_row(row: Mapping[str, Any]) -> Play:
    trigger, _, within = (row["trigger"] or "").partition(" ")
    steps = tuple(Step(**one) for one in json.loads(row["steps"]))
    segments = tuple(one.strip() for one in (row["segments"] or "").split("\n") if one.strip())
    return Play(
        row["play_id"], row["name"], steps, row["meaning"], segments, trigger or None, int(within) if within else None, bool(row["is_on"]),
        row["most_a_day"], bool(row["is_retired"]), is_own=True, batch=row["batch"], held_out=row["held_out"],
    )  # fmt: skip


def as_row(play: Play) -> dict[str, Any]:
    """A template as its row of the table `plays`."""
    trigger = f"{play.trigger} {play.within}" if play.trigger == "renews_within" else play.trigger
    steps = json.dumps([asdict(one) for one in play.steps], ensure_ascii=False)
    return {
        "play_id": play.play_id, "name": play.name, "meaning": play.meaning, "segments": "\n".join(play.segments) or None, "trigger": trigger,
        "is_on": play.is_on, "most_a_day": play.most_a_day, "steps": steps, "is_retired": play.is_retired,
        "held_out": play.held_out,
    }  # fmt: skip


def save(store: Store, viewer: Viewer, play: Play, *, seen: int, segments: Sequence[str] = (), way: str = "browser") -> BatchResult:
    """Keep a template as the team wants it. seen: the `batch` that it had when it was opened. segments: those that accounts have.

    Plays under way keep their steps. Raises EditRefused where it cannot be used (see `check`), NotAllowed, ChangedSince.
    """
    check(play, segments)
    return write(store, viewer, "plays", [as_row(play)], seen=[seen], way=way)


def as_shipped(store: Store, viewer: Viewer, play_id: str, *, seen: int, way: str = "browser") -> BatchResult:
    """Let one of the product's plays be as it came. Raises EditRefused for one that the team wrote itself."""
    if play_id not in shipped():
        raise EditRefused("This play is your own: nothing of the product stands behind it. Retire it instead.")
    row = as_row(shipped()[play_id]) | {"steps": AS_SHIPPED}
    return write(store, viewer, "plays", [row], seen=[seen], way=way)


def retire(store: Store, viewer: Viewer, play_id: str, *, seen: int, is_retired: bool = True, way: str = "browser") -> BatchResult:
    """Let a play be started no more, or again. Those under way go on."""
    with View(store, viewer.allowed(VIEW, "plays")) as view:
        play = plays(view).get(play_id)
    if play is None:
        raise EditRefused(f"There is no play {play_id!r}.")
    row = as_row(replace(play, is_retired=is_retired, is_on=play.is_on and not is_retired))
    return write(store, viewer, "plays", [row], seen=[seen], way=way)


def check(play: Play, segments: Sequence[str] = ()) -> None:
    """Raises EditRefused, which names step and column, where a template cannot be used. segments: those that accounts have; none: not checked."""
    for told in (*_wrong(play, segments), *(found for n, one in enumerate(play.steps, 1) for found in _wrong_step(play, n, one))):
        raise EditRefused(told)


def _wrong(play: Play, segments: Sequence[str]) -> list[str]:
    strange = [one for one in play.segments if segments and one not in segments]
    limit, within = play.most_a_day, play.within
    said = (
        (not play.name.strip(), "Name: a play needs a name."),
        (len(play.name) > LONGEST, f"Name: at most {LONGEST} signs."),
        (not play.play_id.strip(), "play_id: a play needs an id."),
        (not play.steps, "Steps: a play needs one step at least."),
        (len(play.steps) > MOST_STEPS, f"Steps: at most {MOST_STEPS}."),
        (
            play.trigger is not None and play.trigger not in TRIGGERS,
            f"What starts it: there is no {play.trigger!r}. Triggers: {', '.join(TRIGGERS)}.",
        ),
        (bool(strange), f"Segments: no account is of {', '.join(map(repr, strange))}. Segments: {', '.join(segments)}."),
        (
            play.trigger == "renews_within" and (within is None or not 1 <= within <= MOST_DAYS),
            f"Days ahead: a renewal is looked for from 1 to {MOST_DAYS} days ahead.",
        ),
        (limit is not None and not 1 <= limit <= MOST_A_DAY, f"At most a day: from 1 to {MOST_A_DAY}, or empty for no limit."),
        (
            play.is_on and play.trigger is None,
            "Starts by itself: a play without a trigger does not start by itself. Choose a trigger first.",
        ),
        (
            play.held_out is not None and not 0 < play.held_out <= MOST_HELD_OUT,
            f"Held out by chance: more than 0 and at most {MOST_HELD_OUT:.0%}, or empty for none.",
        ),
        (play.is_on and limit is None, "At most a day: a play that starts by itself needs a limit a day."),
    )
    return [told for holds, told in said if holds]


def _wrong_step(play: Play, n: int, step: Step) -> list[str]:
    same = [at for at, one in enumerate(play.steps, 1) if at < n and one.title.strip().casefold() == step.title.strip().casefold()]
    first = same[0] if same else 0
    said = (
        (not step.title.strip(), f"Step {n}, title: what is to be done?"),
        (len(step.title) > LONGEST, f"Step {n}, title: at most {LONGEST} signs."),
        (bool(same), f"Step {n}, title: step {first} is called so already."),
        (not 0 <= step.due_days <= MOST_DAYS, f"Step {n}, days after the start: {step.due_days} is not between 0 and {MOST_DAYS}."),
        (
            step.before_days is not None and not 0 <= step.before_days <= MOST_DAYS,
            f"Step {n}, days before the renewal: {step.before_days} is not between 0 and {MOST_DAYS}.",
        ),
        (step.clock_hours is not None and not 1 <= step.clock_hours <= MOST_HOURS, f"Step {n}, hours: from 1 to {MOST_HOURS}, or empty."),
        (step.asks not in (None, ROOT_CAUSE), f"Step {n}, asks: takes {ROOT_CAUSE}, or nothing."),
        (step.owner is not None and "@" not in step.owner, f"Step {n}, owner: {step.owner!r} is no e-mail address; leave it empty for whoever has the account."),
    )  # fmt: skip
    return [told for holds, told in said if holds]
