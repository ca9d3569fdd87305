"""Which encoding the bytes of a text are in, where they are no UTF-8. Runs in the child process only."""

import re

MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
# Letters amid a word that would be capitals or signs in cp1252: é, è, ü as a Mac writes them; ü, é, ä, ö as DOS does.
MAC, DOS = re.compile(rb"(?<=[A-Za-z])[\x8e\x8f\x9f](?=[a-z])"), re.compile(rb"(?<=[A-Za-z])[\x81\x82\x84\x94](?=[a-z])")
WESTERN = ("cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "latin", "iso8859", "hp_roman", "mac_", "tis", "kz", "ptcp")
LONE = 1.5


def marked(start: bytes) -> str | None:
    """The encoding that a byte order mark tells."""
    return next((name for mark, name in MARKS if start.startswith(mark)), None)


def guessed(start: bytes) -> str | None:
    """The encoding that bytes look like; None where they look like none.

    Western texts have one letter beyond ASCII here and there within words of plain ones, which statistics read as anything: they
    are told apart by that. Others have runs of such bytes.
    """
    runs = BEYOND_ASCII.findall(start)
    if runs and sum(map(len, runs)) < LONE * len(runs):
        mac, dos = len(MAC.findall(start)), len(DOS.findall(start))
        return "mac_roman" if mac > dos else "cp850" if dos else "cp1252"
    from charset_normalizer import from_bytes

    guess = from_bytes(start).best()
    if guess is None:
        return None
    cyrillic = guess.encoding in ("mac_cyrillic", "iso8859_5")
    return "cp1252" if guess.encoding.startswith(WESTERN) and not cyrillic else guess.encoding
