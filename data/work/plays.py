"""Starting plays and working through them. Every deed is one batch, and a play is started once for one reason."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from data.access.people import NO_PEOPLE, People, people, same
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, Viewer
from data.work.colleagues import check_may_be_given, may_be_given
from data.work.holdouts import HeldOut, held_of, release
from data.work.templates import ROOT_CAUSE, Play, Step, plays
from data.work.writing import NOTHING, write

RUNNING, DONE, STOPPED = "running", "done", "stopped"
OPEN, SKIPPED = "open", "skipped"
OF_STEP = ("status", "owner", "due_on", "effort_days", "effort_cost", "note")
BY_HAND = "by hand"


class StartedAlready(EditRefused):
    """The play was started for this reason, or runs for this account. run_id: the one that is meant."""

    def __init__(self, run_id: str, told: str) -> None:
        super().__init__(told)
        self.run_id = run_id


def run_id_of(play_id: str, account_id: str, reason: str) -> str:
    """The id of the play that is started for an account and a reason: the same for the same, without the words that somebody wrote."""
    return f"{play_id} {account_id} {hashlib.sha256(' '.join(reason.split()).casefold().encode()).hexdigest()[:12]}"


def start(
    store: Store, viewer: Viewer, play_id: str, account_id: str, reason: str, *, day: date, owner: str | None = None, at: datetime | None = None,
    renews_on: date | None = None, way: str = "browser", by_itself: bool = False, although_held_out: bool = False,
) -> BatchResult:  # fmt: skip
    """Start a play for an account. Its steps are kept as they are now: a template that is changed later changes none that run.

    reason: why, in words or as a trigger names it (see `reports/work/play_triggers.py`). day: the day looked at, from which steps are due.
    owner: whose it is; left out, the account's owner. at: the moment from which hours are counted; now, where it is left out.
    renews_on: the renewal that it is about, from which steps are due that say so; read from the reason where a trigger names it.
    by_itself: nobody chose this account. although_held_out: start it, too, where chance held the account out, which releases it.
    Raises HeldOut where it is held out and that was not said; StartedAlready where the same reason has started it already, or where it runs for the account; EditRefused for an unknown or
    retired play, no reason, or an account out of scope; NotAllowed.
    """
    may = viewer.allowed(EDIT, "activities")
    reason, moment = " ".join(reason.split()), at or datetime.now(UTC)
    if not reason:
        raise EditRefused("Say why it is started: the same reason starts it once.")
    with store.alone():
        with View(store, may) as view:
            play, account = _startable(view, play_id), _account(view, account_id)
            _check_not_started(view, play, account, reason)
            held = held_of(view, account["account_id"], play_id, day)
        if held and not although_held_out:
            raise HeldOut(
                f"{play.name} is held out of this account by chance since {held['held_out_on']}, to see what happens without it. "
                "Start it anyway, and it counts in no comparison."
            )
        team = team_of(store)
        if same(owner) != same(account["owner"]) and not has_left(owner, team):
            check_may_be_given(store, account_id, owner)
        renewal = renews_on or renewal_of(reason)
        whose = stands_in(owner or account["owner"], account["owner"], team)
        own = _seen(store, account_id, play.steps, team)
        steps = [_planned(one, _due(one, day, renewal), whose, account["owner"], team) for one in own]
        row = {
            "run_id": run_id_of(play_id, account["account_id"], reason), "account_id": account["account_id"], "play_id": play_id,
            "name": play.name, "reason": reason, "owner": whose, "started_on": day, "started_at": moment,
            "started_by": BY_ITSELF if by_itself else _who(viewer, way), "state": RUNNING,
            "steps": json.dumps(steps, ensure_ascii=False),
            "ended_on": None, "outcome": None, "root_cause": None,
        }  # fmt: skip
        if held:
            release(store, viewer, held["holdout_id"], seen=held["batch"], day=day, way=way)
        return write(store, viewer, "play_runs", [row], seen=[NOTHING], way=way)


BY_ITSELF = "by itself"


def _seen(store: Store, account_id: str, steps: Sequence[Step], team: People) -> list[Step]:
    """The steps, those of somebody who is there and does not see the account with whoever has the play."""
    named = {one.owner for one in steps if one.owner and not has_left(one.owner, team)}
    unable = {one for one in named if not may_be_given(store, account_id, one)}
    return [replace(one, owner=None) if one.owner in unable else one for one in steps]


def _who(viewer: Viewer, way: str) -> str:
    return str(viewer.signs(viewer.owner or way))


def _startable(view: View, play_id: str) -> Play:
    play = plays(view).get(play_id)
    if play is None:
        raise EditRefused(f"There is no play {play_id!r}.")
    if play.is_retired:
        raise EditRefused(f"The play {play.name} is retired: it can be started no more.")
    return play


def _account(view: View, account_id: str) -> Mapping[str, Any]:
    found = view.accounts().filter(account_id=account_id)
    if found.is_empty():
        raise EditRefused("Plays can be started for your own accounts alone.")
    return found.row(0, named=True)


def _check_not_started(view: View, play: Play, account: Mapping[str, Any], reason: str) -> None:
    own = view.table("play_runs").filter(account_id=account["account_id"], play_id=play.play_id)
    meant = run_id_of(play.play_id, account["account_id"], reason)
    for run in own.iter_rows(named=True):
        if run["run_id"] == meant or run["reason"].casefold() == reason.casefold():
            raise StartedAlready(
                run["run_id"], f"{play.name} was started for this reason on {run['started_on']}: the same reason starts it once."
            )
        if run["state"] == RUNNING:
            raise StartedAlready(
                run["run_id"], f"{play.name} has run for this account since {run['started_on']}. End it before it starts anew."
            )


def team_of(store: Store) -> People:
    """Your own people, whoever asks; none where nobody has written them down."""
    with View(store, EVERYONE) as view:
        return people(view) if view.table("people").height else NO_PEOPLE


def has_left(email: str | None, team: People) -> bool:
    """Whether somebody was taken off the list of people, or may sign in no more. Who never stood on it has not left."""
    if not email:
        return False
    known = next((one for one in team.by_email.values() if same(email) in (one.email, same(one.owner))), None)
    return same(email) in team.removed if known is None else not known.is_active


def stands_in(owner: str | None, of_account: str | None, team: People) -> str | None:
    """Who sees to what is an owner's: the owner; where the owner has left, who has the account, else the manager of either."""
    for one in (owner, of_account):
        if one and not has_left(one, team):
            return one
    for one in (owner, of_account):
        known = next((person for person in team.by_email.values() if one and same(one) in (person.email, same(person.owner))), None)
        above = [email for email in (team.chain(known) if known else []) if email in team.by_email and not has_left(email, team)]
        if above:
            return above[0]
    return owner if not has_left(owner, team) else None


