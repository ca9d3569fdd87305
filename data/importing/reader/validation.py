"""From a file's cells to typed columns: what each kind accepts, and which rows are turned away with which reason."""

import contextlib
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.mapping import Mapping, MappingError
from data.importing.options import shown
from data.importing.reader import numbers as written
from data.importing.reader.dates import as_iso
from data.importing.reader.day_order import in_order, order_of
from data.importing.reader.moments import days, instants, whole_months
from data.importing.reader.numbers import COMMA, POINT
from data.importing.reader.periods import periods, two_meanings
from data.importing.reader.zones import in_header, several_zones
from data.schema import TABLES, Column

MISSING = ("", "-", "n/a", "na", "null", "none", "?", "–")
TRUE, FALSE = ("true", "yes", "1", "y", "t", "wahr"), ("false", "no", "0", "n", "f", "falsch")
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 1, 1)
DATED = ("day", "month", "instant")
SHOWN = 60
SEVERAL_ZONES = "has letters that several time zones go by; write the offset, as in 2024-01-31T09:30:00+01:00, or give the option timezone"


@dataclass(frozen=True)
class Checked:
    """Typed accepted rows with `line`, and one problem per turned-away row: line, column, value, reason."""

    rows: pl.DataFrame
    problems: pl.DataFrame


@dataclass
class Settled:
    """How the columns of one file are written, by what its slices so far have shown: one slice does not contradict another.

    order: dmy or mdy, by columns of the file whose days show it. store_zone: the store's time zone. without_zone: how many moments without
    a zone were read as the store's, by columns of the file. decimal: comma or point, the decimal sign of a column. unclear: columns read with a decimal point
    although none of their numbers showed it, each with one of them.
    """

    order: dict[str, str] = field(default_factory=dict)
    store_zone: str = "UTC"
    without_zone: dict[str, int] = field(default_factory=dict)
    decimal: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)

    def count_local(self, source: str, options: dict[str, object], count: int) -> None:
        """Count moments without a zone in a column of the file, where neither its header nor the mapping says in which they are."""
        if count and "timezone" not in options and in_header(source) is None:
            self.without_zone[source] = self.without_zone.get(source, 0) + count


def check(cells: pl.DataFrame, mapping: Mapping, options: dict[str, object], settled: Settled | None = None) -> Checked:
    """Type and check one slice of a file; `settled` is kept from slice to slice. Raises Unanswered where the cells leave open what they mean."""
    table, settled = TABLES[mapping.table], settled or Settled()
    raws = {column.name: raw for column in table.columns if (raw := cells_of(cells, column, mapping)) is not None}
    dated = _dated(raws, mapping, options, settled)
    typed, faults = {"line": cells["line"].cast(pl.Int64)}, []
    for name, raw in raws.items():
        column, source = table.column(name), _source(name, mapping)
        values = _typed(dated.get(name, raw), column, source, options, settled)
        wrong = raw.is_not_null() & values.is_null()
        for reason, such in _told_apart(dated.get(name, raw), column, wrong):
            faults.append((name, source, raw, such, reason))
        if column.required:
            faults.append((name, source, raw, raw.is_null(), "is required; give a value"))
        typed[name] = values
    frame = pl.DataFrame(typed)
    frame = _with_ends(frame, dated, options)
    if options.get("amount_per") == "seat" and {"amount", "seats"} <= set(frame.columns):
        frame = frame.with_columns(amount=(pl.col("amount") * pl.col("seats").fill_null(1)).cast(pl.Decimal(18, 4)))
    faults += _across(frame, mapping)
    return _split(frame, faults)


def _source(name: str, mapping: Mapping) -> str:
    """The file's own name of a column; the column's where it is a constant."""
    rule = mapping.when.get(name)
    return rule.column if rule else mapping.columns.get(name, name)


def _with_ends(frame: pl.DataFrame, dated: dict[str, pl.Series], options: dict[str, object]) -> pl.DataFrame:
    """Ends as the first day that is not paid for. An end that names a month alone is its last day, unless the ends are said to be
    exclusive."""
    if "ends_on" not in frame.columns or options.get("ends_on") == "exclusive":
        return frame
    months = whole_months(dated["ends_on"]) if "ends_on" in dated else pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    after_day = pl.col("ends_on").dt.offset_by("1d") if options.get("ends_on") == "inclusive" else pl.col("ends_on")
    return frame.with_columns(ends_on=pl.when(months).then(pl.col("ends_on").dt.offset_by("1mo")).otherwise(after_day))


def check_constants(mapping: Mapping) -> None:
    """Whether every value that holds for all rows can be one of its column. Raises MappingError that says how it is written instead."""
    with contextlib.suppress(Unanswered):  # it is asked about as one in the file would be
        alone = replace(mapping, columns={}, when={})
        for name, value, reason in (
            check(pl.DataFrame({"line": [0]}), alone, alone.options).problems.select("column", "value", "reason").rows()
        ):
            if name in mapping.constants:
                raise MappingError(f"constants.{name}: {shown(value or '')} {reason}.")


