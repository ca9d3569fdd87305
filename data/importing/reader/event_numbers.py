"""Usage events with numbers in place of ids: each combination of account, contract and user is read once, not once a row.

Rows whose cells are plain are typed here; every other row is left to the thorough check, which says what is wrong with it.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, time

import polars as pl
import pyarrow as pa

from data.importing.mapping import Mapping
from data.importing.reader.cells import cells_of, errors
from data.importing.reader.days_and_instants import instants
from data.importing.reader.rounded_ids import rounded
from data.importing.reader.settled import Settled
from data.importing.reader.validation import EARLIEST, LATEST, zone_of
from data.importing.reader.zones import to_utc
from data.schema import TABLES

PERSON = ("account_id", "contract_id", "user_id")
EVENTS = TABLES["usage_events"]
BARE_DAY, IN_UTC = "%Y-%m-%d", ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.fZ")
MOMENTS = ("%Y-%m-%d %H:%M:%S", *IN_UTC, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", BARE_DAY)
TRIED = 50
SECONDS = len("2024-05-02 09:30:00")
FIRST, END = (datetime.combine(day, time.min) for day in (EARLIEST, LATEST))
NUMBER = "\x00number"  # a name that no file's column has
UNUSABLE = -1


class Numbering:
    """Distinct rows of text columns, numbered from 0 in the order in which they were first met."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = list(columns)
        self.known = pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "number": pl.Int32})

    def of(self, rows: pl.DataFrame) -> pl.Series:
        """The number of every row; rows not met before get the next ones."""
        wanted = rows.select(self.columns)
        fresh = wanted.unique(maintain_order=True).join(self.known, on=self.columns, how="anti", nulls_equal=True)
        if fresh.height:
            numbers = pl.int_range(self.known.height, self.known.height + fresh.height, dtype=pl.Int32, eager=True)
            self.known = pl.concat([self.known, fresh.with_columns(number=numbers)])
        return wanted.join(self.known, on=self.columns, how="left", nulls_equal=True, maintain_order="left")["number"]


@dataclass
class Coding:
    """The numbers that one file's people (account or contract, and user) and event names have got so far."""

    people: Numbering = field(default_factory=lambda: Numbering(PERSON))
    names: Numbering = field(default_factory=lambda: Numbering(("event",)))
    met: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)
    beside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def split(self, cells: pl.DataFrame, mapping: Mapping, settled: Settled | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Plain rows as coded (line, person, name, occurred_at, and what else is mapped), and the cells of all other rows."""
        if not cells.height or not _is_plain(cells, mapping):
            return cells.select("line").clear(), cells
        measures = self.beside.submit(_measures, cells, mapping, settled or Settled())
        codes = {"person": self._codes(cells, mapping, PERSON), "name": self._codes(cells, mapping, ("event",))}
        typed = {"line": cells["line"]} | codes | measures.result()
        sure = typed.pop("sure") & typed["person"].is_not_null() & typed["name"].is_not_null()
        coded = pl.DataFrame(typed).with_columns(pl.col("line").cast(pl.Int64))
        return (coded, cells.clear()) if sure.all() else (coded.filter(sure), cells.filter(~sure))

    def code(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows that passed the thorough check, coded."""
        people = pl.DataFrame({name: rows[name] if name in rows.columns else _nothing(rows.height) for name in PERSON})
        coded = {"line": rows["line"], "person": self.people.of(_one_owner(people)), "name": self.names.of(rows)}
        more = [name for name in ("occurred_at", "quantity", "event_id") if name in rows.columns]
        return pl.DataFrame(coded | {name: rows[name] for name in more}).with_columns(pl.col("occurred_at").dt.replace_time_zone(None))

    def _codes(self, cells: pl.DataFrame, mapping: Mapping, names: tuple[str, ...]) -> pl.Series:
        """A number for every row, null where the row lacks what is required."""
        sources = list(dict.fromkeys(mapping.columns[name] for name in names if name in mapping.columns))
        if not sources:
            return pl.repeat(self._numbers(cells.head(1), mapping, names)[0], cells.height, dtype=pl.Int32, eager=True)
        rows, met = cells.select(sources), self.met.get(names)
        if met is not None:
            found = rows.join(met, on=sources, how="left", nulls_equal=True, maintain_order="left")[NUMBER]
            if not found.null_count():
                return found.replace(UNUSABLE, None) if met[NUMBER].min() == UNUSABLE else found
            fresh = rows.filter(found.is_null()).unique()
        else:
            fresh = rows.unique()
        fresh = fresh.with_columns(self._numbers(fresh, mapping, names).fill_null(UNUSABLE).alias(NUMBER))
        self.met[names] = fresh if met is None else pl.concat([met, fresh])
        return self._codes(cells, mapping, names)

    def _numbers(self, distinct: pl.DataFrame, mapping: Mapping, names: tuple[str, ...]) -> pl.Series:
        """The numbers of distinct cells; null for cells that lack what is required."""
        texts = pl.DataFrame({name: _text(distinct, name, mapping) for name in names})
        failed = pl.select(pl.any_horizontal(pl.lit(errors(texts[name])) for name in names)).to_series()
        if names == PERSON:
            whole = ~texts.select(pl.any_horizontal(rounded(texts[name]) for name in PERSON)).to_series()
            given, texts = whole & (texts["account_id"].is_not_null() | texts["contract_id"].is_not_null()), _one_owner(texts)
        else:
            given = texts["event"].is_not_null()
        given &= ~failed
        numbering = self.people if names == PERSON else self.names
        numbers = pl.concat([numbering.of(texts.filter(given)), pl.Series([None], dtype=pl.Int32)])
        at = given.cast(pl.Int64).cum_sum() - 1
        return numbers.gather(at.zip_with(given, pl.repeat(len(numbers) - 1, len(given), dtype=pl.Int64, eager=True)))


def _is_plain(cells: pl.DataFrame, mapping: Mapping) -> bool:
    """Whether the mapping and the cells' types are such that nothing but a row's own cells says what they mean."""
    kinds = [cells.schema[mapping.columns[name]] for name in (*PERSON, "event") if name in mapping.columns]
    translated = set(mapping.values) - {*PERSON, "event"}
    constant = {"occurred_at", "quantity", "event_id"} & set(mapping.constants)
    simple = all(kind == pl.String or kind.is_integer() for kind in kinds)
    signs = "quantity" in mapping.columns and _has_commas(cells[mapping.columns["quantity"]], mapping)
    several = mapping.joined or mapping.otherwise  # of several columns, of which a row has one or all
    return simple and not (several or mapping.when or translated or constant or signs) and "occurred_at" in mapping.columns


def _has_commas(raw: pl.Series, mapping: Mapping) -> bool:
    """Whether what a sign in one row means may depend on the other rows, or on the option `decimal`."""
    return raw.dtype == pl.String and (mapping.options.get("decimal") == "comma" or bool(raw.str.contains(",", literal=True).any()))


def _text(cells: pl.DataFrame, name: str, mapping: Mapping) -> pl.Series:
    found = cells_of(cells, EVENTS.column(name), mapping)
    return _nothing(cells.height) if found is None else found.cast(pl.String)


def _nothing(height: int) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.String, eager=True)


