"""The stores that this process has open: the user's own, and the sample company's. They never mix."""

import threading
from pathlib import Path

from data.settings import Settings
from data.store.store import Store

_lock = threading.Lock()
_stores: dict[Path, Store] = {}


def path_of(name: str) -> Path:
    """Where the store called "own" or "sample" lives."""
    settings = Settings()
    return (settings.sample_store if name == "sample" else settings.store).expanduser().resolve()


def default_name() -> str:
    """The user's own store once it is there, else the sample company's."""
    return "own" if path_of("own").exists() else "sample"


def store(name: str) -> Store:
    """The store of that name, opened when it is first asked for and shared by all threads."""
    settings, path = Settings(), path_of(name)
    with _lock:
        if path not in _stores:
            _stores[path] = Store.open(path, memory_limit=settings.memory_limit, timezone=settings.timezone)
        return _stores[path]


def close_all() -> None:
    """Close every store, so that other processes can open them."""
    with _lock:
        for opened in _stores.values():
            opened.close()
        _stores.clear()