def renewal_of(reason: str) -> date | None:
    """The renewal's day in a reason that a trigger names; None in others."""
    trigger, _, about = reason.partition(" ")
    if trigger != "renews_within":
        return None
    try:
        return date.fromisoformat(about)
    except ValueError:
        return None


def _due(step: Step, day: date, renewal: date | None) -> date:
    """When a step is due: so many days before the renewal, and not before the start; else so many days after the start."""
    if step.before_days is None or renewal is None:
        return day + timedelta(days=step.due_days)
    return max(day, renewal - timedelta(days=step.before_days))


def _planned(step: Step, due: date, whose: str | None, of_account: str | None, team: People) -> dict[str, Any]:
    """A step as it is kept of a started play: with who does it and its due day."""
    wanted = step.owner or whose
    owner = stands_in(wanted, of_account or whose, team)
    return {
        "title": step.title, "owner": owner, "due_days": step.due_days, "clock_hours": step.clock_hours, "asks": step.asks,
        "text": step.text, "due_on": f"{due:%Y-%m-%d}", "in_place_of": wanted if owner != wanted else None,
    }  # fmt: skip


def step(
    store: Store, viewer: Viewer, run_id: str, step: int, seen: int, *, day: date, way: str = "browser", at: datetime | None = None, **said: Any
) -> BatchResult:  # fmt: skip
    """Say of a step what is said: status (open, done, skipped), owner, due_on, effort_days, effort_cost, note; what is left out stays.

    seen: the step's `batch` as `steps_of` gives it. day: the day looked at, on which a step is done. at: the moment; now where left out.
    Raises ChangedSince, EditRefused (a play that has ended, no such step, effort below 0), NotAllowed.
    """
    strange = sorted({*said} - {*OF_STEP})
    if strange:
        raise EditRefused(f"{strange[0]}: nothing is kept of that. {', '.join(OF_STEP)}.")
    _check_effort(said)
    with store.alone():
        run, row = _step_as_it_is(store, viewer, run_id, step)
        now = row | said
        if same(now["owner"]) not in (same(row["owner"]), same(json.loads(run["steps"])[step - 1]["owner"])):
            check_may_be_given(store, run["account_id"], now["owner"])
        moved = "status" in said and said["status"] != row["status"]
        is_done = now["status"] == DONE
        if moved:
            now |= {
                "done_on": day if is_done else None, "done_at": (at or datetime.now(UTC)) if is_done else None,
                "done_by": _who(viewer, way) if is_done else None,
            }  # fmt: skip
        key = {"run_id": run_id, "step": step, "account_id": run["account_id"], "started_at": run["started_at"]}
        return write(store, viewer, "play_steps", [now | key], seen=[seen], way=way)


