"""The choices behind the health score: which version of them is in force, and what was passed over for it."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from data.schema import SCORE_VERSIONS
from data.settings import Settings, current_settings
from data.store.view import View
from language import tr
from language.formats import listed, sentences
from metrics.scorecard import Scorecard
from reports.health.scorecard_file import ScorecardError, from_toml, to_toml

__all__ = [
    "IN_FILE",
    "InForce",
    "ScorecardError",
    "from_toml",
    "in_file",
    "in_force",
    "own_file",
    "published",
    "said_in_force",
    "scorecard",
    "scorecard_on",
    "to_toml",
    "trouble",
    "warnings",
]

IN_FILE = 0  # the version that is the file's


@dataclass(frozen=True)
class InForce:
    """The score that holds. version: IN_FILE for that of a file. newest: the version that was published last, IN_FILE where none was.
    passed: newer versions that cannot be used here, newest first, each with why. file: where the settings name one of their own."""

    card: Scorecard
    version: int
    newest: int
    passed: tuple[tuple[int, str], ...]
    file: Path | None


def scorecard(view: View) -> Scorecard:
    """The scorecard in force: the version that was published last, or where none was, the file that the settings name.

    Raises ScorecardError where that file cannot be used; a version that cannot is passed over (see `trouble`).
    """
    return in_force(view).card


def scorecard_on(view: View, day: date) -> Scorecard:
    """The scorecard that was in force at the end of a past day (UTC): of the versions that stand, the last that was published by then.
    Raises as `scorecard`."""
    return _in_force(published(view).filter(pl.col("published_at").dt.date() <= day)).card


def in_force(view: View) -> InForce:
    """The score in force, and what was passed over for it. Raises ScorecardError where no version can be used, nor can the file."""
    return _in_force(published(view))


def _in_force(found: pl.DataFrame) -> InForce:
    passed: list[tuple[int, str]] = []
    newest = int(found["version"][0]) if found.height else IN_FILE
    for version, text in found.select("version", "configuration").rows():
        try:
            return InForce(_read(text), version, newest, tuple(passed), own_file())
        except ScorecardError as error:
            passed.append((version, str(error)))
    return InForce(in_file(), IN_FILE, newest, tuple(passed), own_file())


@cache
def _read(text: str) -> Scorecard:
    """from_toml, once for each text: published ones are few, and every page asks for the one in force."""
    return from_toml(text)


def published(view: View) -> pl.DataFrame:
    """The rows of the versions that stand, newest first."""
    return view.table(SCORE_VERSIONS.name).sort("version", descending=True)


def own_file() -> Path | None:
    """The file of the score that the settings name; None where it is the one that comes with the product."""
    said = current_settings().health
    return None if said == Settings.model_fields["health"].default else said


def said_in_force(view: View) -> tuple[str, ...]:
    """Which score is in force, in words: a version, the file that the settings name, or the one that comes with the product; and that a
    file of the settings counts no more once a version was published. Nothing where none can be used."""
    try:
        found = in_force(view)
    except ScorecardError:
        return ()
    if found.version == IN_FILE:
        named = tr("In force: the file {name}, until a version is published.", name=found.file.name) if found.file else ""
        return (named or tr("In force: the score that comes with the product, until a version is published."),)
    version = tr("In force: version {version}.", version=found.version)
    over = tr("The file {name} of HOLDFAST_HEALTH counts no more since then.", name=found.file.name) if found.file else ""
    return (sentences(version, over),)


def trouble(view: View) -> tuple[str, ...]:
    """What is wrong with the versions, in words: which cannot be used here and why, and which one is in force in their place."""
    try:
        found = in_force(view)
    except ScorecardError:
        return ()
    return tuple(_passed_over(version, why, found) for version, why in found.passed)


def _passed_over(version: int, why: str, found: InForce) -> str:
    reason = why.rstrip(".")
    if found.version == IN_FILE:
        told = tr("Version {version} of the health score cannot be used here ({reason}). The file {name} stays in force.")
        return told.format(version=version, reason=reason, name=current_settings().health.name)
    told = tr("Version {version} of the health score cannot be used here ({reason}). Version {used} stays in force.")
    return told.format(version=version, reason=reason, used=found.version)


def in_file(path: Path | None = None) -> Scorecard:
    """The scorecard of a file, the one that the settings name if none is given. Raises ScorecardError."""
    path = path or current_settings().health
    try:
        return _read(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ScorecardError(tr("{name}: the health score's file cannot be read ({error}).", name=path.name, error=error)) from None


def warnings(card: Scorecard, view: View) -> tuple[str, ...]:
    """What of a score counts for nobody, in words: it can be published, and is likely a slip of the pen. Looks at the accounts in sight."""
    known = set(view.accounts()["segment"].drop_nulls())
    named = [(f"segments.{name}", name) for name in card.segments]
    named += [(f"variants.{one.name}.segment", one.segment) for one in card.variants if one.segment is not None]
    told = tr("{at}: no account has the segment {segment!r}, so that this counts for nobody. Segments: {known}.")
    listing = listed(sorted(known)) or "–"
    return tuple(told.format(at=at, segment=segment, known=listing) for at, segment in named if segment not in known)
