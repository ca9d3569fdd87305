"""What states mean, worked out a second time: one line after the other, one file after the other, in plain Python.

It shares nothing with data/log/line_history.py but the rules of docs/RECORDS_AND_STATE.md.
"""

from dataclasses import dataclass, field
from datetime import date

TERMS = ("account_id", "product", "amount", "currency", "seats", "is_trial", "status", "trial_ends_on", "paused_on", "resumes_on")
STOPPED = ("paused", "unpaid")


@dataclass
class File:
    """One standing import: state (with a day), records or edit; rows: key -> the columns that the file has; complete: "these are all", where
    somebody said; what nobody said of a state is as the newest file of its feed says."""

    batch: int
    kind: str
    rows: dict[str, dict]
    columns: tuple[str, ...]
    day: date | None = None
    feed: str = "feed"
    complete: bool | None = None


@dataclass
class Line:
    """A stretch: parts are [since, terms, batch]."""

    start: date
    own_start: bool
    end: date | None = None
    first_told: tuple[date | None, ...] = ()  # the day of the first state of it, and the day that this file gives
    parts: list[list] = field(default_factory=list)


def line_up(files: list[File]) -> list[File]:
    """States in the order of their days; records where they came, after all that was there; edits last."""
    told: list[File] = []
    for file in [one for one in files if one.kind != "edit"]:
        later = [at for at, one in enumerate(told) if one.kind == "state" and file.kind == "state" and one.day > file.day]
        told.insert(later[0] if later else len(told), file)
    return told + [file for file in files if file.kind == "edit"]


def listings(told: list[File], key: str) -> list[dict]:
    """What each state says of a line, its day, the days before and gone; first what records say, without a day."""
    found: list[dict] = []
    base: dict = {}
    is_file, written_end = False, False
    gone: dict[str, date | None] = {}
    says_all = {one.feed: one.complete for one in sorted(told, key=lambda one: one.batch) if one.complete is not None}
    listed: dict[str, date | None] = {}  # feed -> the moment of the last file of it with the line
    moment = None
    for file in told:
        moment = file.day or moment
        row = file.rows.get(key)
        if row is not None and file.kind != "state":
            base.update({name: row.get(name) for name in file.columns})
            is_file |= file.kind == "records"
            written_end |= file.kind == "edit" and "ends_on" in file.columns
            for entry in found:
                entry["says"].update({name: row.get(name) for name in file.columns})
                if set(TERMS) & set(file.columns):
                    entry["batch"] = file.batch
        elif row is not None:
            same_day = found[-1] if found and found[-1]["day"] == file.day else None
            says = dict(same_day["says"]) if same_day else {}
            says.update({name: row.get(name) for name in file.columns})
            entry = {"day": file.day, "says": says, "batch": file.batch, "gap": same_day["gap"] if same_day else None}
            if gone.get(file.feed) and not entry["gap"]:
                entry["gap"] = gone[file.feed]
            found = (found[:-1] if same_day else found) + [entry]
        if row is not None and file.kind != "edit":
            listed[file.feed] = moment
            gone[file.feed] = None
        complete = file.complete if file.complete is not None else file.kind == "state" and says_all.get(file.feed, False)
        if complete and row is None and file.feed in listed and not gone.get(file.feed) and listed[file.feed] != file.day:
            others = [one for one in told if one.day == file.day and one.feed == file.feed and key in one.rows and file.day]
            if not others:
                gone[file.feed] = file.day
    if is_file:
        by = [one.batch for one in told if one.kind != "state" and key in one.rows and set(TERMS) & set(one.columns)]
        found.insert(0, {"day": None, "says": dict(base), "batch": by[-1], "gap": None})
    last = [day for day in gone.values() if day]
    return [
        entry | {"gap": None if written_end else entry["gap"], "last": min(last) if last and not written_end else None} for entry in found
    ]


def filled(entries: list[dict], names: tuple[str, ...]) -> list[dict]:
    for name in names:
        known = [entry["says"][name] for entry in entries if name in entry["says"]]
        held = known[0] if known and name not in ("status", "has_ended") else None
        for entry in entries:
            held = entry["says"].get(name, held) if name in entry["says"] else held
            entry["says"][name] = held
    return entries


def with_statuses(entries: list[dict]) -> list[dict]:
    """What had not begun is what comes after it; what is stopped is so since the first state in a row that says so, where no day is given."""
    following = None
    for entry in reversed(entries):
        if entry["says"]["status"] == "not_begun":
            entry["says"]["status"] = following or "not_begun"
        else:
            following = entry["says"]["status"] or "paying"
    run: list[dict] = []
    for entry in entries:
        run = [*run, entry] if run and run[-1]["says"]["status"] == entry["says"]["status"] else [entry]
        if entry["says"]["status"] in STOPPED and not entry["says"]["paused_on"]:
            days = [one["day"] for one in (*run, *entries[entries.index(entry) + 1 :]) if one["day"]]
            entry["says"]["paused_on"] = days[0]
    return entries


