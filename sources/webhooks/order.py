"""In which order events about one thing were made that tell the same second: Stripe promises no order of what it sends, and its moments
are whole seconds (https://docs.stripe.com/webhooks#event-ordering, https://docs.stripe.com/api/events/object).

An event of a change says what was there before it (`previous_attributes`), so that it comes after the one which leaves just that. Where
neither of two says so, nobody knows, and that is told.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from typing import Any, TypeVar

from data.kept_webhooks import Row
from sources.webhooks.events import Json, at, read

After = Callable[[Json, Json], bool]
T = TypeVar("T")


def in_order(rows: Sequence[Row], after: After) -> tuple[list[Row], int]:
    """Rows in the order of their moments, those of one moment about one thing in the order that they tell themselves; and how many of
    those do not. after: whether the second of two events comes straight after the first."""
    found, unclear = list[Row](), 0
    for _, group in groupby(sorted(rows, key=lambda one: (one.made, one.kind, one.key)), key=lambda one: (one.made, one.kind, one.key)):
        same = list(group)
        if len(same) == 1 or not same[0].key:
            found += same
            continue
        events: dict[int, Any] = {one.seq: read(one.body) for one in same}
        chain = _chained(same, lambda one, other, events=events: after(events[one.seq], events[other.seq]))
        unclear += sum(
            not after(events[one.seq], events[other.seq]) and events[one.seq]["data"]["object"] != events[other.seq]["data"]["object"]
            for one, other in pairwise(chain)
        )
        found += chain
    return found, unclear


def _chained(rows: Sequence[T], follows: Callable[[T, T], bool]) -> list[T]:
    """Rows with each behind those that it follows, else in the order in which they came. follows: whether the second follows the first."""
    left, chain = list(rows), list[T]()
    while left:
        first = (one for one in left if not any(follows(other, one) and not follows(one, other) for other in left if other is not one))
        chain.append(next(first, left[0]))
        left.remove(chain[-1])
    return chain


def comes_after(before: Json, event: Json) -> bool:
    """Whether an event of Stripe comes straight after another: what it says was there before is what the other leaves."""
    said = at(event, "data.previous_attributes")
    return isinstance(said, dict) and bool(said) and _holds(said, before["data"]["object"])


def _holds(said: Any, found: Any) -> bool:
    """Whether all that is said is so in what was found; of an object the parts that are named."""
    if isinstance(said, dict) and isinstance(found, dict):
        return all(name in found and _holds(value, found[name]) for name, value in said.items())
    return said == found
