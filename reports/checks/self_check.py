"""Does this very installation compute what others have published?"""

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from reports.checks import published_cases, published_economics
from reports.checks.published_cases import Case
from reports.report import Question, Report

CASES = published_cases.CASES + published_economics.CASES
UNITS = {
    "id": "text", "what": "text", "source": "text", "rules": "text", "unit": "text",
    "expected": "number", "computed": "number", "agrees": "flag",
}  # fmt: skip
CLOSE = {"money": 0.005, "percent": 0.005, "ratio": 1e-9}


def self_check(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per published figure: id, what, source, rules, unit, expected, computed, agrees. Totals: cases, agree.

    Runs the product's own metrics on the published input; neither the store nor the viewer changes anything.
    """
    rows = pl.DataFrame([_row(case) for case in CASES], schema=_SCHEMA)
    agree = int(rows["agrees"].sum())
    totals = {"cases": rows.height, "agree": agree}
    notes = (f"{agree} of {rows.height} agree.",)
    units = UNITS | dict.fromkeys(totals, "count")
    return Report(
        "self-check", "Published examples, computed here", {"as_of": question.as_of}, "", "", store.version(), rows, totals, units, notes
    )


_SCHEMA = {name: {"text": pl.String, "number": pl.Float64, "flag": pl.Boolean}[unit] for name, unit in UNITS.items()}


def _row(case: Case) -> dict[str, object]:
    computed = float(case.computed())
    agrees = abs(computed - case.expected) < CLOSE[case.unit]
    return {
        "id": case.id, "what": case.what, "source": case.source, "rules": case.rules, "unit": case.unit,
        "expected": float(case.expected), "computed": computed, "agrees": agrees,
    }  # fmt: skip
