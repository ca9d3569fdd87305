"""A file's cells as a mapping takes them: which column, which rows, and what counts as no value."""

import polars as pl

from data.importing.choice_words import bare
from data.importing.mapping import Condition, Mapping
from data.importing.reader.eastern import narrow
from data.importing.reader.settled import Settled
from data.schema import Column

BLANKS = " \u3000\t\u00a0\u202f\u2007\u200b\ufeff"
# Words for no value in columns that are no text, and in columns of days and numbers: not agreed, not known, without end.
NOTHING = (
    "-",
    "--",
    "---",
    "–",
    "—",
    "?",
    "??",
    "n/a",
    "n.a.",
    "na",
    "null",
    "none",
    "nil",
    "k.a.",
    "k. a.",
    "s/d",
    "n.v.t.",
    "n/d",
    "nan",
    "(blank)",
    "#n/a n/a",
)
OPEN = (
    "open", "until cancelled", "until canceled", "bis auf widerruf", "open end", "open-end", "open ended", "open-ended", "unlimited", "ongoing", "evergreen", "perpetual", "indefinite", "no end",
    "no end date", "tbd", "tba", "tbc", "t.b.d.", "to be defined", "to be determined", "not set", "unknown", "unbefristet", "offen", "unbekannt",
    "keine angabe", "laufend", "indéterminé", "indéterminée", "illimité", "sans fin", "indefinido", "indefinida", "sin fin", "abierto",
    "indeterminado", "sem fim", "em aberto", "indeterminato", "illimitato", "aperto", "onbepaald", "onbeperkt", "doorlopend", "无限期", "未定", "長期", "长期",
    "无", "無期限", "なし", "永久", "无固定期限", "不限期", "至今", "未定", "待定", "未知", "无期限",
)  # fmt: skip
# Days that programs write where there is no end.
NEVER = r"^(?:9999|2999)-\d\d-\d\d|^\d{1,2}[./-]\d{1,2}[./-](?:9999|2999)"
NUMBERED = ("day", "month", "instant", "money", "number", "fraction", "integer")
# What spreadsheets show where a formula fails, in the languages that have words of their own for it.
ERRORS = (
    "#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#getting_data", "#error!", "#nv", "#bezug!",
    "#wert!", "#zahl!", "#valeur!", "#nombre!", "#nom?", "#¡ref!", "#¡valor!", "#¡div/0!", "#¿nombre?", "#valor!", "#verw!", "#waarde!",
)  # fmt: skip


# Beside a column of a workbook: which of its cells are numbers of the spreadsheet, what currency their format shows, and which cells repeat
# the value of a merged cell. No file's column has such a name.
OWN_NUMBERS, OWN_CURRENCY, REPEATED = ("\x00number\x00", "\x00currency\x00", "\x00merged\x00")
NUMBERS_IN_TEXT = "holdfast:numbers"  # in the end of a Parquet file: its columns of text that are numbers where they come from
TIMES = "\x00times\x00"  # beside rows that are told once each: how often each is there


def own_numbers(cells: pl.DataFrame, source: str) -> pl.Series | None:
    """Which cells of a column are numbers of a spreadsheet, of JSON or of a database, and no texts; None where none is."""
    return cells[OWN_NUMBERS + source] if OWN_NUMBERS + source in cells.columns else None


def source_of(name: str, mapping: Mapping) -> str:
    """The file's own name of a table's column, of the first where several are joined; that column's where it is a constant."""
    rule = mapping.when.get(name)
    if name in mapping.joined:
        return mapping.joined[name][0]
    if name not in {*mapping.when, *mapping.columns, *mapping.constants} and (others := mapping.otherwise.get(name)):
        return others[0] if isinstance(others[0], str) else others[0].column
    return rule.column if rule else mapping.columns.get(name, name)


