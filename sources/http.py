"""Reading a source that is an HTTP API: page by page into one file of JSON lines, or not at all."""

import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from sources.fetched import TEXT, Cursor, Fetched, SourceFailed, SourceWaits
from sources.http_calls import Answer, Calls, Request
from sources.http_keys import EQUAL_ROWS, LOOPBACK, HttpSource
from sources.http_pages import (
    AGAIN,
    CameTwice,
    Changed,
    Fewer,
    Page,
    Turn,
    check_border,
    first,
    following,
    known,
    without_last,
)  # fmt: skip
from sources.http_paths import at, filled, read, shown
from sources.http_rows import Written, named_by_day, records_of, rows_of
from sources.keys import SourceError
from sources.marking import Marking

ANEW = 3  # how often a list is read anew that changed while it was read
NOT_ALL = (
    "See whether `parameters` and `paging` of the source ask for every page, and whether `total` counts the rows that are asked for. "
    "Nothing was taken."
)
UNREAD = (
    "Rows whose {column} is left out, or not written as {form}: {n}. Nothing tells which of them are new; compare `cursor` and `cursor_as` "
    "of the source with the answer."
)
TWICE = (
    "A page begins with the rows with which the one before ended, and nothing tells whether they are the same ones: they would count twice."
)
WHICH = 'Name the field that tells records apart, as id = "uuid". Where these are other rows that say the same, accept that.'
AT_ONCE = 5_000  # records of an answer of lines that are held in memory
AGENT = "Holdfast"


class BrokenOff(Exception):
    """The vendor has lost the place up to which a list was read: it is to be read from its start."""


