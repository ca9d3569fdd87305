"""How a mail leaves: through the mail server that the settings name, or into a folder. What became of it is always said, never guessed."""

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from data import private
from data.settings import Settings
from data.work.digests import LATER, REFUSED, SENT, UNCLEAR

READY, TEMPORARY, FOR_GOOD = 354, 400, 500


class MailServerDown(OSError):
    """The mail server lets nothing in: it does not answer, does not encrypt, or does not know the user. No mail was handed over."""


class MailSettingsWrong(ValueError):
    """The settings of mail cannot be; the message names the setting and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one mail: sent, later, refused or unclear; and what the mail server said."""

    state: str
    detail: str


Post = Callable[[EmailMessage, Callable[[], bool]], Outcome | None]
"""Sends one mail. The second parameter is called right before it is handed over; where it says no, nothing is, and there is no outcome."""


def sender(settings: Settings) -> str:
    """Whose address mails bear."""
    host = urlsplit(settings.signin_origin).hostname or "localhost"
    return settings.smtp_from.strip() or f"holdfast@{host}"


def password(settings: Settings) -> str:
    """Raises MailSettingsWrong where its file cannot be read."""
    if settings.smtp_password_file is None:
        return settings.smtp_password.get_secret_value()
    try:
        return settings.smtp_password_file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MailSettingsWrong(f"HOLDFAST_SMTP_PASSWORD_FILE cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def through(settings: Settings) -> Post:
    """The way through the mail server."""
    return lambda mail, hand_over: _posted(settings, mail, hand_over)


def _posted(settings: Settings, mail: EmailMessage, hand_over: Callable[[], bool]) -> Outcome | None:
    line = _connected(settings)
    try:
        return _handed_over(line, mail) if hand_over() else None
    finally:
        line.close()


def _connected(settings: Settings) -> smtplib.SMTP:
    """A line to the mail server, encrypted as the settings say and with the user known. Raises MailServerDown."""
    secret = password(settings)
    try:
        line = _opened(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerDown(f"{settings.smtp_host}:{settings.smtp_port} does not answer: {_words(error)}") from None
    try:
        line.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            line.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            line.login(settings.smtp_user, secret)
    except (OSError, smtplib.SMTPException) as error:
        line.close()
        raise MailServerDown(f"{settings.smtp_host}:{settings.smtp_port} lets nobody in: {_words(error)}") from None
    return line


def _opened(settings: Settings) -> smtplib.SMTP:
    host, port, seconds = settings.smtp_host, settings.smtp_port, settings.smtp_timeout
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=seconds)


def _handed_over(line: smtplib.SMTP, mail: EmailMessage) -> Outcome:
    """What the mail server said to each step. Until it is ready for the text nothing has left; from then on only its answer tells."""
    text = mail.as_bytes()
    try:
        steps = (lambda: line.mail(str(mail["From"])), lambda: line.rcpt(str(mail["To"])), lambda: line.docmd("DATA"))
        for step, good in zip(steps, (range(200, 300), range(200, 300), (READY,)), strict=True):
            code, said = step()
            if code not in good:
                return _refused(code, said)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        return Outcome(REFUSED if isinstance(error, UnicodeError) else LATER, _words(error))
    try:
        line.send(_quoted(text) + b".\r\n")
        code, said = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(UNCLEAR, f"The connection broke after the text was handed over: {_words(error)}")
    return Outcome(SENT, _said(code, said)) if 200 <= code < 300 else _refused(code, said)


def _quoted(text: bytes) -> bytes:
    """A line that begins with a dot gets another one, so that none ends the mail."""
    lines = text.replace(b"\r\n", b"\n").split(b"\n")
    whole = b"\r\n".join(b"." + one if one.startswith(b".") else one for one in lines)
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def _refused(code: int, said: bytes) -> Outcome:
    return Outcome(REFUSED if code >= FOR_GOOD else LATER, _said(code, said))


def _said(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"


def _words(error: Exception) -> str:
    """What happened, without what was sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode())
    return str(error) or type(error).__name__


def into(folder: Path) -> Post:
    """The way into a folder: a file for each, once."""
    return lambda mail, hand_over: _kept(folder.expanduser().resolve(), mail, hand_over)


def _kept(folder: Path, mail: EmailMessage, hand_over: Callable[[], bool]) -> Outcome | None:
    private.folder(folder)
    path = folder / f"{hashlib.sha256(str(mail['Message-ID']).encode()).hexdigest()[:24]}.eml"
    if not hand_over():
        return None
    part = path.with_suffix(".part")
    part.write_bytes(mail.as_bytes())
    part.replace(path)
    return Outcome(SENT, f"written as {path.name}")
