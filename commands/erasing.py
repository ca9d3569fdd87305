"""Commands by which something goes for good: people and accounts, events older than is set."""

import json
from typing import Annotated

import typer

from commands.doing import Exit, stop, work
from data.erasure.erasing import in_sentences
from data.erasure.retention import in_words as retention_in_words
from data.erasure.subjects import ACCOUNT, PERSON, Subject

app = typer.Typer()


@app.command()
def retention(
    keep_events_months: Annotated[str | None, typer.Option(help="Keep events one by one for so many months, or all.")] = None,
    preview: Annotated[bool, typer.Option(help="Only say what would be older, and set nothing.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Keep what is older than is set as rollups only. There is no way back.")] = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say for how long usage events are kept one by one, set it, or let older ones become rollups, which is all that reports read."""
    if preview and apply:
        raise stop("retention: --preview changes nothing; leave it or --apply out.", Exit.USAGE)
    with work(Exit.REFUSED) as place:
        told = place.retention(keep_events_months, preview=preview, apply=apply)
    typer.echo(json.dumps(told) if json_ else retention_in_words(told, done=apply))


@app.command()
def erase(
    account: Annotated[str | None, typer.Option(metavar="ID", help="The account that goes, with its people.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Who goes: a contact's or user's id, or an e-mail address.")] = None,
    same: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Somebody likely, as the preview names them, who is meant, too.")
    ] = None,
    other: Annotated[list[str] | None, typer.Option(metavar="KEY", help="One that is somebody else, and stays.")] = None,
    word: Annotated[list[str] | None, typer.Option(help="One more word to blank out in texts, such as a nickname.")] = None,
    confirm: Annotated[str | None, typer.Option(metavar="ID", help="The same id again: without it, nothing is erased.")] = None,
    preview: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Take a person or an account out of the store for good: every row, text and file beside it. There is no undo."""
    if (account is None) == (person is None):
        raise stop("erase: name an --account or a --person, one of them.", Exit.USAGE)
    named = account if account is not None else person or ""
    if not preview and confirm != named:
        raise stop(f"erase: look with --preview first; then give the id again to confirm: --confirm {named!r}.", Exit.USAGE)
    kind = PERSON if account is None else ACCOUNT
    with work(Exit.REFUSED) as place:
        told = place.erase(Subject(kind, named, tuple(same or ()), tuple(other or ()), tuple(word or ())), preview=preview)
    typer.echo(json.dumps(told) if json_ else "\n".join(in_sentences(told)))
