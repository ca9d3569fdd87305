"""Digests are sent: whose are due is found, each is made as its reader may see it, handed over once, and what became of it is written."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from data.access.rights import viewer_of
from data.settings import Settings, current_settings
from data.store import open_stores
from data.store.store import Store
from data.viewer import VIEW
from data.work import digests
from data.work.digests import LATER, NOTHING, SENT, UNCLEAR, WEEKLY, Due
from language import speaking
from reports.files.digest_mail import Letter, as_html, as_text, subject
from reports.work.digest import Digest, digest
from server import mail
from server.mail import MailServerDown, Post

DRY = "would be sent"
SEVEN_BITS = SMTP.clone(cte_type="7bit")  # what every mail server takes
SECONDS, AGAIN = 60.0, 60  # between two looks; looks without a try after one that could not send all
_alone = threading.Lock()  # one sends at a time: whatever else says sending is of a program that ended


@dataclass(frozen=True)
class Told:
    """What became of one digest, for people."""

    person: str
    rhythm: str
    day: date
    state: str
    detail: str = ""

    def in_words(self) -> str:
        return f"{self.person}, {self.rhythm}, {self.day}: {self.state}{f' ({self.detail})' if self.detail else ''}"

    def as_json(self) -> dict:
        return asdict(self) | {"day": str(self.day)}


def base(settings: Settings) -> str:
    """The address under which readers find the pages."""
    return settings.signin_origin.strip().rstrip("/") or f"http://{settings.host}:{settings.port}"


def day_of(said: str | None) -> date:
    """The day that is named, today where none is. Raises ValueError for one that is none, or is ahead: nothing of it has happened."""
    today = datetime.now().astimezone().date()
    try:
        day = date.fromisoformat(said) if said else today
    except ValueError:
        raise ValueError(f"day: {said!r} is no day. Write it as {today}.") from None
    if day > today:
        raise ValueError(f"day: {day} is ahead. Digests are sent of today, or of a day before.")
    return day


def is_set_up(settings: Settings) -> bool:
    """Whether digests leave by themselves: a mail server or a folder is named."""
    return bool(settings.smtp_host or settings.outbox)


def way_out(settings: Settings, store: Path) -> Post:
    """The mail server that is named; else the folder, which is `outbox` beside the store where none is."""
    return mail.through(settings) if settings.smtp_host else mail.into(settings.outbox or store.parent / "outbox")


def send_due(store: Store, day: date, now: datetime, *, dry_run: bool = False, post: Post | None = None) -> list[Told]:
    """Send all that are due on a day and were not sent yet; what became of each. dry_run: nothing is sent or written."""
    settings = current_settings()
    if dry_run:
        return [_looked_at(store, one, now, settings) for one in digests.due(store, day)]
    with _alone:
        left = [Told(one.person, one.digest_id.rpartition(" ")[2], one.day, UNCLEAR, one.detail) for one in digests.broken_off(store, now)]
        return left + _send_all(store, digests.due(store, day), now, settings, post or way_out(settings, store.path))


def _send_all(store: Store, due: list[Due], now: datetime, settings: Settings, post: Post) -> list[Told]:
    """A mail server that lets nothing in is not asked again for the rest: all of them are for later."""
    told: list[Told] = []
    for at, one in enumerate(due):
        try:
            told.append(_send(store, one, now, settings, post))
        except MailServerDown as down:
            digests.say(store, due[at:], LATER, now, str(down))
            return told + [Told(left.person, left.rhythm, left.day, LATER, str(down)) for left in due[at:]]
    return told


def _send(store: Store, one: Due, now: datetime, settings: Settings, post: Post) -> Told:
    made = _made(store, one, now.date())
    if made is None or (made.is_empty and one.rhythm != WEEKLY):
        digests.say(store, [one], NOTHING, now, "")
        return Told(one.person, one.rhythm, one.day, NOTHING)
    letter = message(made, one, settings, now)
    became = post(letter, lambda: digests.begin(store, one, now))
    if became is None:
        return Told(one.person, one.rhythm, one.day, SENT, "by another at the same time")
    digests.say(store, [one], became.state, now, became.detail)
    return Told(one.person, one.rhythm, one.day, became.state, became.detail)


def _looked_at(store: Store, one: Due, now: datetime, settings: Settings) -> Told:
    made = _made(store, one, now.date())
    if made is None or (made.is_empty and one.rhythm != WEEKLY):
        return Told(one.person, one.rhythm, one.day, NOTHING)
    with speaking(one.language):
        return Told(one.person, one.rhythm, one.day, DRY, subject(made, _letter(one, settings)))


def _made(store: Store, one: Due, today: date) -> Digest | None:
    """The digest as its reader may see it; None for who sees no accounts (any more)."""
    viewer = viewer_of(store, one.person, one.groups, today, one.name)
    if not viewer.may(VIEW, "accounts"):
        return None
    with speaking(one.language):
        return digest(store, viewer, one.day, one.since)


def _letter(one: Due, settings: Settings) -> Letter:
    return Letter(one.name, one.rhythm == WEEKLY, base(settings))


def message(made: Digest, one: Due, settings: Settings, now: datetime) -> EmailMessage:
    """The mail, as plain text and HTML. Its id is made of person, day and rhythm: a copy is known as one."""
    letter, found = _letter(one, settings), EmailMessage(policy=SEVEN_BITS)
    with speaking(one.language):
        found["Subject"] = subject(made, letter)
        found.set_content(as_text(made, letter))
        found.add_alternative(as_html(made, letter), subtype="html")
    found["From"], found["To"] = mail.sender(settings), one.person
    found["Date"] = format_datetime(now.astimezone(UTC))
    host = urlsplit(letter.base).hostname or "localhost"
    found["Message-ID"] = f"<{hashlib.sha256(one.digest_id.encode()).hexdigest()[:32]}@{host}>"
    found["List-Unsubscribe"] = f"<{letter.base}{letter.settings}>"
    found["Auto-Submitted"] = "auto-generated"
    return found


class Morning(threading.Thread):
    """Looks every minute whether digests are still to be sent today, and sends them; where not all could be, again an hour later."""

    def __init__(self, store: Callable[[], Store], told: Callable[[str], object], seconds: float = SECONDS) -> None:
        super().__init__(name="digests", daemon=True)
        self.store, self.told, self.seconds = store, told, seconds
        self.ended = threading.Event()
        self._waits, self._over = 0, date.min

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self._waits -= 1
            if self._waits <= 0:
                self.look(datetime.now().astimezone())

    def look(self, now: datetime) -> list[Told]:
        """What became of those that were due; nothing before the hour, and once all are over."""
        if now.hour < current_settings().digest_hour or self._over == now.date() or not open_stores.path_of("own").exists():
            return []
        try:
            became = send_due(self.store(), now.date(), now.astimezone(UTC))
        except Exception as error:  # a fault of one morning must not end the next
            self._waits = AGAIN
            self.told(f"Digests could not be sent, and are tried again in an hour: {error}")
            return []
        is_over = all(one.state != LATER for one in became)
        self._over, self._waits = (now.date(), 0) if is_over else (self._over, AGAIN)
        if became:
            self.told(f"Digests: {in_sum(became)}.")
        return became

    def stop(self) -> None:
        self.ended.set()


def in_sum(became: list[Told]) -> str:
    """How many became what."""
    states = dict.fromkeys(one.state for one in became)
    return ", ".join(f"{sum(one.state == state for one in became)} {state}" for state in states) or "none was due"


def begin(told: Callable[[str], object]) -> Morning | None:
    """Begin to send digests; None where neither a mail server nor a folder is named."""
    if not is_set_up(current_settings()):
        return None
    begun = Morning(lambda: open_stores.store("own"), told)
    begun.start()
    return begun
