"""Reports as PDF: every column of a wide table has a place of its own."""

import io
from itertools import pairwise

import pypdf
import pytest

from reports.files.pdf import Document, Section, typeset

LONG = "weekly actives 4 -> 0 in eight weeks; accounts like it 0 %; last used 51 covered days ago; accounts like it 1"


def places(columns: int) -> list[float]:
    """Where the heads of the columns begin, in points from the left, in a table of which two columns take what the others leave."""
    heads = [{"title": f"Head{at:02}", "right": False, "wide": at in (1, 3)} for at in range(columns)]
    row = [f"a value {at}" for at in range(columns)]
    row[3], row[columns - 2] = LONG, "somebody.of.a.long.name@customers.example.com"
    document = Document("Wide", "", "", sections=[Section("Table", columns=heads, rows=[row] * 3)], wide=True)
    found: dict[str, float] = {}

    def note(text: str, cm, tm, _font, _size) -> None:
        if text.strip().startswith("Head"):
            found.setdefault(text.strip(), cm[4] + tm[4])

    pypdf.PdfReader(io.BytesIO(typeset(document))).pages[0].extract_text(visitor_text=note)
    return [found[f"Head{at:02}"] for at in range(columns)]


@pytest.mark.parametrize("columns", [7, 8, 9, 10, 14, 18])
def test_no_column_lies_on_another(columns):
    starts = places(columns)
    assert all(later - one > 12 for one, later in pairwise(starts)), starts
    assert starts[-1] < 842 - 45, "within the sheet, which is 842 points wide"
