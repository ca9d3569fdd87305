"""How a file's columns become a table's: a mapping, kept as TOML."""

import tomllib
from dataclasses import dataclass, field

from data.schema import TABLES

OPTIONS = ("ends_on", "date_order", "decimal", "encoding", "sheet", "snapshot", "covers", "covers_all_accounts", "amount_per", "newest_by")


class MappingError(ValueError):
    """A mapping that cannot be used; the message says which entry and what to write instead."""


@dataclass(frozen=True)
class Mapping:
    """Where each target column comes from: source columns, constants, translated values, and options."""

    table: str
    feed: str = ""
    key: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    when: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.table not in TABLES:
            raise MappingError(f"table: there is no table {self.table!r}. Tables: {', '.join(TABLES)}.")
        named = {*self.columns, *self.constants, *self.when, *self.key, *self.values}
        for name in sorted(named - set(TABLES[self.table].names)):
            raise MappingError(f"{name}: the table {self.table} has no such column. Columns: {', '.join(TABLES[self.table].names)}.")
        for name in sorted(set(self.options) - set(OPTIONS)):
            raise MappingError(f"options.{name}: there is no such option. Options: {', '.join(OPTIONS)}.")

    @classmethod
    def from_toml(cls, text: str) -> "Mapping":
        """Read a mapping; raises MappingError that names the entry at fault."""
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"The mapping is not valid TOML: {error}.") from None
        known = {"table", "feed", "key", "columns", "constants", "values", "when", "options"}
        if "table" not in raw or set(raw) - known:
            raise MappingError(
                f"A mapping has a table and may have {', '.join(sorted(known - {'table'}))}; found {', '.join(sorted(raw)) or 'nothing'}."
            )
        return cls(**{**raw, "key": tuple(raw.get("key", ()))})

    def to_toml(self) -> str:
        """The mapping as TOML; from_toml gives it back."""
        lines = [f"table = {_quoted(self.table)}", f"feed = {_quoted(self.feed)}"]
        lines += [f"key = [{', '.join(map(_quoted, self.key))}]"] if self.key else []
        for title in ("columns", "constants", "options"):
            entries = getattr(self, title)
            lines += [f"[{title}]", *(f"{_quoted(name)} = {_literal(value)}" for name, value in entries.items())] if entries else []
        for column, values in self.values.items():
            lines += [f"[values.{column}]", *(f"{_quoted(name)} = {_quoted(value)}" for name, value in values.items())]
        if self.when:
            lines += [
                "[when]",
                *(f"{name} = {{ {', '.join(f'{k} = {_quoted(v)}' for k, v in rule.items())} }}" for name, rule in self.when.items()),
            ]
        return "\n".join(lines) + "\n"

    @property
    def sources(self) -> set[str]:
        """Every source column that the mapping reads."""
        return {*self.columns.values(), *(rule["column"] for rule in self.when.values()), *(rule["if"] for rule in self.when.values())}


def _quoted(text: object) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, list | tuple) else _quoted(value)
