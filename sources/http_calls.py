"""One request of an API until it is answered whole: tried again where that may help, led on where it moved, bounded in size and time."""

import codecs
import random
import ssl
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from data.importing.findings import one_line
from sources.fetched import SourceFailed
from sources.http_keys import LOOPBACK, HttpSource
from sources.http_paths import at, read, shown
from sources.http_signing import Signer
from sources.retry_after import asked_to_wait
from sources.secrets import hidden

AGAIN = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529}
MOVED = {301, 302, 303, 307, 308}
MOST_MOVES = 5
FORGETS = 65.0  # Intercom keeps the place of a scroll for a minute, and gives no second one meanwhile
FIRST_WAIT, MOST_BY_ITSELF = 0.5, 60.0
ERRORS = (
    "error.message",
    "message",
    "error_description",
    "errors.0.message",
    "errors.0.detail",
    "0.message",
    "detail",
    "title",
    "error",
    "error_msg",
)
PIECE = 1 << 16
WHOLE_LINES = 16  # how much larger than a page an answer of lines may be
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NO_UTF8 = "The answer is not in UTF-8, and names no other encoding."
IN_UTF8 = "Ask the vendor for answers in UTF-8, as JSON is written."
CUT_OFF = "The answer was cut off"
NOT_JSON = "The answer is a web page, and not JSON."
TELLS = "Compare `url` of the source with the API's documentation: a page to sign in, or of an error, was answered."


class Again(Exception):
    """What may be otherwise at the next try. wait: as long as the server asks for."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True)
class Request:
    """What is asked for: `url` is whole, with its parameters."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What was answered: JSON, or a file of lines of JSON. link: the address of the next page, of its header Link."""

    body: Any
    lines: Path | None = None
    link: str = ""


