"""What caps the band of an account's health, whatever its score. Written from docs/GLOSSARY.md alone."""

from datetime import date

from tests.second.following import Following
from tests.second.lines import DAY, Line


def exception(following: Following, day: date) -> str | None:
    """The kind of exception on a day."""
    customer = following.customer
    running = [line for line in customer.parts if line.is_live(day) and line.worth(day)[0] > 0]
    if not running:
        return "lapsed_renewal" if _has_lapsed(following, day) else None
    left = [line for line in running if customer.has_notice(line) and is_left(following, line, day)]
    if not left:
        return None
    return "notice_given" if len(left) == len(running) and not _booked_beside(following, day) else "notice_on_part"


def is_left(following: Following, line: Line, day: date) -> bool:
    """Whether nothing goes on with a line that runs or is booked by the day and is not under notice itself."""
    return not any(one.is_booked(day) and not following.customer.has_notice(one) for one in following.after(line))


def _booked_beside(following: Following, day: date) -> bool:
    """Whether a paying line that is not under notice is booked and starts later."""
    ahead = [line for line in following.parts if line.starts_on > day and line.is_booked(day) and line.worth(line.starts_on)[0] > 0]
    return any(not following.customer.has_notice(line) for line in ahead)


def _has_lapsed(following: Following, day: date) -> bool:
    """Whether a paying line is in grace, and one of the paying lines that ended last is left."""
    lines, priced_on, how = following.customer.counted(day)
    if how != "grace" or not any(line.worth(priced_on)[0] > 0 for line in lines if not line.is_reduction):
        return False
    ended = [
        (line.ends_on, line) for line in following.parts if line.ends_on and line.ends_on <= day and line.worth(line.ends_on - DAY)[0] > 0
    ]
    last = max((on for on, _ in ended), default=None)
    return any(on == last and is_left(following, line, day) for on, line in ended)