def cells_of(cells: pl.DataFrame, column: Column, mapping: Mapping) -> pl.Series | None:
    """The column's cells as found, blanks as null; None where the file does not have it."""
    rule = mapping.when.get(column.name)
    source = rule.column if rule else mapping.columns.get(column.name)
    if source is None:
        constant = mapping.constants.get(column.name)
        return None if constant is None else pl.repeat(str(constant), cells.height, dtype=pl.String, eager=True)
    raw = cells[source]
    if raw.dtype == pl.String:
        bare = raw.str.strip_chars(" \t\u00a0")
        blank = bare.str.to_lowercase().is_in(MISSING) if column.kind not in ("id", "text") else bare == ""
        raw = bare.zip_with(~blank.fill_null(True), pl.repeat(None, cells.height, dtype=pl.String, eager=True))
    if rule:
        applies = (cells[rule.where].cast(pl.String) == rule.equals).fill_null(False)
        raw = raw.zip_with(applies, pl.repeat(None, cells.height, dtype=raw.dtype, eager=True))
    translation = mapping.values.get(column.name)
    return raw.cast(pl.String).replace(translation) if translation else raw


def _typed(raw: pl.Series, column: Column, source: str, options: dict[str, object], settled: Settled) -> pl.Series:
    if column.kind in ("id", "text"):
        return raw.cast(pl.String)
    if column.kind in DATED:
        return _moments(raw, column, source, options, settled)
    if column.kind in ("money", "number", "fraction", "integer"):
        return _numbers(raw, column, str(options.get("decimal", "")), settled)
    text = raw.cast(pl.String)
    if column.kind == "bool":
        lower = text.str.to_lowercase()
        return pl.select(pl.when(lower.is_in(TRUE)).then(True).when(lower.is_in(FALSE)).then(False)).to_series()
    if column.kind == "currency":
        upper = text.str.to_uppercase()
        return upper.set(~upper.str.contains(r"^[A-Z]{3}$"), None)
    if column.kind == "period":
        return periods(text)
    known = {choice.replace(" ", "").replace("_", ""): choice for choice in column.choices}
    return text.str.to_lowercase().str.replace_all(r"[ _-]", "").replace_strict(known, default=None, return_dtype=pl.String)


def _numbers(raw: pl.Series, column: Column, sign: str, settled: Settled) -> pl.Series:
    numbers = raw if raw.dtype.is_numeric() or raw.dtype == pl.Decimal else _plain_numbers(raw.cast(pl.String), column, sign, settled)
    if column.kind == "money":
        return numbers.cast(pl.Decimal(18, 4), strict=False)
    if column.kind == "integer":
        whole = numbers.cast(pl.Float64, strict=False)
        return whole.set(whole != whole.floor(), None).cast(pl.Int64, strict=False)
    values = numbers.cast(pl.Float64, strict=False)
    values = values.set(~values.is_finite(), None)
    return values.set((values < 0) | (values > 1), None) if column.kind == "fraction" else values


def _plain_numbers(text: pl.Series, column: Column, sign: str, settled: Settled) -> pl.Series:
    """Numbers as a computer writes them; the same sign is the decimal sign in all slices of a file."""
    numbers = written.bare(text)
    plain = written.plain(numbers, sign or _decimal_sign(numbers, column, settled))
    if column.kind != "fraction":
        return plain
    share = plain.cast(pl.Float64, strict=False)
    return share.zip_with(~text.str.contains(r"%\s*$").fill_null(False), share / 100)


def _decimal_sign(numbers: pl.Series, column: Column, settled: Settled) -> str:
    shown = settled.decimal.get(column.name) or written.decimal_sign(numbers)
    if shown:
        if shown == COMMA and column.name in settled.unclear:
            raise _which_sign(column, settled.unclear[column.name], ".")
        settled.decimal[column.name] = shown
        return shown
    commas, points = (written.unclear(numbers, sign).head(1).to_list() for sign in (COMMA, POINT))
    if commas:
        raise _which_sign(column, commas[0], ",")
    if points and column.kind == "money":
        raise _which_sign(column, points[0], ".")
    settled.unclear.update(dict.fromkeys([column.name] if points else (), points[0] if points else ""))
    return POINT


def _which_sign(column: Column, example: str, sign: str) -> Unanswered:
    word = "comma" if sign == "," else "point"
    text = f"Is the {word} in {column.name} (like {example}) a decimal sign or does it part thousands?"
    return Unanswered(Question("decimal", column.name, text, (COMMA, POINT)))


def _moments(raw: pl.Series, column: Column, source: str, options: dict[str, object], settled: Settled) -> pl.Series:
    if column.kind != "instant":
        found = days(raw, str(options.get("timezone", "UTC")))
        found = found.set(~((found >= EARLIEST) & (found < LATEST)).fill_null(True), None)
        return found.dt.month_start() if column.kind == "month" else found
    zone = zone_of(source, options, settled.store_zone)
    found, local = instants(raw, zone, settled.store_zone, epoch_zone=epoch_zone(options))
    settled.count_local(source, options, local.sum())
    found = found.set(~((found.dt.date() >= EARLIEST) & (found.dt.date() < LATEST)).fill_null(True), None)
    return found.dt.replace_time_zone("UTC")


