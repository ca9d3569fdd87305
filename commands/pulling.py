"""Commands about sources: listed, tried, pulled, answered, paused."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from commands import by_themselves
from commands.doing import Exit, work

sources = typer.Typer(no_args_is_help=True, help="Data that comes by itself: from a database, an API or a webhook (docs/SOURCES.md).")
Json = Annotated[bool, typer.Option("--json")]


@sources.command("list")
def list_(json_: Json = False) -> None:
    """Every source: when last and next, how far it is read, and what became of it."""
    with work(Exit.REFUSED) as place:
        rows = place.sources()
    by_themselves.show("sources", rows, json_, _line, _undone, "No source is described. docs/SOURCES.md says how.")


def _line(row: Mapping[str, Any]) -> str:
    last, when = by_themselves.last(row, "not pulled yet"), by_themselves.when(row)
    return f"{row['source']}  {row['kind'] or '?'} -> {row['table'] or 'as its header says'}  last: {last}  next: {when}"


def _undone(row: Mapping[str, Any]) -> list[str]:
    """What was undone of a source, and what was read otherwise than what comes now."""
    undone, otherwise = (", ".join(map(str, row[name])) for name in ("undone", "read_otherwise"))
    said = [f"Undone: batch {undone}. Their rows do not come again by themselves: redo them, or pull --from-start."] if undone else []
    alike = f"Read otherwise than what comes now: batch {otherwise}. Undo them and pull --from-start, to have all read alike."
    return said + ([alike] if otherwise else [])


@sources.command()
def check(name: str, json_: Json = False) -> None:
    """Look whether a source could be pulled: its file, its secret, and whether it answers. Nothing comes in."""
    told = _run("check", name)
    if json_:
        typer.echo(json.dumps(told))
    else:
        typer.echo(f"{name}: {'can be pulled' if told['ok'] else 'cannot be pulled'}")
        by_themselves.below(*told["said"], told["problem"], told["what_to_do"])
    if not told["ok"]:
        raise typer.Exit(Exit.FAULT)


@sources.command()
def pull(
    name: str,
    from_start: Annotated[bool, typer.Option("--from-start", help="Read everything again, whatever is in.")] = False,
    accept_columns: Annotated[bool, typer.Option("--accept-columns", help="Columns may be of another type, or gone.")] = False,
    accept_ending: Annotated[bool, typer.Option("--accept-ending", help="What a snapshot would end may end.")] = False,
    json_: Json = False,
) -> None:
    """Pull a source now."""
    _say(_run("pull", name, from_start=from_start, accept_columns=accept_columns, accept_ending=accept_ending), json_)


@sources.command()
def answer(name: str, answers: Annotated[list[str], typer.Argument(metavar="OPTION=VALUE...")], json_: Json = False) -> None:
    """Say what a source that waits was asked, for all pulls to come, and take what waits. accept="NAME" takes what its rows leave open."""
    said = {option: value for option, equals, value in (one.partition("=") for one in answers) if equals}
    if len(said) != len(answers):
        typer.echo("sources answer: write each answer as OPTION=VALUE, as ends_on=inclusive.", err=True)
        raise typer.Exit(Exit.USAGE)
    _say(_run("answer", name, answers=said), json_)


def _run(deed: str, name: str, **more: Any) -> dict[str, Any]:
    with work(Exit.REFUSED) as place:
        return place.source(deed, name, **more)


by_themselves.add_pausing(
    sources, _run, pausing="Let a source no longer be pulled by itself.",
    resuming="Let a source be pulled by itself again.", resumed="is pulled by itself again.",
)  # fmt: skip


def _say(told: dict[str, Any], json_: bool) -> None:
    if json_:
        typer.echo(json.dumps(told))
    else:
        batch = f", batch {told['batch']}" if told["batch"] else ""
        typer.echo(f"{told['source']}: {told['outcome']}, {told['rows']:,} rows{batch}")
        by_themselves.below(told["problem"], told["what_to_do"])
    if told["outcome"] in ("failed", "waiting"):
        raise typer.Exit(Exit.FAULT if told["outcome"] == "failed" else Exit.REFUSED)
