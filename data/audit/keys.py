"""The key of the audit, in a file beside the store: it seals entries, and stands in for what entries may not say.

Who has the store alone can neither seal an entry nor tell whose a keyed hash is. The file is its owner's, one key a line; the last one
seals, those above are of entries that came from elsewhere, as after a move to another machine.
"""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from data import private

SUFFIX = ".audit-key"
ID_LENGTH = 16  # characters by which an entry names the key that sealed it


class KeyUnreadable(ValueError):
    """The key of the audit is there and cannot be read, so that nothing can be sealed."""


def place(store: Path) -> Path:
    """Where the key of a store lies."""
    return store.with_suffix(SUFFIX)


def keyed(store: Path, value: str) -> str:
    """What stands for a personal value: the same for the same value, whatever its size of letters and blanks around it; 64 hex digits."""
    return keyed_with(current(store), value)


def keyed_with(key: str, value: str) -> str:
    """As `keyed`, with a key that is not the one that seals now."""
    return _mac(key, "value", value.strip().casefold())


def current(store: Path) -> str:
    """The key that seals, made where there is none. Raises KeyUnreadable."""
    known = all_of(store)
    return known[-1] if known else _made(place(store))


def all_of(store: Path) -> list[str]:
    """The keys that are there, oldest first; none where none was made. Raises KeyUnreadable."""
    try:
        return place(store).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnreadable(f"{place(store)} cannot be read ({error}). Put back the file as it was, or let its owner read it.") from None


def id_of(key: str) -> str:
    """What names a key without telling it."""
    return _mac(key, "id", "")[:ID_LENGTH]


def sealed(key: str, entry: str) -> str:
    """The seal of an entry, written out in one way: 64 hex digits."""
    return _mac(key, "entry", entry)


def taken_over(old: Path, new: Path) -> None:
    """Let the keys of one store be known beside another, as the last of them: its entries go there."""
    ours, more = all_of(new), all_of(old)
    if more:
        _write(place(new), [*(one for one in ours if one not in more), *more])


def _made(path: Path) -> str:
    """A new key. Where another process makes one at the same moment, theirs. It has its name once it is whole: an empty file, which a
    process left that died between the two, is none."""
    private.place_for(path)
    made = secrets.token_urlsafe(32)
    fresh = _written(path, [made])
    try:
        os.link(fresh, path)
    except FileExistsError:
        if theirs := path.read_text(encoding="ascii").split():
            return theirs[-1]
        fresh.replace(path)
    except OSError:  # a disk that knows no links
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return made


def _write(path: Path, keys: list[str]) -> None:
    _written(path, keys).replace(path)


def _written(path: Path, keys: list[str]) -> Path:
    """The file as it is to be, whole, under a name that nobody else takes."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write("".join(f"{key}\n" for key in keys))
    return fresh


def _mac(key: str, use: str, text: str) -> str:
    return hmac.new(key.encode(), f"{use}\0{text}".encode(), sha256).hexdigest()
