"""Functions of the product are short: half of them have six lines at the most, nine in ten sixteen, docstrings and inner functions included."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "metrics", "models", "reports", "sources", "deliveries", "pages", "server", "sample", "commands", "workplaces")
MEDIAN, NINE_IN_TEN = 6, 16


def files() -> list[Path]:
    return sorted([*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))])


def lengths(source: str) -> dict[str, int]:
    """Name and first line of each function, and its lines from `def` to the last; decorators do not count."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {f"{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for node in found}


def ninetieth(values: list[int]) -> int:
    """The smallest of the values that nine in ten do not exceed."""
    ordered = sorted(values)
    return ordered[-(-len(ordered) * 9 // 10) - 1]


@pytest.fixture(scope="module")
def product() -> dict[str, int]:
    return {f"{path.relative_to(ROOT)}:{name}": n for path in files() for name, n in lengths(path.read_text()).items()}


def test_lines_are_counted_from_def_to_the_last_with_inner_functions():
    source = '@cache\ndef outer():\n    """Says so."""\n\n    async def inner():\n        pass\n\n    return inner\n\n\nword = lambda: 1\n'
    assert lengths(source) == {"2 outer": 7, "5 inner": 2}


@pytest.mark.parametrize(("values", "expected"), [([5], 5), (list(range(1, 11)), 9), (list(range(1, 12)), 10), ([16] * 9 + [99], 16)])
def test_nine_in_ten_do_not_exceed_the_ninetieth(values, expected):
    assert ninetieth(values) == expected


def test_half_of_the_functions_are_very_short(product):
    assert len(product) > 1500
    longer = sum(n > MEDIAN for n in product.values())
    assert median(product.values()) <= MEDIAN, f"{longer} of {len(product)} functions have more than {MEDIAN} lines"


def test_nine_in_ten_functions_are_short(product):
    longest = sorted(product, key=product.__getitem__, reverse=True)[:20]
    told = "".join(f"\n  {product[name]} {name}" for name in longest)
    assert ninetieth([*product.values()]) <= NINE_IN_TEN, f"split some by what they mean; the longest are{told}"
