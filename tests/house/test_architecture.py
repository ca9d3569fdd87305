"""The page that explains the tree names files that exist, and no import of ours goes in a circle."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
ROOMS = ("language", "data", "metrics", "models", "reports", "sources", "deliveries", "pages", "server", "sample", "commands", "workplaces")


def test_every_file_that_the_page_names_exists():
    named = [name for name in re.findall(r"`([\w./]+)`", PAGE) if "/" in name]
    assert len(named) > 50
    assert not [name for name in named if not (ROOT / name).exists()]


def modules() -> dict[str, Path]:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")] + [*ROOT.glob("*.py")]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that a file imports, whether as `import a.b`, `from a import b` or `from a.b import name`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & set(known)
            found |= inside or {node.module or ""}
    return found & set(known)


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """What is left once modules that import nothing of the rest are taken away, again and again: empty where no circle is."""
    left = dict(arrows)
    while free := [name for name, needed in left.items() if not needed & set(left)]:
        for name in free:
            del left[name]
    return sorted(left)


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}) == ["a", "b", "c", "d"]


def test_no_import_goes_in_a_circle():
    known = modules()
    assert circle({name: imports(path, known) - {name} for name, path in known.items()}) == []


def test_few_files_lie_directly_in_a_room():
    for room in ("data", "reports", "pages"):
        own = [path for path in (ROOT / room).iterdir() if path.is_file() and path.name != "__init__.py"]
        assert len(own) <= (26 if room == "pages" else 12), room  # a page is a script there
