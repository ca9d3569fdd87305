"""Commands about what was done, by whom and when."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.doing import Exit, work, write
from data.audit.verify import SHOWN

audit = typer.Typer(no_args_is_help=True, help="What was done, by whom and when: entries that are only ever added.")


@audit.command("list")
def entries(
    who: Annotated[str | None, typer.Option(help="An address, or how the work came in: browser, api, local, inbox.")] = None,
    action: Annotated[str | None, typer.Option(help="What was done: import, undo, export, sign_in, denied and others.")] = None,
    kind: Annotated[str | None, typer.Option(help="The kind of object that it was done to.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, in UTC.")] = None,
    most: Annotated[int | None, typer.Option(min=1, help="How many of the newest; else all.")] = None,
    json_: Annotated[bool, typer.Option("--json")] = False,
    csv: Path | None = None,
    xlsx: Path | None = None,
) -> None:
    """Who did what and when, newest first."""
    days = {"from": since and str(since.date()), "to": until and str(until.date())}
    given = {"who": who, "action": action, "kind": kind, "most": most, **days}
    wanted = {name: path for name, path in (("csv", csv), ("xlsx", xlsx)) if path}
    with work() as place:
        answer = place.audit({name: value for name, value in given.items() if value is not None}, [*wanted] or ["json"])
    for name, path in wanted.items():
        write(path, answer[name])
    if "json" in answer:
        _print_entries(answer["json"].decode(), as_json=json_)


def _print_entries(written: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(written)
        return
    for row in json.loads(written)["rows"]:
        typer.echo(f"{row['seq']:>6}  {str(row['done_at'])[:19].replace('T', ' ')}  {row['who']:<24}  {row['said']}")


@audit.command()
def verify(
    heads: Annotated[Path | None, typer.Option(help="A file of heads that was kept elsewhere.", exists=True, dir_okay=False)] = None,
) -> None:
    """Compare every entry with its seal, the chain, the log, closes, and every head that was kept."""
    with work() as place:
        found = place.verify(heads)
    for sentence in (*found.faults[:SHOWN], *found.remarks):
        typer.echo(sentence)
    if len(found.faults) > SHOWN:
        typer.echo(f"... and {len(found.faults) - SHOWN:,} more.")
    typer.echo(found.in_words())
    if found.faults:
        raise typer.Exit(Exit.FAULT)