def told_days(says: dict, before: dict) -> list[date | None]:
    """The days that a file gives for what became of a line, the most telling first."""
    stopped, trial = before["status"] in STOPPED and says["status"] not in STOPPED, before["status"] == "trial" != says["status"]
    return [
        says["paused_on"] if says["paused_on"] != before["paused_on"] else None,
        says["resumes_on"] if says["resumes_on"] != before["resumes_on"] else None,
        before["resumes_on"] if stopped else None,
        (says["trial_ends_on"] or before["trial_ends_on"]) if trial else None,
        says.get("changed_on"),
    ]


def lines_of(files: list[File], key: str, names: tuple[str, ...]) -> list[Line]:
    """The lines of a key in the order of time."""
    entries = with_statuses(filled(listings(line_up(files), key), names))
    lines: list[Line] = []
    over_since, last_start, last_end, last_terms, last_day = None, None, None, None, None
    for number, entry in enumerate(entries):
        says, day = entry["says"], entry["day"]
        start, end, given = says["starts_on"], says["ends_on"], says.get("changed_on")
        if start is None:
            start = next(one["day"] for one in entries if one["day"])
        if says.get("has_ended") and end is None:
            over_since = over_since or (start if number == 0 else day)
            end = over_since
        else:
            over_since = None
        terms = {name: says[name] for name in TERMS}
        part = [None, terms, entry["batch"]]
        if number == 0:
            lines.append(Line(start, True, end, (day, given) if day else (), [[start, terms, entry["batch"]]]))
        else:
            lines = meaning(lines, part, start, end, given, day, last_start, last_end, last_terms, last_day, entry["gap"])
        lines[-1].end = end
        if lines[-1].own_start:
            lines[-1].start = start
        last_start, last_end, last_terms, last_day = start, end, terms, day
    if entries and entries[-1]["last"]:
        lines[-1].end = min([day for day in (lines[-1].end, entries[-1]["last"]) if day])
    return lines


def meaning(lines, part, start, end, given, day, last_start, last_end, last_terms, last_day, gap) -> list[Line]:
    """The lines with what one more state says, beside the state before it."""

    def cut(at: date) -> None:
        lines[-1].end = min([one for one in (lines[-1].end, at) if one])

    had_ended = last_end is not None and last_day is not None and last_end <= last_day
    follows = last_end is not None and last_end <= start
    not_begun = last_day is not None and last_start > last_day
    if start != last_start and (follows or (last_day is not None and start > last_day and not not_begun)):
        if gap:
            cut(gap)
        return [*lines, Line(start, True, end, (day,), [[start, *part[1:]]])]
    if gap or (had_ended and (end is None or end > day)):
        after = gap or last_end
        if gap:
            cut(gap)
        since = given if given and after < given <= day else day
        return [*lines, Line(since, False, end, (), [[since, *part[1:]]])]
    if last_end is not None and last_end <= day and not had_ended and (end is None or end > last_end):
        return [*lines, Line(last_end, False, end, (), [[last_end, *part[1:]]])]
    if part[1] != last_terms:
        between = [one for one in told_days({**part[1], "changed_on": given}, last_terms) if one and (last_day or one) <= one <= day]
        since = between[0] if between else day
        lines[-1].parts.append([since, *part[1:]])
    return lines


def expected(files: list[File], names: tuple[str, ...]) -> list[tuple]:
    """Every part of every line that a state lists: key, starts_on, ends_on, line start and end, known_since, batch, and the terms."""
    found = []
    for key in sorted({key for file in files if file.kind == "state" for key in file.rows}):
        parts, empty = [], None
        lines = lines_of(files, key, names)
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            ends = [day for day in (line.end, following.start if following else None) if day]
            end = max(min(ends), line.start) if ends else None
            sinces = [line.start] + [max(since, line.start) for since, _, _ in line.parts[1:]]
            for number, (since, part) in enumerate(zip(sinces, line.parts, strict=True)):
                until = [day for day in (sinces[number + 1] if number + 1 < len(sinces) else None, end) if day]
                stop = min(until) if until else None
                told = [day for day in line.first_told[1:] if day and day > line.start] + list(line.first_told[:1])
                known = min(told) if number == 0 and told and min(told) > line.start else None
                row = (key, since, stop, line.start, end, known, part[2], *(str(part[1][name]) for name in TERMS))
                parts += [row] if stop is None or since < stop else []
                empty = row
        found += parts or [empty]
    return sorted(found, key=str)
