"""The stores that this process has open: the user's own, and the sample company's. They never mix."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from data.audit import heads, keys
from data.audit.deeds import counted_out
from data.settings import current_settings
from data.store.store import Store
from data.store.writing import StoreError

_lock = threading.Lock()
_stores: dict[Path, Store] = {}
Told = Callable[[float, str], object]  # called with the share that is done, and what is done next
_makers: dict[str, Callable[[Path, Told], None]] = {}


def path_of(name: str) -> Path:
    """Where the store called "own" or "sample" lives."""
    settings = current_settings()
    return (settings.sample_store if name == "sample" else settings.store).expanduser().resolve()


def default_name() -> str:
    """The user's own store once it is there, else the sample company's."""
    return "own" if path_of("own").exists() else "sample"


def store(name: str) -> Store:
    """The store of that name, opened when it is first asked for and shared by all threads."""
    path = path_of(name)
    with _lock:
        if path not in _stores:
            settings = current_settings()
            _stores[path] = Store.open(path, memory_limit=settings.memory_limit, timezone=settings.timezone)
        return _stores[path]


def is_held(name: str) -> bool:
    """Whether the store of that name cannot be opened just now, as where another process holds it."""
    try:
        store(name)
    except StoreError:
        return True
    return False


def close_all() -> None:
    """Close every store, so that other processes can open them."""
    counted_out()
    with _lock:
        for opened in _stores.values():
            opened.close()
        _stores.clear()


def made_by(name: str, make: Callable[[Path, Told], None]) -> None:
    """How the store of that name is made anew; said once, at the start of the server."""
    _makers[name] = make


def can_make(name: str) -> bool:
    return name in _makers


def make_anew(name: str, told: Told) -> None:
    """Make the store of that name in place of the one that is there, which is looked at until the new one is whole."""
    _makers[name](path_of(name), told)


def put_in_place(made: Path, path: Path) -> None:
    """Move a store that is closed, and the models beside it, to where another one is, which this process closes if it holds it."""
    with _lock:
        if held := _stores.pop(path, None):
            held.close()
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)  # of the other one: it must not be read into this one
        for model in made.parent.glob(f"models/{made.stem}-*"):
            (path.parent / "models").mkdir(exist_ok=True)
            os.replace(model, path.parent / "models" / model.name)
        keys.taken_over(made, path)
        if heads.place(made).exists():
            os.replace(heads.place(made), heads.place(path))
        os.replace(made, path)
