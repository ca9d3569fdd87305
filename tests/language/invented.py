"""A catalogue in which every text of the code stands between brackets: what is shown without them has not been through the catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from language import catalogue, speaking
from language.gather import said

OPEN, CLOSE = "⟦", "⟧"


@cache
def bracketed() -> bytes:
    found = Catalog(locale="zh_Hans")
    for _, message in said():
        if message and message != ("",):
            text = message if isinstance(message, str) else message[-1]
            told = f"{OPEN}{text}{CLOSE}"
            found.add(message, told if isinstance(message, str) else (told,))
    file = BytesIO()
    write_po(file, found, omit_header=True)
    return file.getvalue()


@contextmanager
def speaking_in_brackets(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside, what would be said in Chinese is English in brackets."""
    (folder / "zh_Hans.po").write_bytes(bracketed())
    with patch.context() as patched:
        patched.setattr(catalogue, "place", lambda name: folder / f"{name}.po")
        catalogue.catalogue.cache_clear()
        with speaking("zh_Hans"):
            yield
    catalogue.catalogue.cache_clear()
