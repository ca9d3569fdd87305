"""Does this very installation compute what others have published?"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from language import mark, tr
from reports.checks import published_cases, published_economics, published_lifetimes
from reports.checks.published_cases import Case
from reports.definition import Answer, Definition
from reports.look import Look
from reports.report import Question
from reports.units import schema_of

CASES = published_cases.CASES + published_economics.CASES + published_lifetimes.CASES
COLUMNS = {
    "id": "text", "what": "text", "source": "text", "rules": "text", "unit": "text",
    "expected": "number", "computed": "number", "agrees": "flag",
}  # fmt: skip
CLOSE = {"money": 0.005, "percent": 0.005, "ratio": 1e-9, "number": 0.001, "percent, one digit": 0.05, "months, one digit": 0.05}


def _self_check(look: Look, question: Question) -> Answer:
    """One row per published figure: id, what, source, rules, unit, expected, computed, agrees. Totals: cases, agree.

    Runs the product's own metrics on the published input, once for each start of the program; neither the store nor the viewer changes
    anything.
    """
    rows = pl.DataFrame([_row(case) for case in CASES], schema=schema_of(COLUMNS))
    agree = int(rows["agrees"].sum())
    return Answer(rows, {"cases": rows.height, "agree": agree}, (tr("{agree} of {cases} agree.", agree=agree, cases=rows.height),))


def _row(case: Case) -> dict[str, object]:
    computed = _computed(case)
    agrees = abs(computed - case.expected) < CLOSE[case.unit]
    return {
        "id": case.id, "what": tr(case.what), "source": case.source, "rules": case.rules, "unit": case.unit,
        "expected": float(case.expected), "computed": computed, "agrees": agrees,
    }  # fmt: skip


@cache
def _computed(case: Case) -> float:
    """What the program makes of a case; the same for as long as it runs, since it hangs on nothing else."""
    return float(case.computed())


@contextmanager
def _of_the_product(store: Store, viewer: Viewer, question: Question) -> Generator[Look]:
    """The day as it is asked: nothing of the store is looked at."""
    with View(store) as view:
        yield Look(store, view, question.as_of, "")


self_check = Definition(
    "self-check",
    mark("Published examples, computed here"),
    COLUMNS,
    _self_check,
    opens=_of_the_product,
    states=("as_of",),
    ignores=("as_of", "known_at", "rules"),
)
