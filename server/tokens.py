"""The token with which scripts may write through the API: kept beside the store, readable by its owner only."""

import hmac
from pathlib import Path

from data import private


def token_path(store: Path) -> Path:
    """Where the token of a store lives."""
    return store.with_suffix(".token")


def keep_token(store: Path) -> str:
    """The token of a store; made when it is missing, or when others could read it."""
    return private.kept_secret(token_path(store))


def fits(store: Path, given: str) -> bool:
    """Whether `given` is the store's token; false where the store has none."""
    token = kept(store)
    return token is not None and hmac.compare_digest(token.encode(), given.encode())


def kept(store: Path) -> str | None:
    """The store's token; None where it has none."""
    path = token_path(store)
    return path.read_text().strip() if path.exists() else None


def wanted(store: Path) -> str:
    """What to say where the token was not shown."""
    return f"Give the token that is kept in {token_path(store).name} beside the store, as `Authorization: Bearer TOKEN`."
