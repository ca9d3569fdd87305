"""What leaves the program as a file is written down first: what, by whom, with which filters, how many rows, of which state of the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.audit import keys
from data.audit.deeds import certain
from data.store.store import Store
from data.viewer import Viewer
from reports.report import PARAMETERS, Question, Report
from reports.rights import KIND_OF

# Parameters whose values are words of the program; those of all others may name people or accounts.
OF_THE_PROGRAM = {
    "rules", "per", "every", "level", "segments", "against", "by", "known_at", "currency", "action", "kind", "from", "to", "delivery",
}  # fmt: skip
LEFT_OUT = ("exported_by",)


@dataclass(frozen=True)
class Export:
    """A file that is about to leave.

    what: the report or document. kind: of which object it is. formats: csv, xlsx, pdf, parquet, toml. rows: None where it has none.
    asked: parameters and filters, under their public names.
    """

    what: str
    kind: str
    formats: tuple[str, ...]
    rows: int | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    data_version: int | None = None


def of_report(report: Report, formats: Sequence[str]) -> Export:
    """A report as files."""
    kind = KIND_OF.get(report.name, "accounts")
    return Export(report.name, kind, tuple(formats), report.rows.height, report.parameters, report.data_version)


def of_document(name: str, question: Question, formats: Sequence[str]) -> Export:
    """What is made of several reports."""
    asked = {one.name: getattr(question, field) for field, one in PARAMETERS.items() if getattr(question, field) != one.default}
    filters = {column: list(values) for column, values in question.filters}
    return Export(name, KIND_OF.get(name, "accounts"), tuple(formats), asked=asked | ({"filters": filters} if filters else {}))


def hand_out(store: Store, viewer: Viewer, way: str, export: Export) -> None:
    """Write down that a file leaves. way: how it was asked for: browser, api or local. Raises NotRecorded: then it must not leave."""
    given = {name: value for name, value in export.asked.items() if value not in (None, {}, []) and name not in LEFT_OUT}
    asked = {name: _told(store.path, name, value) for name, value in given.items()}
    version = store.version() if export.data_version is None else export.data_version
    told = {"formats": list(export.formats), "rows": export.rows, "asked": asked, "data_version": version}
    certain(store, "export", viewer.signs(way), kind=export.kind, object=export.what, detail=told)


def _told(store: Path, name: str, value: Any) -> Any:
    """A parameter as an entry says it: days, numbers and words of the program as they are, all else as keyed hashes."""
    if isinstance(value, Mapping):
        return {key: _told(store, key, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(store, name, one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if name in OF_THE_PROGRAM or isinstance(value, bool | int | float):
        return value
    return keys.keyed(store, str(value))
