"""Uploads on their way in: each kept once on disk, beside the store, and staged once under each mapping tried on it.

A draft is a folder named by the digest of the file's bytes. It holds the bytes, what inspection found, and one folder per
mapping with what staging made of it. Nothing of it is in the store; leaving it half-way costs disk space for two days.
"""

import hashlib
import json
import shutil
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from data import private
from data.importing.findings import Problem
from data.importing.mapping import Mapping
from data.importing.outcome import ImportRefused
from data.importing.stage import Inspection, inspect, stage
from data.log.staged import Staged

KEPT_SECONDS = 2 * 24 * 3600


@dataclass(frozen=True)
class Draft:
    """One upload: where it is kept, what its owner calls it, and the digest of its bytes."""

    folder: Path
    file: str
    sha256: str

    @property
    def key(self) -> str:
        """A short name that is this draft's own."""
        return self.sha256[:12]

    @property
    def path(self) -> Path:
        return self.folder / "upload"


def _staging(store: Path) -> Path:
    return store.parent / "staging"


def keep(store: Path, upload_id: str, file: str, content: memoryview) -> Draft:
    """Keep an upload beside the store; the same upload or the same bytes again are the same draft."""
    pointer = _staging(store) / "uploads" / hashlib.sha256(upload_id.encode()).hexdigest()
    sha256 = pointer.read_text() if pointer.exists() else hashlib.sha256(content).hexdigest()
    draft = Draft(_staging(store) / "drafts" / sha256[:24], Path(file).name, sha256)
    if not draft.path.exists():
        private.folder(draft.folder)
        fresh = draft.folder / "upload.new"
        fresh.write_bytes(content)
        fresh.replace(draft.path)
    private.folder(pointer.parent)
    pointer.write_text(sha256)
    return draft


def inspect_upload(draft: Draft, options: dict | None = None) -> Inspection:
    """What the upload looks like; looked at once for each encoding and sheet. Raises ImportRefused where it is no table."""
    reading = {name: (options or {}).get(name) for name in ("encoding", "sheet")}
    kept = draft.folder / f"inspection-{_digest(json.dumps(reading))}.json"
    if not kept.exists():
        kept.write_text(json.dumps(_looked_at(draft, options)))
    found = json.loads(kept.read_text())
    if "refused" in found:
        raise ImportRefused([Problem(**problem).of(draft.file) for problem in found["refused"]])
    sample = pl.DataFrame(found["sample"], schema=dict.fromkeys(found["sample"], pl.String))
    return Inspection(found["kind"], found["header"], sample)


def _looked_at(draft: Draft, options: dict | None) -> dict:
    try:
        seen = inspect(draft.path, folder=draft.folder, options=options, file=draft.file)
    except ImportRefused as refused:
        return {"refused": [asdict(problem) for problem in refused.problems]}
    return asdict(replace(seen, sample=None)) | {"sample": seen.sample.to_dict(as_series=False)}


def stage_upload(draft: Draft, mapping: Mapping, store_zone: str = "UTC") -> Staged:
    """The upload staged under a mapping, once, for a store that cuts days in a zone. Raises ImportRefused, or NeedsAnswer where an option must be given first."""
    out = draft.folder / _digest(mapping.to_toml())
    out.mkdir(exist_ok=True)
    return stage(draft.path, mapping, out, file=draft.file, sha256=draft.sha256, store_zone=store_zone)


def drop_parts(draft: Draft) -> None:
    """Let go of what was staged from an upload, once it is in; the bytes stay for the two days, to be read differently."""
    for path in draft.folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def sweep(store: Path) -> None:
    """Remove what was left half-way more than two days ago."""
    oldest = time.time() - KEPT_SECONDS
    for pattern in ("drafts/*", "uploads/*", "import-*", "upload-*"):
        for path in _staging(store).glob(pattern):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
