"""The store itself: it opens, it is whole, one process has it, the server that says it has it answers, and there is a backup."""

import json
import urllib.error
import urllib.request
from datetime import timedelta

from data.store.store import StoreError, StoreHeld
from data.upkeep import nightly
from data.upkeep.nightly import Kept
from server import announcement
from server.doctor.deployment import Deployment, Found

AGE = timedelta(hours=26)  # a night, and two hours to make it
MAGIC, MAGIC_AT = b"DUCK", 8  # how a store's file begins
SECONDS = 20


def store(of: Deployment) -> Found:
    """It opens, a quick check passes, and no other program has it."""
    if not of.store.exists():
        return [(f"There is no store {of.store} yet.", "Import a first file, restore a backup, or set HOLDFAST_STORE.")]
    try:
        checked = of.whole(of.store)
    except StoreHeld:
        return [
            (
                f"Another process has {of.store} open, and it is no server that says so. One process serves a store.",
                f"Find it with: fuser {of.store}; end it, and start one server.",
            )
        ]
    except StoreError as error:
        return [(str(error), "Restore a backup (cli.py restore); the damaged store is kept beside it.")]
    faults = checked.faults if checked else []
    return [(fault, "Look at all of it with cli.py check; then restore a backup.") for fault in faults[:5]]


def server(of: Deployment) -> Found:
    """Where a server says that it has the store, it answers and is ready."""
    found = announcement.announced(of.store)
    if found is None:
        return []
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        said = json.load(opener.open(f"{found.url}/api/health", timeout=SECONDS))
    except urllib.error.HTTPError as error:
        said = _said(error)
    except (OSError, ValueError):
        return [(f"The server at {found.url} (process {found.pid}) does not answer.", "Look into its log, and start it again.")]
    why = " ".join(said.get("why") or ["It says something else than a server of this version."])
    return [] if said.get("ready") else [(f"The server at {found.url} is not ready: {why}", "Look into its log, and start it again.")]


def _said(error: urllib.error.HTTPError) -> dict:
    try:
        found = json.load(error)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def backup(of: Deployment) -> Found:
    """A backup of last night is there, and is the file of a store."""
    if of.backups is None:
        return [("No backups are kept by night.", "Set HOLDFAST_BACKUPS to a folder, on another disk than the store.")]
    future = [one for one in nightly.kept(of.backups, of.store) if one.at > of.now + timedelta(minutes=5)]
    found = nightly.newest(of.backups, of.store, of.now)
    if future:
        fault = f"{future[-1].path.name} is of a moment that has not come: the clock is, or was, wrong."
        return [(fault, "Set the clock, then rename or remove that file.")]
    if found is None:
        return [(f"There is no backup in {of.backups}.", "Make one now: cli.py backup --to FOLDER; and see why none was made by night.")]
    return _of_one(found, of)


def _of_one(found: Kept, of: Deployment) -> Found:
    age = of.now - found.at
    if age > AGE:
        fault = f"The newest backup is {age.total_seconds() / 3600:,.0f} hours old ({found.path})."
        return [(fault, "Make one now: cli.py backup --to FOLDER; and see in the server's log why none was made by night.")]
    with found.path.open("rb") as opened:
        opened.seek(MAGIC_AT)
        whole = opened.read(len(MAGIC)) == MAGIC
    return [] if whole else [(f"{found.path} is no backup of a store.", "Make one now: cli.py backup --to FOLDER.")]