def _check_effort(said: Mapping[str, Any]) -> None:
    for name, most in (("effort_days", 1_000), ("effort_cost", 10_000_000)):
        value = said.get(name)
        if value is not None and not 0 <= float(value) <= most:
            raise EditRefused(f"{name}: from 0 to {most:,}.")


def _step_as_it_is(store: Store, viewer: Viewer, run_id: str, step: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The started play, and what is written of the step."""
    with View(store, viewer.allowed(EDIT, "activities")) as view:
        run = _run(view, run_id)
        written = view.table("play_steps").filter(pl.col("started_at") == run["started_at"], run_id=run_id, step=step)
    if run["state"] != RUNNING:
        raise EditRefused("This play has ended: take its end back first, and then change its steps.")
    if not 1 <= step <= len(json.loads(run["steps"])):
        raise EditRefused(f"step: {run['name']} has no step {step}.")
    names = ("status", "owner", "due_on", "done_on", "done_by", "done_at", "effort_days", "effort_cost", "note")
    found = dict.fromkeys(names) | {"status": OPEN}
    return run, found | (written.select(names).row(0, named=True) if written.height else {})


def _run(view: View, run_id: str) -> dict[str, Any]:
    found = view.table("play_runs").filter(run_id=run_id)
    if found.is_empty():
        raise EditRefused("There is no such play among those of your accounts: it may have been taken back.")
    return found.row(0, named=True)


def stop(store: Store, viewer: Viewer, run_id: str, seen: int, *, day: date, why: str, way: str = "browser") -> BatchResult:
    """End a play before it is through; its open steps are nobody's any more. why: kept as what came of it."""
    return _as_said(store, viewer, run_id, seen, way, {"state": STOPPED, "ended_on": day, "outcome": _said(why, "Say why it ends.")})


def finish(
    store: Store, viewer: Viewer, run_id: str, seen: int, *, day: date, outcome: str, root_cause: str | None = None, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """End a play whose steps are all done or left out. outcome: what came of it. root_cause: asked for where one of its steps asks it."""
    with store.alone():
        with View(store, viewer.allowed(EDIT, "activities")) as view:
            _check_through(view, _run(view, run_id), root_cause)
        told = {"state": DONE, "ended_on": day, "outcome": _said(outcome, "Say what came of it.")}
        return _as_said(store, viewer, run_id, seen, way, told | {"root_cause": (root_cause or "").strip() or None})


def _said(text: str, otherwise: str) -> str:
    if not text.strip():
        raise EditRefused(otherwise)
    return text.strip()


def _check_through(view: View, run: Mapping[str, Any], root_cause: str | None) -> None:
    planned = json.loads(run["steps"])
    written = view.table("play_steps").filter(pl.col("started_at") == run["started_at"], run_id=run["run_id"])
    states = dict(written.select("step", "status").rows())
    waiting = [n for n in range(1, len(planned) + 1) if states.get(n, OPEN) == OPEN]
    if waiting:
        raise EditRefused(f"Steps {', '.join(map(str, waiting))} are open: do them or leave them out first, or stop the play.")
    asked = [n for n, one in enumerate(planned, 1) if one.get("asks") == ROOT_CAUSE and states.get(n) != SKIPPED]
    if asked and not (root_cause or "").strip():
        raise EditRefused("Say what had led to it: this play asks for that in the end.")


def _as_said(store: Store, viewer: Viewer, run_id: str, seen: int, way: str, told: Mapping[str, Any]) -> BatchResult:
    """Write what is said of a running play; all else of it stays."""
    with store.alone():
        with View(store, viewer.allowed(EDIT, "activities")) as view:
            run = _run(view, run_id)
        if run["state"] != RUNNING:
            raise EditRefused(f"This play ended on {run['ended_on']}. Nothing was written.")
        named = {"run_id": run_id, "account_id": run["account_id"]}
        return write(store, viewer, "play_runs", [named | dict(told)], seen=[seen], way=way)


def hand_over(store: Store, viewer: Viewer, run_id: str, seen: int, *, owner: str, way: str = "browser") -> BatchResult:
    """Give a running play to somebody else. Its steps stay whose they are; each can be given on its own."""
    with store.alone():
        team = team_of(store)
        if has_left(owner, team):
            raise EditRefused(f"{owner} has left: choose somebody else.")
        with View(store, viewer.allowed(EDIT, "activities")) as view:
            check_may_be_given(store, _run(view, run_id)["account_id"], owner)
        return _as_said(store, viewer, run_id, seen, way, {"owner": _said(owner, "Say to whom.")})
