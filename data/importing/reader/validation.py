"""From a file's cells to typed columns: what each kind accepts, and which rows are turned away with which reason."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.mapping import Mapping
from data.importing.reader import numbers as written
from data.importing.reader.dates import as_iso, from_serials
from data.importing.reader.numbers import COMMA, POINT
from data.importing.reader.periods import periods, two_meanings
from data.schema import TABLES, Column

MISSING = ("", "-", "n/a", "na", "null", "none", "?", "–")
TRUE, FALSE = ("true", "yes", "1", "y", "t", "wahr"), ("false", "no", "0", "n", "f", "falsch")
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 1, 1)
NUMERIC_DAY = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
SHOWN = 60


@dataclass(frozen=True)
class Checked:
    """Typed accepted rows with `line`, and one problem per turned-away row: line, column, value, reason."""

    rows: pl.DataFrame
    problems: pl.DataFrame


@dataclass
class Settled:
    """How the columns of one file are written, by what its slices so far have shown: one slice does not contradict another.

    order: dmy or mdy of a column's days. decimal: comma or point, the decimal sign of a column. unclear: columns read with a decimal point
    although none of their numbers showed it, each with one of them.
    """

    order: dict[str, str] = field(default_factory=dict)
    decimal: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)


def check(cells: pl.DataFrame, mapping: Mapping, options: dict[str, object], settled: Settled | None = None) -> Checked:
    """Type and check one slice of a file; `settled` is kept from slice to slice. Raises Unanswered where the cells leave open what they mean."""
    table, settled = TABLES[mapping.table], settled or Settled()
    typed, faults = {"line": cells["line"].cast(pl.Int64)}, []
    for column in table.columns:
        raw = cells_of(cells, column, mapping)
        if raw is None:
            continue
        values = _typed(raw, column, options, settled)
        wrong = raw.is_not_null() & values.is_null()
        source = mapping.columns.get(column.name, column.name)
        for reason, such in _told_apart(raw, column, wrong):
            faults.append((column.name, source, raw, such, reason))
        if column.required:
            faults.append((column.name, source, raw, raw.is_null(), "is required; give a value"))
        typed[column.name] = values
    frame = pl.DataFrame(typed)
    if options.get("ends_on") == "inclusive" and "ends_on" in frame.columns:
        frame = frame.with_columns(pl.col("ends_on").dt.offset_by("1d"))
    if options.get("amount_per") == "seat" and {"amount", "seats"} <= set(frame.columns):
        frame = frame.with_columns(amount=(pl.col("amount") * pl.col("seats").fill_null(1)).cast(pl.Decimal(18, 4)))
    faults += _across(frame, mapping)
    return _split(frame, faults)


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


def _typed(raw: pl.Series, column: Column, options: dict[str, object], settled: Settled) -> pl.Series:
    if column.kind in ("id", "text"):
        return raw.cast(pl.String)
    if column.kind in ("day", "month", "instant"):
        return _moments(raw, column, str(options.get("date_order", "")), settled)
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


def _moments(raw: pl.Series, column: Column, order: str, settled: Settled) -> pl.Series:
    if raw.dtype == pl.Date or isinstance(raw.dtype, pl.Datetime):
        moments = (
            raw.cast(pl.Datetime("us"))
            if raw.dtype == pl.Date or raw.dtype.time_zone is None
            else raw.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        )
    else:
        moments = _read_moments(raw.cast(pl.String), column, order, settled)
    inside = (moments.dt.date() >= EARLIEST) & (moments.dt.date() < LATEST)
    moments = moments.cast(pl.Datetime("us")).set(~inside.fill_null(True), None)
    if column.kind == "instant":
        return moments.dt.replace_time_zone("UTC")
    return moments.dt.date().dt.month_start() if column.kind == "month" else moments.dt.date()


def _read_moments(text: pl.Series, column: Column, order: str, settled: Settled) -> pl.Series:
    """Days and instants in the ways that exports write them; UTC where nothing else is said."""
    text = as_iso(text)
    iso = text.str.replace(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", "$1-$2-$3").str.replace(r"^(\d{4}-\d{1,2})$", "$1-01")
    if text.str.contains(NUMERIC_DAY).any():
        pattern = "$3-$2-$1" if (order or _date_order(text, column, settled)) == "dmy" else "$3-$1-$2"
        iso = iso.str.replace(NUMERIC_DAY, pattern)
    iso = iso.str.replace("T", " ", literal=True).str.replace(r" UTC$|Z$", "+00:00").str.replace(r"\s+([+-]\d\d:?\d\d)$", "$1")
    iso = iso.str.replace(r"^(\d{4}-\d{1,2}-\d{1,2})$", "$1 00:00:00").str.replace(r"^(\S+ \d{1,2}:\d\d)([+-].*)?$", "$1:00$2")
    zoned = iso.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
    bare = iso.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    number = text.cast(pl.Float64, strict=False)
    seconds = number.set(number > 1e11, None)
    epoch = pl.select(pl.from_epoch(pl.coalesce(seconds, number / 1000).filter(True) * 1_000_000, time_unit="us")).to_series()
    epoch = epoch.set(~(number >= 1e8).fill_null(False), None)
    return pl.select(pl.coalesce(zoned, bare, epoch.cast(pl.Datetime("us")), from_serials(number))).to_series()


def _date_order(text: pl.Series, column: Column, settled: Settled) -> str:
    """Whether the day or the month comes first; in a file that has both, days whose month would be above 12 are turned away."""
    if column.name not in settled.order:
        first, second = (text.str.extract(NUMERIC_DAY, group).cast(pl.Int64, strict=False).max() or 0 for group in (1, 2))
        if first <= 12 and second <= 12:
            example = text.filter(text.str.contains(NUMERIC_DAY))[0]
            asked = f"Is {example} in {column.name} day first (dmy) or month first (mdy)?"
            raise Unanswered(Question("date_order", column.name, asked, ("dmy", "mdy")))
        settled.order[column.name] = "dmy" if first > 12 else "mdy"
    return settled.order[column.name]


def _told_apart(raw: pl.Series, column: Column, wrong: pl.Series) -> list[tuple[str, pl.Series]]:
    """The reasons for which cells are wrong, each with the cells that it is told of."""
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