@dataclass
class Calls:
    """Asks an API. now: the moment of the pull; sleep, rng, clock: how it waits, and by which clock it gives up."""

    source: HttpSource
    client: httpx2.Client
    now: datetime
    ended: Callable[[], bool]
    spool: Path
    sleep: Callable[[float], None]
    rng: random.Random
    clock: Callable[[], float]
    requests: int = 0
    retries: int = 0
    server_clock: datetime | None = None
    signer: Signer = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()
        self.signer = Signer(self.source, self._token, self.clock)

    def ask(self, request: Request) -> Answer:
        """The whole answer to a request. Raises SourceFailed, without the secret in any word of it."""
        return self._until_answered(lambda: self._once(request, signed=True))

    def ask_once(self, request: Request) -> Answer | None:
        """The answer to a request that cannot be made again; None where it did not come whole, after the time in which a vendor forgets
        the place that it kept."""
        try:
            return self._once(request, signed=True)
        except Again:
            self.retries += 1
            self._wait(FORGETS)
            return None

    def _until_answered(self, once: Callable[[], Answer]) -> Answer:
        for tried in range(1, self.source.tries + 1):
            try:
                return once()
            except Again as again:
                if tried == self.source.tries:
                    told = f"{again}, {tried} times in a row." if tried > 1 else f"{again}, at the only try."
                    raise self.failed(told, "The next pull tries again; nothing was taken of this one.") from None
                self.retries += 1
                self._wait(self._how_long(tried, again))
        raise AssertionError

    def failed(self, reason: str, what_to_do: str, try_again_at: datetime | None = None) -> SourceFailed:
        """A failure in words that hold no secret."""
        said = hidden(reason, self._secrets())
        return SourceFailed(said, hidden(what_to_do, self._secrets()), try_again_at, requests=self.requests, retries=self.retries)

    def check_time(self) -> None:
        """Raises SourceFailed where the pull is given up, or takes longer than it may."""
        if self.ended():
            raise self.failed("The pull was given up, since Holdfast was stopped.", "The next pull begins where the last one ended.")
        if self.clock() - self.began > self.source.most_seconds:
            raise self.failed(
                f"The pull takes longer than {self.source.most_seconds:,} seconds.",
                "Raise most_seconds of the source, or pull more often, so that each pull has less to read.",
            )

    def _secrets(self) -> tuple[str, ...]:
        try:
            return self.signer.secrets()
        except ValueError:  # a missing one is no word of any text
            return ()

    def _how_long(self, tried: int, again: Again) -> float:
        """Twice as long after each try, by chance a half longer or shorter; or what the server asks for."""
        if again.wait is None:
            return min(FIRST_WAIT * 2**tried, MOST_BY_ITSELF) * self.rng.uniform(0.5, 1.5)
        if again.wait > self.source.longest_wait_seconds:
            raise self.failed(
                f"{again}, and asks to wait for {again.wait:,.0f} seconds.",
                "Nothing to do: it is pulled again then.",
                self.now + timedelta(seconds=again.wait),
            )
        return again.wait + self.rng.uniform(0, FIRST_WAIT)

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            self.check_time()
            self.sleep(min(seconds, 1.0))
            seconds -= 1.0

    def _token(self, url: str, headers: dict[str, str], body: bytes) -> Any:
        """What is answered where a token is asked for; who is refused is told so."""
        return self._until_answered(lambda: self._once(Request("POST", url, headers, body), signed=False)).body

    def _once(self, request: Request, *, signed: bool) -> Answer:
        self.check_time()
        headers = request.headers | (self.signer.headers() if signed else {})
        for _ in range(MOST_MOVES):
            with self._sent(request, headers) as response:
                if response.status_code not in MOVED:
                    return self._answer(response, signed=signed)
                request, headers = self._moved(request, headers, response)
        raise self.failed("The API leads from one address to the next, and to no answer.", "Write the last address as `url` of the source.")

    @contextmanager
    def _sent(self, request: Request, headers: dict[str, str]) -> Generator[httpx2.Response]:
        try:
            with self.client.stream(request.method, request.url, headers=headers, content=request.body) as response:
                self.requests += 1
                self.server_clock = _moment(response.headers.get("date")) or self.server_clock
                yield response
        except httpx2.TimeoutException:
            raise Again(f"No answer within {self.source.timeout_seconds:g} seconds") from None
        except httpx2.ConnectError as error:
            raise self._not_connected(error, request) from None
        except httpx2.UnsupportedProtocol:
            raise self.failed("The API leads to what is no address.", TELLS) from None
        except (httpx2.TransportError, httpx2.DecodingError):
            raise Again("The connection broke before the answer was whole") from None

    def _not_connected(self, error: Exception, request: Request) -> Exception:
        causes = [error, error.__cause__, error.__context__]
        host = urlsplit(request.url).hostname
        if "CERTIFICATE" in str(error).upper() or any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
            return self.failed(
                f"The certificate of {host} is not valid: it is expired, of another name, or of an authority that is not known here.",
                "If it is your own authority, name its file in `certificates` of the source; else ask who runs the API. Nothing was sent.",
            )
        return Again(f"No connection to {host}")

    def _moved(self, request: Request, headers: dict[str, str], response: httpx2.Response) -> tuple[Request, dict[str, str]]:
        """The request at the address that it is led to; to another host without its secret, and never from an encrypted to an open one."""
        here, there = httpx2.URL(request.url), httpx2.URL(request.url).join(response.headers.get("location", ""))
        if there.scheme != "https" and (here.scheme == "https" or (there.host not in LOOPBACK and not self.source.plain_http)):
            raise self.failed("The API leads to an address that is not encrypted.", "Ask who runs the API; the secret was not sent there.")
        same = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
        if request.body is not None and (not same or response.status_code not in (307, 308)):
            raise self.failed(f"The API moved to {there.host}.", "Write that address as `url` of the source, if it is the vendor's.")
        kept = headers if same else {name: value for name, value in headers.items() if name.lower() in ("accept", "user-agent")}
        return Request(request.method, str(there), request.headers, request.body), kept

    def _answer(self, response: httpx2.Response, *, signed: bool) -> Answer:
        status = response.status_code
        if status in AGAIN or status > 504:
            wait = asked_to_wait(response.headers.get("retry-after", ""), self.server_clock or self.now)
            raise Again(_out_of_order(status), wait)
        if status == 401 and signed and self.signer.renews and self.signer._token:
            self.signer.renew()
            raise Again("The API does not accept the token (401)", 0.0)
        if status >= 300:
            said = self._some(response)
            if self.source.paging.by == "scroll" and b"scroll" in said:  # another one is open, and is forgotten soon
                raise Again(f"The API gives one scroll at a time ({status})", FORGETS)
            raise self._refused(response, said)
        if self.source.lines and signed:
            return Answer(None, self._lines(response))
        return Answer(self._json(response), link=response.links.get("next", {}).get("url", ""))

    def _refused(self, response: httpx2.Response, said: bytes) -> SourceFailed:
        """What a person can do where the API will not answer, however often it is asked."""
        status, where = response.status_code, f"{response.url.host}{response.url.path}"
        secret, told = self.source.secret, _told(said)
        reasons = {
            401: (f"{where} does not accept the secret {secret} (401).", f"Make a new key there, and keep it as the secret {secret}."),
            403: (f"{where} does not let the secret {secret} read (403).", f"Give the key the right to read. {self.source.rights}".strip()),
            404: (f"There is nothing at {where} (404).", "Compare `url` and [settings] of the source with the vendor's documentation."),
        }  # fmt: skip
        if status in (401, 403) and not secret:
            reason, what_to_do = (
                f"{where} asks for a key ({status}).",
                "Make one there, keep it as a secret, and name it in the source.",
            )
        else:
            refused = f"{where} refuses the request ({status}).", "Compare the source with the vendor's documentation."
            reason, what_to_do = reasons.get(status, refused)
        return self.failed(f"{reason} {_quoted(told)}".strip(), what_to_do)

    def _json(self, response: httpx2.Response) -> Any:
        whole = bytearray()
        for piece in self._pieces(response, self.source.most_megabytes):
            whole += piece
        return self._parsed(self._in_utf8(bytes(whole), response), response.headers.get("content-type", ""))

    def _in_utf8(self, body: bytes, response: httpx2.Response) -> bytes:
        """What was answered, in the encoding of JSON: from that which the answer names, where it is in no UTF."""
        try:
            body.decode()
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" or body[:2] in UTF_16:  # cut off; or what the reader of JSON knows by itself
                return body
            named = response.charset_encoding
            with suppress(LookupError, UnicodeDecodeError):
                if named and codecs.lookup(named).name != "utf-8":
                    return body.decode(named).encode()
            said = f"The answer is not in UTF-8, and not in {named}, which it names." if named else NO_UTF8
            raise self.failed(said, IN_UTF8) from None
        return body

    def _parsed(self, body: bytes, kind: str) -> Any:
        try:
            found = read(body)
        except (ValueError, RecursionError):
            raise self._no_json(body, kind) from None
        if self.source.error and at(found, self.source.error) not in (None, "", False, [], {}):
            why = _quoted(_told(shown(found))) or "It does not say why."
            raise self.failed(f"The API answers that it failed. {why}", "See the vendor's documentation of its errors.")
        return found

    def _no_json(self, body: bytes, kind: str) -> Exception:
        if body.lstrip()[:1] == b"<" or "html" in kind:
            return self.failed(NOT_JSON, TELLS)
        if body.lstrip()[:1] in (b"{", b"[", b""):
            return Again(CUT_OFF)
        return self.failed("The answer is not JSON.", TELLS)

    def _pieces(self, response: httpx2.Response, most: int) -> Iterator[bytes]:
        came = 0
        for piece in response.iter_bytes():  # as they come: one that drips is held against the time as well
            self.check_time()
            came += len(piece)
            if came > most * 1024**2:
                raise self.failed(f"An answer is larger than {most:,} MB.", "Ask for smaller pages, or raise most_megabytes of the source.")
            yield piece

    def _lines(self, response: httpx2.Response) -> Path:
        """An answer of lines, on disk, whole: one that may have been cut off at the end of a line is not taken."""
        if not {"content-length", "transfer-encoding"} & {*response.headers} and response.http_version.startswith("HTTP/1"):
            raise self.failed("The answer does not say where it ends, so that nobody knows whether it is whole.", TELLS)
        with self.spool.open("wb") as out:
            for piece in self._pieces(response, self.source.most_megabytes * WHOLE_LINES):
                out.write(piece)
        self._lines_in_utf8(response)
        with self.spool.open("rb") as lines:
            for line in lines:
                if line.strip() and not line.strip().endswith(b"}"):
                    raise self._no_lines(line, response.headers.get("content-type", ""))
        return self.spool

    def _lines_in_utf8(self, response: httpx2.Response) -> None:
        """The spooled lines in UTF-8, where they came in another encoding whose lines end alike."""
        with self.spool.open("rb") as lines:
            if all(_is_utf8(line) for line in lines):
                return
        fresh = self.spool.with_suffix(".utf8")
        try:
            with self.spool.open("rb") as lines, fresh.open("wb") as out:
                out.writelines(self._in_utf8(line, response) for line in lines)
            fresh.replace(self.spool)
        finally:
            fresh.unlink(missing_ok=True)

    def _no_lines(self, line: bytes, kind: str) -> Exception:
        return self._no_json(line, kind) if line.lstrip()[:1] == b"<" else Again(CUT_OFF)

    def _some(self, response: httpx2.Response) -> bytes:
        """The beginning of what is said of a failure."""
        said = bytearray()
        with suppress(httpx2.HTTPError, httpx2.StreamError):
            for piece in response.iter_bytes():
                self.check_time()
                said += piece
                if len(said) > PIECE:
                    break
        return bytes(said)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _told(body: bytes) -> str:
    """What an API says of a failure, in one line; empty where it says nothing that can be found."""
    try:
        found = read(body)
    except (ValueError, RecursionError):
        return ""
    told = next((text for path in ERRORS if isinstance(text := at(found, path), str) and text), "")
    return one_line(told) if told else ""


def _quoted(told: str) -> str:
    """What an API says, as its words; empty where it says nothing."""
    said = told.rstrip(".")
    return f"It says: “{said}”." if said else ""


def _out_of_order(status: int) -> str:
    """What is said of an answer that may be another one later."""
    return "The API takes no more requests for now (429)" if status == 429 else f"The API has an error of its own ({status})"


def _moment(written: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(written) if written else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None
