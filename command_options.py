"""Options of the command line, made of the parameters of reports."""

import inspect
from collections.abc import Callable, Collection
from typing import Annotated

import typer

from reports.parameters import DAY, NUMBER, Parameter
from reports.report import PUBLIC

METAVARS = {DAY: "YYYY-MM-DD", NUMBER: "NUMBER"}


def with_parameters(names: Collection[str] | None = None) -> Callable[[Callable], Callable]:
    """A command with an option for each parameter, or for those named; they come to it as `asked`, under their public names."""
    taken = [one for one in PUBLIC if names is None or one.name in names]

    def decorated(command: Callable) -> Callable:
        own = [one for one in inspect.signature(command).parameters.values() if one.name != "asked"]

        def called(**given: object) -> object:
            asked = {one.name: given.pop(_variable(one)) for one in taken}
            return command(**given, asked={name: value for name, value in asked.items() if value is not None})

        called.__name__, called.__doc__ = command.__name__, command.__doc__
        vars(called)["__signature__"] = inspect.Signature([*own, *map(_option, taken)])  # what typer reads
        return called

    return decorated


def _variable(parameter: Parameter) -> str:
    return f"{parameter.name}_"


def _option(parameter: Parameter) -> inspect.Parameter:
    values = "|".join(parameter.choices) or METAVARS.get(parameter.kind, "TEXT")
    meaning = parameter.meaning if parameter.default is None else f"{parameter.meaning} Unless given: {parameter.default}."
    option = typer.Option(f"--{parameter.name.replace('_', '-')}", help=meaning, metavar=values, show_default=False)
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(_variable(parameter), keyword, default=None, annotation=Annotated[str | None, option])
