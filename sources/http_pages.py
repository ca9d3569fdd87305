"""How pages go on: what is asked after what was answered, and when that is the end."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.importing.findings import one_line
from sources.fetched import Cursor, SourceFailed
from sources.http_keys import EQUAL_ROWS, HttpSource
from sources.http_paths import at
from sources.http_times import begun, moment_as, written

YES_OR_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
PLACE = "Compare `paging` of the source with what the API's documentation says of the last page."
TOTAL = "Compare `total` under `paging` of the source with the answer, or leave it out."
NO_MORE_IN_A_ROW = 20  # empty pages that say that there are more
AGAIN = "Ask the vendor why; nothing was taken, and the next pull tries again from where the last one ended."


@dataclass(frozen=True)
class Turn:
    """Which page is asked for: `next` is a cursor, `link` a whole address. nth counts requests from 0, empty the pages without a row
    in a row, seen what was asked for before. total: rows that there are, as an answer said last; came: those that came."""

    nth: int = 0
    next: Any = None
    page: int = 1
    offset: int = 0
    link: str = ""
    day: date | None = None
    empty: int = 0
    last: dict[str, Any] | None = None
    total: int | None = None
    came: int = 0
    scrolls: bool = False
    seen: set[Any] = field(default_factory=set)


@dataclass(frozen=True)
class Page:
    """A page as it was answered: its body, records, and the address in its header Link."""

    body: Any
    records: list[dict[str, Any]]
    link: str = ""


class Changed(Exception):
    """The list changed while its pages were read, so that rows may be missing."""


class Fewer(Changed):
    """Fewer rows came than the answer says that there are."""

    def __init__(self, came: int, total: int) -> None:
        super().__init__()
        self.came, self.total = came, total


class CameTwice(Changed):
    """A page begins with the rows with which the one before ended, and nothing tells whether they are the same ones."""


def first(source: HttpSource, since: Cursor | None, now: datetime) -> Turn:
    """The first page of a pull."""
    kept = since.value if since and source.cursor_in_answer else None
    start = since or begun(source.begin)
    day = datetime.fromisoformat(str(moment_as_day(start))).date() if source.paging.by == "days" and start else None
    if source.paging.by == "days" and day is None:
        raise SourceFailed("Nothing says from which day on it is to be read.", 'Add the first day to the source, as begin = "2024-01-01".')
    return _new(Turn(next=kept, page=source.paging.first, day=min(day, now.astimezone(UTC).date()) if day else None))


def moment_as_day(cursor: Cursor) -> str | int:
    """The day of a cursor."""
    return written(cursor, "day")


def known(source: HttpSource, turn: Turn, since: Cursor | None, now: datetime) -> dict[str, Any]:
    """What stands in the places in braces of a request."""
    start = since if since and not source.cursor_in_answer else begun(source.begin)
    told = {"since": written(start, source.counted) if start else None, "until": moment_as(now, source.counted), "next": turn.next}
    told |= {"page": turn.page, "offset": max(turn.offset - 1, 0)}  # with the last row of the page before, by which moves are seen
    if turn.day:
        told |= {"from_day": turn.day.isoformat(), "to_day": _last_day(source, turn.day, now).isoformat()}
    return source.settings | told


def following(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    """What is asked after a page; None after the last one.

    Raises SourceFailed for a cursor that comes again, for ever, and for more that is said to be there and never comes; Changed where rows
    moved between pages.
    """
    paging = source.paging
    empty = 0 if page.records else turn.empty + 1
    after = replace(turn, nth=turn.nth + 1, empty=empty, last=page.records[-1] if page.records else turn.last)
    after = replace(after, total=_total(source, turn, page), came=turn.came + len(page.records))
    step = STEPS.get(paging.by)
    further = step(source, after, page, now) if step and _more(source, page) else None
    if further is None or paging.by == "days":
        _all_came(source, after)
    return _new(further) if further else None


def without_last(source: HttpSource, turn: Turn, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of a page that begins with the last one of the page before. Raises Changed where it does not: rows moved in between."""
    if source.paging.by != "offset" or not turn.offset:
        return records
    if not records or records[0] != turn.last:
        raise Changed
    return records[1:]


def _more(source: HttpSource, page: Page) -> bool:
    """Whether the answer says that there are more; true where the source names no place of that. Raises SourceFailed for a page with rows
    that says neither: it would be the last in silence."""
    paging = source.paging
    if paging.done and _is_so(page, paging.done):
        return False
    return not paging.more or _is_so(page, paging.more)


