"""A company with deliveries: the small one, in a store that the tests of a file share; each test describes deliveries of its own."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from data.store.store import Store
from deliveries import delivering, description
from deliveries.delivering import Told
from tests.books import company

NOW = datetime(2024, 1, 2, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = company(tmp_path_factory.mktemp("deliveries") / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def describe(store: Store) -> Callable[[str, str], str]:
    """Describes a delivery, and gives its name."""

    def told(name: str, text: str) -> str:
        description.folder(store.path).mkdir(exist_ok=True)
        (description.folder(store.path) / f"{name}.toml").write_text(text)
        return name

    return told


@pytest.fixture
def deliver(store: Store, describe) -> Callable[..., Told]:
    """Describes a delivery and makes it, without waiting between tries."""

    def made(name: str, text: str = "", **more) -> Told:
        if text:
            describe(name, text)
        return delivering.deliver(store, name, NOW, sleep=lambda _seconds: None, **more)

    return made