def fetch(
    source: HttpSource,
    since: Cursor | None,
    folder: Path,
    *,
    now: datetime,
    ended: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    rng: random.Random | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Everything that the API has since the cursor, as one file of JSON lines in the folder, whose name holds the day of `now`; see Reader.

    The file is there when every page came whole; otherwise SourceFailed is raised, and the folder is left as it was.
    """
    spool = folder / f".{source.name}.answer"
    try:
        with _client(source) as client:
            calls = Calls(source, client, now, ended, spool, sleep, rng or random.Random(), clock)
            return _told_counts(calls, lambda: _whole(calls, since, folder / named_by_day(source.name, now)))
    finally:
        spool.unlink(missing_ok=True)


def check(source: HttpSource, now: datetime | None = None, sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """What an API would bring: how many rows its first page has, and their columns; no other page is asked for. Raises SourceFailed,
    SourceError."""
    with TemporaryDirectory() as folder, _client(source) as client:
        once = source.model_copy(update={"tries": 2, "longest_wait_seconds": 5})
        calls = Calls(
            once, client, now or datetime.now(UTC), lambda: False, Path(folder) / "answer", sleep, random.Random(), time.monotonic
        )
        page, answer = _page(calls, first(once, None, calls.now), None)
        rows = [row for records in _records(answer, page, once) for record in records for row in rows_of(record, once)]
    columns = dict.fromkeys(name for row in rows for name in row)
    return [f"The API answers. Its first page has {len(rows):,} rows.", *([f"Their columns: {', '.join(columns)}."] if columns else [])]


def _told_counts(calls: Calls, read: Callable[[], Fetched]) -> Fetched:
    """What was read; a failure tells how often was asked, whoever raised it."""
    try:
        return read()
    except SourceFailed as failed:
        failed.requests, failed.retries = calls.requests, calls.retries
        raise


def _client(source: HttpSource) -> httpx2.Client:
    """A client that follows no redirect by itself and asks no proxy for what lies on this machine."""
    here = httpx2.URL(filled(source.url, source.settings)).host in LOOPBACK
    verify = _authorities(source.certificates) if source.certificates else True
    headers = {"Accept": "application/json", "User-Agent": AGENT}
    return httpx2.Client(timeout=source.timeout_seconds, headers=headers, verify=verify, trust_env=not here, follow_redirects=False)


def _authorities(file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:  # a file without a certificate, too
        why = error.strerror or "no certificate is in it"
        raise SourceError(f"certificates: {file} cannot be read ({why}). Name a file in PEM.") from None


def _whole(calls: Calls, since: Cursor | None, path: Path) -> Fetched:
    """All pages; read anew where the list changed while they were read, or the place in it was lost."""
    changed = broken = 0
    why = Changed()
    while changed < ANEW and broken < calls.source.tries:
        try:
            return _read(calls, since, path)
        except Changed as found:
            changed, why = changed + 1, found
        except BrokenOff:
            broken += 1
        finally:
            path.with_suffix(".part").unlink(missing_ok=True)
    if changed < ANEW:
        raise calls.failed(f"The list broke off {broken} times while its pages were read.", AGAIN)
    raise _not_whole(calls, why)


def _not_whole(calls: Calls, why: Changed) -> SourceFailed:
    """What is said of a list that was read anew, and was no other."""
    if isinstance(why, Fewer):
        return calls.failed(f"The API says that there are {why.total:,} rows, and gave {why.came:,}, {ANEW} times in a row.", NOT_ALL)
    if isinstance(why, CameTwice):
        return SourceWaits(TWICE, WHICH, EQUAL_ROWS)
    return calls.failed(
        f"The list changed {ANEW} times while its pages were read, so that rows may be missing.",
        "Pull at a quieter hour, or page by a cursor if the API can.",
    )


def _read(calls: Calls, since: Cursor | None, path: Path) -> Fetched:
    part = path.with_suffix(".part")
    written = Written(calls.source, part, since)
    turn: Turn | None = first(calls.source, since, calls.now)
    kept, before = since, Page(None, [])
    with part.open("wb") as out:
        while turn:
            page, answer = _page(calls, turn, since)
            before = _other_than(before, page, calls)
            for records in _records(answer, page, calls.source):
                written.add(records, out)
            kept = _kept(calls.source, page) or kept
            turn = _next(calls, turn, page)
    written.finished()
    return _handed(calls, written, path, kept)


def _next(calls: Calls, turn: Turn, page: Page) -> Turn | None:
    further = following(calls.source, turn, page, calls.now)
    if further and further.nth >= calls.source.most_pages:
        raise calls.failed(f"There are more than {calls.source.most_pages:,} pages.", "Raise most_pages of the source, if that can be.")
    return further


def _page(calls: Calls, turn: Turn, since: Cursor | None) -> tuple[Page, Answer]:
    request = _request(calls.source, turn, since, calls.now)
    answer = calls.ask_once(request) if turn.scrolls else calls.ask(request)
    if answer is None:
        raise BrokenOff
    if answer.lines:
        return Page(None, []), answer
    records = without_last(calls.source, turn, records_of(answer.body, calls.source))
    return Page(answer.body, records, answer.link), answer


def _request(source: HttpSource, turn: Turn, since: Cursor | None, now: datetime) -> Request:
    """What is asked for; an address that the API gave is asked as it is, on the same host alone."""
    told = known(source, turn, since, now)
    url, headers = httpx2.URL(filled(source.url, told)), dict(source.headers)
    if turn.link:
        return Request(source.method, str(_same_host(url, turn.link)), headers)
    continued = turn.nth > 0 or (turn.next is not None and bool(source.cursor_in_answer))
    asked = {name: value for name, value in filled(source.parameters, told).items() if not (continued and name in source.first_only)}
    url = url.copy_merge_params(asked) if asked else url
    body = shown(filled(source.body, told)) if source.body is not None else None
    return Request(source.method, str(url), headers | ({"Content-Type": "application/json"} if body else {}), body)


def _same_host(url: httpx2.URL, link: str) -> httpx2.URL:
    there = url.join(link)
    if (there.scheme, there.host, there.port) != (url.scheme, url.host, url.port):
        raise SourceFailed(
            f"The next page is said to be at {there.host}, and not at {url.host}.",
            "If that is the vendor's, write its address as `url` of the source. Nothing was sent there.",
        )
    return there


def _records(answer: Answer, page: Page, source: HttpSource) -> Iterator[list[dict[str, Any]]]:
    """The records of an answer, of lines a part at a time."""
    if not answer.lines:
        yield page.records
        return
    held: list[dict[str, Any]] = []
    with answer.lines.open("rb") as lines:
        for line in lines:
            if line.strip():
                held.append(_of_line(line))
            if len(held) == AT_ONCE:
                yield held
                held = []
    yield held


def _of_line(line: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        if isinstance(found := read(line), dict):
            return found
    raise SourceFailed("A line of the answer is no JSON object.", "Compare `url` of the source with the vendor's documentation.")


def _other_than(before: Page, page: Page, calls: Calls) -> Page:
    """The page, of which the next one is to be another. Raises SourceFailed where just the same rows come again: it would go on so for
    ever; CameTwice where some of them do."""
    if page.records and page.records == before.records:
        raise calls.failed("The API gives the same page again and again.", AGAIN)
    check_border(calls.source, before.records, page.records)
    return page


def _kept(source: HttpSource, page: Page) -> Cursor | None:
    """The cursor that the vendor gives for the next pull."""
    found = at(page.body, source.cursor_in_answer) if source.cursor_in_answer else None
    return Cursor(TEXT, str(found)) if found not in (None, "") else None


def _handed(calls: Calls, written: Written, path: Path, kept: Cursor | None) -> Fetched:
    source = calls.source
    if source.cursor_in_answer:
        cursor = kept
    elif source.paging.by == "days":
        cursor = Cursor.of(calls.now)
    else:
        cursor = written.cursor
    if written.rows:
        written.path.replace(path)
    marking = Marking(path.with_suffix(".marks"), source.read_by)
    if written.marks:
        marking.add(written.marks)
    notes = [f"Rows that are left out, as the source says: {written.left_out:,}."] if written.left_out else []
    if written.unread and not source.cursor_in_answer and source.paging.by != "days":
        notes.append(UNREAD.format(column=source.cursor, n=f"{written.unread:,}", form=source.cursor_as))
    return Fetched(
        path if written.rows else None,
        written.rows,
        cursor,
        calls.requests,
        calls.retries,
        clock=calls.server_clock,
        notes=tuple(notes),
        marks=marking.done(),
    )
