"""The company with its persons in a store, for all tests of who may do what."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store.store import Store
from tests.access.company import company
from tests.access.persons import bring_in, roles_in_every_scope


@pytest.fixture(scope="package", autouse=True)
def roles(tmp_path_factory) -> Iterator[Path]:
    """Every shipped role in every scope, as the roles in force; nobody is an administrator by setting."""
    path = tmp_path_factory.mktemp("roles") / "roles.toml"
    path.write_text(roles_in_every_scope())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_ROLES", str(path))
        patch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
        yield path


@pytest.fixture(scope="package")
def store(tmp_path_factory, roles) -> Iterator[Store]:
    opened = company(tmp_path_factory.mktemp("access") / "own.duckdb")
    bring_in(opened)
    yield opened
    opened.close()
