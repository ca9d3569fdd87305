"""Which milestones make an account activated: those of its segment where the team keeps some, else those of all others."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from data.settings import current_settings
from data.store.view import View
from data.work.milestones import standing
from language import InLanguage, mark, tr
from metrics.activation import Milestone, milestones
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import schema_of

COLUMNS = {
    "segment": "text", "place": "count", "title": "text", "kind": "text", "event": "text", "at_least": "number", "within_days": "count",
    "measured": "count", "came": "flag", "caution": "text", "milestone_id": "text", "batch": "count",
}  # fmt: skip

# The milestones that are counted where nobody has chosen others.
USUAL = InLanguage(
    {
        "First use": mark("First use"),
        "Three people": mark("Three people"),
        "Half of the seats": mark("Half of the seats"),
    }
)


@dataclass(frozen=True)
class Wanted:
    """The milestones in force. general: of every account whose segment has none of its own; own: by segment; came: whether the general
    ones are those that came with the product, or those of the file that the settings name."""

    general: tuple[Milestone, ...]
    own: Mapping[str, tuple[Milestone, ...]] = field(default_factory=dict)
    came: bool = True

    def of(self, segment: str | None) -> tuple[Milestone, ...]:
        """By which the accounts of a segment are measured."""
        return self.own.get(segment or "", self.general)

    def events(self) -> list[str]:
        """The events that any of them names."""
        return sorted({one.event for own in (self.general, *self.own.values()) for one in own if one.event})

    def parts(self, accounts: pl.DataFrame) -> Iterator[tuple[str, tuple[Milestone, ...], pl.DataFrame]]:
        """Accounts by what they are measured by: whose these milestones are (segments that have the same stand together; empty: all
        others), the milestones, and the accounts. Those of all others come first, and are there without any account, too."""
        whose: dict[tuple[Milestone, ...], list[str]] = {self.general: []}
        for segment in sorted(self.own):
            whose.setdefault(self.own[segment], []).append(segment)
        for own, segments in whose.items():
            is_general = own == self.general
            among = accounts.filter(_of_segments(segments) | self.has_none() if is_general else _of_segments(segments))
            if is_general or among.height:
                yield "" if is_general else ", ".join(segments), own, among

    def has_none(self) -> pl.Expr:
        """Whether the segment of an account has no milestones of its own."""
        return ~_of_segments([*self.own])

    def with_others(self, segment: str | None, own: tuple[Milestone, ...]) -> "Wanted":
        """The same, if a segment (None: all that have none of their own) had these; without any it has none of its own."""
        if segment is None:
            return replace(self, general=own or in_file(), came=not own)
        rest = {name: steps for name, steps in self.own.items() if name != segment}
        return replace(self, own={**rest, segment: own} if own else rest)


def _of_segments(segments: list[str]) -> pl.Expr:
    return pl.col("segment").is_in(pl.Series(segments, dtype=pl.String).implode()).fill_null(False)


def wanted(view: View) -> Wanted:
    """The milestones in force: what the team keeps, and where it keeps none for all segments those of the file in the settings.

    Raises ValueError that names the file where it is needed and cannot be used.
    """
    kept: dict[str | None, list[dict]] = {}
    for row in standing(view).to_dicts():
        kept.setdefault(row["segment"], []).append(row)
    sets = {segment: milestones([_entry(row) for row in rows]) for segment, rows in kept.items()}
    own = {segment: steps for segment, steps in sets.items() if segment is not None}
    return Wanted(sets[None], own, came=False) if None in sets else Wanted(in_file(), own)


def _entry(row: Mapping[str, object]) -> dict[str, object]:
    told = {name: row[name] for name in ("title", "kind", "event", "at_least", "within_days")}
    return {name: value for name, value in told.items() if value is not None}


def in_file() -> tuple[Milestone, ...]:
    """The milestones in the settings. Raises ValueError that names the file where it cannot be used."""
    path = current_settings().activation
    try:
        return tuple(map(_said, milestones(tomllib.loads(path.read_text()).get("milestones", []))))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(tr("HOLDFAST_ACTIVATION: {name} cannot be used: {error}", name=path.name, error=error)) from None


def _said(one: Milestone) -> Milestone:
    return replace(one, title=USUAL.get(one.title, one.title))


def stated(by: Wanted) -> dict[str, object]:
    """The milestones as the parameters of a report state them."""
    own = [f"{segment}: {tr(', ').join(one.title for one in steps)}" for segment, steps in by.own.items()]
    return {"milestones": [one.title for one in by.general], **({"milestones_by_segment": own} if own else {})}


def _milestones(look: Look, question: Question) -> Answer:
    """One row per milestone in force, in order, those of all segments without their own first: how many accounts in scope are measured by
    it (measured), whether it came with the product or the file in the settings (came), and what makes it one that nobody can reach, or
    that measures nobody (caution). milestone_id, batch: as who writes has to have seen it; empty where it came."""
    by, kept = wanted(look.view), standing(look.view)
    accounts = look.view.accounts().select("account_id", "segment")
    if accounts.is_empty():
        return Answer(None, {"segments": len(by.own)})
    came = [_of_file(place, one) for place, one in enumerate(by.general, start=1)] if by.came else []
    known = pl.concat([pl.DataFrame(came, schema=_schema(kept)), kept.select(*_schema(kept))]).to_dicts()
    seen = seen_events(look) if by.events() else set()
    rows = [row | {"measured": _measured(by, accounts, row["segment"]), "came": row["batch"] is None} for row in known]
    told = [row | {"caution": _caution(row, seen)} for row in rows]
    return Answer(pl.DataFrame(told, schema=schema_of(COLUMNS)), {"segments": len(by.own)})


def _schema(kept: pl.DataFrame) -> dict[str, pl.DataType]:
    names = ("segment", "place", "title", "kind", "event", "at_least", "within_days", "milestone_id", "batch")
    return {name: kept.schema[name] for name in names}


def _of_file(place: int, one: Milestone) -> dict[str, object]:
    needed = None if one.kind == "event" else float(one.at_least)
    return {
        "segment": None, "place": place, "title": one.title, "kind": one.kind, "event": one.event or None, "at_least": needed,
        "within_days": one.within_days, "milestone_id": None, "batch": None,
    }  # fmt: skip


def _measured(by: Wanted, accounts: pl.DataFrame, segment: str | None) -> int:
    if segment is not None:
        return accounts.filter(pl.col("segment") == segment).height
    return accounts.filter(by.has_none()).height


def seen_events(look: Look) -> set[str]:
    """The events that accounts in scope have ever had."""
    return {*look.view.event_use(date.min, look.day)["event"]} if look.day else set()


def _caution(row: Mapping[str, object], seen: set[str]) -> str | None:
    if row["event"] and row["event"] not in seen:
        return tr("No account in sight has ever had the event {event!r}.", event=row["event"])
    if row["segment"] is not None and not row["measured"]:
        return tr("No account in sight is of the segment {segment!r}.", segment=row["segment"])
    return None


milestone_list = Definition("milestones", mark("Milestones"), COLUMNS, _milestones, opens=opened)
