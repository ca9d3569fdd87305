"""The house rules: which room may import which, and the one place for SQL, for caching and for session state."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_TO_RIGHT = ["language", "data", "metrics", "models", "reports", "sources", "deliveries", "pages"]
INSIDE_DATA = [
    "data.log", "data.usage", "data.accounts", "data.store", "data.access", "data.approvals", "data.work", "data.importing",
    "data.rollups", "data.upkeep",
]  # fmt: skip
NO_COMMAND = {"streamlit", "pages", "sample", "commands", "cli", "app"}
SQL = ("select ", "insert into ", "create table ", "update ", "delete from ")


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def imported(path: Path) -> set[str]:
    names = {alias.name for node in nodes(path) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in nodes(path) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("room", [room for room in LEFT_TO_RIGHT if (ROOT / room).exists()])
def test_arrows_point_to_the_left(room):
    further = set(LEFT_TO_RIGHT[LEFT_TO_RIGHT.index(room) + 1 :]) | {"app", "server", "commands", "cli", "workplaces", "sample"}
    assert sources(room)
    for path in sources(room):
        assert not {name.split(".")[0] for name in imported(path)} & further, path


@pytest.mark.parametrize("room", INSIDE_DATA)
def test_arrows_inside_data_point_to_the_left(room):
    further = tuple(INSIDE_DATA[INSIDE_DATA.index(room) + 1 :])
    assert sources(room.replace(".", "/"))
    for path in sources(room.replace(".", "/")):
        assert not [name for name in imported(path) if name.startswith(further)], path


def test_the_server_knows_no_page_and_nothing_but_the_start_needs_the_sample():
    for path in sources("server"):
        assert not {name.split(".")[0] for name in imported(path)} & {*NO_COMMAND, "workplaces"}, path


def test_where_commands_do_their_work_knows_no_command():
    assert sources("workplaces")
    for path in sources("workplaces"):
        assert not {name.split(".")[0] for name in imported(path)} & NO_COMMAND, path


def test_metrics_are_polars_only():
    for path in sources("metrics"):
        rooms = imported(path)
        assert not {name.split(".")[0] for name in rooms} & {"streamlit", "duckdb"}, path
        assert {name for name in rooms if name.split(".")[0] == "data"} <= {"data.schema"}, path


@pytest.mark.parametrize("room", ["metrics", "reports", "pages"])
def test_sql_lives_in_data_alone(room):
    for path in sources(room):
        assert "duckdb" not in imported(path), path
        strings = [node.value.lower() for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not [text for text in strings if text.startswith(SQL)], path


def test_pages_write_through_what_checks_rights():
    """Undo, redo, commit and the log are the store's own: pages ask data/store/deeds.py and its like, which take a viewer."""
    for path in sources("pages"):
        named = {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}
        assert not named & {"commit", "redo"}, path
        assert "store.undo" not in path.read_text(), path


def test_undo_and_redo_go_through_the_one_gate():
    """Marking a batch without asking whether that needs consent is left to data/: all others ask data/approvals/undoing.py."""
    for path in [
        *sources("pages"),
        *sources("server"),
        *sources("reports"),
        *sources("models"),
        *sources("commands"),
        ROOT / "cli.py",
        *sources("workplaces"),
    ]:
        text = path.read_text()
        assert "store.undo(" not in text and "store.redo(" not in text and "getattr(self.store" not in text, path


def test_caching_and_session_state_have_one_place_each():
    for path in [*sources("pages"), *sources("reports"), *sources("data"), *sources("metrics")]:
        text = path.read_text()
        if path.name != "loaders.py":
            assert "cache_data" not in text and "cache_resource" not in text and "lru_cache" not in text, path
        if path.name not in ("filters.py", "address.py"):
            assert "session_state" not in text and "query_params" not in text, path


def test_reports_know_no_page_and_no_clock():
    for path in [*sources("reports"), *sources("metrics")]:
        assert "streamlit" not in imported(path), path
        assert ".today()" not in path.read_text() and ".now(" not in path.read_text(), path


def test_pages_can_be_read_in_one_look():
    for path in sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "pages" / "settings").glob("*.py")]):
        assert len(path.read_text().splitlines()) <= 60, path


def test_every_tests_folder_is_a_package_and_no_room_is_a_drawer():
    for folder in {path.parent for path in sources("tests")}:
        assert (folder / "__init__.py").exists(), folder
    drawers = {"utils", "helpers", "common", "manager"}
    assert not [path for path in ROOT.rglob("*.py") if path.stem in drawers and ".venv" not in path.parts]
