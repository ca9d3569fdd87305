"""How the columns of one file are written, by what its rows have shown so far."""

from dataclasses import dataclass, field

import polars as pl

from data.importing.options import Options
from data.importing.reader.zones import in_header


@dataclass
class Settled:
    """Kept from slice to slice, so that one does not contradict another. Columns are named as the file does where not said otherwise.

    order: dmy or mdy, by columns whose days show it. decimal: comma or point, the decimal sign of a table's column. unclear: a table's
    columns read with a decimal point although none of their numbers showed it, each with one of them. store_zone: the store's time zone.
    without_zone: how many moments without a zone were read as the store's. empty: words that were taken for no value, with how often.
    currencies: those that amounts are written with. other_currency: how many amounts are written in another currency than was said, with
    both. since_unknown: how many lines of a state are paused, unpaid or ended on no day, by that word. merged: lines whose amount is that of a
    merged cell above. notes: what is odd in rows that are taken, with line, column, value and what to know. unknown: words of a column of
    choices that are none of them and were left out, with how often. of_columns: what is to know of a whole column.
    """

    order: dict[str, str] = field(default_factory=dict)
    decimal: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    store_zone: str = "UTC"
    without_zone: dict[str, int] = field(default_factory=dict)
    empty: dict[str, dict[str, int]] = field(default_factory=dict)
    currencies: set[str] = field(default_factory=set)
    other_currency: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    since_unknown: dict[str, int] = field(default_factory=dict)
    merged: dict[str, list[int]] = field(default_factory=dict)
    notes: list[tuple[int, str, str | None, str]] = field(default_factory=list)
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)
    of_columns: dict[str, str] = field(default_factory=dict)

    def count_local(self, source: str, options: Options, count: int) -> None:
        """Count moments without a zone in a column, where neither its header nor the mapping says in which they are."""
        if count and "timezone" not in options and in_header(source) is None:
            self.without_zone[source] = self.without_zone.get(source, 0) + count

    def count_empty(self, source: str, words: dict[str, int]) -> None:
        """Count words of a column that were taken for no value."""
        counted = self.empty.setdefault(source, {})
        counted.update({word: counted.get(word, 0) + count for word, count in words.items()})

    def count_unknown(self, source: str, words: dict[str, int]) -> None:
        """Count words of a column of choices that are none of them."""
        counted = self.unknown.setdefault(source, {})
        counted.update({word: counted.get(word, 0) + count for word, count in words.items()})

    def note(self, lines: pl.Series, source: str, values: pl.Series, such: pl.Series, text: str) -> None:
        """Keep what is odd in the rows for which `such` is true; they come in all the same."""
        such = such.fill_null(False)
        if such.any():
            shown = values.filter(such).cast(pl.String).to_list()
            self.notes += [(line, source, value, text) for line, value in zip(lines.filter(such).to_list(), shown, strict=True)]

    def count_other(self, source: str, written: str, said: str, count: int) -> None:
        """Count amounts of a column that are written in another currency than was said for the file."""
        before = self.other_currency.get(source, ("", "", 0))[2]
        self.other_currency[source] = (written, said, before + count)

    def count_since_unknown(self, counts: dict[str, int]) -> None:
        """Count lines of a state whose status holds since nobody knows when."""
        for status, count in counts.items():
            self.since_unknown[status] = self.since_unknown.get(status, 0) + count
