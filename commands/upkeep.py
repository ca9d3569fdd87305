"""Commands that look after a store and its server: checked, backed up, restored, looked at, made, read by mail."""

import json
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.doing import Exit, opened, stop, work
from data.access import sessions
from data.access.provider import folded
from data.erasure.keys import KeyLost
from data.erasure.once_more import erased_again
from data.settings import current_settings
from data.store import backups
from data.store.edits import EditRefused
from data.store.store import StoreError, StoreHeld
from data.upkeep import beside, nightly
from data.viewer import EVERYONE
from reports.revenue.erased import of_closes
from workplaces import finding

app = typer.Typer()


@app.command()
def demo(
    last_day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day of which anything is known. Default: yesterday.")
    ] = None,
) -> None:
    """Make the sample company, in a store of its own."""
    from sample.load import load, say, yesterday

    path = current_settings().sample_store
    load(path, last_day=last_day.date() if last_day else yesterday(), told=say)
    typer.echo(f"The sample company is in {path}.")


@app.command()
def check() -> None:
    """Compare rows, checksums and rollups with what the log says; say what was looked at."""
    with work() as place:
        found = place.check()
    for sentence in (*found.faults, *found.told):
        typer.echo(sentence)
    typer.echo(found.in_words())
    if found.faults:
        raise typer.Exit(Exit.FAULT)


@app.command()
def digests(
    day: Annotated[str | None, typer.Option(metavar="DAY", help="Of that day, as 2026-11-27; today where none is said.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent to whom.")] = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Send the digests that are due and were not sent yet: by the mail server of the settings, else into the folder outbox."""
    with work() as place:
        told = place.digests(day, dry_run=dry_run)
    lines = [f"{one['person']}, {one['rhythm']}, {one['day']}: {one['state']}{f' ({x})' if (x := one['detail']) else ''}" for one in told]
    typer.echo(json.dumps({"digests": told}) if json_ else "\n".join(lines) or "No digest is due.")
    if any(one["state"] in ("later", "unclear", "refused") for one in told):
        raise typer.Exit(Exit.FAULT)


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="One file, in place of an earlier one there.")] = None,
    to: Annotated[Path | None, typer.Option(help="A folder, for one more backup; HOLDFAST_BACKUPS where neither is said.")] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="So many of the newest stay in the folder; HOLDFAST_BACKUPS_KEPT, else 14.")
    ] = None,
) -> None:
    """Write the whole store to one file, also while it is in use; or to a folder, in which the newest backups are kept."""
    settings = current_settings()
    folder = to or (settings.backups if file is None else None)
    if (file is None) == (folder is None) or (file and keep):
        raise stop("backup: say one file, or a folder: backup FILE, or backup --to FOLDER --keep 14.", Exit.USAGE)
    with work() as place:
        if folder is None:
            place.backup(path := file or Path())
            gone: list[Path] = []
        else:
            store = settings.store.expanduser().resolve()
            path, gone = nightly.keep_one_more(place.backup, store, folder, keep or settings.backups_kept, datetime.now(UTC))
    typer.echo(f"The store as it was at this moment is in {path}.{f' {len(gone)} older ones were removed.' if gone else ''}")


@app.command()
def restore(file: Path) -> None:
    """Put a backup of your own in place of the store, once it is found whole; what was there is kept beside it. Sources and deliveries are
    paused."""
    store = current_settings().store.expanduser().resolve()
    try:
        checked, kept = backups.restore(store, file)
        archive = nightly.beside_of(file)
        try:
            put, stayed = beside.unpack(archive, store) if archive.exists() else ([], [])
        finally:
            _put_to_rest(store)
    except StoreHeld as error:
        raise stop(f"{error} Nothing was restored: stop the server first.", Exit.FAULT) from None
    except StoreError as error:
        raise stop(str(error), Exit.REFUSED) from None
    typer.echo(checked.in_words())
    _erase_again(kept)
    typer.echo(f"Restored.{f' The store that was there is kept as {kept}.' if kept else ''}")
    for names, what in ((put, "Put back beside it"), (stayed, "Left as they are beside it")):
        if names:
            typer.echo(f"{what}: {', '.join(names)}.")


def _put_to_rest(store: Path) -> None:
    """Nothing comes or leaves by itself at a restored store before somebody says so: a copy would write to the targets of the first."""
    from deliveries import at_rest  # here, since it is needed by few commands

    sources, deliveries = at_rest.at_work(store)
    if not sources and not deliveries:
        return
    with closing(opened()) as restored:
        at_rest.put_to_rest(restored, EVERYONE, way="local")
    for names, what in ((sources, "sources"), (deliveries, "deliveries")):
        if names:
            typer.echo(f"Paused, since a copy must not go on by itself: {what} {', '.join(names)}. Go on with: {what} resume NAME")


def _erase_again(kept: Path | None) -> None:
    """Who was erased from the store that was there is taken out of the restored one; where that cannot be, say so."""
    if kept is None:
        return
    with closing(opened()) as store:
        try:
            if n := erased_again(store, kept, of_closes):
                typer.echo(f"Erased once more, since the backup had them: {n} accounts or people.")
        except (KeyLost, EditRefused, StoreError) as why:
            typer.echo(f"Who was erased since the backup is in it, and must be erased again: {why}", err=True)


@app.command("release-email")
def release_email(email: str) -> None:
    """Where an e-mail changed hands: end its sign-ins, and let it be that of whoever signs in with it next. Works beside a server."""
    try:
        released = sessions.sessions().release(folded(email))
    except sessions.RecordUnreadable as error:
        raise stop(str(error), Exit.FAULT) from None
    if not released:
        raise stop(f"{email} is nobody's: nobody has signed in with it, or it is released already.", Exit.REFUSED)
    typer.echo(f"{email} belongs to whoever signs in with it next.")


@app.command()
def doctor(
    settings: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with the server's settings, NAME=VALUE a line.")
    ] = None,
    online: Annotated[bool, typer.Option(help="Also ask the provider of sign-ins, and come in as browsers do.")] = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Look at a deployment: settings, rights, sign-in, disk, backups, clock, versions, store. Says what to fix, and changes nothing."""
    from server.doctor import examine  # the parts of a server come with it, which no other command needs

    found = examine.examined(settings, online=online, whole=finding.looked_at, scores=finding.score_versions)
    if json_:
        typer.echo(json.dumps(asdict(found)))
    else:
        typer.echo("\n".join(found.in_words()))
    if found.faults:
        raise typer.Exit(Exit.FAULT)
