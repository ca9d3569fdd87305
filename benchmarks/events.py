"""Usage events at size, made from one company's: the same events again and again, each time later."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

TIME = "event_time"


def repeated(source: Path, target: Path, times: int) -> int:
    """Write the events of `source` `times` times, each copy after the one before; the number of events. Memory: one row group."""
    file, written = pq.ParquetFile(source), 0
    first, last = _span(file)
    step = timedelta(days=(last - first).days + 1)
    with pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
        for copy in range(times):
            for group in range(file.num_row_groups):
                rows = _later(file.read_row_group(group), copy * step)
                writer.write_table(rows)
                written += rows.num_rows
    return written


def copies(source: Path, folder: Path, times: int) -> None:
    """The same, each copy a file of its own."""
    file = pq.ParquetFile(source)
    first, last = _span(file)
    step = timedelta(days=(last - first).days + 1)
    for copy in range(times):
        with pq.ParquetWriter(folder / f"{copy:03}.parquet", file.schema_arrow, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                writer.write_table(_later(file.read_row_group(group), copy * step))


def newest(source: Path, target: Path, count: int, times: int) -> None:
    """Write the first `count` events of `source`, drawn together into the month after the last of `times` copies."""
    first, last = _span(pq.ParquetFile(source))
    rows = pl.read_parquet(source).head(count).with_columns(pl.col(TIME).cast(pl.Datetime("us")))
    begin, width = first + timedelta(days=(last - first).days + 1) * times, timedelta(days=28) / timedelta(microseconds=1)
    share = (pl.col(TIME) - first).dt.total_microseconds() / (pl.col(TIME).max() - first).dt.total_microseconds()
    rows.with_columns((pl.lit(begin) + pl.duration(microseconds=(share * width).cast(pl.Int64))).alias(TIME)).write_parquet(target)


def as_csv(source: Path, target: Path) -> None:
    """Write a Parquet file as CSV, one row group at a time."""
    file = pq.ParquetFile(source)
    with pa_csv.CSVWriter(target, _seconds(file.read_row_group(0)).schema) as writer:
        for group in range(file.num_row_groups):
            writer.write_table(_seconds(file.read_row_group(group)))


def _seconds(rows: pa.Table) -> pa.Table:
    text = pc.strftime(pc.cast(rows[TIME], pa.timestamp("s"), safe=False), "%Y-%m-%d %H:%M:%S")
    return rows.set_column(rows.schema.get_field_index(TIME), TIME, text)


def _later(rows: pa.Table, by: timedelta) -> pa.Table:
    moved = pc.add(rows[TIME], pa.scalar(by, pa.duration(rows.schema.field(TIME).type.unit)))
    return rows.set_column(rows.schema.get_field_index(TIME), TIME, moved)


def _span(file: pq.ParquetFile) -> tuple:
    spans = [
        pc.min_max(pc.cast(file.read_row_group(group, columns=[TIME])[TIME], pa.timestamp("us"), safe=False))
        for group in range(file.num_row_groups)
    ]
    return min(span["min"].as_py() for span in spans), max(span["max"].as_py() for span in spans)