def zone_of(source: str, options: dict[str, object], store_zone: str) -> str:
    """The zone of moments without one of their own in a column of the file: what its header says, else the mapping, else the store's."""
    return in_header(source) or str(options.get("timezone", store_zone))


def epoch_zone(options: dict[str, object]) -> str:
    """The clock of seconds since 1970: UTC, but for the projects that count them on their own."""
    return str(options.get("timezone", "UTC")) if options.get("epoch") == "local" else "UTC"


def _dated(raws: dict[str, pl.Series], mapping: Mapping, options: dict[str, object], settled: Settled) -> dict[str, pl.Series]:
    """The text of every column of days and moments as year-month-day, the order of its numbers as it is in the whole file."""
    table = TABLES[mapping.table]
    texts = {name: as_iso(raw) for name, raw in raws.items() if table.column(name).kind in DATED and raw.dtype == pl.String}
    order = options.get("date_order") or order_of({_source(name, mapping): text for name, text in texts.items()}, settled.order)
    return {name: in_order(text, str(order) if order else None) for name, text in texts.items()}


def _told_apart(raw: pl.Series, column: Column, wrong: pl.Series) -> list[tuple[str, pl.Series]]:
    """The reasons for which cells are wrong, each with the cells that it is told of."""
    if column.kind == "instant" and wrong.any() and raw.dtype == pl.String:
        several = wrong & several_zones(raw)
        return [(SEVERAL_ZONES, several), (_reason(column), wrong & ~several)]
    if column.kind != "period" or not wrong.any():
        return [(_reason(column), wrong)]
    told = two_meanings(raw.cast(pl.String).set(~wrong, None))
    own = [(reason, told.eq_missing(reason)) for reason in told.drop_nulls().unique().to_list()]
    return [*own, (_reason(column), wrong & told.is_null())]


def _reason(column: Column) -> str:
    told = {
        "day": "is no day between 1970 and 2099; write it as 2024-01-31",
        "month": "is no month between 1970 and 2099; write it as 2024-01",
        "instant": "is no moment between 1970 and 2099; write it as 2024-01-31T09:30:00Z",
        "money": "is no amount of money; write it as 1234.50",
        "number": "is no number; write it as 1234.5",
        "fraction": "is no share; write it as 0.2, or 20%",
        "integer": "is no whole number; write it as 12",
        "bool": "is neither true nor false; write one of them",
        "currency": "is no currency code; write it as USD",
        "period": "is no period; write 1 month, 3 month, 1 year, 1 week, 1 day or term",
    }
    return told.get(column.kind, f"is none of {', '.join(column.choices)}; write one of them")


def _across(frame: pl.DataFrame, mapping: Mapping) -> list[tuple]:
    """Faults that show only when two columns are looked at together."""
    table, names = TABLES[mapping.table], frame.columns
    faults = []
    if {"starts_on", "ends_on"} <= set(names):
        early = frame["ends_on"] < frame["starts_on"]
        faults.append(
            (
                "ends_on",
                mapping.columns.get("ends_on", "ends_on"),
                frame["ends_on"],
                early,
                "ends before it starts; mend one of the two days",
            )
        )
    if mapping.table == "contracts" and "amount" in names:
        adjusts = frame["kind"] == "adjustment" if "kind" in names else pl.repeat(False, frame.height, eager=True)
        below = (frame["amount"] < 0) & ~adjusts.fill_null(False)
        faults.append(
            (
                "amount",
                mapping.columns.get("amount", "amount"),
                frame["amount"],
                below,
                "is below zero; only a line of kind adjustment may be",
            )
        )
    given = [name for name in table.required_one_of if name in names]
    if given:
        lacking = frame.select(pl.all_horizontal(pl.col(given).is_null())).to_series()
        faults.append((given[0], mapping.columns.get(given[0], given[0]), frame[given[0]], lacking, "is required; give a value"))
    return faults


def _split(frame: pl.DataFrame, faults: list[tuple]) -> Checked:
    """Accepted rows apart from the problems; every fault of a row is told."""
    schema = {"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
    found = [pl.DataFrame(schema=schema)]
    bad = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    for _, source, values, wrong, reason in faults:
        wrong = wrong.fill_null(False)
        if wrong.any():
            bad = bad | wrong
            lines, shown = frame["line"].filter(wrong), values.filter(wrong).cast(pl.String).str.slice(0, SHOWN)
            found.append(
                pl.DataFrame(
                    {"line": lines, "column": [source] * len(lines), "value": shown, "reason": [reason] * len(lines)}, schema=schema
                )
            )
    return Checked(frame.filter(~bad), pl.concat(found).sort("line"))
