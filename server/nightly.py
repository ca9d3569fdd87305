"""The night's backup, made by the server itself where HOLDFAST_BACKUPS names a folder."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from data.settings import current_settings
from data.store import backups, open_stores
from data.store.store import Store
from data.upkeep.nightly import due, keep_one_more

SECONDS, AGAIN = 60.0, 60  # between two looks; looks without a try after one that failed


class Nightly(threading.Thread):
    """Looks every minute whether the night's backup is still to be made, and makes it; one that fails is tried again an hour later."""

    def __init__(
        self, store: Callable[[], Store], folder: Path, hour: int, keep: int, told: Callable[[str], object], seconds: float = SECONDS
    ) -> None:
        super().__init__(name="nightly", daemon=True)
        self.store, self.folder, self.hour, self.keep, self.told, self.seconds = store, folder, hour, keep, told, seconds
        self.ended = threading.Event()
        self._waits = 0

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self._waits -= 1
            if self._waits <= 0:
                self.look(datetime.now().astimezone())

    def look(self, now: datetime) -> Path | None:
        """The backup that was made; None where none is due, nothing is there yet, or it failed, which is told."""
        path = open_stores.path_of("own")
        if not path.exists() or not due(self.folder, path, self.hour, now):
            return None
        try:
            made, gone = keep_one_more(lambda to: backups.backup(self.store(), to, "holdfast"), path, self.folder, self.keep, now)
        except Exception as error:  # a fault of one night must not end the next
            self._waits = AGAIN
            self.told(f"The night's backup failed, and is tried again in an hour: {error}")
            return None
        self.told(f"The night's backup is {made}; {len(gone)} older ones were removed.")
        return made

    def stop(self) -> None:
        self.ended.set()


def begin(told: Callable[[str], object]) -> Nightly | None:
    """Begin to keep backups by night; None where no folder is set for them."""
    settings = current_settings()
    if settings.backups is None:
        return None
    begun = Nightly(lambda: open_stores.store("own"), settings.backups, settings.backup_hour, settings.backups_kept, told)
    begun.start()
    return begun
