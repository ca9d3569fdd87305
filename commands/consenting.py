"""Commands about what needs the consent of others."""

import json
from typing import Annotated

import typer

from commands.doing import Exit, stop, work
from commands.options import with_parameters
from data.importing.findings import one_line
from reports.revenue.closes import CLOSED_BY

approvals = typer.Typer(no_args_is_help=True, help="What needs the consent of others: asked, consented to, refused, withdrawn.")
DEEDS = ("undo", "redo", "close")


@approvals.command("list")
def list_(json_: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the requests that you may see, newest first."""
    with work() as place:
        rows = place.approvals()
    if json_:
        typer.echo(json.dumps({"approvals": rows}, default=str))
        return
    for row in rows:
        waits = f", level {row['level']} of {len(row['levels'])}" if row["level"] else ""
        mine = "  waits for you" if row["for_me"] else ""
        typer.echo(f"{row['request']:>5}  {row['state']}{waits}  {row['what']}  by {row['asked_by']}: {one_line(row['reason'])}{mine}")


@approvals.command("ask")
@with_parameters(CLOSED_BY)
def ask_(
    deed: Annotated[str, typer.Argument(help=f"{', '.join(DEEDS)}; of a file see `import --ask`.")],
    batch: Annotated[int | None, typer.Argument(help="Of an undo or redo.")] = None,
    reason: Annotated[str, typer.Option(help="Why: who consents reads it.")] = "",
    *,
    asked: dict[str, str],
) -> None:
    """Ask for consent to an undo, a redo or a close."""
    if deed not in DEEDS:
        raise stop(f"approvals ask: there is no deed {deed!r}. Deeds: {', '.join(DEEDS)}.", Exit.USAGE)
    with work(Exit.REFUSED) as place:
        found = place.ask({"do": deed, "batch": batch, "reason": reason, **asked})
    typer.echo(f"Request {found['request']} waits for {', '.join(found['waits_for'])}.")


def _decide(action: str, number: int, why: str | None = None) -> None:
    with work(Exit.REFUSED) as place:
        found = place.decide(action, number, why)
    done = f", batch {found['came_of']}" if found["came_of"] else ""
    waits = f" for {', '.join(found['waits_for'])}" if found["waits_for"] else ""
    typer.echo(f"Request {number}: {found['state']}{waits}{done}.")


@approvals.command()
def consent(number: int) -> None:
    """Consent to a request that waits for you; the last consent does it."""
    _decide("consent", number)


@approvals.command()
def refuse(number: int, reason: Annotated[str, typer.Option(help="Why: who asked reads it.")]) -> None:
    """Refuse a request that waits for you."""
    _decide("refuse", number, reason)


@approvals.command()
def withdraw(number: int) -> None:
    """Take back a request of yours."""
    _decide("withdraw", number)


@approvals.command()
def remind(number: int) -> None:
    """Bring a request of yours to the mind of those for whom it waits."""
    _decide("remind", number)
