"""The command line: parse, call, print."""

import json
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

from data import importing
from data.mapping import Mapping, MappingError
from data.scope import Viewer
from data.settings import Settings
from data.store import Store, StoreError
from reports import files
from reports.catalogue import run
from reports.report import Question

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Customer-success analytics from the exports you have."
)


class Exit(IntEnum):
    FAULT, USAGE, REFUSED = 1, 2, 3


def _stop(message: str, code: Exit) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


def _store() -> Store:
    settings = Settings()
    try:
        return Store.open(settings.store, memory_limit=settings.memory_limit, timezone=settings.timezone)
    except StoreError as error:
        raise _stop(str(error), Exit.FAULT) from None


def _mapping(name: str | None) -> Mapping | None:
    if name is None:
        return None
    saved = Settings().store.parent / "mappings" / f"{name}.toml"
    path = Path(name) if Path(name).exists() else saved
    if not path.exists():
        raise _stop(f"--mapping: there is no file {name} and no saved mapping of that name.", Exit.USAGE)
    try:
        return Mapping.from_toml(path.read_text())
    except MappingError as error:
        raise _stop(f"{path}: {error}", Exit.USAGE) from None


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False)],
    mapping: Annotated[str | None, typer.Option(help="A saved mapping, or a TOML file.")] = None,
    table: str | None = None,
    feed: str | None = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="OPTION=VALUE")] = None,
    dry_run: bool = False,
    strict: bool = False,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Import files: each is one batch, taken whole or not at all."""
    options = dict(entry.split("=", 1) if "=" in entry else (entry, "true") for entry in set_ or [])
    chosen, store = _mapping(mapping), _store()
    arguments = {"mapping": chosen, "table": table, "feed": feed, "options": options, "dry_run": dry_run, "strict": strict}
    try:
        outcomes = [importing.run(store, path, **arguments) for path in paths]
    except (MappingError, StoreError) as error:
        raise _stop(str(error), Exit.USAGE) from None
    finally:
        store.close()
    if json_:
        typer.echo(json.dumps({"batches": [outcome.as_json() for outcome in outcomes]}, default=str))
    else:
        for outcome in outcomes:
            _print_outcome(outcome)
    if any(outcome.refused for outcome in outcomes):
        raise typer.Exit(Exit.REFUSED)


def _print_outcome(outcome: importing.Outcome) -> None:
    if batch := outcome.batch:
        counts = ", ".join(f"{getattr(batch, name):,} {name}" for name in ("read", "accepted", "rejected", "duplicate", "waiting"))
        typer.echo(f"{outcome.file}: batch {batch.batch}, {batch.table}: {counts}")
    else:
        typer.echo(f"{outcome.file}: nothing was imported", err=True)
    for problem in outcome.problems[:20]:
        where = ", ".join(f"{name} {problem[name]}" for name in ("line", "column", "value") if problem.get(name) is not None)
        typer.echo(f"  {where + ': ' if where else ''}{problem['reason']}", err=True)
    for question in outcome.questions:
        typer.echo(f"  Answer with --set {question['option']}={' or '.join(question['choices'])}", err=True)


@app.command()
def imports(json_: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the imports, newest first."""
    store = _store()
    rows = store.imports().to_dicts()
    store.close()
    if json_:
        typer.echo(json.dumps({"imports": rows}, default=str))
        return
    for row in rows:
        state = "" if row["standing"] else f" (undone by {row['undone_by']})"
        counts = f"{row['accepted']:,} of {row['read']:,} rows"
        typer.echo(f"{row['batch']:>5}  {row['imported_at']:%Y-%m-%d %H:%M}  {row['table']:<13} {counts}  {row['file']}{state}")


def _mark(action: str, batch: int) -> None:
    store = _store()
    try:
        getattr(store, action)(batch)
    except StoreError as error:
        raise _stop(str(error), Exit.REFUSED) from None
    finally:
        store.close()
    typer.echo(f"Batch {batch}: {action} done.")


@app.command()
def undo(batch: int) -> None:
    """Let a batch stand no more; `redo` brings it back."""
    _mark("undo", batch)


@app.command()
def redo(batch: int) -> None:
    """Let an undone batch stand again."""
    _mark("redo", batch)


@app.command()
def report(
    name: str,
    as_of: str | None = None,
    known_at: str | None = None,
    from_: Annotated[str | None, typer.Option("--from")] = None,
    to: str | None = None,
    by: str | None = None,
    rules: str = "house",
    viewer: str | None = None,
    json_: Annotated[bool, typer.Option("--json")] = False,
    csv: Path | None = None,
    xlsx: Path | None = None,
    pdf: Path | None = None,
) -> None:
    """Answer one question: arr, movements, retention, usage, quality."""
    if pdf:
        raise _stop("--pdf: reports cannot be written as PDF yet. Use --xlsx or --csv.", Exit.USAGE)
    store = _store()
    try:
        days = [date.fromisoformat(day) if day else None for day in (as_of, from_, to)]
        question = Question(days[0], known_at, days[1], days[2], by, rules)
        answer = run(name, store, Viewer(viewer), question)
    except ValueError as error:
        raise _stop(str(error), Exit.USAGE) from None
    finally:
        store.close()
    if csv:
        csv.write_bytes(files.as_csv(answer))
    if xlsx:
        xlsx.write_bytes(files.as_xlsx(answer))
    if json_:
        typer.echo(json.dumps(files.as_json(answer)))
    elif not csv and not xlsx:
        typer.echo(files.as_csv(answer).decode(), nl=False)


@app.command()
def demo() -> None:
    """Make the sample company, in a store of its own."""
    from sample.load import load

    path = Settings().sample_store
    load(path)
    typer.echo(f"The sample company is in {path}.")


@app.command()
def check() -> None:
    """Compare the rows that are there with what the log says."""
    store = _store()
    found = store.check()
    store.close()
    for sentence in found:
        typer.echo(sentence)
    typer.echo("The store is whole." if not found else f"{len(found)} faults.")
    if found:
        raise typer.Exit(Exit.FAULT)


@app.command()
def dump(folder: Path) -> None:
    """Write every table as Parquet."""
    store = _store()
    for path in store.dump(folder):
        typer.echo(str(path))
    store.close()


if __name__ == "__main__":
    app()
