"""The tests stand in the same tree as what they test, and each of them asserts something, whatever its parameters."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
TOPIC = re.compile(r"^(\w+): \S", re.MULTILINE)
FILES = sorted(TESTS.rglob("test_*.py"))
FOLDERS = sorted({path.parent for path in TESTS.rglob("*.py")})


def named(folder: Path) -> list[str]:
    """What the docstring of a folder of tests names: `name: what it is about`, a line each."""
    return TOPIC.findall(ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or "")


def room(folder: Path) -> Path:
    return ROOT / folder.relative_to(TESTS)


def follows_the_tree(folder: Path) -> bool:
    return folder == TESTS or folder.relative_to(TESTS).parts[0] not in named(TESTS)


BY_THE_TREE = [folder for folder in FOLDERS if follows_the_tree(folder)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(TESTS)))
def test_a_folder_of_tests_is_a_folder_of_the_tree(folder):
    """Or one of the few that look at the whole from outside, which tests/__init__.py names."""
    assert room(folder).is_dir() or not follows_the_tree(folder), f"there is no {room(folder)}; move the tests to where the code is"


@pytest.mark.parametrize("folder", BY_THE_TREE, ids=lambda folder: str(folder.relative_to(TESTS)))
def test_a_file_of_tests_is_named_after_what_it_tests_or_its_folder_names_the_topic(folder):
    found = {path.stem.removeprefix("test_") for path in folder.glob("test_*.py")}
    found |= {path.name for path in folder.iterdir() if path in FOLDERS and not room(path).is_dir()}
    here = {path.stem for path in room(folder).glob("*.py")} | {path.name for path in room(folder).iterdir() if path.is_dir()}
    topics = {*named(folder)}
    assert not found - here - topics, f"name them after a file, or say what they are about in {folder / '__init__.py'}: `name: about what`"
    assert not topics - found, f"{folder / '__init__.py'} names tests that are not there"
    assert not topics & here, f"{folder / '__init__.py'} names as a topic what is a file"


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in nodes(path) if isinstance(node, ast.FunctionDef)}


@cache
def imported(path: Path) -> dict[str, Path]:
    """Names that a file takes from other files of tests."""
    taken = [node for node in nodes(path) if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tests.")]
    return {alias.asname or alias.name: ROOT / f"{node.module.replace('.', '/')}.py" for node in taken for alias in node.names}


def asserts(node: ast.AST, path: Path) -> bool:
    """Whether something is asserted there on every way through: by `assert`, by `raises`, or by a function of the tests that asserts."""
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    if isinstance(node, ast.For):  # an `if` in a loop leaves some of its turns out
        return any(asserts(inner, path) for one in node.body for inner in ([*one.body, *one.orelse] if isinstance(one, ast.If) else [one]))
    if isinstance(node, ast.If):
        return any(asserts(one, path) for one in node.body) and any(asserts(one, path) for one in node.orelse)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return (
            name in ("raises", "warns", "expect") or asserting(name, path) or any(asserts(one, path) for one in ast.iter_child_nodes(node))
        )
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return False  # what is defined there has to be called
    return any(asserts(one, path) for one in ast.iter_child_nodes(node))


@cache
def asserting(name: str, path: Path) -> bool:
    """Whether a function of the tests asserts, by itself: what it calls in turn is not looked at."""
    where = path if name in functions(path) else imported(path).get(name)
    if where is None or not where.exists() or name not in functions(where):
        return False
    return any(isinstance(one, ast.Assert) for one in ast.walk(functions(where)[name]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_every_test_asserts_something(path):
    tests = [node for name, node in functions(path).items() if name.startswith("test_")]
    assert tests
    assert [node.name for node in tests if not any(asserts(one, path) for one in _ways(node.body))] == []


def _ways(body: list[ast.stmt]) -> list[ast.AST]:
    """The statements of a test; where an `if` leaves it, what comes after is the other way through."""
    for at, one in enumerate(body):
        if isinstance(one, ast.If) and not one.orelse and isinstance(one.body[-1], ast.Return):
            return [*body[:at], ast.If(one.test, one.body, body[at + 1 :])]
    return body


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("assert f()", True),
        ("f()", False),
        ("with pytest.raises(E):\n    f()", True),
        ("for a in b:\n    assert a", True),
        ("for a in b:\n    if a:\n        assert a", True),
        ("if a:\n    assert b", False),
        ("if a:\n    assert b\nelse:\n    assert c", True),
        ("if a:\n    assert b\n    return\nassert c", True),
        ("if a:\n    return\nassert c", False),
        ("if a:\n    pytest.skip('no a')\nassert c", True),
        ("def inner():\n    assert a", False),
    ],
)
def test_what_counts_as_asserting(text, right):
    assert any(asserts(one, Path(__file__)) for one in _ways(ast.parse(text).body)) is right
