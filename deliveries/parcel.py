"""What a delivery carries: the rows of a report as their names and values are there, each with what makes it traceable."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from deliveries.description import Delivery
from deliveries.failing import DeliveryFailed
from deliveries.journal import GONE
from language import tr
from language.formats import listed
from reports.files.tables import cell_of
from reports.report import Report

OF_TRACE = {"as_of": "day", "data_version": "count", "delivery_id": "text", "currency": "text"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Parcel:
    """Rows on their way. rows: by their names there, as values of Python: money as Decimal in currency units, days as date, unknown as
    None. columns: name there and unit, those of trace at the end. keys, digests: of each row, what tells which it is and what it says;
    trace is in neither. digest: what all rows say, and of which day. trace: what every row has beside its columns. A row whose digest is
    GONE is in the report no more, and empties what was delivered of it: it has its key and its trace."""

    delivery: str
    delivery_id: str
    report: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    rows: tuple[Row, ...]
    keys: tuple[str, ...]
    digests: tuple[str, ...]
    digest: str
    as_of: date | None
    data_version: int
    currency: str
    trace: Mapping[str, Any] = field(default_factory=dict)

    def only(self, places: Sequence[int]) -> "Parcel":
        """The same with some of the rows; `digest` stays that of all."""
        kept = {name: tuple(getattr(self, name)[place] for place in places) for name in ("rows", "keys", "digests")}
        return replace(self, **kept)

    @property
    def said(self) -> dict[str, str]:
        """What each row says, by its key."""
        return dict(zip(self.keys, self.digests, strict=True))

    @property
    def named(self) -> dict[str, list[Any]]:
        """The values of the key of each row, as JSON has them."""
        return {one: [_as_json(row[name], self.columns[name]) for name in self.key] for one, row in zip(self.keys, self.rows, strict=True)}

    def is_past(self, values: Sequence[Any]) -> bool:
        """Whether a key is of another day or state of the data, beside which those of this one stand."""
        pairs = zip(self.key, values, strict=True)
        return any(name in self.trace and value != plain(self.trace[name], OF_TRACE[name]) for name, value in pairs)


def packed(name: str, delivery: Delivery, report: Report, delivery_id: str, as_of: date | None, data_version: int) -> Parcel:
    """The rows of a report as a delivery has them. Raises DeliveryFailed for a column that the report does not have, and for rows that
    one key does not tell apart."""
    named = dict(delivery.columns) or {column: column for column in report.rows.columns}
    _check_columns(report, named)
    of_money = any(report.units.get(column) == "money" for column in named.values())
    trace = {"as_of": as_of, "data_version": data_version, "delivery_id": delivery_id, "currency": report.currency or None}
    carried = [one for one in delivery.trace if one not in named and (one != "currency" or of_money)]
    units = {there: report.units.get(column, "text") for there, column in named.items()}
    own = [{there: _value(row[column], units[there]) for there, column in named.items()} for row in report.rows.iter_rows(named=True)]
    rows = tuple(row | {one: trace[one] for one in carried} for row in own)
    columns = units | {one: OF_TRACE[one] for one in carried}
    _check_key(delivery.key, columns)
    keys = tuple(digest_of([row[name] for name in delivery.key] if delivery.key else said) for row, said in zip(rows, own, strict=True))
    digests = tuple(digest_of([row, report.currency if of_money else ""]) for row in own)
    _check_told_apart(delivery.key, rows, keys)
    whole = digest_of([str(as_of), sorted(digests)])
    return Parcel(
        name, delivery_id, report.name, columns, delivery.key, rows, keys, digests, whole, as_of, data_version, report.currency,
        {one: trace[one] for one in carried},
    )  # fmt: skip


def emptying(parcel: Parcel, gone: Mapping[str, Sequence[Any]]) -> Parcel:
    """The same with rows that empty what was delivered of others. gone: of those, the values of the key by its digest."""
    rows = tuple(_empty(parcel, values) for values in gone.values())
    marks = (GONE,) * len(rows)
    return replace(parcel, rows=(*parcel.rows, *rows), keys=(*parcel.keys, *gone), digests=(*parcel.digests, *marks))


def _empty(parcel: Parcel, values: Sequence[Any]) -> Row:
    key = {name: _typed(value, parcel.columns[name]) for name, value in zip(parcel.key, values, strict=True)}
    return dict.fromkeys(parcel.columns) | dict(parcel.trace) | key


def _as_json(value: Any, unit: str) -> Any:
    return str(value) if isinstance(value, Decimal) else plain(value, unit)


def _typed(value: Any, unit: str) -> Any:
    """A value that was written as JSON as it was before."""
    if not isinstance(value, str) or unit not in ("day", "month", "instant", "money"):
        return value
    if unit == "money":
        return Decimal(value)
    return datetime.fromisoformat(value) if unit == "instant" else date.fromisoformat(value if unit == "day" else f"{value}-01")


def _check_columns(report: Report, named: Mapping[str, str]) -> None:
    strange = [column for column in named.values() if column not in report.rows.columns]
    if strange:
        known = listed(report.rows.columns)
        told = tr("columns: the report {report} has no column {name}.", report=report.name, name=strange[0])
        raise DeliveryFailed(told, tr("Its columns: {known}.", known=known), 0)


def _check_key(key: tuple[str, ...], columns: Mapping[str, str]) -> None:
    if strange := [name for name in key if name not in columns or name == "delivery_id"]:
        told = tr("key: the column {name} is not delivered, or is another one each time.", name=strange[0])
        raise DeliveryFailed(told, tr("Columns: {known}.", known=listed(columns)), 0)


def _check_told_apart(key: tuple[str, ...], rows: Sequence[Row], keys: Sequence[str]) -> None:
    """Rows that one key does not tell apart would overwrite one another."""
    if not key:
        return
    what_to_do = tr("Name more columns as the key, such as the group or the month.")
    empty = [row for row in rows if any(row[name] is None for name in key)]
    if empty:
        raise DeliveryFailed(tr("key: {n} rows have no value there.", n=len(empty)), what_to_do, 0)
    if len({*keys}) < len(keys):
        doubled = next(row for at, row in enumerate(rows) if keys[at] in keys[:at])
        told = ", ".join(str(doubled[name]) for name in key)
        raise DeliveryFailed(tr("key: more than one row has {key}.", key=told), what_to_do, 0)


def _value(value: Any, unit: str) -> Any:
    """A value as it leaves: money in currency units, exactly; all else as it is, and unknown as None."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    return Decimal(int(value)).scaleb(-2) if unit == "money" else value


def plain(value: Any, unit: str) -> Any:
    """A value as JSON has it: as `report --json` gives it."""
    if isinstance(value, Decimal):
        return float(value)
    if unit == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def flat(value: Any) -> Any:
    """A value for what has no lists: those as text."""
    return cell_of(value)


def digest_of(said: Any) -> str:
    """What tells one thing that is said from all others."""
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
