"""What commands about things that run by themselves share, sources and deliveries: how they are listed, paused and resumed."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import typer

Row = Mapping[str, Any]


def show(name: str, rows: Sequence[Row], json_: bool, line: Callable[[Row], str], more: Callable[[Row], Iterable[str]], none: str) -> None:
    """Each in a line with what is to be done below it; as JSON under `name`; `none` where there are none."""
    if json_:
        typer.echo(json.dumps({name: rows}))
        return
    for row in rows:
        typer.echo(line(row))
        below(row["problem"], row["what_to_do"], *more(row))
    if not rows:
        typer.echo(none)


def below(*lines: str | None) -> None:
    """What is said below a line, but for what is empty."""
    for one in filter(None, lines):
        typer.echo(f"    {one}")


def when(row: Row) -> str:
    """When something runs next, as far as that is known."""
    return "paused" if row["paused"] else row["next_at"] or row["schedule"] or "never"


def last(row: Row, never: str) -> str:
    """What became of it last; `never` where it did not run."""
    return f"{row['outcome']} {row['last_at']}, {row['rows']:,} rows" if row["outcome"] else never


def add_pausing(to: typer.Typer, deed: Callable[[str, str], object], *, pausing: str, resuming: str, resumed: str) -> None:
    """The commands `pause` and `resume`. pausing, resuming: what their help says; resumed: what is said of one that runs again."""

    @to.command(help=pausing)
    def pause(name: str) -> None:
        deed("pause", name)
        typer.echo(f"{name} is paused.")

    @to.command(help=resuming)
    def resume(name: str) -> None:
        deed("resume", name)
        typer.echo(f"{name} {resumed}")
