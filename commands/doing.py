"""What all commands share: where the work is done, how they end, what they write."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from enum import IntEnum
from pathlib import Path

import typer

from data import private
from data.erasure.keys import KeyLost
from data.erasure.subjects import ErasureRefused
from data.importing.outcome import ReadingFailed
from data.settings import current_settings
from data.store.edits import EditRefused
from data.store.store import Store, StoreError, StoreHeld
from data.viewer import NotAllowed
from workplaces import finding
from workplaces.workplace import Workplace


class Exit(IntEnum):
    FAULT, USAGE, REFUSED = 1, 2, 3


def stop(message: str, code: Exit) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


def opened() -> Store:
    settings = current_settings()
    try:
        return Store.open(settings.store, memory_limit=settings.memory_limit, timezone=settings.timezone)
    except StoreError as error:
        raise stop(str(error), Exit.FAULT) from None


@contextmanager
def work(refused: Exit = Exit.FAULT) -> Generator[Workplace]:
    """The place where the work is done; what it refuses ends the command with words."""
    try:
        with closing(finding.find()) as place:
            yield place
    except StoreHeld as error:
        raise stop(str(error), Exit.FAULT) from None
    except StoreError as error:
        raise stop(str(error), refused) from None
    except (EditRefused, NotAllowed, ErasureRefused, KeyLost) as error:
        raise stop(str(error), Exit.REFUSED) from None
    except ReadingFailed as error:
        raise stop(str(error), Exit.FAULT) from None
    except ValueError as error:
        raise stop(str(error), Exit.USAGE) from None


def write(path: Path, content: bytes) -> None:
    """Write a file that was asked for, with the rights that files of the user have."""
    is_new = not path.exists()
    path.write_bytes(content)
    if is_new:
        private.as_usual(path)
