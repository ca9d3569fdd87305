"""The formula by which requests for features are ranked: the one that comes with the product, and what the team has changed of it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.schema import FEATURE_REQUESTS
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import Viewer
from data.work.writing import NOTHING, write

SHIPPED = Path(__file__).resolve().parents[1] / "request_ranking.toml"
PARTS = ("reach", "value", "effort", "priority", "individual", "common", "individual_decision")
PRIORITIES = ("P0", "P1", "P2", "P3")
DECISIONS = FEATURE_REQUESTS.column("decision").choices
VALUES = FEATURE_REQUESTS.column("value").choices
STEPS = {"reach": re.compile(r"[1-9]\d{0,5}"), "effort": re.compile(r"(?!0+(\.0*)?$)\d{1,5}(\.\d{1,2})?")}
FIXED = {"value": VALUES, "priority": PRIORITIES[:-1], "individual": ("up_to",), "common": PRIORITIES, "individual_decision": PRIORITIES}
OF_DECISIONS = ("common", "individual_decision")
GONE = "none"  # setting of a step that the team took out
MOST = 1000  # points, and customers
Rules = Mapping[str, int | str]
"""The formula as it is kept: what each part says of each of its keys, as in reach.5 = 4 and common.P0 = "now"."""


Changes = Mapping[str, int | str | None]


class FormulaWrong(EditRefused):
    """The formula cannot be used; the message names the number and what may stand there."""


@cache
def shipped() -> Rules:
    """The formula that comes with the product."""
    return read(SHIPPED.read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """A formula from the text of its file. Raises FormulaWrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormulaWrong(f"The formula's file cannot be read ({error}).") from None
    rules = {f"{part}.{key}": value for part, keys in told.items() for key, value in _keys(part, keys)}
    check(rules)
    return rules


def _keys(part: str, keys: object) -> Iterator[tuple[str, int | str]]:
    if not isinstance(keys, Mapping):
        raise FormulaWrong(f"{part}: give it keys with their numbers, as in [reach].")
    yield from keys.items()


def check(rules: Rules) -> None:
    """Raises FormulaWrong where a formula lacks something, or would let one customer more, or less effort, make a request rank lower."""
    for rule, said in rules.items():
        _check_one(rule, said)
    _check_whole(rules)
    _check_steps(steps(rules, "reach"), "reach", rising=True)
    _check_steps(steps(rules, "effort"), "effort", rising=False)
    least = [int(said) for _, said in _of(rules, "priority")]
    if least != sorted(set(least), reverse=True):
        raise FormulaWrong("priority: P0 needs a higher score than P1, and P1 than P2.")
    _check_decisions(rules)


def _check_one(rule: str, said: object) -> None:
    part, _, key = rule.partition(".")
    if part not in PARTS:
        raise FormulaWrong(f"{rule}: the formula has no such part. Parts: {', '.join(PARTS)}.")
    if part in FIXED and key not in FIXED[part]:
        raise FormulaWrong(f"{rule}: there is no such entry. Entries: {', '.join(FIXED[part])}.")
    if part in STEPS and not STEPS[part].fullmatch(key):
        raise FormulaWrong(f"{rule}: a step is a number above zero, as in reach.5 or effort.10.")
    if part in OF_DECISIONS:
        if said not in DECISIONS:
            raise FormulaWrong(f"{rule}: takes one of {', '.join(DECISIONS)}.")
    elif isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= MOST:
        raise FormulaWrong(f"{rule}: takes a whole number from 0 to {MOST:,}.")


def _check_whole(rules: Rules) -> None:
    needed = [f"{part}.{key}" for part, keys in FIXED.items() for key in keys]
    for rule in (*needed, "reach.1"):
        if rule not in rules:
            raise FormulaWrong(f"{rule}: the formula says nothing of it, and needs to.")
    if not steps(rules, "effort"):
        raise FormulaWrong("effort: give points for so many person-days at least once.")


