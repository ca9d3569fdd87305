"""Local times of a zone in SQL: the zone's steps are written out, so that neither an engine's own list of zones nor a setting of the machine
cuts a day elsewhere."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LOOK = timedelta(days=7)  # no zone changes its offset twice within that, and back
FIRST, LAST = datetime(1970, 1, 1), datetime(2100, 1, 1)
Step = tuple[datetime, int]


def steps(zone: str, first: datetime, last: datetime) -> list[Step]:
    """From when on which offset holds: a naive moment in UTC, and seconds to be added to UTC; the first holds before it, too."""
    if zone[0] in "+-":
        return [(first, int(f"{zone[0]}1") * (int(zone[1:3]) * 3600 + int(zone[4:6]) * 60))]
    named, at = ZoneInfo(zone), first
    found = [(first, _offset(named, first))]
    while at < last:
        after = at + LOOK
        if _offset(named, after) != found[-1][1]:
            moment = _when(named, at, after)
            found.append((moment, _offset(named, moment)))
        at = after
    return found


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return int((offset or timedelta()).total_seconds())


def _when(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset changes between two moments."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def to_local(moment: str, zone: str, first: datetime, last: datetime) -> str:
    """SQL for the local time of a moment in UTC. first, last: between which all moments lie."""
    return _moved(moment, "+", steps(zone, first - LOOK, last + LOOK))


def to_utc(local: str, zone: str, first: datetime, last: datetime) -> str:
    """SQL for the moment in UTC of a local time. One that comes twice is the first of the two; one that clocks skip is read with the offset
    before, as files of imports are read (data/importing/reader/zones.py)."""
    known = steps(zone, first - LOOK, last + LOOK)
    before = [offset for _, offset in known[:1]] + [offset for _, offset in known[:-1]]
    walls = [(at + timedelta(seconds=max(offset, old)), offset) for (at, offset), old in zip(known, before, strict=True)]
    return _moved(local, "-", walls)


def _moved(moment: str, sign: str, known: list[Step]) -> str:
    if all(offset == 0 for _, offset in known):
        return moment
    if len(known) == 1:
        return f"({moment} {sign} {_seconds(known[0][1])})"
    ends = [at for at, _ in known[1:]]
    cases = [
        f"when {moment} < timestamp '{end:%Y-%m-%d %H:%M:%S}' then {_seconds(offset)}"
        for end, (_, offset) in zip(ends, known, strict=False)
    ]
    return f"({moment} {sign} case {' '.join(cases)} else {_seconds(known[-1][1])} end)"


def _seconds(offset: int) -> str:
    return f"interval '{offset}' second"
