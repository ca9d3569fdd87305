"""Which accounts of a company are looked at how long before their renewals, and what came of it. Written from docs/CHURN_MODEL.md and
docs/GLOSSARY.md alone, for companies whose lines state neither notice nor self-renewal and whose log knows no day of booking."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from tests.second.lines import Line

GRACE, YEARS = timedelta(days=30), 3
TERMS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)  # months that contracts are sold for
EVERY = {90: 3, 60: 2, 30: 1}  # months from one look at an account without such a term to the next


class Look(NamedTuple):
    account: str
    on: date
    left: bool


def looks(lines: Iterable[Line], agreed: set[Line], ahead: int) -> list[Look]:
    """Every look `ahead` days before, of the last three years, of which it is certain what came."""
    paying = [line for line in lines if line.worth(line.starts_on)[0] > 0]
    until = max(line.starts_on for line in paying)
    since, of = until - timedelta(days=365 * YEARS), defaultdict(list)
    for line in paying:
        of[line.account_id].append(line)
    sold = _sold(paying, until)
    terms = {line for line in paying if line in agreed and months(line) in sold[line.product]}
    found = []
    for account, own in of.items():
        left = _left_on(own, until)
        found += [Look(account, day, end in left) for day, end in _renewals(own, terms, ahead)]
        found += [
            Look(account, day, any(day < one <= day + timedelta(days=ahead) for one in left))
            for day in _live(own, terms, ahead, since, until)
        ]
    return [one for one in found if since <= one.on and one.on + timedelta(days=ahead) + GRACE <= until]


def months(line: Line) -> int | None:
    """The usual term that a line runs for, within three days; none where it runs for none of them."""
    length = (line.ends_on - line.starts_on).days if line.ends_on else 0
    return next((term for term in TERMS if abs(length - round(term * 365 / 12)) <= 3), None)


def _sold(paying: list[Line], until: date) -> dict[str | None, set[int | None]]:
    """For which terms each product is sold: those of at least a twentieth of its lines that run at the end, of all lines where fewer than
    five of it run. All of them carry ends, and accounts go on after them."""
    found, running = {}, [line for line in paying if line.is_live(until)]
    for product in {line.product for line in paying}:
        own = [line for line in running if line.product == product]
        told = own if len(own) >= 5 else running
        found[product] = {
            term for term in {months(line) for line in told} if sum(months(line) == term for line in told) >= len(told) / 20
        } - {None}
    return found


def _left_on(own: list[Line], until: date) -> set[date]:
    """The days on which the account's paid time ended: nothing is paid for on them, nor begins within the days of grace."""
    ends = {line.ends_on for line in own if line.ends_on and line.ends_on <= until}
    return {end for end in ends if not any(line.is_live(end) or end <= line.starts_on < end + GRACE for line in own)}


def _renewals(own: list[Line], terms: set[Line], ahead: int) -> Iterable[tuple[date, date]]:
    """The day of the look, and the day on which lines end that were sold for a term at least as long, one of which ran by then."""
    for end in {line.ends_on for line in own if line in terms}:
        ending = [line for line in own if line in terms and line.ends_on == end]
        day = end - timedelta(days=ahead)
        if min(line.starts_on for line in ending) <= day and max((end - line.starts_on).days for line in ending) >= ahead:
            yield day, end


def _live(own: list[Line], terms: set[Line], ahead: int, since: date, until: date) -> Iterable[date]:
    """First days of a month on which all lines that run were sold for terms, and for shorter ones: every third, second, or each month."""
    for year in range(since.year, until.year + 1):
        for month in range(1, 13, EVERY[ahead]):
            day = date(year, month, 1)
            running = [line for line in own if line.is_live(day)]
            if running and all(line in terms and (line.ends_on - line.starts_on).days < ahead for line in running):
                yield day
