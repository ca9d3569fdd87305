"""Random sequences of imports, undos and redos end where importing only what stands would."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import Store
from data.view import View
from tests.data.stagings import staged

FILES = {
    "accounts": [
        [{"row_key": "A", "account_id": "A", "name": "Old"}, {"row_key": "B", "account_id": "B", "name": "Bee"}],
        [{"row_key": "A", "account_id": "A", "plan": "Pro"}],
        [{"row_key": "A", "account_id": "A", "name": "New", "plan": None}],
    ],
    "contracts": [
        [{"row_key": key, "contract_id": key, "account_id": "A", "starts_on": date(2024, 1, day)} for key, day in (("1", 1), ("2", 2))],
        [{"row_key": "2", "contract_id": "2", "account_id": "C", "starts_on": date(2024, 1, 5)}],
    ],
    "usage_events": [
        [
            {"account_id": who, "user_id": "u", "event": "open", "occurred_at": datetime(2024, 1, day, tzinfo=UTC)}
            for who, day in days
        ]
        for days in ([("A", 1), ("A", 1), ("A", 2)], [("A", 1), ("A", 3), ("B", 2)], [("A", 1), ("A", 1), ("A", 1), ("B", 2)])
    ],
}  # fmt: skip
CHOICES = [(table, number) for table, files in FILES.items() for number in range(len(files))]
steps = st.lists(st.one_of(st.sampled_from(CHOICES), st.tuples(st.just("toggle"), st.integers(0, 5))), min_size=2, max_size=9)


def seen(store: Store) -> list[list[tuple]]:
    days = (date(2024, 1, 1), date(2024, 1, 31))
    with View(store) as view:
        frames = [view.accounts(), view.contracts(), view.usage_days(*days), view.usage_months(*days), view.usage_span(days[1])]
    return [sorted(frame.select(sorted(set(frame.columns) - {"batch", "line"})).rows(), key=str) for frame in frames]


def replay(folder: Path, imports: list[tuple[str, int]]) -> Store:
    (folder / "staging").mkdir(parents=True)
    store = Store.open(folder / "own.duckdb")
    for table, number in imports:
        store.commit(staged(folder / "staging", table, FILES[table][number]))
    return store


@settings(max_examples=200, deadline=None)
@given(steps)
def test_only_what_stands_counts(sequence):
    with tempfile.TemporaryDirectory() as folder:
        store, done, standing = replay(Path(folder) / "long", []), [], []
        for what, number in sequence:
            if what != "toggle":
                store.commit(staged(Path(folder) / "long" / "staging", what, FILES[what][number]))
                done.append((what, number))
                standing.append(True)
            elif done:
                at = number % len(done)
                (store.undo if standing[at] else store.redo)(at + 1)
                standing[at] = not standing[at]
        other = replay(Path(folder) / "short", [entry for entry, stands in zip(done, standing, strict=True) if stands])
        assert seen(store) == seen(other)
        assert store.check() == []
        store.close()
        other.close()
