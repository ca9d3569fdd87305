"""Every table as it stands now, as Parquet files."""

from pathlib import Path

from data import private
from data.audit.deeds import certain
from data.schema import KEYED_TABLES
from data.store.store import Store
from data.store.view import View
from data.usage import events
from data.viewer import Actor


def dump(store: Store, folder: Path | str, who: str | Actor = "local") -> list[Path]:
    """Write every table as it stands now, and the log of imports, as Parquet into `folder`; the paths written. The audit says so first: raises
    NotRecorded, and writes nothing, where it cannot."""
    folder = Path(folder)
    certain(store, "export", who, kind="store", object="dump", detail={"formats": ["parquet"], "data_version": store.version()})
    private.place_for(folder / "imports.parquet")
    with View(store) as view:
        frames = {name: view.table(name) for name in KEYED_TABLES if name != "accounts"} | {"accounts": view.accounts()}
        paths = [folder / "imports.parquet", *(folder / f"{name}.parquet" for name in frames)]
        store.imports().write_parquet(paths[0])
        for name, frame in frames.items():
            frame.write_parquet(folder / f"{name}.parquet")
        paths.append(events.dump(view.cursor, view.standing, view.meaning, folder / "usage_events.parquet"))
    for path in paths:
        private.close(path)
    return paths