def _one_owner(people: pl.DataFrame) -> pl.DataFrame:
    """People with the contract left out where the account is given: the account rules."""
    return people.with_columns(contract_id=pl.when(pl.col("account_id").is_null()).then("contract_id"))


def _measures(cells: pl.DataFrame, mapping: Mapping, settled: Settled) -> dict[str, pl.Series]:
    """Time, quantity and id of every row, and whether they are sure: a value that was read without a doubt, or none."""
    moments = _moments(cells[mapping.columns["occurred_at"]], mapping, settled)
    found = {"occurred_at": moments, "sure": moments.is_not_null()}
    if "quantity" in mapping.columns:
        found["quantity"], certain = _quantities(cells[mapping.columns["quantity"]], mapping)
        found["sure"] = found["sure"] & certain
    if "event_id" in mapping.columns:
        found["event_id"] = _text(cells, "event_id", mapping)
    return found


def _moments(raw: pl.Series, mapping: Mapping, settled: Settled) -> pl.Series:
    zone, moments = zone_of(raw.name, mapping.options, settled.store_zone), None
    if raw.dtype == pl.String:
        moments, form = _of_one_format(raw)
        if moments is not None and form not in IN_UTC:
            moments = to_utc(moments, settled.store_zone if form == BARE_DAY else zone)
            settled.count_local(raw.name, mapping.options, 0 if form == BARE_DAY else len(moments) - moments.null_count())
    elif raw.dtype == pl.Date or isinstance(raw.dtype, pl.Datetime):
        moments, local = instants(raw, zone, settled.store_zone)
        settled.count_local(raw.name, mapping.options, int(local.sum()))
    if moments is None:
        return pl.repeat(None, len(raw), dtype=pl.Datetime("us"), eager=True)
    outside = (moments < FIRST) | (moments >= END)
    return moments.set(outside, None) if outside.any() else moments


def _whole_seconds(raw: pl.Series) -> pl.Series | None:
    """Moments written as `2024-05-02 09:30:00`, by arrow, which reads these three times as fast; None where some cell is written otherwise."""
    if not (raw.str.len_bytes() == SECONDS).all():
        return None
    try:
        found = pl.from_arrow(raw.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.timestamp("us")))
    except pa.ArrowInvalid:
        return None
    return found if isinstance(found, pl.Series) else None


def _of_one_format(raw: pl.Series) -> tuple[pl.Series | None, str]:
    """Moments as written, by the first format that fits the first cells, null where it does not fit, and that format; None where none does."""
    if (moments := _whole_seconds(raw)) is not None:
        return moments, MOMENTS[0]
    tried = raw.drop_nulls().head(TRIED)
    formats = [form for form in MOMENTS if tried.str.to_datetime(form, time_unit="us", strict=False).null_count() == 0]
    return (raw.str.to_datetime(formats[0], time_unit="us", strict=False), formats[0]) if formats else (None, "")


def _quantities(raw: pl.Series, mapping: Mapping) -> tuple[pl.Series, pl.Series]:
    """Plain numbers, and where they are certain: not where a comma or the option leaves open what the signs mean."""
    if raw.dtype != pl.String and not raw.dtype.is_numeric():
        return pl.repeat(None, len(raw), dtype=pl.Float64, eager=True), raw.is_null()
    values = raw.cast(pl.Float64, strict=False)
    certain = values.is_finite().fill_null(False) | raw.is_null()
    return values, certain | (raw == "") if raw.dtype == pl.String else certain
