"""The API of rollups that a command made beside the store: what it has to know of the store, and bringing them in."""

from typing import Annotated

from fastapi import Depends, FastAPI

from data.erasure.keys import KeyLost
from data.rollups.bringing import bring, known_of
from data.rollups.refused import RollupRefused
from data.store.store import StoreError
from data.viewer import IMPORT, Viewer
from server.asking import AskingByToken, store_of
from server.refusing import refused_as

ToBring = Annotated[Viewer, Depends(AskingByToken((IMPORT, "imports"), whole=True))]


def known(feed: str, viewer: ToBring) -> dict:
    """What a rollup has to know of the store: its zone, events that are no use of the product, and the months of a feed that it has."""
    return known_of(store_of("own"), feed, viewer).as_json()


def bring_in(feed: str, viewer: ToBring, again: bool = False, beside: bool = False) -> dict:
    """Bring in the months of a feed that a rollup made beside the store."""
    with refused_as({RollupRefused: 422, StoreError: 409, KeyLost: 409}):
        return bring(store_of("own"), feed, viewer, "api", again=again, beside=beside).as_json()


def add_to(api: FastAPI) -> None:
    """Offer these routes."""
    api.get("/rollups")(known)
    api.post("/rollups")(bring_in)
