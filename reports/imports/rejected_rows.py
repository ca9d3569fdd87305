"""Rows that were turned away, to be put right where they are shown and sent again."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from data.importing.mapping import Mapping
from data.importing.options import READING
from data.importing.run import Prepared
from language import again, mark, tr
from language.formats import clauses

LINE, WHY = mark("Line of the file"), mark("Why it was rejected")
MOST = 300  # rows that are put right by hand; more are a matter for the file


def can_be_sent_again(ready: Prepared) -> bool:
    """Whether rows can come in a file of their own: not those of a list that must be whole."""
    return 0 < ready.staged.rejected <= MOST and not (ready.staged.snapshot or ready.staged.log)


def rejected_rows(ready: Prepared) -> list[dict]:
    """One entry a row: its line, why it was rejected, and its cells under the file's own header."""
    staged = ready.staged
    reasons: dict[int, list[str]] = {}
    for one in staged.problems.filter(staged.problems["rejected"]).iter_rows(named=True):
        reasons.setdefault(one["line"], []).append(": ".join(part for part in (one["column"], again(one["reason"])) if part))
    return [
        {tr(LINE): row["line"], tr(WHY): clauses(*reasons.get(row["line"], []))} | dict(zip(staged.header, row["cells"], strict=False))
        for row in staged.rejected_rows.iter_rows(named=True)
    ]


def fixed_file(before: Sequence[dict], after: Sequence[dict], header: Sequence[str]) -> bytes | None:
    """The rows that were changed, as a file under the same header; None where none was. Cells are as they were written."""
    was, now = ([[row.get(name) or "" for name in header] for row in rows] for rows in (before, after))
    changed = [cells for old, cells in zip(was, now, strict=True) if old != cells]
    if not changed:
        return None
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *changed])
    return text.getvalue().encode()


def mapping_of_fixed(mapping: Mapping) -> Mapping:
    """The mapping of such a file: the same, but for how the first one was written."""
    options = {name: value for name, value in mapping.options.items() if name not in READING}
    return replace(mapping, options={**options, "encoding": "utf-8"})
