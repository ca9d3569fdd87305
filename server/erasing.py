"""The API of erasures: what one would take out, and taking it out."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

from data.erasure import erasing
from data.erasure.keys import KeyLost
from data.erasure.retention import RetentionRefused, told_of
from data.erasure.subjects import ErasureRefused, Subject
from data.store.edits import EditRefused
from data.store.store import StoreError
from data.viewer import CONFIGURE, DELETE, VIEW, Viewer
from reports.revenue.erased import of_closes
from server.asking import AskingByToken, store_of
from server.refusing import refused_as

ToErase = Annotated[Viewer, Depends(AskingByToken((DELETE, "accounts"), whole=True))]
ToLook = Annotated[Viewer, Depends(AskingByToken((VIEW, "imports"), whole=True))]
ToKeep = Annotated[Viewer, Depends(AskingByToken((CONFIGURE, "imports"), whole=True))]
REFUSED: dict[type[Exception], int] = {RetentionRefused: 422, ErasureRefused: 409, EditRefused: 409, KeyLost: 409, StoreError: 409}


class ErasureAsked(BaseModel):
    """Whom to erase: kind is account or person, named an id (or, of a person, an e-mail address). same, others: keys of likely others, as
    the preview names them, that are or are not meant. words: more to blank out in texts."""

    kind: str
    named: str
    same: list[str] = []
    others: list[str] = []
    words: list[str] = []

    @property
    def subject(self) -> Subject:
        return Subject(self.kind, self.named, tuple(self.same), tuple(self.others), tuple(self.words))


class ErasureConfirmed(ErasureAsked):
    """confirm: `named` once more."""

    confirm: str


def preview_erasure(asked: ErasureAsked, viewer: ToErase) -> dict:
    """What the erasure of a person or an account would take out; nothing is changed."""
    with refused_as(REFUSED):
        return erasing.preview(store_of("own"), viewer, asked.subject, of_closes).as_json()


def erase(asked: ErasureConfirmed, viewer: ToErase) -> dict:
    """Take a person or an account out for good. There is no undo."""
    if asked.confirm != asked.named:
        raise HTTPException(422, "confirm: give the id once more, as in `named`. Nothing was erased.")
    with refused_as(REFUSED):
        return erasing.erase(store_of("own"), viewer, asked.subject, of_closes, who="api").as_json()


def kept_events(viewer: ToLook, keep_events_months: str | None = None) -> dict:
    """For how long usage events are kept one by one, and what is older than that; `keep_events_months`: as if that were set."""
    with refused_as(REFUSED):
        return told_of(store_of("own"), viewer, keep_events_months, datetime.now(UTC).date(), preview=True)


def keep_events(viewer: ToKeep, keep_events_months: str | None = None, apply: bool = False) -> dict:
    """Set for how many months usage events are kept one by one (or `all`), and with `apply` let what is older become rollups."""
    with refused_as(REFUSED):
        return told_of(store_of("own"), viewer, keep_events_months, datetime.now(UTC).date(), apply=apply)


def add_to(api: FastAPI) -> None:
    """Offer these routes."""
    api.post("/erasures/preview")(preview_erasure)
    api.post("/erasures")(erase)
    api.get("/retention")(kept_events)
    api.post("/retention")(keep_events)
