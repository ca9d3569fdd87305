"""By what the rows of a file are told apart: the id of each, the newest of several versions, and the key that is unique in the file."""

import hashlib

import polars as pl

from data.importing.findings import Question
from data.importing.mapping import Mapping
from data.importing.reader.answers import asking, refusal
from data.log.feed_keys import possible
from data.schema import TABLES, Table

OF_A_LINE = ("contract_id", "line_id")


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
    """Of rows that are versions of one thing, in the order in which they were written, the last: of those that have one id. Where nothing
    but what changes tells rows apart (lines of a contract without ids), nobody can say which are versions: see `versions_or_lines`."""
    table = TABLES[mapping.table]
    key = [*(mapping.key or ((*table.key,) if not table.alternative_keys else OF_A_LINE))]
    if not {*key} <= {*rows.columns}:
        return rows
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in (key if not mapping.key else key[:1]))
    return rows.filter(pl.struct(key).is_last_distinct() | ~known)


def versions_or_lines(rows: pl.DataFrame, mapping: Mapping) -> dict | None:
    """Asks what rows of a pull are that have one contract, product and start, and no id: versions of one line, or several lines. None where
    there are none, or somebody has said by what lines are told apart; of states the key of the file says so or asks."""
    if mapping.table != "contracts" or mapping.key or mapping.options.get("rows") == "state":
        return None
    owner = "contract_id" if "contract_id" in rows.columns else "account_id"
    names = [name for name in (owner, "line_id", "product", "starts_on") if name in rows.columns]
    alike = rows.filter(pl.struct(names).is_duplicated() & pl.col(owner).is_not_null()).sort(*names, "line")
    if alike.is_empty():
        return None
    first, second = alike["line"].head(2).to_list()
    text = (
        f"Rows {first} and {second} of this pull have one {owner}, product and start. Are they versions of one line, of which the last "
        "counts, or two lines, which their amounts tell apart?"
    )
    key = ", ".join(names)
    return asking([Question("key", key, text, (key, f"{key}, amount"), "Best is an id of each line, mapped as line_id.")])


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
