"""Into a folder: a file is there whole or not at all, and an earlier one stays until the new one is whole."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import polars as pl

from data import private
from data.settings import current_settings
from deliveries.description import Delivery, Folder
from deliveries.failing import DeliveryFailed, Sent
from deliveries.parcel import Parcel, flat, plain
from language import tr
from reports.files.tables import PLAIN_TEXT, harmless, shapes_of
from reports.units import UNITS

LISTS = ("list", "series", "components")


def root(store: Path) -> Path:
    """The folder below which files are delivered: HOLDFAST_DELIVER_INTO, else `delivered` beside the store."""
    return (current_settings().deliver_into or store.parent / "delivered").expanduser().resolve()


def folder_of(store: Path, target: Folder) -> Path:
    """Where the files of a delivery lie. Raises DeliveryFailed for a folder that is not below the one of all."""
    found = (root(store) / target.folder).resolve()
    if not found.is_relative_to(root(store)):
        raise DeliveryFailed(
            tr("target.folder: {given} is not below {root}, under which files are delivered.", given=target.folder, root=root(store)),
            tr("Name a folder below it; who runs the server can name another one in HOLDFAST_DELIVER_INTO."), 0,
        )  # fmt: skip
    return found


def file_of(store: Path, name: str, target: Folder, delivery_id: str) -> Path:
    """The file of a delivery: of that name, or of that run."""
    stem = name if target.file == "replace" else delivery_id
    return folder_of(store, target) / f"{stem}.{target.format}"


def check(store: Path, delivery: Delivery, target: Folder, _parcel: Parcel) -> None:
    """Raises DeliveryFailed where nothing could be written there."""
    folder = folder_of(store, target)
    place = next(one for one in (folder, *folder.parents) if one.exists())
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise _refused(folder, PermissionError(13, "Permission denied"))


def has(store: Path, name: str, target: Folder, delivery_id: str) -> bool:
    """Whether the file of that run is there."""
    return target.file == "each run" and file_of(store, name, target, delivery_id).exists()


def send(store: Path, delivery: Delivery, target: Folder, parcel: Parcel) -> Sent:
    """Write the file. Raises DeliveryFailed where it cannot be; then what was there before is there still."""
    path = file_of(store, parcel.delivery, target, parcel.delivery_id)
    try:
        _put(path, WRITERS[target.format](parcel))
    except OSError as error:
        raise _refused(path.parent, error) from None
    return Sent(len(parcel.rows))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        with fresh.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        private.as_usual(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _refused(folder: Path, error: OSError) -> DeliveryFailed:
    return DeliveryFailed(
        tr("The file could not be written to {folder}. The system says: “{said}”.", folder=folder, said=error.strerror or error),
        tr("Make room there, or let the server write to it. What was delivered before is there as it was."),
    )


def _csv(parcel: Parcel) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(name) for name in parcel.columns])
    writer.writerows([harmless(flat(plain(row[name], unit))) for name, unit in parcel.columns.items()] for row in parcel.rows)
    return text.getvalue().encode()


def _jsonl(parcel: Parcel) -> bytes:
    rows = [{name: plain(row[name], unit) for name, unit in parcel.columns.items()} for row in parcel.rows]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _parquet(parcel: Parcel) -> bytes:
    made, raw = {}, io.BytesIO()
    for name, unit in parcel.columns.items():
        dtype = pl.Decimal(38, 2) if unit == "money" else pl.String if unit in LISTS else UNITS[unit].dtype
        made[name] = pl.Series([flat(row[name]) for row in parcel.rows], dtype=dtype)
    pl.DataFrame(made).write_parquet(raw)
    return raw.getvalue()


def _xlsx(parcel: Parcel) -> bytes:
    import xlsxwriter  # loaded by who wants a workbook

    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, **PLAIN_TEXT})
    shapes, sheet = shapes_of(book), book.add_worksheet("Rows")
    for place, (name, unit) in enumerate(parcel.columns.items()):
        sheet.write(0, place, name, shapes["bold"])
        for line, row in enumerate(parcel.rows, start=1):
            sheet.write(line, place, flat(plain(row[name], unit)), shapes.get(unit))
    sheet.freeze_panes(1, 0)
    book.close()
    return raw.getvalue()


WRITERS: dict[str, Callable[[Parcel], bytes]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "jsonl": _jsonl}
