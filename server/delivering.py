"""The API of deliveries: the list, a try without sending, running, pausing, and writing them down."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from data.store.store import Store, StoreError
from data.viewer import CONFIGURE, VIEW, Viewer
from deliveries import deeds
from deliveries.description import DescriptionWrong
from deliveries.failing import DeliveryFailed
from server.asking import Asking, AskingByToken, store_of
from server.refusing import refused_as

API = "api"
ToSee = Annotated[Viewer, Depends(Asking((VIEW, deeds.KIND), whole=True))]
ToConfigure = Annotated[Viewer, Depends(AskingByToken((CONFIGURE, deeds.KIND), whole=True))]
REFUSED: dict[type[Exception], int] = {DescriptionWrong: 422, StoreError: 409, DeliveryFailed: 409}
router = APIRouter()


class Written(BaseModel):
    """The description of a delivery."""

    toml: str = Field(description="As docs/DELIVERIES.md has it.")


@router.get("/deliveries")
def listed(viewer: ToSee) -> dict:
    """Every delivery: where to, when last and next, what became of it, and what to do where it failed."""
    return {"deliveries": [one.as_json() for one in deeds.listed(store_of("own"), viewer, datetime.now(UTC))]}


@router.get("/deliveries/{name}/check")
def check(name: str, viewer: ToConfigure) -> dict:
    """What a delivery would do, with its first rows, and whether its target would take them. Nothing is sent."""
    return _answered(lambda store: deeds.tried(store, viewer, name, datetime.now(UTC)).as_json())


@router.post("/deliveries/{name}/run")
def run(name: str, viewer: ToConfigure, everything: bool = False) -> dict:
    """Deliver now. everything: also rows that were delivered before. What became of it, also where it failed."""
    return _answered(lambda store: deeds.run(store, viewer, name, datetime.now(UTC), everything=everything).as_json())


@router.post("/deliveries/{name}/pause")
def pause(name: str, viewer: ToConfigure) -> dict:
    """Let a delivery no longer run by itself."""
    return _answered(lambda store: _paused(store, viewer, name, paused=True))


@router.post("/deliveries/{name}/resume")
def resume(name: str, viewer: ToConfigure) -> dict:
    """Let a delivery run by itself again."""
    return _answered(lambda store: _paused(store, viewer, name, paused=False))


@router.put("/deliveries/{name}")
def write(name: str, written: Written, viewer: ToConfigure) -> dict:
    """Write a delivery down, in place of one of that name."""
    return _answered(lambda store: {"delivery": name, "report": deeds.write(store, viewer, name, written.toml, way=API).report})


@router.delete("/deliveries/{name}")
def remove(name: str, viewer: ToConfigure) -> dict:
    """Take a delivery away. What it delivered stays where it is."""
    return _answered(lambda store: {"delivery": name, "removed": deeds.remove(store, viewer, name, way=API) is None})


def _paused(store: Store, viewer: Viewer, name: str, *, paused: bool) -> dict[str, Any]:
    deeds.pause(store, viewer, name, paused=paused, way=API)
    return {"delivery": name, "paused": paused}


def _answered(deed: Callable[[Store], dict]) -> dict:
    """What a deed says, or why it cannot be done: 422 for a description, 409 for what the store or another run does not let."""
    with refused_as(REFUSED):
        return deed(store_of("own"))
