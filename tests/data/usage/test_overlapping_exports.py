"""Two weekly exports that overlap by a month, of every table that is exported by time, and the first of them undone."""

from datetime import date, datetime, timedelta

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from reports.catalogue import REPORTS
from reports.report import Question
from tests.data.log.answers import BY_IMPORT, answered

FIRST = datetime(2024, 1, 1)
WEEK, WEEKS = timedelta(days=7), 5
QUESTION = Question(as_of=date(2024, 2, 11), start=date(2023, 12, 31), end=date(2024, 1, 31))
ACCOUNTS = "account_id,name\nA,Alder\nB,Birch\n"


def events(start: datetime, ids: bool) -> str:
    """Five weeks of events: one user twice at the same second on Mondays, another once a day; an id for each where there are any."""
    rows = []
    for number in range(WEEKS * 7):
        day = start + timedelta(days=number)
        rows += [("A", "ann", "open", day)] * (2 if day.weekday() == 0 else 1) + [("B", "bo", "save", day + timedelta(hours=9))]
    named = [(f"e{day:%m%d%H}{who}{at}" if ids else "", who, user, event, day) for at, (who, user, event, day) in enumerate(rows)]
    seen: dict[tuple, int] = {}
    lines = []
    for event_id, who, user, event, day in named:
        nth = seen[who, day] = seen.get((who, day), 0) + 1
        identity = f"{who}-{day:%m%d}-{nth}," if event_id else ""
        lines.append(f"{identity}{who},{user},{event},{day:%Y-%m-%d %H:%M:%S}\n")
    return ("event_id," if ids else "") + "account_id,user_id,event,occurred_at\n" + "".join(lines)


def tickets(start: datetime) -> str:
    days = (start + timedelta(days=2 * number) for number in range(WEEKS * 7 // 2))
    return "ticket_id,account_id,opened_at,status\n" + "".join(
        f"T{day:%m%d},{'AB'[day.day % 2]},{day:%Y-%m-%d %H:%M:%S},{'open' if start == FIRST else 'solved'}\n" for day in days
    )


def contracts(start: datetime) -> str:
    """Lines as billing has them in that week: a price that rose, a line that came, one that is no longer listed."""
    late = start != FIRST
    gone = "" if late else "3,B,2024-01-01,2024-01-31,40,1 month,EUR\n"
    came = "4,B,2024-02-01,,90,1 month,EUR\n" if late else ""
    return (
        f"contract_id,account_id,starts_on,ends_on,amount,period,currency\n1,A,2024-01-01,,{120 if late else 100},1 month,EUR\n{gone}{came}"
    )


def imported(folder, name: str, weeks: list[int], undone: int | None = None) -> Store:
    """A store with the accounts and the exports of these weeks; the batches of one week undone again."""
    store = Store.open(folder / name / "own.duckdb")
    batches: dict[int, list[int]] = {}
    for week in weeks:
        start = FIRST + week * WEEK
        files = {
            "plain": ("usage_events", events(start, False)), "named": ("usage_events", events(start, True)),
            "tickets": ("tickets", tickets(start)), "contracts": ("contracts", contracts(start)),
        }  # fmt: skip
        for feed, (table, text) in files.items():
            path = folder / f"{feed}-{week}.csv"
            path.write_text(text)
            outcome = import_file(store, path, table=table, feed=feed, options={"rows": "records"} if table == "contracts" else None)
            assert outcome.batch and not outcome.batch.rejected, outcome.problems
            batches.setdefault(week, []).append(outcome.batch.batch)
    (folder / "accounts.csv").write_text(ACCOUNTS)
    import_file(store, folder / "accounts.csv")
    for batch in batches.get(undone, ()):
        store.undo(batch)
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overlap")
    found = imported(folder, "undone", [0, 1], undone=0), imported(folder, "alone", [1]), imported(folder, "both", [0, 1])
    yield found
    for store in found:
        store.close()


@pytest.mark.parametrize("name", sorted(set(REPORTS) - BY_IMPORT))
def test_the_second_alone_remains(stores, name):
    undone, alone, _ = stores
    assert answered(undone, name, QUESTION) == answered(alone, name, QUESTION)


def test_with_both_every_event_counts_once(stores):
    counts = []
    for store in stores:
        with View(store) as view:
            days = view.usage_days(date(2024, 1, 1), date(2024, 3, 1))
        counts.append((days["count"].sum(), days["day"].min()))
    # a day has an event of A and one of B, a Monday one more; two feeds; five weeks, or six together
    assert counts == [(2 * (2 * 35 + 5), date(2024, 1, 8))] * 2 + [(2 * (2 * 42 + 6), date(2024, 1, 1))]
