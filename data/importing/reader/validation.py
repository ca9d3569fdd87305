"""From a file's cells to typed columns: what each kind accepts, and which rows are turned away with which reason."""

import contextlib
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from data.importing.choice_words import NO_OFFERS, STILL_OPEN, bare, words_of
from data.importing.findings import Unanswered
from data.importing.mapping import Mapping, MappingError
from data.importing.options import Options, shown, zone_names
from data.importing.reader import amounts, business_hours, numbers, rounded_ids
from data.importing.reader.cells import cells_of, own_numbers, source_of
from data.importing.reader.contradicting import WEEK, contradicting
from data.importing.reader.currencies import NAMED
from data.importing.reader.dates import as_iso
from data.importing.reader.day_order import in_order, order_of
from data.importing.reader.days_and_instants import days, instants, whole_months
from data.importing.reader.effort_units import in_days
from data.importing.reader.line_meaning import PARTS, meant
from data.importing.reader.periods import once, periods
from data.importing.reader.reasons import REQUIRED, reasons
from data.importing.reader.settled import Settled
from data.importing.reader.spans import with_spans
from data.importing.reader.zones import in_header
from data.schema import TABLES, Column, Table

TRUE, FALSE = ("true", "yes", "1", "y", "t", "wahr", "是", "真"), ("false", "no", "0", "n", "f", "falsch", "否", "假")
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 1, 1)
DATED = ("day", "month", "instant")
SHOWN = 60
Fault = tuple[str, pl.Series, pl.Series, str]  # the file's column, its cells, which of them are wrong, and why


@dataclass(frozen=True)
class Checked:
    """Typed accepted rows with `line`, and one problem per turned-away row: line, column, value, reason."""

    rows: pl.DataFrame
    problems: pl.DataFrame


def check(cells: pl.DataFrame, mapping: Mapping, options: Options, settled: Settled | None = None) -> Checked:
    """Type and check one slice of a file; `settled` is kept from slice to slice. Raises Unanswered where the cells leave open what they mean."""
    table, settled = TABLES[mapping.table], settled or Settled()
    raws = {column.name: raw for column in table.columns if (raw := cells_of(cells, column, mapping, settled)) is not None}
    raws |= {
        name: amounts.counted_once(raw, cells, source_of(name, mapping), settled) for name, raw in raws.items() if _is_money(table, name)
    }
    raws = _billed_once(raws) if mapping.table == "contracts" else raws
    dated = _dated(raws, mapping, options, settled)
    typed, faults = {"line": cells["line"].cast(pl.Int64)}, []
    for name, raw in raws.items():
        column, source = table.column(name), source_of(name, mapping)
        own = own_numbers(cells, source)
        typed[name] = _typed(dated.get(name, raw), column, source, options, settled, own)
        said = dated.get(name, raw)
        if table.by_name and column.kind == "choice" and not column.required:
            said = _known_words(raw, typed[name], source, settled, told=[*mapping.columns.values()].count(source) < 2)
        faults += _faults_of(cells, said, typed[name], column, source)
    typed, of_spans = with_spans(typed, raws | dated, cells, mapping, settled)
    frame, of_currency = amounts.with_currency(pl.DataFrame(typed), cells, raws, mapping, settled)
    frame = _with_ends(frame, dated, options) if mapping.table != "sla_targets" else _to_last_day(frame, dated)
    if mapping.table == "contracts":
        frame, of_terms = meant(frame, cells, mapping, settled)
        faults += of_terms
    frame = in_days(frame, mapping, settled)
    of_rows = contradicting(frame, raws | dated, mapping, settled)
    return _split(_in_one_form(frame, mapping), [*faults, *of_spans, *of_currency, *_across(frame, mapping), *of_rows])


def _billed_once(raws: dict[str, pl.Series]) -> dict[str, pl.Series]:
    """The cells, of lines whose period says that they are paid once: no period recurs, they are one-off."""
    told = raws.get("period")
    words = [word for word in told.drop_nulls().unique() if once(word)] if told is not None and told.dtype == pl.String else []
    if told is None or not words:
        return raws
    such = told.is_in(words).fill_null(False)
    kind = raws.get("kind", pl.repeat(None, told.len(), dtype=pl.String, eager=True)).cast(pl.String)
    return raws | {"period": told.set(such, "1 month"), "kind": kind.set(such & kind.is_null(), "one_off")}


