"""The command line: parse, call, print."""

import gc

gc.disable()  # while it is loaded, which is most of what many commands do: all of that stays to the end

import json
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

import workplaces
from command_options import with_parameters
from data import private
from data.access import sessions
from data.access.provider import folded
from data.audit.verify import SHOWN
from data.erasure.erasing import in_sentences
from data.erasure.keys import KeyLost
from data.erasure.once_more import erased_again
from data.erasure.retention import in_words as retention_in_words
from data.erasure.subjects import ACCOUNT, PERSON, ErasureRefused, Subject
from data.importing import saved_mappings
from data.importing.findings import one_line
from data.importing.mapping import Mapping, MappingError
from data.importing.options import in_words
from data.importing.outcome import ReadingFailed
from data.schema import IMPORTED_TABLES
from data.settings import current_settings
from data.store import backups
from data.store.edits import EditRefused
from data.store.store import Store, StoreError, StoreHeld
from data.upkeep import beside, nightly
from data.viewer import NotAllowed
from reports.files.answers import takes_of
from reports.revenue.closes import CLOSED_BY
from reports.revenue.erased import of_closes

gc.freeze()
gc.enable()
app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Customer-success analytics from the exports you have."
)


SET_HELP = "An option, or an answer: a column with the value of all rows (currency=EUR), key, or account_from. May be given several times."
OPTIONS_HELP = "\n\n".join(["Options for --set:", *in_words()])


@app.callback()
def _begin() -> None:
    private.from_now_on()


class Exit(IntEnum):
    FAULT, USAGE, REFUSED = 1, 2, 3


def _stop(message: str, code: Exit) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


def _store() -> Store:
    settings = current_settings()
    try:
        return Store.open(settings.store, memory_limit=settings.memory_limit, timezone=settings.timezone)
    except StoreError as error:
        raise _stop(str(error), Exit.FAULT) from None


@contextmanager
def _work(refused: Exit = Exit.FAULT) -> Generator[workplaces.Workplace]:
    """The place where the work is done; what it refuses ends the command with words."""
    try:
        with closing(workplaces.find()) as place:
            yield place
    except StoreHeld as error:
        raise _stop(str(error), Exit.FAULT) from None
    except StoreError as error:
        raise _stop(str(error), refused) from None
    except (EditRefused, NotAllowed, ErasureRefused, KeyLost) as error:
        raise _stop(str(error), Exit.REFUSED) from None
    except ReadingFailed as error:
        raise _stop(str(error), Exit.FAULT) from None
    except ValueError as error:
        raise _stop(str(error), Exit.USAGE) from None


def _write(path: Path, content: bytes) -> None:
    """Write a file that was asked for, with the rights that files of the user have."""
    is_new = not path.exists()
    path.write_bytes(content)
    if is_new:
        private.as_usual(path)


def _mapping(name: str | None) -> str | None:
    """A mapping as TOML: the file of that name, or the saved one."""
    if name is None:
        return None
    try:
        if Path(name).is_file():
            return Mapping.from_toml(Path(name).read_text()).to_toml()
        return saved_mappings.load(current_settings().store.expanduser().resolve(), name).to_toml()
    except (MappingError, UnicodeDecodeError) as error:
        raise _stop(f"--mapping {name}: {error}", Exit.USAGE) from None


