"""Changes of what needs consent: who could consent to what, and putting it in force; the rules before are kept beside, to go back to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from data import private
from data.access.administration import may_change
from data.approvals import approvers, rules
from data.approvals.approvers import Everybody
from data.approvals.rules import OBJECTS, Rule, Rules, from_toml, to_toml
from data.audit.entries import note
from data.store.edits import EditRefused
from data.store.store import Store
from data.viewer import Viewer
from language import tr

MADE = "# Put in force on "  # the line that says when and by whom


@dataclass(frozen=True)
class Could:
    """Who could consent at a level (from 0) of a rule of a kind, by address; nobody: then nothing of that kind can be asked for."""

    kind: str
    rule: int
    level: int
    named: str
    who: tuple[str, ...]


def who_could(known: Rules, everybody: Everybody) -> list[Could]:
    """Who could consent to what, level by level. Whom a group of the provider brings is known once they have signed in."""
    return [
        Could(kind, at, n, approvers.in_words(level, everybody), tuple(approvers.at_level(level, OBJECTS[kind], everybody)))
        for kind, some in known.rules.items()
        for at, rule in enumerate(some)
        for n, level in enumerate(rule.levels)
    ]


def with_rules(known: Rules, kind: str, some: tuple[Rule, ...]) -> Rules:
    """Rules with other ones of a kind; none: it needs no consent."""
    kept: Mapping[str, tuple[Rule, ...]] = {**known.rules, kind: some}
    return replace(known, rules={name: found for name, found in kept.items() if found})


def put_in_force(store: Store, viewer: Viewer, written: str, at: datetime, seen: str) -> Rules:
    """Put a file of rules in force, and keep the one before. seen: `in_force` as it was when the change was begun, so that two people do
    not undo each other's work unseen. Raises NotAllowed, RulesWrong, EditRefused."""
    may_change(viewer)
    from_toml(written)
    now = in_force(store)
    if seen != now:
        raise EditRefused(tr("What needs consent was changed meanwhile by somebody else. Look at it again, then make your change anew."))
    path = before(store)
    private.place_for(path)
    path.write_text(now, encoding="utf-8")
    private.close(path)
    told = {"before": _digest(now), "after": _digest(written)}
    note(store, "configure", viewer.signs("browser"), kind="people", object=rules.place(store.path).name, detail=told)
    return rules.keep(store.path, _signed(written, viewer, at))


def in_force(store: Store) -> str:
    """The text of the rules in force, also of a file that cannot be used."""
    path = rules.place(store.path) if rules.place(store.path).is_file() else rules.SHIPPED
    return path.read_text(encoding="utf-8", errors="replace")


def before(store: Store) -> Path:
    """Where the rules lie that were in force before the last change."""
    return rules.place(store.path).with_suffix(".before.toml")


def changed_by(store: Store) -> str:
    """When and by whom the rules were last changed here, as the file says; empty where it says nothing."""
    first = in_force(store).partition("\n")[0]
    return first.removeprefix(MADE).rstrip(".") if first.startswith(MADE) else ""


def as_file(known: Rules) -> str:
    """Rules as a file to take away."""
    return to_toml(known)


def _digest(written: str) -> str:
    return sha256(written.encode()).hexdigest()


def _signed(written: str, viewer: Viewer, at: datetime) -> str:
    lines = [line for line in written.splitlines() if not line.startswith(MADE)]
    return "\n".join([f"{MADE}{at:%Y-%m-%d %H:%M} UTC by {viewer.signs('browser')}.", *lines]) + "\n"