def _is_money(table: Table, name: str) -> bool:
    return table.column(name).kind == "money"


def check_constants(mapping: Mapping) -> None:
    """Whether every value that holds for all rows can be one of its column. Raises MappingError that says how it is written instead."""
    if not mapping.constants:
        return
    with contextlib.suppress(Unanswered):  # it is asked about as one in the file would be
        options = {name: value for name, value in mapping.options.items() if name not in ("term_from", *PARTS)}
        alone = replace(mapping, columns={}, when={}, joined={}, otherwise={}, after={}, options=options)
        for name, reason in check(pl.DataFrame({"line": [0]}), alone, alone.options).problems.select("column", "reason").rows():
            if name in mapping.constants:
                raise MappingError(f"constants.{name}: {shown(mapping.constants[name])} {reason}.")


def _known_words(raw: pl.Series, values: pl.Series, source: str, settled: Settled, *, told: bool) -> pl.Series:
    """The cells without the words that are none of a column's choices: every tool has statuses of its own. told: they are counted, since
    no other column keeps them."""
    other = raw.is_not_null() & values.is_null()
    words = {
        word: count for word, count in raw.filter(other).cast(pl.String).value_counts().rows() if bare(word) not in NO_OFFERS | STILL_OPEN
    }
    if words and told:
        settled.count_unknown(source, words)
    return raw.set(other, None)


def _faults_of(cells: pl.DataFrame, raw: pl.Series, values: pl.Series, column: Column, source: str) -> list[Fault]:
    """What is wrong with the cells of one column, by themselves."""
    found = cells[source] if source in cells.columns else raw
    wrong = raw.is_not_null() & values.is_null()
    told = [(source, found, such, reason) for reason, such in reasons(raw, column, wrong)]
    if column.kind == "id":
        told.append((source, found, rounded_ids.rounded(raw), rounded_ids.REASON))
    return [*told, (source, found, raw.is_null(), REQUIRED)] if column.required else told


def _with_ends(frame: pl.DataFrame, dated: dict[str, pl.Series], options: Options) -> pl.DataFrame:
    """Ends as the first day that is not paid for. An end that names a month alone is its last day, unless the ends are said to be
    exclusive."""
    if "ends_on" not in frame.columns or options.get("ends_on") == "exclusive":
        return frame
    months = whole_months(dated["ends_on"]) if "ends_on" in dated else pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    after_day = pl.col("ends_on").dt.offset_by("1d") if options.get("ends_on") == "inclusive" else pl.col("ends_on")
    return frame.with_columns(ends_on=pl.when(months).then(pl.col("ends_on").dt.offset_by("1mo")).otherwise(after_day))


def _to_last_day(frame: pl.DataFrame, dated: dict[str, pl.Series]) -> pl.DataFrame:
    """Last days; one that names a month alone is the last of that month."""
    if "ends_on" not in dated:
        return frame
    months = whole_months(dated["ends_on"])
    return frame.with_columns(ends_on=pl.when(months).then(pl.col("ends_on").dt.month_end()).otherwise("ends_on"))