@app.command("import", epilog=OPTIONS_HELP)
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False)],
    mapping: Annotated[str | None, typer.Option(help="A saved mapping, or a TOML file.")] = None,
    table: Annotated[str | None, typer.Option(help=f"What is in the file: {', '.join(IMPORTED_TABLES)}.")] = None,
    feed: Annotated[str | None, typer.Option(help="The name under which files of this kind come again and again.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="OPTION=VALUE", help=SET_HELP)] = None,
    dry_run: bool = False,
    strict: bool = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
    ask: Annotated[str | None, typer.Option(metavar="REASON", help="Where a file needs consent, ask for it.")] = None,
) -> None:
    """Import files: each is one batch, taken whole or not at all."""
    options = {name: value if equals else "true" for name, equals, value in (entry.partition("=") for entry in set_ or [])}
    chosen, asked = _mapping(mapping), {"table": table, "feed": feed, "dry_run": dry_run, "strict": strict}
    batches: list[dict] = []
    try:
        with _work() as work:
            batches.extend(work.import_file(path, mapping=chosen, options=options, why=ask, **asked) for path in paths)
    finally:  # what came in before a file stopped the others is said all the same
        if json_ and batches:
            typer.echo(json.dumps({"batches": batches}, default=str))
        for batch in batches if not json_ else ():
            _print_batch(batch)
    if any(batch["batch"] is None for batch in batches):
        raise typer.Exit(Exit.REFUSED)


def _print_batch(batch: dict) -> None:
    if batch["batch"] is not None:
        counts = ", ".join(f"{batch[name]:,} {name}" for name in ("read", "accepted", "rejected", "duplicate", "waiting"))
        counts += f", {batch['erased']:,} left out, of somebody who was erased" if batch.get("erased") else ""
        counts += f", {batch['too_old']:,} left out, from before the events that are kept" if batch.get("too_old") else ""
        typer.echo(f"{batch['file']}: batch {batch['batch']}, {batch['table']}: {counts}")
    else:
        typer.echo(f"{batch['file']}: nothing was imported", err=True)
    if batch.get("request"):
        typer.echo(f"{batch['file']}: consent was asked for, as request {batch['request']}")
    for problem in batch["problems"][:20]:
        where = ", ".join(f"{name} {one_line(problem[name])}" for name in ("line", "column", "value") if problem.get(name) is not None)
        typer.echo(f"  {where + ': ' if where else ''}{problem['reason']}", err=True)
    for question in batch["questions"]:
        typer.echo(f"  {_asked(question, taken=batch['batch'] is not None)}", err=True)


def _asked(question: dict, taken: bool) -> str:
    """A question and how to answer it; for a file that was taken all the same, how to say it differently."""
    choices = " or ".join(f"'{choice}'" for choice in question["choices"][:8]) or "DAY"
    hint = f" {question['hint']}" if question.get("hint") else ""
    again = " Import the file again with the answer where it is not as taken." if taken else ""
    answer = f"--table {choices}" if question["option"] == "table" else f"--set {question['option']}={choices or 'VALUE'}"
    return f"{question['text']}{hint} Answer with {answer}.{again}"


@app.command()
def imports(json_: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the imports, newest first."""
    with _work() as work:
        rows = work.imports()
    if json_:
        typer.echo(json.dumps({"imports": rows}, default=str))
        return
    for row in rows:
        state = "" if row["standing"] else f" (undone by {row['undone_by']})"
        counts = f"{row['accepted']:,} of {row['read']:,} rows"
        typer.echo(
            f"{row['batch']:>5}  {str(row['imported_at'])[:16].replace('T', ' ')}  {row['table']:<13} {counts}  {row['file']}{state}"
        )


def _mark(action: str, batch: int) -> None:
    with _work(Exit.REFUSED) as work:
        reduced, kept_from = work.mark(action, batch)
    typer.echo(f"Batch {batch}: {action} done.")
    if reduced:
        said = f"{reduced:,} of its events, from before {kept_from}, are rollups only"
        typer.echo(f"{said}: undo and redo work, and no new file can take their place.")


@app.command()
def undo(batch: int) -> None:
    """Let a batch stand no more; `redo` brings it back."""
    _mark("undo", batch)


@app.command()
def redo(batch: int) -> None:
    """Let an undone batch stand again."""
    _mark("redo", batch)


@app.command()
def match(
    written: Annotated[str, typer.Argument(help="The account as files name it, or the id of an entry to merge.")],
    account_id: Annotated[str, typer.Argument(help="The account that is meant; the same name again: an account of its own.")],
) -> None:
    """Say which account a name means, for all imports; `report account-matching` has suggestions, `undo` takes it back."""
    with _work(Exit.REFUSED) as work:
        batch = work.match(written, account_id)
    typer.echo(f"{written} is {account_id}, as batch {batch}. `undo {batch}` takes it back.")


@app.command()
@with_parameters()
def report(
    name: str,
    json_: Annotated[bool, typer.Option("--json")] = False,
    csv: Path | None = None,
    xlsx: Path | None = None,
    pdf: Path | None = None,
    *,
    asked: dict[str, str],
) -> None:
    """Answer one question: arr, movements, retention, usage, health, activation, cohorts, unit-economics, quality and others."""
    wanted = {kind: path for kind, path in (("csv", csv), ("xlsx", xlsx), ("pdf", pdf)) if path}
    formats = [*wanted, *(["json"] if json_ else [])] or ["csv"]
    with _work() as work:
        answer = work.report(name, asked, formats)
    for kind, path in wanted.items():
        _write(path, answer[kind])
    if json_ or not wanted:
        typer.echo(answer[formats[-1]].decode(), nl=json_)


@app.command("board-pack")
@with_parameters(takes_of("board-pack"))
def board_pack(xlsx: Path | None = None, pdf: Path | None = None, *, asked: dict[str, str]) -> None:
    """Write the board pack: one Excel workbook, one PDF, or both."""
    _document("board-pack", xlsx, pdf, asked)


@app.command("portfolio-pack")
@with_parameters(takes_of("portfolio-pack"))
def portfolio_pack(xlsx: Path | None = None, pdf: Path | None = None, *, asked: dict[str, str]) -> None:
    """Write portfolio health, who moved and why: one Excel workbook, one PDF, or both."""
    _document("portfolio-pack", xlsx, pdf, asked)


def _document(name: str, xlsx: Path | None, pdf: Path | None, asked: dict[str, str]) -> None:
    """Write a document in each format that a place is named for."""
    wanted = {kind: path for kind, path in (("xlsx", xlsx), ("pdf", pdf)) if path}
    if not wanted:
        raise _stop(f"{name}: say where to write it: --xlsx FILE, --pdf FILE, or both.", Exit.USAGE)
    with _work() as work:
        answer = work.report(name, asked, [*wanted])
    for kind, path in wanted.items():
        _write(path, answer[kind])
        typer.echo(str(path))


@app.command()
@with_parameters(CLOSED_BY)
def close(who: Annotated[str, typer.Option(help="Who closes it: kept with the figures.")], *, asked: dict[str, str]) -> None:
    """Close a period: keep its figures as they are known now. It is a batch, and `undo` takes it back."""
    with _work(Exit.REFUSED) as work:
        batch = work.close_period(asked, who)
    typer.echo(f"Closed as batch {batch}. `report restatement` shows what changes from now on.")


approvals = typer.Typer(no_args_is_help=True, help="What needs the consent of others: asked, consented to, refused, withdrawn.")
app.add_typer(approvals, name="approvals")
DEEDS = ("undo", "redo", "close")


@approvals.command("list")
def list_(json_: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the requests that you may see, newest first."""
    with _work() as work:
        rows = work.approvals()
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
        raise _stop(f"approvals ask: there is no deed {deed!r}. Deeds: {', '.join(DEEDS)}.", Exit.USAGE)
    with _work(Exit.REFUSED) as work:
        found = work.ask({"do": deed, "batch": batch, "reason": reason, **asked})
    typer.echo(f"Request {found['request']} waits for {', '.join(found['waits_for'])}.")


def _decide(action: str, number: int, why: str | None = None) -> None:
    with _work(Exit.REFUSED) as work:
        found = work.decide(action, number, why)
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
def train(
    as_of: str | None = None,
    keep: Annotated[bool, typer.Option(help="Learn nothing: look ahead from a later day with the model that stands.")] = False,
) -> None:
    """Train the churn model, say how it did on later time, and whether it may be used."""
    with _work() as work:
        lines = work.train(as_of, keep)
    for line in lines:
        typer.echo(line)


forecasts = typer.Typer(no_args_is_help=True, help="Forecasts: kept as they are made, so that they can be held against what happens.")
app.add_typer(forecasts, name="forecast")


@forecasts.command("keep")
def keep_forecast() -> None:
    """Keep the forecast of the newest day, of the company and of each owner; `report forecast-log` tells what became of those kept."""
    with _work(Exit.REFUSED) as work:
        rows = work.keep_forecast()
    typer.echo(
        f"Kept: {rows:,} rows." if rows else "Nothing was kept: that day's forecast is kept already, or there is nothing to forecast."
    )


@app.command()
def check() -> None:
    """Compare rows, checksums and rollups with what the log says; say what was looked at."""
    with _work() as work:
        found = work.check()
    for sentence in found.faults:
        typer.echo(sentence)
    typer.echo(found.in_words())
    if found.faults:
        raise typer.Exit(Exit.FAULT)


audit = typer.Typer(no_args_is_help=True, help="What was done, by whom and when: entries that are only ever added.")
app.add_typer(audit, name="audit")


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
    with _work() as work:
        answer = work.audit({name: value for name, value in given.items() if value is not None}, [*wanted] or ["json"])
    for name, path in wanted.items():
        _write(path, answer[name])
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
    with _work() as work:
        found = work.verify(heads)
    for sentence in (*found.faults[:SHOWN], *found.remarks):
        typer.echo(sentence)
    if len(found.faults) > SHOWN:
        typer.echo(f"... and {len(found.faults) - SHOWN:,} more.")
    typer.echo(found.in_words())
    if found.faults:
        raise typer.Exit(Exit.FAULT)


@app.command()
def retention(
    keep_events_months: Annotated[str | None, typer.Option(help="Keep events one by one for so many months, or all.")] = None,
    preview: Annotated[bool, typer.Option(help="Only say what would be older, and set nothing.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Keep what is older than is set as rollups only. There is no way back.")] = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say for how long usage events are kept one by one, set it, or let older ones become rollups, which is all that reports read."""
    if preview and apply:
        raise _stop("retention: --preview changes nothing; leave it or --apply out.", Exit.USAGE)
    with _work(Exit.REFUSED) as work:
        told = work.retention(keep_events_months, preview=preview, apply=apply)
    typer.echo(json.dumps(told) if json_ else retention_in_words(told, done=apply))


@app.command()
def assistants() -> None:
    """Let an assistant ask on stdio (Model Context Protocol): list and run reports, open figures, explain accounts. docs/ASSISTANTS.md."""
    with _work() as work:
        work.assistants()


@app.command()
def digests(
    day: Annotated[str | None, typer.Option(metavar="DAY", help="Of that day, as 2026-11-27; today where none is said.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent to whom.")] = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Send the digests that are due and were not sent yet: by the mail server of the settings, else into the folder outbox."""
    with _work() as work:
        told = work.digests(day, dry_run=dry_run)
    lines = [f"{one['person']}, {one['rhythm']}, {one['day']}: {one['state']}{f' ({x})' if (x := one['detail']) else ''}" for one in told]
    typer.echo(json.dumps({"digests": told}) if json_ else "\n".join(lines) or "No digest is due.")
    if any(one["state"] in ("later", "unclear", "refused") for one in told):
        raise typer.Exit(Exit.FAULT)


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
        raise _stop("erase: name an --account or a --person, one of them.", Exit.USAGE)
    named = account if account is not None else person or ""
    if not preview and confirm != named:
        raise _stop(f"erase: look with --preview first; then give the id again to confirm: --confirm {named!r}.", Exit.USAGE)
    kind = PERSON if account is None else ACCOUNT
    with _work(Exit.REFUSED) as work:
        told = work.erase(Subject(kind, named, tuple(same or ()), tuple(other or ()), tuple(word or ())), preview=preview)
    typer.echo(json.dumps(told) if json_ else "\n".join(in_sentences(told)))


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
        raise _stop("backup: say one file, or a folder: backup FILE, or backup --to FOLDER --keep 14.", Exit.USAGE)
    with _work() as work:
        if folder is None:
            work.backup(path := file or Path())
            gone: list[Path] = []
        else:
            store = settings.store.expanduser().resolve()
            path, gone = nightly.keep_one_more(work.backup, store, folder, keep or settings.backups_kept, datetime.now(UTC))
    typer.echo(f"The store as it was at this moment is in {path}.{f' {len(gone)} older ones were removed.' if gone else ''}")


@app.command()
def restore(file: Path) -> None:
    """Put a backup of your own in place of the store, once it is found whole; what was there is kept beside it."""
    store = current_settings().store.expanduser().resolve()
    try:
        checked, kept = backups.restore(store, file)
        archive = nightly.beside_of(file)
        put, stayed = beside.unpack(archive, store) if archive.exists() else ([], [])
    except StoreHeld as error:
        raise _stop(f"{error} Nothing was restored: stop the server first.", Exit.FAULT) from None
    except StoreError as error:
        raise _stop(str(error), Exit.REFUSED) from None
    typer.echo(checked.in_words())
    _erase_again(kept)
    typer.echo(f"Restored.{f' The store that was there is kept as {kept}.' if kept else ''}")
    for names, what in ((put, "Put back beside it"), (stayed, "Left as they are beside it")):
        if names:
            typer.echo(f"{what}: {', '.join(names)}.")


def _erase_again(kept: Path | None) -> None:
    """Who was erased from the store that was there is taken out of the restored one; where that cannot be, say so."""
    if kept is None:
        return
    with closing(_store()) as store:
        try:
            if n := erased_again(store, kept, of_closes):
                typer.echo(f"Erased once more, since the backup had them: {n} accounts or people.")
        except (KeyLost, EditRefused, StoreError) as why:
            typer.echo(f"Who was erased since the backup is in it, and must be erased again: {why}", err=True)


@app.command()
def dump(folder: Path) -> None:
    """Write every table as Parquet."""
    with _work() as work:
        for path in work.dump(folder):
            typer.echo(str(path))


@app.command("release-email")
def release_email(email: str) -> None:
    """Where an e-mail changed hands: end its sign-ins, and let it be that of whoever signs in with it next. Works beside a server."""
    try:
        released = sessions.sessions().release(folded(email))
    except sessions.RecordUnreadable as error:
        raise _stop(str(error), Exit.FAULT) from None
    if not released:
        raise _stop(f"{email} is nobody's: nobody has signed in with it, or it is released already.", Exit.REFUSED)
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

    found = examine.examined(settings, online=online, whole=workplaces.looked_at, scores=workplaces.score_versions)
    if json_:
        typer.echo(json.dumps(asdict(found)))
    else:
        typer.echo("\n".join(found.in_words()))
    if found.faults:
        raise typer.Exit(Exit.FAULT)


if __name__ == "__main__":
    app()
