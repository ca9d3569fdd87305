"""Commands that answer: reports, documents, periods closed, the churn model, forecasts kept, every table as it is, assistants."""

from pathlib import Path
from typing import Annotated

import typer

from commands.doing import Exit, stop, work, write
from commands.options import with_parameters
from reports.files.answers import takes_of
from reports.revenue.closes import CLOSED_BY

app = typer.Typer()


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
    with work() as place:
        answer = place.report(name, asked, formats)
    for kind, path in wanted.items():
        write(path, answer[kind])
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
        raise stop(f"{name}: say where to write it: --xlsx FILE, --pdf FILE, or both.", Exit.USAGE)
    with work() as place:
        answer = place.report(name, asked, [*wanted])
    for kind, path in wanted.items():
        write(path, answer[kind])
        typer.echo(str(path))


@app.command()
@with_parameters(CLOSED_BY)
def close(who: Annotated[str, typer.Option(help="Who closes it: kept with the figures.")], *, asked: dict[str, str]) -> None:
    """Close a period: keep its figures as they are known now. It is a batch, and `undo` takes it back."""
    with work(Exit.REFUSED) as place:
        batch = place.close_period(asked, who)
    typer.echo(f"Closed as batch {batch}. `report restatement` shows what changes from now on.")


@app.command()
def train(
    as_of: str | None = None,
    keep: Annotated[bool, typer.Option(help="Learn nothing: look ahead from a later day with the model that stands.")] = False,
) -> None:
    """Train the churn model, say how it did on later time, and whether it may be used."""
    with work() as place:
        lines = place.train(as_of, keep)
    for line in lines:
        typer.echo(line)


forecasts = typer.Typer(no_args_is_help=True, help="Forecasts: kept as they are made, so that they can be held against what happens.")
app.add_typer(forecasts, name="forecast")


@forecasts.command("keep")
def keep_forecast() -> None:
    """Keep the forecast of the newest day, of the company and of each owner; `report forecast-log` tells what became of those kept."""
    with work(Exit.REFUSED) as place:
        rows = place.keep_forecast()
    typer.echo(
        f"Kept: {rows:,} rows." if rows else "Nothing was kept: that day's forecast is kept already, or there is nothing to forecast."
    )


@app.command()
def dump(folder: Path) -> None:
    """Write every table as Parquet."""
    with work() as place:
        for path in place.dump(folder):
            typer.echo(str(path))


@app.command()
def assistants() -> None:
    """Let an assistant ask on stdio (Model Context Protocol): list and run reports, open figures, explain accounts. docs/ASSISTANTS.md."""
    with work() as place:
        place.assistants()