def _is_so(page: Page, path: str) -> bool:
    """What an answer says at a place of yes or no; no where a page without rows says nothing."""
    found = at(page.body, path)
    if found is None and not page.records:
        return False
    said = YES_OR_NO.get(str(found).strip().lower())
    if said is None:
        told = "nothing" if found is None else f"“{one_line(found)[:40]}”"
        raise SourceFailed(f"At {path} an answer has {told}, which does not say whether there are more rows.", PLACE)
    return said


def _total(source: HttpSource, turn: Turn, page: Page) -> int | None:
    """How many rows there are, as the answer says; what was said before where it says nothing. Raises Changed where that is another
    number, and SourceFailed for what is no number."""
    found = at(page.body, source.paging.total) if source.paging.total else None
    if found is None:
        return turn.total
    if not re.fullmatch(r"\d+(\.0+)?", str(found)) or isinstance(found, bool):
        said = one_line(found)[:40]
        raise SourceFailed(f"At {source.paging.total} an answer has “{said}”, which is no number of rows.", TOTAL)
    total = int(str(found).partition(".")[0])
    if turn.total is not None and total != turn.total:
        raise Changed
    return total


def _all_came(source: HttpSource, turn: Turn) -> None:
    """Raises Fewer where fewer rows came than there are: more is what was added meanwhile. SourceFailed where no answer says how many."""
    if source.paging.total and turn.total is None and turn.came:
        raise SourceFailed(f"No answer says at {source.paging.total} how many rows there are.", TOTAL)
    if turn.total is not None and turn.came < turn.total:
        raise Fewer(turn.came, turn.total)


def check_border(source: HttpSource, before: list[dict[str, Any]], records: list[dict[str, Any]]) -> None:
    """Raises CameTwice where a page begins with the rows with which the one before ended, as where rows were added in front meanwhile.
    Rows with an id are told apart by that; tables with a key by that, when they come in; and pages of `offset` and days have borders."""
    told_apart = source.id or source.table not in (None, "usage_events") or source.paging.by in ("offset", "days")
    if told_apart or EQUAL_ROWS in source.accept or not records:
        return
    starts = (place for place, one in enumerate(before) if one == records[0] and not one.get("event_id"))
    if any(before[place:] == records[: len(before) - place] for place in starts):
        raise CameTwice


def _cursor(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    found = at(page.body, source.paging.path)
    return replace(turn, next=found) if found not in (None, "", False) else None


def _scroll(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    found = _cursor(source, turn, page, now) if page.records else None
    return replace(found, scrolls=True) if found else None


def _last(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    if not page.records:
        if not source.paging.more:
            return None
        raise SourceFailed("The answer says that there are more rows, and gives none.", AGAIN)
    found = at(page.records[-1], source.paging.path)
    if found in (None, ""):
        raise SourceFailed(f"The last row of a page has no {source.paging.path}, by which the next page is asked for.", AGAIN)
    return replace(turn, next=found)


def _page(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    return replace(turn, page=turn.page + 1) if page.records or source.paging.more else None


def _offset(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    return replace(turn, offset=turn.offset + len(page.records)) if page.records else None


def _link(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    found = page.link if source.paging.by == "link header" else at(page.body, source.paging.path)
    return replace(turn, link=str(found)) if found else None


def _days(source: HttpSource, turn: Turn, page: Page, now: datetime) -> Turn | None:
    last = _last_day(source, turn.day or now.date(), now)
    return replace(turn, day=last + timedelta(days=1), empty=0, came=0, total=None) if last < now.astimezone(UTC).date() else None


def _last_day(source: HttpSource, day: date, now: datetime) -> date:
    return min(day + timedelta(days=source.paging.days - 1), now.astimezone(UTC).date())


def _new(turn: Turn) -> Turn:
    """The turn, with what it asks for among what was asked. Raises SourceFailed where that was asked before, or nothing comes."""
    if turn.scrolls:  # its cursor is one for all pages
        return turn
    asks = (turn.next if isinstance(turn.next, str | int | float) else str(turn.next), turn.page, turn.offset, turn.link, turn.day)
    if asks in turn.seen:
        raise SourceFailed("The API leads back to a page that was read already, and would do so for ever.", AGAIN)
    if turn.empty > NO_MORE_IN_A_ROW:
        raise SourceFailed(f"{turn.empty} pages in a row held no row, and each said that there are more.", AGAIN)
    turn.seen.add(asks)
    return turn


STEPS = {
    "cursor": _cursor, "scroll": _scroll, "last": _last, "page": _page, "offset": _offset, "link": _link, "link header": _link,
    "days": _days,
}  # fmt: skip
