"""Which line goes on with which, the steps of a ramp, and CARR, as the glossary tells them."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cached_property

from tests.second.customer import Customer
from tests.second.lines import Line


def could_go_on_with(line: Line, old: Line) -> bool:
    """Starts after it started, ends after it; where the two overlap, it starts in the second half of the other's days."""
    if old.ends_on is None or line.starts_on <= old.starts_on or (line.ends_on is not None and line.ends_on <= old.ends_on):
        return False
    return 2 * (line.starts_on - old.starts_on) >= old.ends_on - old.starts_on


class Following:
    """What goes on with what among the lines of one customer; trials and reductions take no part."""

    def __init__(self, customer: Customer) -> None:
        self.customer, self.pair = customer, customer.choices.pair
        self.parts = customer.parts
        self.old_of = {line: self._goes_on_with(line) for line in self.parts}

    def _goes_on_with(self, line: Line) -> list[Line]:
        could = [old for old in self.parts if could_go_on_with(line, old)]
        is_new = not any(old.product == line.product and old.starts_on < line.starts_on for old in self.parts)
        ways: list[Callable[[Line], bool]] = [
            lambda old: line.renews_contract is not None and old.contract_id == line.renews_contract,
            lambda old: line.contract_id is not None and (old.contract_id, old.product) == (line.contract_id, line.product),
            lambda old: old.product == line.product,
            lambda old: is_new and line.contract_id is not None and old.contract_id == line.contract_id,
            lambda old: self.pair(old, line) == "change",
        ]
        return next((found for way in ways if (found := [old for old in could if way(old)])), [])

    def after(self, old: Line) -> list[Line]:
        return [line for line in self.parts if old in self.old_of[line]]

    def is_gone_on_with(self, old: Line, day: date) -> bool:
        """Whether something that is booked by the day goes on with it."""
        return any(line.is_booked(day) for line in self.after(old))

    @cached_property
    def steps(self) -> dict[Line, Line]:
        """Of each step of a ramp but the last, the next."""
        return {line: nxt for line in self.parts for nxt in self.parts if is_next_step(line, nxt)}

    def changes_plan(self, old: Line, line: Line) -> bool:
        """Whether a line of another product that goes on with nothing starts within the days of grace from an end."""
        if old.ends_on is None or line.product == old.product or self.old_of[line] or self.pair(old, line) == "addition":
            return False
        return old.ends_on <= line.starts_on < old.ends_on + timedelta(days=max(1, self.customer.choices.grace))

    def carr(self, day: date) -> int:
        """ARR in cents of what is booked by the day."""
        counted, priced_on, _ = self.customer.counted(day)
        lines = self._without_replaced([*counted, *self._ahead(day)], day)
        return self.customer.total_of(((line, self._priced(line, day, counted, priced_on)) for line in self._larger(lines, day)), day)[1]

    def _priced(self, line: Line, day: date, counted: Iterable[Line], priced_on: date) -> date:
        return priced_on if line in counted else line.starts_on

    def _ahead(self, day: date) -> list[Line]:
        """Lines that are booked and start later; of the steps of a ramp ahead the first."""
        ahead = [line for line in self.customer.lines if line.starts_on > day and line.booked_on and line.booked_on <= day]
        second = {self.steps[line] for line in ahead if line in self.steps}
        live = {self.steps[line] for line in self.customer.live(day) if line in self.steps}
        return [line for line in ahead if line not in second | live]

    def _without_replaced(self, lines: list[Line], day: date) -> list[Line]:
        ahead = [line for line in lines if line in self.old_of and line.starts_on > day]
        replaced = {old for line in ahead for old in self.old_of[line] if old.ends_on and old.ends_on <= line.starts_on}
        return self._left([line for line in lines if line not in replaced], replaced)

    @staticmethod
    def _left(lines: list[Line], gone: Iterable[Line]) -> list[Line]:
        """Without the reductions that run beside what is gone and end by its end."""
        return [line for line in lines if not (line.is_reduction and any(runs_beside(line, one) for one in gone))]

    def _larger(self, lines: list[Line], day: date) -> list[Line]:
        """Where a plan may have been changed, the larger of the two sides of the account, the older where they are equal."""
        open_ends = [line for line in lines if line.ends_on and not line.is_reduction and not self.is_gone_on_with(line, day)]
        ahead = [line for line in lines if line.starts_on > day and not line.is_reduction]
        met = [(old, line) for old in open_ends for line in ahead if self.changes_plan(old, line)]
        old_side, new_side = ([line for line in lines if line in {pair[at] for pair in met}] for at in (0, 1))
        kept, gone = (old_side, new_side) if self._side(old_side, lines, day) >= self._side(new_side, lines, day) else (new_side, old_side)
        return self._left([line for line in lines if line in kept or line not in gone], gone)

    def _side(self, side: list[Line], lines: list[Line], day: date) -> int:
        own = [line for line in lines if line.is_reduction and any(runs_beside(line, one) for one in side)]
        counted, priced_on, _ = self.customer.counted(day)
        return self.customer.total_of(((line, self._priced(line, day, counted, priced_on)) for line in [*side, *own]), day)[1]


def is_next_step(line: Line, following: Line) -> bool:
    if line is following or line.contract_id is None or line.booked_on is None:
        return False
    same = (line.contract_id, line.product, line.booked_on) == (following.contract_id, following.product, following.booked_on)
    return same and following.starts_on == line.ends_on


def runs_beside(reduction: Line, line: Line) -> bool:
    """Whether a reduction of a line's contract runs beside it and ends by its end."""
    if reduction.purse != line.purse or not (line.ends_on is None or (reduction.ends_on and reduction.ends_on <= line.ends_on)):
        return False
    return line.starts_on < (reduction.ends_on or date.max) and reduction.starts_on < (line.ends_on or date.max)
