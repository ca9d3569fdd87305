"""Contacts of accounts, added and changed by who looks after them: role, champion, and that somebody left."""

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work.writing import write

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Person:
    """What is said of a contact. role: of the choices of the table contacts, None where it is not known."""

    name: str
    email: str = ""
    role: str | None = None
    is_champion: bool | None = None
    left_on: date | None = None


def add(store: Store, viewer: Viewer, account_id: str, person: Person, way: str = "browser") -> BatchResult:
    """Add a contact. Raises what `write` raises, and EditRefused for one without name and address, and for an address that a contact of
    the account has already."""
    row = {"account_id": account_id} | _said(person)
    with store.alone():
        _check_new(store, viewer, account_id, person)
        return write(store, viewer, "contacts", [row], way=way)


def change(store: Store, viewer: Viewer, contact_id: str, account_id: str, person: Person, seen: int, way: str = "browser") -> BatchResult:
    """Say otherwise what a contact is. seen: the batch of the contact as it was looked at."""
    row = {"contact_id": contact_id, "account_id": account_id} | _said(person)
    return write(store, viewer, "contacts", [row], seen=[seen], way=way)


def _said(person: Person) -> dict[str, object]:
    name, email = person.name.strip(), person.email.strip()
    if not name and not email:
        raise EditRefused("name: give the person's name, or an e-mail address.")
    if email and not ADDRESS.fullmatch(email):
        raise EditRefused(f"email: {email!r} is no e-mail address. Write it like sam@example.com, or leave it empty.")
    told = {"name": name or None, "email": email or None, "role": person.role}
    return told | {"is_champion": person.is_champion, "left_on": person.left_on}


def _check_new(store: Store, viewer: Viewer, account_id: str, person: Person) -> None:
    with View(store, viewer.allowed(EDIT, "accounts")) as view:
        there = view.table("contacts").filter(pl.col("account_id") == account_id)["email"].drop_nulls().str.to_lowercase()
    if person.email.strip().lower() in set(there):
        raise EditRefused(f"email: a contact of this account has {person.email.strip()} already. Change that one.")
