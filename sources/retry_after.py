"""For how long a server asks to be left alone: the header Retry-After."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 7 * 86400.0  # seconds: what asks for more is tried again after a week, and says then what it wants


def asked_to_wait(written: str, now: datetime) -> float | None:
    """Seconds from now, of a number of seconds or a moment by the server's own clock, in UTC where it names no zone; a week at most. None
    where nothing is asked for that can be read."""
    text = written.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return min(float(text), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST)