def cells_of(cells: pl.DataFrame, column: Column, mapping: Mapping, settled: Settled | None = None) -> pl.Series | None:
    """The column's cells as found, null where they say nothing; None where the file does not have it. Words for nothing are counted in
    `settled`."""
    if column.name in mapping.joined:
        return _joined(cells, mapping.joined[column.name])
    raw = _own(cells, column, mapping, settled)
    for other in mapping.otherwise.get(column.name, ()):
        more = _taken(cells, other, column, settled) if isinstance(other, Condition) else _bare(cells, other, column, settled)
        raw = more if raw is None else _first(raw, more)
    translation = mapping.values.get(column.name)
    return _translated(raw, column, translation) if translation and raw is not None else raw


def _own(cells: pl.DataFrame, column: Column, mapping: Mapping, settled: Settled | None) -> pl.Series | None:
    """The cells of the column that is mapped, or what holds for all rows."""
    if rule := mapping.when.get(column.name):
        return _taken(cells, rule, column, settled)
    if source := mapping.columns.get(column.name):
        return _bare(cells, source, column, settled)
    constant = mapping.constants.get(column.name)
    return None if constant is None else pl.repeat(str(constant), cells.height, dtype=pl.String, eager=True)


def _bare(cells: pl.DataFrame, source: str, column: Column, settled: Settled | None) -> pl.Series:
    raw = cells[source]
    return _said(raw.str.strip_chars(BLANKS), column, source, settled) if raw.dtype == pl.String else raw


def _taken(cells: pl.DataFrame, rule: Condition, column: Column, settled: Settled | None) -> pl.Series:
    """The cells of a column where its condition holds."""
    raw = _bare(cells, rule.column, column, settled)
    applies = cells[rule.where].cast(pl.String).str.strip_chars(BLANKS).fill_null("") == rule.equals
    return raw.zip_with(applies, pl.repeat(None, cells.height, dtype=raw.dtype, eager=True))


def _first(raw: pl.Series, other: pl.Series) -> pl.Series:
    """The one where it says something, else the other."""
    if raw.dtype != other.dtype:
        raw, other = raw.cast(pl.String), other.cast(pl.String)
    return raw.zip_with(raw.is_not_null(), other)


def _translated(raw: pl.Series, column: Column, translation: dict[str, str]) -> pl.Series:
    """The cells in other words; those of a choice however they are spelt, where no entry is spelt as they are. An entry for "" is what
    an empty cell means."""
    found = raw.cast(pl.String)
    found = found.fill_null("") if "" in translation else found
    if column.kind != "choice":
        return found.replace(translation)
    alike = {bare(word): meaning for word, meaning in translation.items()}
    return found.replace({word: translation.get(word) or alike.get(bare(word), word) for word in found.drop_nulls().unique()})


def _joined(cells: pl.DataFrame, names: tuple[str, ...]) -> pl.Series:
    """The cells of several columns with blanks between; a spreadsheet's 3.0 is 3."""
    parts = [cells[name].cast(pl.String).str.strip_chars(BLANKS).str.replace(r"^(\d+)\.0$", "$1") for name in names]
    return pl.select(pl.concat_str(parts, separator=" ", ignore_nulls=True).str.strip_chars().replace("", None)).to_series()


def _said(bare: pl.Series, column: Column, source: str, settled: Settled | None) -> pl.Series:
    """Text less blanks, and words for nothing."""
    said = bare.set(bare == "", None)
    if column.kind == "id":
        return said
    said = said if column.kind == "text" else narrow(said)
    lower = said.str.to_lowercase()
    words = ERRORS if column.kind == "text" else (*NOTHING, *OPEN) if column.kind in NUMBERED else NOTHING
    nothing = (lower.is_in(words) | (lower.str.contains(NEVER) & (column.kind == "day"))).fill_null(False)
    if not nothing.any():
        return said
    if settled is not None:
        settled.count_empty(source, dict(said.filter(nothing).value_counts().rows()))
    return said.set(nothing, None)


def errors(raw: pl.Series) -> pl.Series:
    """Which cells hold an error of a spreadsheet in place of a value."""
    if raw.dtype != pl.String:
        return raw.is_null() & False
    return (raw.str.starts_with("#") & raw.str.to_lowercase().is_in(ERRORS)).fill_null(False)
