"""Commands about results that leave: listed, tried, made, paused."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from commands import by_themselves
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
    by_themselves.show("deliveries", rows, json_, _line, lambda _: (), "No delivery is described. docs/DELIVERIES.md says how.")


def _line(row: Mapping[str, Any]) -> str:
    last = by_themselves.last(row, "not made yet")
    return f"{row['delivery']}  {row['report'] or '?'} -> {row['target'] or '?'}  last: {last}  next: {by_themselves.when(row)}"


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


def _run(deed: str, name: str, **more: Any) -> dict[str, Any]:
    with work(Exit.REFUSED) as place:
        return place.delivery(deed, name, **more)


by_themselves.add_pausing(
    deliveries, _run, pausing="Let a delivery no longer run by itself.",
    resuming="Let a delivery run by itself again.", resumed="runs by itself again.",
)  # fmt: skip


def _say(told: dict[str, Any], json_: bool) -> None:
    if json_:
        typer.echo(json.dumps(told, default=str))
    else:
        typer.echo(f"{told['delivery']}: {told['outcome']}, {told['rows']:,} of {told['of']:,} rows")
        first = (json.dumps(row, ensure_ascii=False, default=str) for row in told["first"])
        by_themselves.below(told["problem"], told["what_to_do"], *first)
    if told["outcome"] == "failed":
        raise typer.Exit(Exit.FAULT)
