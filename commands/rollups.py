"""The command that rolls usage events up where they lie, by DuckDB or by Spark, and brings the rollups in alone."""

import json
from typing import Annotated

import typer

from commands.doing import Exit, stop, work
from commands.importing import as_mapping
from data.importing.mapping import Mapping
from data.settings import current_settings

app = typer.Typer()


@app.command()
def rollup(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Where the Parquet files lie: a folder, or with Spark s3://bucket/path.")],
    engine: Annotated[str, typer.Option(help="duckdb, on this machine, or spark.")] = "duckdb",
    master: Annotated[
        str, typer.Option(help="Of Spark: local[2], local-cluster[2,1,1024], spark://HOST:7077, yarn, k8s://ADDRESS.")
    ] = "local[2]",
    mapping: Annotated[
        str | None, typer.Option(help="A saved mapping, or a TOML file; else columns are taken for what their names say.")
    ] = None,
    feed: Annotated[str | None, typer.Option(help="The name under which these rollups come again and again.")] = None,
    months: Annotated[str | None, typer.Option(help="Only these: 2026-01, or 2026-01..2026-03; several with commas between.")] = None,
    parts: Annotated[bool, typer.Option("--parts", help="No event is in two files, so that files need not be compared.")] = False,
    by_event: Annotated[
        list[str] | None, typer.Option(metavar="EVENT", help="Keep active days of users by this event, too; `all` for each event.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make all months anew, whatever changed, and bring back those that were undone.")
    ] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Other feeds have other events, though they have the same accounts, names and days.")
    ] = False,
    shared: Annotated[
        str, typer.Option(help="A place that all of Spark's machines see, for rollups on their way: s3://bucket/path, or a folder.")
    ] = "",
    conf: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A setting of Spark, as spark.executor.memory=4g.")] = None,
    json_: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Roll usage events up where they lie, and bring the rollups in: the months whose files changed. docs/ROLLUPS.md."""
    from data.rollups import rolling  # the engines behind it are loaded by who rolls up alone
    from data.rollups.making import months_of

    settings, chosen = current_settings(), as_mapping(mapping)
    with work(Exit.REFUSED) as place:
        asked = rolling.Asked(
            folder, feed or "", Mapping.from_toml(chosen) if chosen else None, engine, master, months_of(months) if months else None, parts,
            tuple(by_event or ()), again, shared, _settings(conf or []),
        )  # fmt: skip
        store, name = settings.store.expanduser().resolve(), asked.feed_named
        made, brought = rolling.roll(
            asked, store, place.rollups_known(name), settings.memory_limit, lambda: place.bring_rollups(name, again=again, beside=beside)
        )
    typer.echo(json.dumps(rolling.as_json(made, brought)) if json_ else "\n".join(rolling.in_words(made, brought)))


def _settings(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, equals, _ in pairs:
        if not equals or not name.startswith("spark."):
            raise stop(f"--conf {name}: write it as spark.executor.memory=4g.", Exit.USAGE)
    return {name: value for name, _, value in pairs}
