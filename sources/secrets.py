"""Secrets by their name: from the environment, a file, or the system's keyring. They are kept nowhere else, and told to nobody."""

import os
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, quote_plus

from sources.keys import SECRET, SourceError

PREFIX = "HOLDFAST_SECRET_"
SERVICE = "holdfast"
HIDDEN = "***"


class SecretMissing(SourceError):
    """A secret is named, and nothing has it."""


def secret(name: str) -> str:
    """The secret of that name: of the environment, of the file that the environment names, of the system's keyring. Raises SecretMissing,
    which says what to do and never what a secret is."""
    if not SECRET.fullmatch(name):
        raise SecretMissing("A secret is named in capitals, digits and underscores, as BILLING_DB.")
    variable = f"{PREFIX}{name}"
    found = os.environ.get(variable) or _of_file(variable) or _of_keyring(name)
    if not found:
        raise SecretMissing(
            f"The secret {name} is missing. Set {variable} where Holdfast runs, or {variable}_FILE to a file that holds it, or keep it in "
            f"the system's keyring: keyring set {SERVICE} {name}."
        )
    return found


def hidden(text: str, secrets: Collection[str]) -> str:
    """A text without the secrets, also as they stand within a URL: for what others say of a failure."""
    spelt = {way for one in secrets if one for way in (one, quote(one, safe=""), quote(one), quote_plus(one))}
    for way in sorted(spelt, key=len, reverse=True):
        text = text.replace(way, HIDDEN)
    return text


def _of_file(variable: str) -> str:
    named = os.environ.get(f"{variable}_FILE")
    if not named:
        return ""
    try:
        return Path(named).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SecretMissing(f"{variable}_FILE: {named} cannot be read ({why}). Let the user that Holdfast runs as read it.") from None


def _of_keyring(name: str) -> str:
    """What the system's keyring has; nothing where there is none, or it is locked."""
    try:
        import keyring  # loaded by who has a secret in neither of the other places

        return keyring.get_password(SERVICE, name) or ""
    except Exception:  # backends raise what they like
        return ""
