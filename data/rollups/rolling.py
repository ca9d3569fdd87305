"""A whole rollup: what is asked for, an engine that makes the months that need it, and what is said of it afterwards."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from data.importing.mapping import Mapping as OfFiles
from data.importing.proposal import proposal
from data.log.progress import Progress, silent
from data.rollups.bringing import Brought, Known, folder_of
from data.rollups.definition import ALL, Definition
from data.rollups.engines import NAMES, Engine
from data.rollups.files import Files
from data.rollups.making import Made, alone, make
from data.rollups.refused import RollupRefused

SHOWN = 5  # rows from which columns are taken for what they are, where no mapping is given


@dataclass(frozen=True)
class Asked:
    """What a rollup is asked for. place: of the events; feed: under which months come in; mapping: of the columns, proposed where there is
    none; months: only these; parts: no event is in two files; by_event: events of which active days are told apart, or ALL; again: all
    months anew; master, shared, settings: of Spark."""

    place: str
    feed: str = ""
    mapping: OfFiles | None = None
    engine: str = "duckdb"
    master: str = "local[2]"
    months: Sequence[str] | None = None
    parts: bool = False
    by_event: tuple[str, ...] = ()
    again: bool = False
    shared: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.engine not in NAMES:
            raise RollupRefused(f"--engine {self.engine}: write {' or '.join(NAMES)}.")

    @property
    def feed_named(self) -> str:
        """The feed: as given, else as the mapping says."""
        feed = self.feed or (self.mapping.feed if self.mapping else "")
        return feed or "usage rollups"


def roll(
    asked: Asked, store: Path, known: Known, memory_limit: str, bring: Callable[[], Brought], progress: Progress = silent
) -> tuple[Made, Brought]:
    """Make the months that need it and bring them in. known: of the store; bring: brings in what was made. Raises RollupRefused."""
    files, folder = Files(asked.place), folder_of(store, asked.feed_named)
    definition = Definition(asked.mapping or _proposed(files), known.zone, _apart(asked, known), asked.parts)
    in_store = {month: one.content for month, one in known.months.items()}
    with alone(folder):
        with _engine(asked, folder, memory_limit) as engine:
            made = make(engine, files, definition, folder, months=asked.months, again=asked.again, in_store=in_store, progress=progress)
        progress(0.95, "Bringing months in")
        return made, bring()


def _apart(asked: Asked, known: Known) -> tuple[str, ...]:
    """The events that are told apart: those asked for, and those that are no use of the product, or ever were."""
    return (ALL,) if ALL in asked.by_event else tuple(sorted({*asked.by_event, *known.hidden}))


@contextmanager
def _engine(asked: Asked, folder: Path, memory_limit: str) -> Generator[Engine]:
    with ExitStack() as ends:
        if asked.engine == "duckdb":
            from data.rollups.on_duckdb import OnDuckDB

            yield ends.enter_context(closing(OnDuckDB(memory_limit, folder)))
        else:
            from data.rollups.on_spark import OnSpark, session

            opened = ends.enter_context(session(asked.master, folder / "spark.log", asked.settings))
            yield ends.enter_context(closing(OnSpark(opened, asked.shared)))


def _proposed(files: Files) -> OfFiles:
    """The mapping that the first file's columns suggest. Raises RollupRefused where they suggest none."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = next(iter(files.listed()))
    try:
        with files.system.open_input_file(f"{files.root}/{name}") as stream:
            first = next(pq.ParquetFile(stream).iter_batches(SHOWN), None)
    except (OSError, pa.ArrowException) as error:
        raise RollupRefused(
            f"{name} cannot be read as Parquet ({str(error).splitlines()[0]}). Write it again, or take it out of the folder."
        ) from None
    if first is None:
        raise RollupRefused(f"{name} has no rows, from which its columns could be told. Give --mapping.")
    rows = pl.DataFrame(pa.Table.from_batches([first]))
    best = proposal(rows.columns, rows.cast(pl.String), "usage_events").best
    if best is None:
        raise RollupRefused(f"{name}: nobody can tell which column is what. Give --mapping. It has: {', '.join(rows.columns[:30])}.")
    return best.mapping


def in_words(made: Made, brought: Brought) -> list[str]:
    """What a rollup did, in lines."""
    lines = [_month_in_words(month, vars(result), before) for month, result, before in brought.months]
    lines += [f"{month}: undone by somebody, and stays so; --again brings it back." for month in brought.undone]
    lines += [f"{month}: files of it are gone, and it stays as it was rolled up; --again takes what is left." for month in made.stay]
    lines += [f"{_between(made.left)}: files of these months changed, and they were not asked for."] if made.left else []
    lines += [f"{file}: no row has a month" for file in made.empty]
    lines += [
        f"{file}: {n:,} {'row' if n == 1 else 'rows'}: {fault}"
        for file, faults in sorted(made.bad.items())
        for fault, n in sorted(faults.items())
    ]
    return [*lines, f"{_counted(len(brought.months))} came in, {brought.stood:,} stood already."]


def _counted(months: int) -> str:
    return f"{months:,} {'month' if months == 1 else 'months'}"


def _between(months: Sequence[str]) -> str:
    return f"{months[0]} to {months[-1]}, {len(months):,} months" if len(months) > 1 else months[0]


def _month_in_words(month: str, result: Mapping[str, int], before: int | None) -> str:
    counts = ", ".join(f"{result[name]:,} {name}" for name in ("read", "accepted", "rejected", "duplicate", "waiting"))
    more = f", {result['erased']:,} left out, of somebody who was erased" if result["erased"] else ""
    return f"{month}: batch {result['batch']}{f' in place of {before}' if before else ''}: {counts}{more}"


def as_json(made: Made, brought: Brought) -> dict:
    """The same, for scripts."""
    named = {"stay": made.stay, "left": made.left, "empty": made.empty, "bad": made.bad, "made": made.months}
    return brought.as_json() | {name: list(found) if isinstance(found, tuple) else found for name, found in named.items()}
