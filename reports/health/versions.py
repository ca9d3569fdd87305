"""Versions of the health score: which were published, which one is in force, publishing one, and going back to one."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.approvals import gate, kinds
from data.approvals.requests import Effect, Request
from data.approvals.rules import SCORE
from data.approvals.undoing import do_mark, may_mark
from data.schema import SCORE_VERSIONS
from data.store.edits import EditRefused, staged_frame
from data.store.kinds import kind_of
from data.store.preview import as_if_marked
from data.store.store import BatchResult, Store
from data.store.view import View
from data.store.writing import write_batch
from data.upkeep.looking import opened_to_read
from data.viewer import EDIT, EVERYONE, Actor, Viewer
from data.work.writing import FEED, NOTHING, ChangedSince, write
from language import mark, tr
from metrics.scorecard import Scorecard
from reports.books import opened_books
from reports.definition import Answer, Definition
from reports.health.moves import moves
from reports.health.scorecard import (
    IN_FILE,
    ScorecardError,
    from_toml,
    in_file,
    in_force,
    published,
    said_in_force,
    to_toml,
    trouble,
)
from reports.look import Look, opened_whole
from reports.report import Question
from reports.units import schema_of

LONGEST = 500  # characters of a note
COLUMNS = {
    "version": "count", "author": "text", "published_at": "instant", "note": "text", "based_on": "count", "in_force": "flag",
    "problem": "text",
}  # fmt: skip


def _health_versions(look: Look, question: Question) -> Answer:
    """One row per version of the health score that was published, newest first: by whom, when and why, which one it was made of (0: the
    file), whether it is in force, and why it cannot be used here where it cannot. Without rows, and where none can be used, the score of
    the file is in force; notes name it, and what was passed over. The same for every viewer."""
    return Answer(versions(look.view), notes=(*said_in_force(look.view), *trouble(look.view)))


def versions(view: View) -> pl.DataFrame:
    """Every version that was published and stands, newest first: version, author, published_at (UTC), note, based_on (IN_FILE: the file),
    in_force (one of them at most), problem (why it cannot be used here; null where it can). Empty where none was published."""
    found = published(view)
    problems = [_problem(text) for text in found["configuration"]]
    told = found.with_columns(problem=pl.Series(problems, dtype=pl.String))
    usable = told.filter(pl.col("problem").is_null())["version"].max()
    rows = told.with_columns(in_force=pl.col("version").eq_missing(pl.lit(usable)))
    return rows.select(pl.col(name).cast(kind) for name, kind in schema_of(COLUMNS).items())


def published_in(path: Path) -> list[dict[str, Any]]:
    """The versions in a store that nobody has open, as `versions` has them; none of a store of an earlier version. Raises StoreError."""
    with opened_to_read(path) as found:
        if found is None:
            return []
        with View(found) as view:
            return versions(view).to_dicts()


def _problem(text: str) -> str | None:
    try:
        from_toml(text)
    except ScorecardError as error:
        return str(error)
    return None


def text_of(view: View, version: int) -> str:
    """The text of a version; of IN_FILE that of the file. Raises EditRefused where there is no such version, ScorecardError where the file
    cannot be read."""
    if version == IN_FILE:
        return to_toml(in_file())
    found = published(view).filter(pl.col("version") == version)["configuration"].to_list()
    if not found:
        raise EditRefused(tr("version: there is no version {version} of the health score.", version=version))
    return found[0]


def publish(
    store: Store, viewer: Viewer, made: str | Scorecard, note: str, seen: int, *, at: datetime, way: str = "browser",
    based_on: int | None = None,
) -> BatchResult:  # fmt: skip
    """Publish a score, as the text of its file or as a scorecard: from then on it holds for everybody and every day, under the next number.

    note: why it was changed. seen: the newest version as it was looked at (`InForce.newest`); based_on: the one that was edited, `seen`
    where it is not said. at: the moment of publishing. Raises ScorecardError where it cannot be used (then nothing is written), EditRefused
    without a note or where nothing changes, ChangedSince where another version was published or taken back meanwhile, NotAllowed, and
    NeedsConsent where others must consent first.
    """
    about = _about(made, note, seen, based_on)
    _may(store, about, viewer)
    with store.alone():
        row = _row(store, about, at)
        gate.check(store, SCORE, about, viewer, row)
        return write(store, viewer, SCORE_VERSIONS.name, [_by(row, viewer.signs(viewer.owner or way))], seen=[NOTHING], way=way)


def wish_to_publish(store: Store, viewer: Viewer, made: str | Scorecard, note: str, seen: int, *, at: datetime) -> gate.Wish:
    """A score to ask consent for. Raises as `publish`, and EditRefused where it needs none."""
    about = _about(made, note, seen, None)
    _may(store, about, viewer)
    return gate.wished(store, SCORE, about, viewer, _row(store, about, at))


def back_to(
    store: Store, viewer: Viewer, version: int, seen: int, *, at: datetime, note: str = "", way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Publish the text of an earlier version anew, IN_FILE for that of the file; see `publish`."""
    with View(store) as view:
        text = text_of(view, version)
    why = note.strip() or (f"Back to version {version}" if version else "Back to the file")
    return publish(store, viewer, text, why, seen, at=at, way=way, based_on=version)


