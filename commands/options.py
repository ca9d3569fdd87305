"""Options of the command line, made of the parameters of reports."""

import inspect
from collections.abc import Callable, Collection
from types import FunctionType
from typing import Annotated, Any

import typer

from reports.parameters import DAY, FLAG, NUMBER, Parameter
from reports.report import PUBLIC

METAVARS = {DAY: "YYYY-MM-DD", NUMBER: "NUMBER"}


def with_parameters(names: Collection[str] | None = None) -> Callable[[FunctionType], Callable]:
    """A command with an option for each parameter, or for those named; they come to it as `asked`, under their public names."""
    taken = [one for one in PUBLIC if names is None or one.name in names]

    def decorated(command: FunctionType) -> Callable:
        own = [one for one in inspect.signature(command).parameters.values() if one.name != "asked"]

        def called(**given: object) -> object:
            asked = {one.name: given.pop(_variable(one)) for one in taken}
            return command(**given, asked={name: _as_text(value) for name, value in asked.items() if value is not None})

        called.__name__, called.__doc__ = command.__name__, command.__doc__
        vars(called)["__signature__"] = inspect.Signature([*own, *map(_option, taken)])  # what typer reads
        return called

    return decorated


def _variable(parameter: Parameter) -> str:
    return f"{parameter.name}_"


def _as_text(value: object) -> object:
    """A flag as the text that a server is sent."""
    return str(value).lower() if isinstance(value, bool) else value


def _option(parameter: Parameter) -> inspect.Parameter:
    name = f"--{parameter.name.replace('_', '-')}"
    if parameter.kind == FLAG:
        return _keyword(parameter, Annotated[bool | None, typer.Option(name, help=parameter.meaning, show_default=False)])
    values = "|".join(parameter.choices) or METAVARS.get(parameter.kind, "TEXT")
    meaning = parameter.meaning if parameter.default is None else f"{parameter.meaning} Unless given: {parameter.default}."
    return _keyword(parameter, Annotated[str | None, typer.Option(name, help=meaning, metavar=values, show_default=False)])


def _keyword(parameter: Parameter, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(_variable(parameter), inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
