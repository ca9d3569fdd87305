"""Commands of the log of imports: files in, listed, undone, redone; which account a name means."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commands.doing import Exit, stop, work
from data.importing import saved_mappings
from data.importing.findings import one_line
from data.importing.mapping import Mapping, MappingError
from data.importing.options import in_words
from data.schema import IMPORTED_TABLES
from data.settings import current_settings

app = typer.Typer()
SET_HELP = "An option, or an answer: a column with the value of all rows (currency=EUR), key, or account_from. May be given several times."
OPTIONS_HELP = "\n\n".join(["Options for --set:", *in_words()])


def as_mapping(name: str | None) -> str | None:
    """A mapping as TOML: the file of that name, or the saved one."""
    if name is None:
        return None
    try:
        if Path(name).is_file():
            return Mapping.from_toml(Path(name).read_text()).to_toml()
        return saved_mappings.load(current_settings().store.expanduser().resolve(), name).to_toml()
    except (MappingError, UnicodeDecodeError) as error:
        raise stop(f"--mapping {name}: {error}", Exit.USAGE) from None


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
    chosen, asked = as_mapping(mapping), {"table": table, "feed": feed, "dry_run": dry_run, "strict": strict}
    batches: list[dict] = []
    try:
        with work() as place:
            batches.extend(place.import_file(path, mapping=chosen, options=options, why=ask, **asked) for path in paths)
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
    with work() as place:
        rows = place.imports()
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
    with work(Exit.REFUSED) as place:
        reduced, kept_from = place.mark(action, batch)
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
    with work(Exit.REFUSED) as place:
        batch = place.match(written, account_id)
    typer.echo(f"{written} is {account_id}, as batch {batch}. `undo {batch}` takes it back.")
