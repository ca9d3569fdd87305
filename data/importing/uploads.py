"""Uploads on their way in: each kept once on disk, beside the store, as a draft.

Its folder is named by the digest of the file's bytes. It holds the bytes, what inspection found, and one folder per
mapping with what staging made of it. Nothing of it is in the store; leaving it half-way costs disk space for two days.
"""

import hashlib
import shutil
import time
from pathlib import Path

from data import private
from data.importing.draft import Draft

KEPT_SECONDS = 2 * 24 * 3600


def staging(store: Path) -> Path:
    """The folder beside a store in which what comes in is kept until it is in."""
    return store.parent / "staging"


def keep(store: Path, upload_id: str, file: str, content: memoryview) -> Draft:
    """Keep an upload beside the store; the same upload or the same bytes again are the same draft."""
    pointer = staging(store) / "uploads" / hashlib.sha256(upload_id.encode()).hexdigest()
    sha256 = pointer.read_text() if pointer.exists() else hashlib.sha256(content).hexdigest()
    draft = draft_of(store, sha256, file)
    if not draft.path.exists():
        private.folder(draft.folder)
        fresh = draft.folder / "upload.new"
        fresh.write_bytes(content)
        fresh.replace(draft.path)
    private.folder(pointer.parent)
    pointer.write_text(sha256)
    return draft


def draft_of(store: Path, sha256: str, file: str) -> Draft:
    """The draft of these bytes, whether they are kept or not."""
    folder = staging(store) / "drafts" / sha256[:24]
    return Draft(folder / "upload", Path(file).name, folder, sha256)


def drop_parts(draft: Draft) -> None:
    """Let go of what was staged from an upload, once it is in; the bytes stay for the two days, to be read differently."""
    for path in draft.folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def let_go(draft: Draft) -> None:
    """Remove an upload, its bytes too."""
    shutil.rmtree(draft.folder, ignore_errors=True)


def sweep(store: Path) -> None:
    """Remove what was left half-way more than two days ago."""
    oldest = time.time() - KEPT_SECONDS
    for pattern in ("drafts/*", "uploads/*", "desks/*", "import-*", "upload-*"):
        for path in staging(store).glob(pattern):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
