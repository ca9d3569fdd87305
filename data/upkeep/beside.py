"""What lies beside a store and belongs to it: roles, saved mappings, what comes and leaves by itself, models. It goes with a backup as one zip, and comes back with it.

Left out, since they are made anew: secrets, tokens and the record of sign-ins. After a restore on another machine everybody signs in anew.
"""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from data import private
from data.store.writing import StoreError

SETTINGS = ("roles.toml", "approvals.toml")
WRITTEN, MODELS = ("mappings", "sources", "deliveries"), "models"  # folders of TOML files, by their name; of models, by the store's


def pack(store: Path, archive: Path) -> list[str]:
    """Write what lies beside a store to a zip; the names in it. Nothing is written where nothing lies there."""
    found = _found(store)
    if found:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, path in found.items():
                packed.write(path, name)
        private.close(archive)
    return list(found)


def unpack(archive: Path, store: Path) -> tuple[list[str], list[str]]:
    """Put back what is not there (any more); what is there stays as it is. The names of both. Raises StoreError for another kind of zip."""
    put, stayed = [], []
    try:
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                path = _place(name, store)
                (stayed if path.exists() else put).append(name)
                if not path.exists():
                    _write(packed, name, path)
    except (zipfile.BadZipFile, OSError) as error:
        raise StoreError(f"What lies beside the backup cannot be read ({error}). The store itself is restored.") from None
    return put, stayed


def _found(store: Path) -> dict[str, Path]:
    """Files that belong to a store, by their names in the zip; models without the name of the store, which may be another one later."""
    folder = store.parent
    files = {name: folder / name for name in SETTINGS if (folder / name).is_file()}
    files |= {f"{kind}/{path.name}": path for kind in WRITTEN for path in sorted((folder / kind).glob("*.toml"))}
    named = f"{store.stem}-"
    return files | {f"{MODELS}/{path.name.removeprefix(named)}": path for path in sorted((folder / MODELS).glob(f"{named}*"))}


def _place(name: str, store: Path) -> Path:
    """Where a file of the zip belongs. Raises StoreError for a name that is none of ours."""
    parts = PurePosixPath(name).parts
    if name in SETTINGS:
        return store.with_name(name)
    if len(parts) != 2 or parts[0] not in (*WRITTEN, MODELS) or parts[1] in ("..", ".") or "\\" in name:
        raise StoreError(f"What lies beside the backup is not of this program: {name}. The store itself is restored.")
    return store.parent / parts[0] / (parts[1] if parts[0] in WRITTEN else f"{store.stem}-{parts[1]}")


def _write(packed: zipfile.ZipFile, name: str, path: Path) -> None:
    if "/" in name:
        private.folder(path.parent)
    with packed.open(name) as source, path.open("wb") as kept:
        shutil.copyfileobj(source, kept)
    private.close(path)
