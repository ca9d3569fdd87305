"""Small staged files, built without the importer, so that the store is tested by itself."""

from pathlib import Path

import polars as pl

from data.importing.reader.event_numbers import Coding
from data.log.staged import Staged


def staged(folder: Path, table: str, rows: list[dict], /, *, feed: str = "feed", schema: dict | None = None, **more: object) -> Staged:
    """Rows as one staged file; `line` counts from 2, as in a file with a header. schema: the types of columns, where rows do not tell."""
    known = {name: kind for name, kind in (schema or {}).items() if any(name in row for row in rows)}
    frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides=known).with_row_index("line", offset=2)
    frame = frame.with_columns(pl.col("line").cast(pl.Int64), pl.col(pl.Null).cast(pl.String))
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    columns = tuple(name for name in frame.columns if name not in ("line", "row_key"))
    if table == "usage_events":
        coding = Coding()
        frame = coding.code(frame)
        more = {"people": path.with_suffix(".people"), "names": path.with_suffix(".names")} | more
        coding.people.known.write_parquet(more["people"])
        coding.names.known.write_parquet(more["names"])
    frame.write_parquet(path)
    return Staged(table, feed, path.name, "", (path,), columns, read=frame.height, **more)