def _about(made: str | Scorecard, note: str, seen: int, based_on: int | None) -> dict[str, Any]:
    """What publishing a score is. Raises ScorecardError, EditRefused."""
    text = made if isinstance(made, str) else to_toml(made)
    from_toml(text)
    if not note.strip() or len(note) > LONGEST:
        raise EditRefused(tr("note: say why the score is changed, in {most} characters at most.", most=LONGEST))
    return {"configuration": text, "note": note.strip(), "seen": seen, "based_on": seen if based_on is None else based_on}


def _row(store: Store, about: kinds.About, at: datetime) -> dict[str, Any]:
    """The row of a version, but for who publishes it. Raises ChangedSince, EditRefused, ScorecardError."""
    with View(store) as view:
        now = in_force(view)
        found = published(view)
    if now.newest > about["seen"]:
        raise ChangedSince(*store.written(int(found["batch"][0])))
    if now.newest < about["seen"]:
        raise ChangedSince()
    if now.version == now.newest != IN_FILE and now.card == from_toml(about["configuration"]):
        raise EditRefused(tr("Nothing is changed: this is version {version}, which is in force.", version=now.version))
    return {"version": _next(store, now.newest), "published_at": at} | {name: about[name] for name in ("configuration", "note", "based_on")}


def _next(store: Store, newest: int) -> int:
    """A number that no version had, be it one that was taken back since: each is a batch of its own."""
    ever = store.imports().filter(pl.col("table") == SCORE_VERSIONS.name).height
    return max(ever, newest) + 1


def _by(row: dict[str, Any], who: Actor) -> dict[str, Any]:
    return row | {"author": who.name}


def _may(store: Store, about: kinds.About, viewer: Viewer) -> None:
    if "action" in about:
        may_mark(store, about, viewer)
    else:
        viewer.allowed(EDIT, kind_of(SCORE_VERSIONS.name, is_edit=True))


@contextmanager
def _prepared(store: Store, about: kinds.About, at: datetime) -> Generator[dict[str, Any] | None]:
    """The row of a version as of now; none where one is taken back, or is to stand again. Raises EditRefused."""
    try:
        row = None if "action" in about else _row(store, about, at)
    except ScorecardError as error:
        raise EditRefused(str(error)) from None
    yield row


def _do(store: Store, cursor: Any, about: kinds.About, row: dict[str, Any] | None, who: Actor) -> str:
    if row is None:
        return do_mark(store, cursor, about, None, who)
    with staged_frame(store, SCORE_VERSIONS.name, pl.DataFrame([_by(row, who)]), FEED, edit=True) as staged:
        return str(write_batch(cursor, staged, who, store=store.path).batch)


def moved(store: Store, about: kinds.About, day: str | None = None) -> tuple[pl.DataFrame, str, str]:
    """Whom a version moves, as `moves` has them, with the day looked at (ISO; empty in an empty store) and the currency."""
    before, after = _cards(store, about)
    with opened_books(store, EVERYONE, Question(as_of=date.fromisoformat(day) if day else None)) as books:
        return moves(books, before, after), str(books.day or ""), books.currency


def moved_by(store: Store, request: Request, now: datetime) -> pl.DataFrame:
    """Whose band a request would change now, on the day on which it was asked for; see `moves`. Raises EditRefused and StoreError where it
    cannot be done any more."""
    with kinds.KINDS[SCORE].prepared(store, request.about, now):
        return _other_band(moved(store, request.about, request.effect.day)[0])


def _other_band(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("band_before").ne_missing(pl.col("band_after")))


def _cards(store: Store, about: kinds.About) -> tuple[Scorecard, Scorecard]:
    """The score in force before a deed, and after it."""
    with View(store) as view:
        before = in_force(view).card
    if "action" not in about:
        return before, from_toml(about["configuration"])
    with as_if_marked(store, about["action"], about["batch"]) as then, View(then) as view:
        return before, in_force(view).card


def _effect(store: Store, about: kinds.About, _row: dict[str, Any] | None, day: str | None) -> Effect:
    """Whose band a version changes. It is told from others by what is published after which version, or which one is taken back: that an
    account has got better or worse since makes it no other deed."""
    found, looked, currency = moved(store, about, day)
    other = _other_band(found)
    amount, whole = _money(other), _money(found)
    return Effect(
        gate.fingerprint(SCORE, dict(about)), looked or None, other.height, None, None, None, amount,
        amount / whole if amount is not None and whole else None, _segments(other), currency,
    )  # fmt: skip


def _money(rows: pl.DataFrame) -> float | None:
    """Their ARR in currency units; None where that of one of them cannot be told."""
    return None if rows["arr"].null_count() else int(rows["arr"].sum() or 0) / 100


def _segments(rows: pl.DataFrame) -> tuple[str, ...] | None:
    return None if rows["segment"].null_count() else tuple(rows["segment"].unique().sort())


kinds.register(kinds.Kind(SCORE, "plays", _may, _do, _prepared))
kinds.measured(SCORE, _effect)

health_versions = Definition(
    "health-versions", mark("Versions of the health score"), COLUMNS, _health_versions, opens=opened_whole, ignores=("as_of",),
    states=("known_at", "viewer"),
)  # fmt: skip
