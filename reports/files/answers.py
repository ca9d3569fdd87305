"""Any report or document by its name, as files: the one way of API and command line."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import EVERYONE, EXPORT, Viewer
from language import tr
from language.formats import one_of
from reports.catalogue import definition
from reports.checks.audit import KIND, Filters, audit
from reports.checks.audit import NAME as AUDIT
from reports.files import portfolio_pack, tables
from reports.files.board_pack import FORMATS as PACK_FORMATS
from reports.files.board_pack import TAKES as PACK_TAKES
from reports.files.board_pack import board_pack
from reports.files.exports import hand_out, of_document, of_report
from reports.files.pdf import as_pdf
from reports.report import VIEWER, Question, Report, question_of
from reports.rights import KIND_OF


@dataclass(frozen=True)
class Document:
    """What is made of several reports and written as a whole: the formats it has, and the parameters it takes."""

    name: str
    write: Callable[[Store, Viewer, Question, Sequence[str], datetime], dict[str, bytes]]
    formats: tuple[str, ...]
    takes: tuple[str, ...]


DOCUMENTS = {
    "board-pack": Document("board-pack", board_pack, PACK_FORMATS, PACK_TAKES),
    portfolio_pack.NAME: Document(portfolio_pack.NAME, portfolio_pack.portfolio_pack, portfolio_pack.FORMATS, portfolio_pack.TAKES),
}
AUDIT_FORMATS = ("json", "csv", "xlsx")
MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
WRITERS: dict[str, Callable[[Report], bytes]] = {
    "json": lambda report: json.dumps(tables.as_json(report)).encode(),
    "csv": tables.as_csv,
    "xlsx": tables.as_xlsx,
    "pdf": as_pdf,
}


@dataclass(frozen=True)
class File:
    """A written answer, under a name that says what is inside."""

    name: str
    media_type: str
    content: bytes


def takes_of(name: str) -> tuple[str, ...]:
    """Every parameter that a report or document takes. Raises UnknownReport."""
    return DOCUMENTS[name].takes if name in DOCUMENTS else definition(name).accepts


def files_of(
    store: Store, name: str, asked: Mapping[str, object], formats: Sequence[str], *, made_at: datetime, viewer: Viewer = EVERYONE,
    way: str = "local",
) -> dict[str, File]:  # fmt: skip
    """One report, or a document, in each format asked for; `asked` has the parameters under their public names, as text or as values.

    viewer: who asks; as a table or document that is kept, the answer takes the right to export. way: how it is asked for, api or local.
    What is more than JSON is written down in the audit before it is given. Raises UnknownReport, WrongParameter for a parameter or a format
    that cannot be had, NotAllowed, NotRecorded.
    """
    viewer = replace(viewer, owner=VIEWER.read(asked.get(VIEWER.name)) or viewer.owner)
    own = {parameter: given for parameter, given in asked.items() if parameter != VIEWER.name}
    question = question_of(own, of=name, takes=takes_of(name))
    viewer = viewer.reading(KIND_OF[name]) if [*formats] == ["json"] else viewer.allowed(EXPORT, KIND_OF[name])
    leaving = [kind for kind in formats if kind != "json"]
    if name in DOCUMENTS:
        written = _document(DOCUMENTS[name], store, viewer, question, formats, made_at)
        hand_out(store, viewer, way, of_document(name, question, leaving))
        return written
    answer = definition(name)(store, viewer, question).exported_by(viewer)
    written = {kind: File(tables.file_name(answer, kind), MEDIA_TYPES[kind], WRITERS[kind](answer)) for kind in formats}
    if leaving:
        hand_out(store, viewer, way, of_report(answer, leaving))
    return written


def audit_files(store: Store, asked: Filters, formats: Sequence[str], *, viewer: Viewer = EVERYONE, way: str = "local") -> dict[str, File]:
    """The audit in each format asked for: json, csv or xlsx. Raises as `files_of`."""
    if strange := [kind for kind in formats if kind not in AUDIT_FORMATS]:
        raise WrongParameter(_not_as(AUDIT, AUDIT_FORMATS, strange[0]))
    leaving = [kind for kind in formats if kind != "json"]
    if leaving:
        viewer.for_whole_company(EXPORT, KIND)
    answer = audit(store, viewer, asked).exported_by(viewer)
    written = {kind: File(tables.file_name(answer, kind), MEDIA_TYPES[kind], WRITERS[kind](answer)) for kind in formats}
    if leaving:
        hand_out(store, viewer, way, of_report(answer, leaving))
    return written


def _not_written(document: Document, kind: str) -> str:
    return _not_as(document.name, document.formats, kind)


def _not_as(name: str, formats: Sequence[str], kind: str) -> str:
    return tr("{name}: it is written as {formats}, not as {kind}.", name=name, formats=one_of(formats), kind=kind)


def _document(
    document: Document, store: Store, viewer: Viewer, question: Question, formats: Sequence[str], made_at: datetime
) -> dict[str, File]:
    for kind in formats:
        if kind not in document.formats:
            raise WrongParameter(_not_written(document, kind))
    written = document.write(store, viewer, question, formats, made_at)
    return {kind: File(f"{document.name}.{kind}", MEDIA_TYPES[kind], content) for kind, content in written.items()}
