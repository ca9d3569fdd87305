"""The exports of two real companies cut into files, sent late, twice, broken and undone: each against the earlier ones, and the feeds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.companies import MAPPINGS
from tests.datasets import FOLDER, needs_datasets
from tests.second import raw
from tests.second.answers import command
from tests.second.books import Row, write
from tests.second.sent import File, Known, fresh, over_time
from tests.second.test_imports_over_time import NAMES, differs

pytestmark = [pytest.mark.long, needs_datasets]

# Before data, in the middle, on the last day on which each feed is fresh and late, and on the next.
RAVENSTACK = ("2022-12-15", "2023-06-15", "2023-10-30", "2023-10-31", "2023-12-30", "2023-12-31", "2025-03-03", "2025-05-03")
CRM = ("2021-12-15", "2022-06-30", "2023-10-01", "2023-10-02", "2024-03-16", "2024-04-01", "2024-04-02", "2024-07-16")


@dataclass
class Sending:
    """A store, what has been sent to it, and which batches of it stand."""

    store: Path
    files: dict[int, File] = field(default_factory=dict)
    known: Known = field(default_factory=Known)

    def send(self, file: File, path: Path, *options: object) -> None:
        done = json.loads(command(self.store, "import", path, "--feed", file.feed, "--json", *options))
        self.files[done["batches"][0]["batch"]] = file

    def undo(self, batch: int) -> None:
        command(self.store, "undo", batch)
        gone = self.files.pop(batch)
        self.known.undo(gone.feed, [one.feed for one in self.files.values()].count(gone.feed))  # the last that was sent

    def differences(self, days: Iterable[str]) -> list[str]:
        rows = json.loads(command(self.store, "report", "import-quality", "--json"))["rows"]
        told = {row["batch"]: row for row in rows}
        assert told.keys() == self.files.keys()
        mine = dict(zip(self.files, over_time([*self.files.values()]), strict=True))
        found = [
            f"{batch} {name}: {mine[batch][name]} and {told[batch][name]}"
            for batch in mine
            for name in NAMES
            if differs(mine[batch][name], told[batch][name])
        ]
        return found + [words for day in map(date.fromisoformat, days) for words in self._unlike(day)]

    def feeds(self) -> dict[str, list[File]]:
        return {feed: [file for file in self.files.values() if file.feed == feed] for feed in {file.feed for file in self.files.values()}}

    def states(self, days: Iterable[str]) -> set[str]:
        return {fresh(files, date.fromisoformat(day))["state"] for files in self.feeds().values() for day in days}

    def _unlike(self, day: date) -> list[str]:
        rows = json.loads(command(self.store, "report", "feeds", "--json", "--as-of", day))["rows"]
        of, told, found = self.feeds(), {row["feed"]: row for row in rows}, []
        assert told.keys() == of.keys()
        for feed, files in of.items():
            counts = {"batches": len(files), "read": sum(one.read for one in files), "rejected": sum(one.wrong for one in files)}
            own = fresh(files, day) | counts
            found += [f"{day} {feed} {name}: {own[name]} and {told[feed][name]}" for name in own if differs(own[name], told[feed][name])]
        return found


def between(rows: Iterable[Row], column: str, first: str, last: str) -> list[Row]:
    return [row for row in rows if first <= row[column] <= last]


def spoilt(rows: list[Row], column: str, value: str, every: int) -> list[Row]:
    """With another value in one row of so many."""
    return [row | {column: value} if at % every == 0 else row for at, row in enumerate(rows)]


def with_value(rows: Iterable[Row], said: dict[str, str]) -> dict[str, int]:
    """How many rows say each column, by what the column is called once it is imported."""
    return {name: sum(row[column] != "" for row in rows) for name, column in said.items()}


def ravenstack(sending: Sending, folder: Path) -> None:
    _usage(sending, folder)
    subscriptions = raw.rows("ravenstack_iso/ravenstack_subscriptions.csv")
    parts = [
        between(subscriptions, "start_date", *days) for days in (("2023-01", "2023-06-99"), ("2023-07", "2024-03-99"), ("2024-04", "2025"))
    ]
    files = [parts[0], spoilt(spoilt(parts[1], "seats", "", 3), "start_date", "soon", 20), spoilt(parts[2], "mrr_amount", "much", 9)]
    wrong = [0, len(parts[1][::20]), len(parts[2][::9])]
    for at, rows in enumerate(files):
        right = [row for row in rows if row["start_date"] != "soon" and row["mrr_amount"] != "much"]
        said = with_value(right, {"ends_on": "end_date", "seats": "seats"})
        file = File("billing", len(rows), wrong[at], said)
        sending.send(file, write(rows, folder / f"billing{at}.csv"), "--table", "contracts")
    tickets = raw.rows("ravenstack_iso/ravenstack_support_tickets.csv")
    for at, days in enumerate((("2023-01", "2023-09"), ("2023-09", "2024-06"), ("2024-06", "2025"))):
        rows = spoilt(between(tickets, "submitted_at", *days), "satisfaction_score", "", 2 if at == 1 else len(tickets))
        said = with_value(rows, {"csat": "satisfaction_score", "priority": "priority"})
        sending.send(File("desk", len(rows), 0, said), write(rows, folder / f"desk{at}.csv"), "--table", "tickets")


def _usage(sending: Sending, folder: Path) -> None:
    """Two months a file; the fifth comes late, the eighth again brings what the seventh had, the sixth is undone, the last is half broken.
    A second feed ends in June 2023."""
    rows = sorted(raw.rows("ravenstack_iso/ravenstack_feature_usage.csv"), key=lambda row: row["usage_date"])
    months = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    files = [between(rows, "usage_date", months[at], f"{months[at + 1]}-99") for at in range(0, 22, 2)]
    files[7] = between(rows, "usage_date", "2024-02-20", "2024-04-99")
    files[10] = spoilt(files[10], "usage_date", "yesterday", 2)
    for at in (0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10):
        send_usage(sending, "product", files[at], folder / f"product{at}.csv")
        if at == 5:
            sending.undo(5)
    for at in (0, 1, 2):
        mobile = [row for row in files[at] if row["feature_name"] in ("feature_1", "feature_2")]
        send_usage(sending, "mobile", mobile, folder / f"mobile{at}.csv")


def send_usage(sending: Sending, feed: str, rows: list[Row], path: Path) -> None:
    right = [row for row in rows if row["usage_date"] != "yesterday"]
    days = sorted({date.fromisoformat(row["usage_date"]) for row in right})
    known = sending.known.take(feed, (tuple(row.values()) for row in right), with_ids=True)
    sending.send(File(feed, len(rows), len(rows) - len(right), {}, days, known), write(rows, path), "--table", "usage_events")


def crm(sending: Sending, folder: Path) -> None:
    """A fifth of the accounts' events. The fourth file comes late, the second is undone, the fifth tells again what the third had, the sixth
    claims to cover two weeks after its last event. Another feed ends in September 2022."""
    events = pl.scan_parquet(FOLDER / "crm_simulation" / "event.parquet").filter(pl.col("account_id") % 5 < 2)
    told = events.with_columns(day=pl.col("event_time").dt.date()).collect()
    spans = [
        ("2022-01-01", "2022-03-31"), ("2022-04-01", "2022-05-31"), ("2022-06-01", "2022-08-31"), ("2022-09-01", "2022-11-30"),
        ("2022-08-20", "2023-01-31"), ("2023-02-05", "2023-06-29"),
    ]  # fmt: skip
    for at in (0, 1, 2, 4, 3, 5):
        send_events(
            sending, "product", told.filter(pl.col("account_id") % 5 == 0), spans[at], folder, claims_to="2023-07-15" if at == 5 else None
        )
        if at == 1:
            sending.undo(2)
    for span in (spans[0], ("2022-03-25", "2022-09-30")):
        send_events(sending, "mobile", told.filter(pl.col("account_id") % 5 == 1), span, folder)
    lines = raw.rows("crm_simulation/subscription.csv")
    for at, days in enumerate((("2022-01", "2022-06-99"), ("2022-07", "2022-12-99"), ("2023-01", "2024"))):
        rows = spoilt(between(lines, "start_date", *days), "mrr", "free", (7, 8, 5)[at])
        right = [row for row in rows if row["mrr"] != "free"]
        said = {"seats": sum(row["units"] == "users" for row in right), "ends_on": len(right)}
        sending.send(
            File("billing", len(rows), len(rows) - len(right), said),
            write(rows, folder / f"billing{at}.csv"), "--mapping", MAPPINGS / "crm_contracts.toml",
        )  # fmt: skip


def send_events(
    sending: Sending, feed: str, told: pl.DataFrame, span: tuple[str, str], folder: Path, *, claims_to: str | None = None
) -> None:  # fmt: skip
    first, last = map(date.fromisoformat, span)
    sent = told.filter(pl.col("day").is_between(first, last))
    identities = zip(*(sent[name].to_list() for name in sent.columns if name != "day"), strict=True)
    known = sending.known.take(feed, identities, with_ids=False)
    path = folder / f"{feed}{first}.parquet"
    sent.drop("day").write_parquet(path)
    file = File(feed, sent.height, 0, {}, sorted(set(sent["day"])), known, (first, date.fromisoformat(claims_to)) if claims_to else None)
    claimed = ("--set", f"covers={first}..{claims_to}") if claims_to else ()
    sending.send(file, path, "--mapping", MAPPINGS / "crm_events.toml", *claimed)


def test_files_of_ravenstack(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "own.duckdb")
    ravenstack(sending, tmp_path)
    assert {row["state"] for row in over_time([*sending.files.values()])} == {
        "more rejected than accepted", "more rejected", "days missing", "columns emptier", "as usual",
    }  # fmt: skip
    assert sending.states(RAVENSTACK) == {"fresh", "late", "stopped", "no days"}
    assert not sending.differences(RAVENSTACK)


def test_files_of_a_crm_vendor(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "own.duckdb")
    crm(sending, tmp_path)
    assert sending.states(CRM) == {"fresh", "late", "stopped", "no days"}
    assert not sending.differences(CRM)
