"""The API of sources: the list, pulls, answers, a try that brings nothing in, pausing, and writing them down."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from data.store.store import Store, StoreError
from data.viewer import CONFIGURE, IMPORT, VIEW, Viewer
from server.asking import Asking, AskingByToken, store_of
from server.refusing import refused_as
from sources import deeds
from sources.keys import SourceError
from sources.pulling import AlreadyPulled

API = "api"
ToSee = Annotated[Viewer, Depends(Asking((VIEW, deeds.KIND), whole=True))]
ToPull = Annotated[Viewer, Depends(AskingByToken((IMPORT, deeds.KIND), whole=True))]
ToConfigure = Annotated[Viewer, Depends(AskingByToken((CONFIGURE, deeds.KIND), whole=True))]
REFUSED: dict[type[Exception], int] = {AlreadyPulled: 409, StoreError: 409, SourceError: 422}  # of two kinds that one is, the first
router = APIRouter()


class Written(BaseModel):
    """The description of a source."""

    toml: str = Field(description="As docs/SOURCES.md has it.")


class Answers(BaseModel):
    """What a source that waits was asked."""

    answers: dict[str, str] = Field(description="By the option of each question.")


@router.get("/sources")
def listed(viewer: ToSee) -> dict:
    """Every source: when last and next, how far it is read, what became of it, and what to do where it waits or failed."""
    return {"sources": [one.as_json(_now()) for one in deeds.listed(store_of("own"), viewer, _now())]}


@router.get("/sources/pulls")
def history(viewer: ToSee, source: str | None = None, most: int = 50) -> dict:
    """The pulls that the log has, the newest first: those that brought rows, or said something new."""
    return {"pulls": [one.as_json() for one in deeds.history(store_of("own"), viewer, source, most)]}


@router.get("/sources/{name}/check")
def check(name: str, viewer: ToConfigure) -> dict:
    """Whether a source could be pulled: its file, its secret, and whether it answers. Nothing comes in."""
    return _answered(lambda store: deeds.checked(store, viewer, name, _now()))


@router.post("/sources/{name}/pull")
def pull(name: str, viewer: ToPull, from_start: bool = False, accept_columns: bool = False, accept_ending: bool = False) -> dict:
    """Pull a source now. What became of it, also where it waits or failed. accept_columns: columns may have changed; accept_ending: what a
    snapshot would end may end."""
    pulled = partial(deeds.pull, from_start=from_start, accept_columns=accept_columns, accept_ending=accept_ending, way=API)
    return _answered(lambda store: pulled(store, viewer, name, _now).as_json())


@router.post("/sources/{name}/answer")
def answer(name: str, said: Answers, viewer: ToPull) -> dict:
    """Say what a source that waits was asked, for all pulls to come, and take what waits."""
    return _answered(lambda store: deeds.answer(store, viewer, name, said.answers, _now, way=API).as_json())


@router.post("/sources/{name}/pause")
def pause(name: str, viewer: ToConfigure) -> dict:
    """Let a source no longer be pulled by itself."""
    return _answered(lambda store: _paused(store, viewer, name, paused=True))


@router.post("/sources/{name}/resume")
def resume(name: str, viewer: ToConfigure) -> dict:
    """Let a source be pulled by itself again."""
    return _answered(lambda store: _paused(store, viewer, name, paused=False))


@router.put("/sources/{name}")
def write(name: str, written: Written, viewer: ToConfigure) -> dict:
    """Write a source down, in place of one of that name."""
    return _answered(lambda store: {"source": name, "kind": deeds.write(store, viewer, name, written.toml, way=API).kind})


@router.delete("/sources/{name}")
def remove(name: str, viewer: ToConfigure) -> dict:
    """Take a source away. What it brought stays."""
    return _answered(lambda store: {"source": name, "removed": deeds.remove(store, viewer, name, way=API) is None})


def _now() -> datetime:
    return datetime.now(UTC)


def _paused(store: Store, viewer: Viewer, name: str, *, paused: bool) -> dict[str, Any]:
    deeds.pause(store, viewer, name, paused=paused, way=API)
    return {"source": name, "paused": paused}


def _answered(deed: Callable[[Store], dict]) -> dict:
    """What a deed says, or why it cannot be done: 422 for a description, 409 for what the store or another pull does not let."""
    with refused_as(REFUSED):
        return deed(store_of("own"))
