"""A backup from before an erasure is restored: who was erased since is taken out of it again."""

import shutil
from contextlib import closing

import polars as pl
import pytest

from data.erasure.erasing import FIGURES, erase
from data.erasure.once_more import erased_again
from data.erasure.subjects import ACCOUNT, PERSON, Subject
from data.store import backups
from data.store.store import Store
from data.viewer import EVERYONE
from tests.erased import COMPANY, EMAIL, NAME, bring, company, everything

NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})


@pytest.mark.long
def test_who_was_erased_since_the_backup_is_taken_out_of_it(tmp_path):
    path = tmp_path / "own.duckdb"
    with closing(company(path)) as store:
        backups.backup(store, tmp_path / "old.duckdb")
        erase(store, EVERYONE, Subject(PERSON, EMAIL), lambda _store, _accounts: NO_CLOSES)
        erase(store, EVERYONE, Subject(ACCOUNT, "C"), lambda _store, _accounts: NO_CLOSES)
    shutil.rmtree(tmp_path / "staging")
    _, kept = backups.restore(path, tmp_path / "old.duckdb")
    assert kept
    with closing(Store.open(path)) as store:
        assert erased_again(store, kept, lambda _store, _accounts: NO_CLOSES) == 2
        assert erased_again(store, kept, lambda _store, _accounts: NO_CLOSES) == 0
        assert store.check() == []
        bring(store, tmp_path / "files")
        assert store.check() == []
    found = list(everything(path))
    assert not [row for row in found if NAME in row or EMAIL in row or "Cedar" in row]
    assert [row for row in found if COMPANY in row]


def test_what_was_consented_to_once_is_taken_out_of_a_restored_backup_without_consent_anew(tmp_path):
    path = tmp_path / "own.duckdb"
    with closing(company(path)) as store:
        backups.backup(store, tmp_path / "old.duckdb")
        erase(store, EVERYONE, Subject(ACCOUNT, "C"), lambda _store, _accounts: NO_CLOSES)
    (tmp_path / "approvals.toml").write_text('[[erasure]]\nlevels = [{ roles = ["executive"] }]\n')
    _, kept = backups.restore(path, tmp_path / "old.duckdb")
    assert kept
    with closing(Store.open(path)) as store:
        assert erased_again(store, kept, lambda _store, _accounts: NO_CLOSES) == 1
    assert not [row for row in everything(path) if "Cedar" in row]
