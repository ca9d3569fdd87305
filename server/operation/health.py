"""Is this server alive, and can it do its work? For load balancers and containers; it tells nothing of a company."""

import logging

from data.access.provider import is_configured
from data.access.sessions import RecordUnreadable, sessions
from data.settings import current_settings
from data.store import open_stores

NO_STORE = "The store does not answer."
NO_RECORD = "The record of sign-ins cannot be read or written, so nobody is let in."


def unready() -> list[str]:
    """Why the server cannot do its work just now, in sentences without names or paths; none where it can."""
    return [said for said, works in ((NO_STORE, _store_answers), (NO_RECORD, _record_answers)) if not works()]


def _store_answers() -> bool:
    try:
        return bool(open_stores.store(open_stores.default_name()).timezone)
    except Exception as error:  # whatever it is, pages would meet it too
        logging.getLogger(__name__).warning("The store does not answer: %s", type(error).__name__)
        return False


def _record_answers() -> bool:
    try:
        return not is_configured(current_settings()) or bool(sessions().do("select 1"))
    except RecordUnreadable:
        return False
