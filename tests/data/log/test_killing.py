"""The kills of the log's properties are kills: they strike, early ones leave nothing, and what was acknowledged is there."""

from functools import partial

from data.store.store import Store
from tests.data.log.killing import commit, killed
from tests.data.log.stagings import staged


def test_a_kill_strikes_where_it_is_told_to(tmp_path):
    (tmp_path / "staging").mkdir()
    file = staged(tmp_path / "staging", "accounts", [{"row_key": "A", "account_id": "A", "name": "Alder"}])
    path, found = tmp_path / "own.duckdb", []
    Store.open(path).close()
    for line in (1, 20, 50, 100, 10_000):
        acknowledged = killed(path, partial(commit, file=file), line, 0)
        store = Store.open(path)
        found.append((acknowledged, store.imports().height))
        assert store.check() == []
        store.close()
    # a commit has more than a hundred lines and fewer than ten thousand
    assert found == [(False, 0)] * 4 + [(True, 1)]
