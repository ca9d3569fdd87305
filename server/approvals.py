"""The API of consent: what waits, asking for it, consenting, refusing, withdrawing and reminding."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from data.approvals import deciding, gate, undoing
from data.approvals.requests import Request
from data.store.edits import EditRefused
from data.store.store import Store, StoreError
from data.viewer import APPROVE, EDIT, IMPORT, UNDO, Viewer
from reports.approvals.waiting import as_rows, told
from reports.health.versions import wish_to_publish
from reports.report import question_of
from reports.revenue.closes import CLOSED_BY, wish_to_close
from server.asking import Asking, AskingByToken, store_of
from server.refusing import refused_as

API = "api"
TAKES = (
    *((APPROVE, kind) for kind in ("imports", "closes", "accounts", "plays")),
    (UNDO, "imports"), (IMPORT, "imports"), (EDIT, "closes"), (EDIT, "plays"),
)  # fmt: skip
ToSee = Annotated[Viewer, Depends(Asking(*TAKES, whole=True))]
ToDecide = Annotated[Viewer, Depends(AskingByToken(*TAKES, whole=True))]
router = APIRouter()


class Wanted(BaseModel):
    """What consent is asked for, and why. A file is asked for as it is brought in: see `ask` of POST /imports."""

    do: Literal["undo", "redo", "close", "score"]
    reason: str
    batch: int | None = Field(None, description="Of an undo or redo.")
    as_of: str | None = None
    start: str | None = Field(None, alias="from", description="Of a close: its balance days, as of POST /closes.")
    end: str | None = Field(None, alias="to")
    rules: str | None = None
    configuration: str | None = Field(None, description="Of a score: the text of its file.")
    seen: int = Field(0, description="Of a score: the newest version as you saw it; 0 where none was published.")


class Said(BaseModel):
    """Why something is refused."""

    reason: str


@router.get("/approvals")
def listed(viewer: ToSee) -> dict:
    """The requests that you may see, newest first: yours, and those that your role may consent to."""
    return {"approvals": as_rows(told(store_of("own"), viewer, datetime.now(UTC)))}


@router.post("/approvals")
def ask(wanted: Wanted, viewer: ToDecide) -> dict:
    """Ask for consent to an undo, a redo, a close, or a version of the health score (the reason is its note). 409 where it needs none, or
    cannot be asked for."""
    return _answered(lambda store: _asked(store, wanted, viewer), viewer)


@router.post("/approvals/{number}/consent")
def consent(number: int, viewer: ToDecide) -> dict:
    """Consent to a request that waits for you; the last consent does the deed. 409 where it is another deed by now."""
    return _answered(lambda store: deciding.consent(store, number, viewer, way=API), viewer)


@router.post("/approvals/{number}/refuse")
def refuse(number: int, said: Said, viewer: ToDecide) -> dict:
    """Refuse a request that waits for you, with a reason."""
    return _answered(lambda store: deciding.refuse(store, number, viewer, said.reason, way=API), viewer)


@router.post("/approvals/{number}/withdraw")
def withdraw(number: int, viewer: ToDecide) -> dict:
    """Take back a request of yours that is open."""
    return _answered(lambda store: deciding.withdraw(store, number, viewer, way=API), viewer)


@router.post("/approvals/{number}/remind")
def remind(number: int, viewer: ToDecide) -> dict:
    """Bring a request of yours to the mind of those for whom it waits."""
    return _answered(lambda store: deciding.remind(store, number, viewer, way=API), viewer)


def _answered(do: Callable[[Store], Request], viewer: Viewer) -> dict:
    """The request as it is after something was said to it. Raises HTTPException where that was refused."""
    store = store_of("own")
    with refused_as({EditRefused: 409, StoreError: 409, ValueError: 422}):
        number = do(store).number
    return as_rows(one for one in told(store, viewer, datetime.now(UTC)) if one.request.number == number)[0]


def _asked(store: Store, wanted: Wanted, viewer: Viewer) -> Request:
    return gate.ask(store, _wish(store, wanted, viewer), viewer, wanted.reason, way=API)


def _wish(store: Store, wanted: Wanted, viewer: Viewer) -> gate.Wish:
    if wanted.do == "close":
        days = {"as_of": wanted.as_of, "from": wanted.start, "to": wanted.end, "rules": wanted.rules}
        asked = question_of({name: value for name, value in days.items() if value}, of="close", takes=CLOSED_BY)
        return wish_to_close(store, asked, at=datetime.now(UTC), viewer=viewer)
    if wanted.do == "score":
        text, now = wanted.configuration or "", datetime.now(UTC)
        return wish_to_publish(store, viewer, text, wanted.reason, wanted.seen, at=now)
    if wanted.batch is None:
        raise EditRefused(f"batch: {wanted.do} is of a batch. Give its number.")
    return undoing.wish(store, wanted.do, wanted.batch, viewer)
