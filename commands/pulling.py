"""Commands about sources: listed, tried, pulled, answered, paused."""

import json
from typing import Annotated, Any

import typer

from commands.doing import Exit, work

sources = typer.Typer(no_args_is_help=True, help="Data that comes by itself: from a database, an API or a webhook (docs/SOURCES.md).")
Json = Annotated[bool, typer.Option("--json")]


@sources.command("list")
def list_(json_: Json = False) -> None:
    """Every source: when last and next, how far it is read, and what became of it."""
    with work(Exit.REFUSED) as place:
        rows = place.sources()
    if json_:
        typer.echo(json.dumps({"sources": rows}))
        return
    for row in rows:
        typer.echo(_line(row))
        for name in ("problem", "what_to_do"):
            if row[name]:
                typer.echo(f"    {row[name]}")
        if row["undone"]:
            batches = ", ".join(map(str, row["undone"]))
            typer.echo(f"    Undone: batch {batches}. Their rows do not come again by themselves: redo them, or pull --from-start.")
    if not rows:
        typer.echo("No source is described. docs/SOURCES.md says how.")


def _line(row: dict[str, Any]) -> str:
    when = "paused" if row["paused"] else row["next_at"] or row["schedule"] or "never"
    last = f"{row['outcome']} {row['last_at']}, {row['rows']:,} rows" if row["outcome"] else "not pulled yet"
    return f"{row['source']}  {row['kind'] or '?'} -> {row['table'] or 'as its header says'}  last: {last}  next: {when}"


@sources.command()
def check(name: str, json_: Json = False) -> None:
    """Look whether a source could be pulled: its file, its secret, and whether it answers. Nothing comes in."""
    told = _run("check", name)
    if json_:
        typer.echo(json.dumps(told))
    else:
        typer.echo(f"{name}: {'can be pulled' if told['ok'] else 'cannot be pulled'}")
        for line in filter(None, (*told["said"], told["problem"], told["what_to_do"])):
            typer.echo(f"    {line}")
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


@sources.command()
def pause(name: str) -> None:
    """Let a source no longer be pulled by itself."""
    _run("pause", name)
    typer.echo(f"{name} is paused.")


@sources.command()
def resume(name: str) -> None:
    """Let a source be pulled by itself again."""
    _run("resume", name)
    typer.echo(f"{name} is pulled by itself again.")


def _run(deed: str, name: str, **more: Any) -> dict[str, Any]:
    with work(Exit.REFUSED) as place:
        return place.source(deed, name, **more)


def _say(told: dict[str, Any], json_: bool) -> None:
    if json_:
        typer.echo(json.dumps(told))
    else:
        batch = f", batch {told['batch']}" if told["batch"] else ""
        typer.echo(f"{told['source']}: {told['outcome']}, {told['rows']:,} rows{batch}")
        for line in filter(None, (told["problem"], told["what_to_do"])):
            typer.echo(f"    {line}")
    if told["outcome"] in ("failed", "waiting"):
        raise typer.Exit(Exit.FAULT if told["outcome"] == "failed" else Exit.REFUSED)