def _check_steps(found: Sequence[tuple[float, int]], part: str, *, rising: bool) -> None:
    points = [own for _, own in found]
    if points != sorted(points, reverse=not rising):
        told = "reach: more customers cannot have fewer points." if rising else "effort: more person-days cannot have more points."
        raise FormulaWrong(told)
    if len({at for at, _ in found}) < len(found):
        raise FormulaWrong(f"{part}: two steps are the same number.")


def _check_decisions(rules: Rules) -> None:
    """A better priority waits no longer than a worse one, and a common request no longer than an individual one."""
    waits = {part: [DECISIONS.index(str(rules[f"{part}.{key}"])) for key in PRIORITIES] for part in OF_DECISIONS}
    if any(found != sorted(found) for found in waits.values()):
        raise FormulaWrong("A better priority cannot be decided for later than a worse one.")
    if any(common > individual for common, individual in zip(*waits.values(), strict=True)):
        raise FormulaWrong("What many customers ask for cannot be decided for later than what one asks for.")


def _of(rules: Rules, part: str) -> list[tuple[str, int | str]]:
    """The entries of a part in their order, by key."""
    own = {rule.partition(".")[2]: said for rule, said in rules.items() if rule.partition(".")[0] == part}
    return sorted(own.items(), key=lambda one: float(one[0])) if part in STEPS else [(key, own[key]) for key in FIXED[part] if key in own]


def steps(rules: Rules, part: str) -> tuple[tuple[float, int], ...]:
    """The steps of reach or effort with their points, the lowest first."""
    return tuple((float(key), int(said)) for key, said in _of(rules, part))


def entries(rules: Rules, part: str) -> dict[str, Any]:
    """What a part says, by its keys, in their order."""
    return dict(_of(rules, part))


@dataclass(frozen=True)
class Standing:
    """The formula that holds. own: what the team's rows say, by rule; None of a step that is gone. seen: the batch of each. trouble: why
    the product's formula holds in place of the team's, as where one of two changes that need each other was undone; else empty."""

    rules: Rules
    own: Changes
    seen: Mapping[str, int]
    trouble: str = ""


def standing(view: View) -> Standing:
    """The product's formula with what the team has changed of it; the product's alone where that would be none that can be used."""
    rows = view.table("request_rules").select("rule", "setting", "batch").rows()
    own, seen = {rule: _said(rule, setting) for rule, setting, _ in rows}, {rule: batch for rule, _, batch in rows}
    try:
        return Standing(with_changes(shipped(), own), own, seen)
    except FormulaWrong as wrong:
        return Standing(shipped(), own, seen, str(wrong))


def _said(rule: str, setting: str) -> int | str | None:
    """What a row says: a decision, a number, or that a step is gone."""
    if setting == GONE:
        return None
    return int(setting) if setting.isdecimal() and rule.partition(".")[0] not in OF_DECISIONS else setting


def with_changes(rules: Changes, changes: Changes) -> Rules:
    """A formula with other numbers; None takes a step out. Raises FormulaWrong where it could not be used."""
    found = {rule: said for rule, said in {**rules, **changes}.items() if said is not None}
    check(found)
    return found


def change(store: Store, viewer: Viewer, changes: Changes, seen: Mapping[str, int], *, way: str = "browser") -> BatchResult:
    """Change numbers of the formula, as one batch. changes: as `with_changes` has them. seen: that of `Standing` as it was looked at.

    Raises FormulaWrong where the formula could not be used with them, EditRefused where they change nothing, and what `write` raises.
    """
    with View(store) as view:
        own = standing(view).own
    before = {**shipped(), **own}
    with_changes(before, changes)
    rows = [{"rule": rule, "setting": GONE if said is None else str(said)} for rule, said in changes.items() if before.get(rule) != said]
    if not rows:
        raise EditRefused("Nothing is changed: the formula says so already.")
    return write(store, viewer, "request_rules", rows, seen=[seen.get(row["rule"], NOTHING) for row in rows], way=way)


def as_shipped(now: Standing) -> dict[str, int | str | None]:
    """The changes that make the formula the product's again; none where it is."""
    return {rule: shipped().get(rule) for rule, said in now.own.items() if shipped().get(rule) != said}
