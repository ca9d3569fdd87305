"""What a browser asks of its pages through the socket, as bytes of protocol buffers: to be run again, and how.

Only their outer form is read here: fields with a number, a kind and a value.
"""

from collections.abc import Iterator

RUN = 11  # of a message: run the page again
WIDGETS, FRAGMENT = 2, 5  # of a run: what was clicked and filled in, and which part of the page alone is meant
VARINT, BYTES = 0, 2
SIZES = {1: 8, 5: 4}  # bytes, of the kinds that have always as many


def run_alone(message: bytes) -> bytes | None:
    """The message, if it asks for a run, as one that asks for the whole page and brings no click along; None for any other."""
    try:
        runs = [value for number, _, value in _fields(message) if number == RUN]
        kept = b"".join(whole for number, whole, _ in _fields(runs[0]) if number not in (WIDGETS, FRAGMENT))
    except (IndexError, ValueError):
        return None
    return _varint(RUN << 3 | BYTES) + _varint(len(kept)) + kept


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, whole bytes, and value of each field. Raises IndexError or ValueError where it is no such message."""
    at = 0
    while at < len(message):
        begin = at
        tag, at = _read(message, at)
        size, at = _size(message, at, tag & 7)
        if at + size > len(message):
            raise ValueError("cut off")
        yield tag >> 3, message[begin : at + size], message[at : at + size]
        at += size


def _size(message: bytes, at: int, kind: int) -> tuple[int, int]:
    """How many bytes a value has, and where it begins."""
    if kind == VARINT:
        return _read(message, at)[1] - at, at
    if kind == BYTES:
        return _read(message, at)
    if kind not in SIZES:
        raise ValueError(f"no kind {kind}")
    return SIZES[kind], at


def _read(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, seven bits a byte, and where it ends."""
    found = 0
    for place in range(10):
        byte = message[at + place]
        found |= (byte & 127) << 7 * place
        if byte < 128:
            return found, at + place + 1
    raise ValueError("too long")


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])
