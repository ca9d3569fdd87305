"""What lies on the disk: whose it is, who else may read or write it, and whether it can be read."""

import os
import sqlite3
import stat
import tomllib
from datetime import timedelta
from pathlib import Path

from data import private
from data.access import roles
from data.access.sessions import path_beside
from data.approvals import rules as approvals
from reports.health.scorecard import ScorecardError, in_file
from server import inbox
from server.doctor.deployment import Deployment, Found, at

REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.s3fs", "9p", "ceph", "glusterfs")
LONG = timedelta(hours=1)


def folder(of: Deployment) -> Found:
    """The folder of the store can be written by its owner, and by nobody else."""
    if not of.folder.is_dir():
        return [(f"There is no folder {of.folder}.", "Make it, for the user who runs the server, or set HOLDFAST_STORE.")]
    if not os.access(of.folder, os.W_OK | os.X_OK):
        return [(f"{of.folder} cannot be written by this user.", f"As root: chown -R USER {of.folder}, for the user who runs the server.")]
    mode = stat.S_IMODE(of.folder.stat().st_mode)
    if mode & 0o022:
        return [(f"Others may write into {of.folder} ({mode:o}), and so replace the store.", f"chmod go-w {of.folder}")]
    return []


def rights(of: Deployment) -> Found:
    """Files of the store and of its backups are their owner's alone."""
    kept = [path for path in of.folder.glob(f"{of.store.stem}.*") if not path.is_symlink()]
    kept += [of.folder / name for name in (*private.BESIDE_THE_STORE, "roles.toml", "approvals.toml") if (of.folder / name).exists()]
    kept += list(of.backups.glob(f"{of.store.stem}-*")) if of.backups else []
    open_ones = [path for path in sorted(kept) if path.stat().st_mode & private.OTHERS]
    out = [(f"Others may read {path} ({stat.S_IMODE(path.stat().st_mode):o}).", f"chmod -R go= {path}") for path in open_ones]
    if of.settings_file and of.settings_file.stat().st_mode & 0o007:
        out.append((f"Everybody may read {of.settings_file}, which holds secrets.", f"chmod o= {of.settings_file}"))
    return out


def owner(of: Deployment) -> Found:
    """All of it is one user's: that of the store."""
    if not of.store.exists():
        return []
    whose = of.store.stat().st_uid
    others = sorted(path for path in of.folder.glob(f"{of.store.stem}.*") if path.lstat().st_uid != whose)
    me = os.geteuid()
    out = [(f"{path} is of another user than the store.", f"chown --reference={of.store} {path}") for path in others]
    if me not in (0, whose):
        out.append((f"The store is of user {whose}, and this is user {me}.", "Look as the user who runs the server: sudo -u USER ..."))
    return out


def local_disk(of: Deployment) -> Found:
    """The disk keeps locks, by which one process alone has the store."""
    mounts = [line.split()[1:3] for line in of.mounts().splitlines() if len(line.split()) > 2]
    over = [(where, kind) for where, kind in mounts if of.folder.is_relative_to(where.replace("\\040", " "))]
    where, kind = max(over, key=lambda one: len(one[0]), default=("/", ""))
    if kind in REMOTE:
        return [
            (
                f"The store lies on a disk of the network ({kind} at {where}): two servers could write to it.",
                "Move it to a disk of this machine.",
            )
        ]
    return []


def the_inbox(of: Deployment) -> Found:
    """Exports can land, and are taken."""
    place = (of.settings.inbox or of.folder / "inbox").expanduser().resolve()
    if not place.is_dir():
        return [(f"HOLDFAST_INBOX: there is no folder {place}.", "Make it, or take the setting away.")] if of.settings.inbox else []
    if not os.access(place, os.W_OK | os.X_OK):
        return [(f"The inbox {place} cannot be written by this user, so that nothing is moved to done.", f"chown USER {place}")]
    waiting = [path for path in place.iterdir() if path.is_file() and not path.name.startswith(".")]
    old = [path for path in waiting if of.now - at(path.stat().st_mtime) > LONG and not path.name.lower().endswith(inbox.UNFINISHED)]
    if old:
        return [
            (
                f"{len(old)} files have waited in {place} for more than an hour.",
                "Start the server; where it runs, its log says why they wait.",
            )
        ]
    return []


def files_of_rules(of: Deployment) -> Found:
    """Files that say what counts, and who may do what."""
    given = of.settings
    named = {"HOLDFAST_ACTIVATION": given.activation, "HOLDFAST_PRODUCTS": given.products}
    return [*_score(given.health.expanduser()), *(fault for name, path in named.items() for fault in _unreadable(name, path.expanduser()))]


def _score(path: Path) -> Found:
    try:
        in_file(path)
    except ScorecardError as error:
        return [(f"HOLDFAST_HEALTH: {path} cannot be used. {error}", "Mend the file, or take the setting away.")]
    return []


def file_of_approvals(of: Deployment) -> Found:
    """What needs the consent of others needs it."""
    path = (of.settings.approvals or of.folder / "approvals.toml").expanduser().resolve()
    if not path.exists():
        fault = f"HOLDFAST_APPROVALS: there is no file {path}, so what comes with the product is in force."
        return [(fault, "Put the file there, or take the setting away.")] if of.settings.approvals else []
    try:
        approvals.from_toml(path.read_text(encoding="utf-8"), path.name)
    except (OSError, ValueError) as error:
        return [(f"The file of approvals cannot be used. {error}", f"Mend {path}.")]
    return []


def _unreadable(name: str, path: Path) -> Found:
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [(f"{name}: {path} cannot be read: {error}.", "Mend the file, or take the setting away.")]
    return []


def file_of_roles(of: Deployment) -> Found:
    """Roles that were changed are in force."""
    path = (of.settings.roles or of.folder / "roles.toml").expanduser().resolve()
    if not path.exists():
        said = of.settings.roles is not None
        fault = f"HOLDFAST_ROLES: there is no file {path}, so the roles that come with the product are in force."
        return [(fault, "Put the file there, or take the setting away.")] if said else []
    try:
        roles.from_toml(path.read_text(encoding="utf-8"), path.name)
    except (OSError, ValueError) as error:
        return [(f"The file of roles cannot be used. {error}", f"Mend {path}.")]
    return []


def record_of_sign_ins(of: Deployment) -> Found:
    """The record without which nobody is let in."""
    path = path_beside(of.store)
    if not path.exists():
        return []
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as opened:
            sound = opened.execute("pragma quick_check").fetchone()[0] == "ok"
    except sqlite3.Error:
        sound = False
    return [] if sound else [(f"The record of sign-ins {path} is damaged, so nobody is let in.", "Move it away; everybody signs in anew.")]
