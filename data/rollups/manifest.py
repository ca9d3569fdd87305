"""What a folder of rollups holds: which files made which month, under which definition. Written last, and in one step.

Nobody's id stands in it: it stays when the rollups have come in and their files are gone.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data import private
from data.rollups.refused import RollupRefused

NAME, FORMAT = "manifest.json", 1


@dataclass
class SourceFile:
    """A file of events: its size, and when it was changed (nanoseconds); rows by month (YYYY-MM; "" where a row has no moment), and of these
    the bad ones by month and reason."""

    size: int
    modified: int
    rows: dict[str, int] = field(default_factory=dict)
    bad: dict[str, dict[str, int]] = field(default_factory=dict)

    def is_as(self, other: "SourceFile") -> bool:
        """Whether it is the same file, unchanged."""
        return (self.size, self.modified) == (other.size, other.modified)

    @property
    def months(self) -> list[str]:
        return sorted(month for month in self.rows if month)

    def good(self, month: str) -> int:
        return self.rows.get(month, 0) - sum(self.bad.get(month, {}).values())


@dataclass
class MadeMonth:
    """One month: what it was made of, in which run, and what came of it. made_of: digest of files and definition; content: digest of the
    rollups; apart: the events by which active days are told apart."""

    made_of: str
    run: str
    content: str
    events: int
    read: int
    bad: dict[str, dict[str, int]]
    files: list[str]
    apart: list[str]
    engine: str = ""


@dataclass
class Manifest:
    """What a folder of rollups says of itself."""

    definition: dict[str, Any] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)
    months: dict[str, MadeMonth] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a folder; an empty one where there is none. Raises RollupRefused for one that cannot be read."""
        path = folder / NAME
        if not path.exists():
            return cls()
        try:
            raw = json.loads(path.read_text())
            if raw.pop("format") != FORMAT:
                raise RollupRefused(
                    f"{path} was written by another version of Holdfast. Remove {folder}; the next rollup makes all months anew."
                )
            files = {name: SourceFile(**one) for name, one in raw["files"].items()}
            return cls(raw["definition"], files, {month: MadeMonth(**one) for month, one in raw["months"].items()})
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError, UnicodeDecodeError):
            raise RollupRefused(f"{path} cannot be read. Remove {folder}; the next rollup makes all months anew.") from None

    def write(self, folder: Path) -> None:
        """Put it in place of the one before, in one step."""
        fresh = folder / f"{NAME}.{os.getpid()}.new"
        fresh.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True, ensure_ascii=False))
        private.close(fresh)
        os.replace(fresh, folder / NAME)

    def of_month(self, month: str) -> dict[str, SourceFile]:
        """The files that have rows of a month."""
        return {name: one for name, one in self.files.items() if month in one.rows}

    def runs(self) -> set[str]:
        return {one.run for one in self.months.values()}
