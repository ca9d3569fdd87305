"""The marks of rows: by which equal events of a source are told apart, in a file beside that of the rows (data/usage/overlap.py)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.log.staged import Marks

SCHEMA = pa.schema([("line", pa.int64()), ("mark", pa.string())])


class Marking:
    """The file of marks that is being written, row by row; there is none where there was no row."""

    def __init__(self, path: Path, by: str) -> None:
        self.marks, self.lines = Marks(path, by), 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, marks: pa.Array | Sequence[str | None]) -> None:
        """The marks of the rows that come next, as text; None where a row has none."""
        self._writer = self._writer or pq.ParquetWriter(self.marks.path, SCHEMA, compression="zstd", compression_level=1)
        lines = pa.array(range(self.lines + 1, self.lines + 1 + len(marks)), pa.int64())
        self._writer.write_batch(pa.record_batch([lines, pa.array(marks, pa.string())], schema=SCHEMA))
        self.lines += len(marks)

    def done(self, kind: str = "") -> Marks | None:
        """The whole file. kind: what the marks count, where that shows at the end."""
        if self._writer is None:
            return None
        self._writer.close()
        return replace(self.marks, by=f"{self.marks.by} {kind}".rstrip())