def _in_one_form(frame: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Hours of business as 09:00-17:00, and the names of zones as they are known, however they were written."""
    if mapping.table == "support_calendars" and "time_zone" in frame.columns:
        names = {name.lower(): name for name in zone_names()}
        frame = frame.with_columns(pl.col("time_zone").str.to_lowercase().replace(names))
    days = [day for day in WEEK if day in frame.columns] if mapping.table == "support_calendars" else []
    return frame.with_columns(business_hours.plain(frame[day]).alias(day) for day in days)


def _typed(raw: pl.Series, column: Column, source: str, options: Options, settled: Settled, own: pl.Series | None) -> pl.Series:
    if column.kind in ("id", "text"):
        return raw.cast(pl.String)
    if column.kind in DATED:
        return _moments(raw, column, source, options, settled)
    if column.kind in ("money", "number", "fraction", "integer"):
        return numbers.typed(raw, column, str(options.get("decimal", "")), settled, own, header=source)
    text = raw.cast(pl.String)
    if column.kind == "bool":
        lower = text.str.to_lowercase()
        return pl.select(pl.when(lower.is_in(TRUE)).then(True).when(lower.is_in(FALSE)).then(False)).to_series()
    if column.kind == "currency":
        upper = text.str.to_uppercase().replace(NAMED)
        return upper.set(~upper.str.contains(r"^[A-Z]{3}$"), None)
    if column.kind == "period":
        return periods(text)
    known = words_of(column)
    return text.str.to_lowercase().str.replace_all(r"[ _-]", "").replace_strict(known, default=None, return_dtype=pl.String)


def _moments(raw: pl.Series, column: Column, source: str, options: Options, settled: Settled) -> pl.Series:
    if column.kind != "instant":
        found = days(raw, str(options.get("timezone", "UTC")))
        found = found.set(~((found >= EARLIEST) & (found < LATEST)).fill_null(True), None)
        return found.dt.month_start() if column.kind == "month" else found
    zone = zone_of(source, options, settled.store_zone)
    found, local = instants(raw, zone, settled.store_zone, epoch_zone=epoch_zone(options))
    settled.count_local(source, options, int(local.sum()))
    found = found.set(~((found.dt.date() >= EARLIEST) & (found.dt.date() < LATEST)).fill_null(True), None)
    return found.dt.replace_time_zone("UTC")


def zone_of(source: str, options: Options, store_zone: str) -> str:
    """The zone of moments without one of their own in a column of the file: what its header says, else the mapping, else the store's."""
    return in_header(source) or str(options.get("timezone", store_zone))


def epoch_zone(options: Options) -> str:
    """The clock of seconds since 1970: UTC, but for the projects that count them on their own."""
    return str(options.get("timezone", "UTC")) if options.get("epoch") == "local" else "UTC"


def _dated(raws: dict[str, pl.Series], mapping: Mapping, options: Options, settled: Settled) -> dict[str, pl.Series]:
    """The text of every column of days and moments as year-month-day, the order of its numbers as it is in the whole file."""
    table = TABLES[mapping.table]
    texts = {name: as_iso(raw) for name, raw in raws.items() if table.column(name).kind in DATED and raw.dtype == pl.String}
    order = options.get("date_order") or order_of({source_of(name, mapping): text for name, text in texts.items()}, settled.order)
    return {name: in_order(text, str(order) if order else None) for name, text in texts.items()}


BELOW = "is below zero; only a recurring line that lowers its contract, and a line of kind adjustment, may be"


def _across(frame: pl.DataFrame, mapping: Mapping) -> list[Fault]:
    """Faults that show only when two columns are looked at together."""
    table, names = TABLES[mapping.table], frame.columns
    faults = []
    if {"starts_on", "ends_on"} <= set(names):
        early = frame["ends_on"] < frame["starts_on"]
        faults.append((source_of("ends_on", mapping), frame["ends_on"], early, "ends before it starts; mend one of the two days"))
    if mapping.table == "contracts" and "amount" in names:
        kinds = frame["kind"].fill_null("recurring") if "kind" in names else pl.repeat("recurring", frame.height, eager=True)
        may = kinds.is_in(["adjustment"] if mapping.options.get("layout", "lines") != "lines" else ["adjustment", "recurring"])
        faults.append((source_of("amount", mapping), frame["amount"], (frame["amount"] < 0) & ~may, BELOW))
    given = [name for name in table.required_one_of if name in names]
    if given:
        lacking = frame.select(pl.all_horizontal(pl.col(given).is_null())).to_series()
        faults.append((source_of(given[0], mapping), frame[given[0]], lacking, REQUIRED))
    return faults


def _split(frame: pl.DataFrame, faults: list[Fault]) -> Checked:
    """Accepted rows apart from the problems; every fault of a row is told."""
    schema = {"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
    found = [pl.DataFrame(schema=schema)]
    bad = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    for source, values, wrong, reason in faults:
        wrong = wrong.fill_null(False)
        if wrong.any():
            bad = bad | wrong
            lines, shown = frame["line"].filter(wrong), values.filter(wrong).cast(pl.String).str.slice(0, SHOWN)
            told = {"line": lines, "column": [source] * len(lines), "value": shown.replace("", None), "reason": [reason] * len(lines)}
            found.append(pl.DataFrame(told, schema=schema))
    return Checked(frame.filter(~bad), pl.concat(found).sort("line"))
