"""What a parameter of reports is: its name, what it may be, what it means. API, command line, checks and answers follow from that."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from data.parameters import WrongParameter
from language import tr
from language.formats import listed

DAY, TEXT, NUMBER, FLAG = "day", "text", "number", "flag"
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)  # days that can be asked for: room on both sides for what is reckoned from them
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Parameter:
    """One parameter under its public name.

    kind: DAY (YYYY-MM-DD, EARLIEST to LATEST), NUMBER (a whole one), FLAG (true or false) or TEXT. choices: the only values, where there
    are some. least, most: of a number. of_all: whether reports take it unless they say that they ignore it, else those that name it.
    """

    name: str
    meaning: str
    kind: str = TEXT
    default: object = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    of_all: bool = False

    def read(self, given: object) -> Any:
        """What was given as text or as a value, as a value. Raises WrongParameter."""
        if given is None or not isinstance(given, str):
            return given
        if self.kind == DAY:
            return self._day(given) if given else None
        if self.kind == FLAG:
            return self._flag(given)
        return self._number(given) if self.kind == NUMBER else given

    def _flag(self, given: str) -> bool:
        if given.strip().lower() not in FLAGS:
            raise WrongParameter(tr("{name}: '{given}' is neither true nor false.", name=self.name, given=given))
        return FLAGS[given.strip().lower()]

    def _day(self, given: str) -> date:
        try:
            return date.fromisoformat(given)
        except ValueError:
            told = tr("{name}: '{given}' is no day of the calendar. Write it as YYYY-MM-DD, like 2026-03-31.", name=self.name, given=given)
            raise WrongParameter(told) from None

    def _number(self, given: str) -> int:
        try:
            return int(given)
        except ValueError:
            raise WrongParameter(tr("{name}: '{given}' is no whole number.", name=self.name, given=given)) from None

    def check(self, value: Any) -> None:
        """Raises WrongParameter for a value that is none of the choices, or outside the bounds."""
        if self.kind == DAY and value is not None and not EARLIEST <= value <= LATEST:
            raise WrongParameter(tr("{name}: give a day from {least} to {most}.", name=self.name, least=EARLIEST, most=LATEST))
        if self.choices and value not in self.choices:
            told = tr("{name}: {value!r} is none of {choices}.", name=self.name, value=value, choices=listed(self.choices))
            raise WrongParameter(told)
        if self.least is not None and self.most is not None and not self.least <= value <= self.most:
            told = tr(
                "{name}: {value} is not possible. Give {least} to {most}.", name=self.name, value=value, least=self.least, most=self.most
            )
            raise WrongParameter(told)


def declared(name: str, meaning: str, default: object = None, **more: Any) -> Any:
    """A field of a dataclass that is a parameter."""
    return field(default=default, metadata={"parameter": Parameter(name, meaning, default=default, **more)})


def parameters_of(declaring: type[Any]) -> dict[str, Parameter]:
    """The parameters that a dataclass declares, by the names of its fields."""
    found = {one.name: one.metadata.get("parameter") for one in fields(declaring)}
    return {name: parameter for name, parameter in found.items() if parameter}
