"""Commands about results that leave: listed, tried, made, paused."""

import json
from typing import Annotated, Any

import typer

from commands.doing import Exit, work

deliveries = typer.Typer(
    no_args_is_help=True, help="Results that leave, on a schedule: into a folder, a table or an endpoint (docs/DELIVERIES.md)."
)
Json = Annotated[bool, typer.Option("--json")]


@deliveries.command("list")
def list_(json_: Json = False) -> None:
    """Every delivery: where to, when last and next, and what became of it."""
    with work(Exit.REFUSED) as place:
        rows = place.deliveries()
    if json_:
        typer.echo(json.dumps({"deliveries": rows}))
        return
    for row in rows:
        typer.echo(_line(row))
        for name in ("problem", "what_to_do"):
            if row[name]:
                typer.echo(f"    {row[name]}")
    if not rows:
        typer.echo("No delivery is described. docs/DELIVERIES.md says how.")


def _line(row: dict[str, Any]) -> str:
    when = "paused" if row["paused"] else row["next_at"] or row["schedule"] or "never"
    last = f"{row['outcome']} {row['last_at']}, {row['rows']:,} rows" if row["outcome"] else "not made yet"
    return f"{row['delivery']}  {row['report'] or '?'} -> {row['target'] or '?'}  last: {last}  next: {when}"


@deliveries.command()
def check(name: str, json_: Json = False) -> None:
    """Look whether a delivery could be made: its description, rights, secret and target. Nothing is sent."""
    _say(_run("check", name), json_)


@deliveries.command()
def run(
    name: str,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent, with its first rows.")] = False,
    everything: Annotated[bool, typer.Option(help="Also rows that were delivered before.")] = False,
    json_: Json = False,
) -> None:
    """Deliver now."""
    _say(_run("check", name) if dry_run else _run("run", name, everything=everything), json_)


@deliveries.command()
def pause(name: str) -> None:
    """Let a delivery no longer run by itself."""
    _run("pause", name)
    typer.echo(f"{name} is paused.")


@deliveries.command()
def resume(name: str) -> None:
    """Let a delivery run by itself again."""
    _run("resume", name)
    typer.echo(f"{name} runs by itself again.")


def _run(deed: str, name: str, **more: Any) -> dict[str, Any]:
    with work(Exit.REFUSED) as place:
        return place.delivery(deed, name, **more)


def _say(told: dict[str, Any], json_: bool) -> None:
    if json_:
        typer.echo(json.dumps(told, default=str))
    else:
        typer.echo(f"{told['delivery']}: {told['outcome']}, {told['rows']:,} of {told['of']:,} rows")
        for line in (told["problem"], told["what_to_do"], *(json.dumps(row, ensure_ascii=False, default=str) for row in told["first"])):
            if line:
                typer.echo(f"    {line}")
    if told["outcome"] == "failed":
        raise typer.Exit(Exit.FAULT)
