"""By what the rows of a file are told apart: the id of each, the newest of several versions, and the key that is unique in the file."""

import hashlib

import polars as pl

from data.importing.findings import Question
from data.importing.mapping import Mapping
from data.importing.reader.answers import asking, refusal
from data.log.feed_keys import possible
from data.schema import TABLES, Table


def with_own_id(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows of a table that is known by content, with an id made of what each says where the file has none.

    Two that say the same are two: the second is known as the second. So the largest count in any one file is how often it counts.
    """
    own = table.key[0]
    if not table.known_by_content or own in rows.columns:
        return rows
    content = rows.select(said=pl.concat_str(pl.exclude("line").cast(pl.String).fill_null(""), separator="\x1f"))
    said, nth = content.with_columns(nth=pl.int_range(pl.len()).over("said")).get_columns()
    known = [text if again == 0 else f"{text}\x1f#{again + 1}" for text, again in zip(said, nth, strict=True)]
    ids = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in known]
    return rows.with_columns(pl.Series(own, ids, dtype=pl.String))


def newest(rows: pl.DataFrame, mapping: Mapping, cells: list[pl.DataFrame]) -> pl.DataFrame:
    """Of rows that are versions of one thing, the newest by the column that the mapping names; the last where times are equal."""
    by, key = mapping.options.get("newest_by"), mapping.key or TABLES[mapping.table].key
    if not by or not {*key} <= {*rows.columns}:
        return rows
    times = pl.concat([slice_.select(pl.col("line").cast(pl.Int64), at=pl.col(str(by)).cast(pl.String)) for slice_ in cells])
    timed = rows.join(times, on="line", how="left", maintain_order="left")
    counted = timed["at"].cast(pl.Int64, strict=False)  # of counted versions the tenth comes after the ninth
    timed = timed.with_columns(at=counted) if counted.null_count() == timed["at"].null_count() else timed
    ordered = timed.sort("at", maintain_order=True, nulls_last=False)
    return ordered.unique(list(key), keep="last", maintain_order=True).drop("at").sort("line")


def last_versions(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Of rows that are versions of one thing, in the order in which they were written, the last.

    Of a contract line without an id, what is sold and its start tell it from the others of its contract; of a state, what is sold alone.
    """
    table = TABLES[mapping.table]
    key = [*(mapping.key or (table.key if not table.alternative_keys else _of_a_line(rows, mapping)))]
    if not key or not {*key} <= {*rows.columns}:
        return rows
    told = [pl.when(pl.col("line_id").is_null()).then(name) if _beside_an_id(name, rows, mapping) else pl.col(name) for name in key]
    known = pl.all_horizontal(pl.col(key[0]).is_not_null())
    of_one = pl.struct(told).is_last_distinct()
    return rows.filter(of_one | ~known)


def _of_a_line(rows: pl.DataFrame, mapping: Mapping) -> list[str]:
    start = [] if mapping.options.get("rows") == "state" else ["starts_on"]
    names = ["contract_id", "line_id", "product", *start] if "contract_id" in rows.columns else ["account_id", "product", *start]
    return [name for name in names if name in rows.columns]


def _beside_an_id(name: str, rows: pl.DataFrame, mapping: Mapping) -> bool:
    return not mapping.key and mapping.table == "contracts" and "line_id" in rows.columns and name in ("product", "starts_on")


def keys_of(rows: pl.DataFrame, mapping: Mapping) -> list[tuple[str, ...]] | dict:
    """The key of the mapping alone, else those that are unique in the file, the best first; or a refusal.

    Rows of a state go by what does not change. By which of them a file's rows go in the end, its feed's other files say as well.
    """
    table = TABLES[mapping.table]
    of_state = mapping.options.get("rows") == "state"
    own = table.state_keys if of_state else (table.key, *table.alternative_keys)
    others = [key for key in possible(table, state=of_state) if set(key) <= set(rows.columns)]
    unique = [key for key in others if not rows.select(key).is_duplicated().any()]
    wanted = mapping.key or (table.key if len(table.key) == 1 else ())
    if wanted and ((len(wanted) == 1 and wanted == table.key) or not rows.select(wanted).is_duplicated().any()):
        return [tuple(wanted)]
    best = [key for key in unique if key in own]
    if wanted or not best:
        return _clash(rows, wanted or (others[0] if others else ("account_id", "starts_on")), best)
    return unique


def _clash(rows: pl.DataFrame, key: tuple[str, ...], unique: list[tuple[str, ...]]) -> dict:
    same = rows.filter(rows.select(key).is_duplicated()).sort(*key, "line")
    lines = same["line"].head(2).to_list()
    instead = f"Unique here: {', '.join(unique[0])}." if unique else "Map a column that tells the rows apart, such as a line id."
    text = f"The key {', '.join(key)} is not unique: lines {lines[0]} and {lines[1]} have the same. {instead}"
    if not unique:
        return refusal(text, lines[0], ", ".join(key))
    return asking([Question("key", ", ".join(key), text, tuple(", ".join(one) for one in unique))])
