"""Which encoding the bytes of a text are in, where they are no UTF-8. Runs in the child process only."""

import codecs
import re
import unicodedata

from data.importing.findings import Question, Unanswered
from data.importing.headers import UNKNOWN, meanings

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


# The encodings of East Asia that are told apart by what they make of a file, and the signs that each makes of what it is not.
EASTERN = ("gb18030", "big5", "cp932", "euc_jp", "cp949")
SAID_TWICE = 1.5  # so many times as many known words as the next encoding makes settle it
FIRST_LINES = 10
CELLS = re.compile(r"[,;\t|\"]")
EXAMPLE = 12  # signs of a text that is shown to be recognised
HEADERS = 4_000  # bytes in which a file's header stands


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
    if told := _by_header_words(start[:HEADERS]):
        return told
    from charset_normalizer import from_bytes

    guess = from_bytes(start).best()
    if guess is None:
        return None
    if strict(guess.encoding):
        return _asked(start, guess.encoding)
    cyrillic = guess.encoding in ("mac_cyrillic", "iso8859_5")
    return "cp1252" if guess.encoding.startswith(WESTERN) and not cyrillic else guess.encoding


def _asked(start: bytes, guess: str) -> str:
    """The only encoding of East Asia that reads the text. Raises Unanswered where several do, since no header says which."""
    read = {name: example for name in EASTERN if (example := _example(start, name))}
    if len(read) < 2:
        return next(iter(read), guess)
    told = "; ".join(f"{name}: {example}" for name, example in read.items())
    text = f"The text of the file may be in several encodings. In which is it? Its first words as {told}."
    same = next((name for name in read if codecs.lookup(name) == codecs.lookup(guess)), "gb18030" if guess.startswith("gb") else "")
    raise Unanswered(Question("encoding", None, text, tuple(read), "", same if same in read else ""))


def _example(start: bytes, encoding: str) -> str:
    """What the first words beyond ASCII are in an encoding; empty where it is no text of it, or has signs that no words have."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(start)
    except UnicodeDecodeError:
        return ""
    cells = [cell.strip() for line in text.splitlines() for cell in CELLS.split(line) if not cell.isascii()]
    odd = any(unicodedata.category(sign) in ("Co", "Cn", "Cc") or "\uff61" <= sign <= "\uff9f" for cell in cells for sign in cell)
    return "" if odd or not cells else cells[0][:EXAMPLE]


def strict(encoding: str) -> bool:
    """Whether a text of this encoding is refused where some of its bytes are none, rather than shown with signs in their place: one wrong
    byte turns what follows into other words."""
    return codecs.lookup(encoding).name in {
        codecs.lookup(name).name for name in (*EASTERN, "gbk", "gb2312", "big5hkscs", "shift_jis", "euc_kr")
    }


def _by_header_words(start: bytes) -> str | None:
    """The encoding of East Asia in which a file begins with words that headers have; None where none does, or two do alike."""
    said = {name: _known_signs(start, name) for name in EASTERN}
    best, next_best = sorted(said, key=lambda name: -said[name])[:2]
    return best if said[best] > SAID_TWICE * said[next_best] else None


def _known_signs(start: bytes, encoding: str) -> int:
    """How many signs beyond ASCII of the beginning are in words that headers have; 0 where it is no text of the encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(start)
    except UnicodeDecodeError:
        return 0
    lines = text.splitlines()[:FIRST_LINES]
    known = [cell for line in lines for cell in CELLS.split(line) if not cell.isascii() and UNKNOWN not in meanings(cell)]
    return sum(len(cell) for cell in {*known})
