"""What lies beside a store goes with its backup, and comes back where it is missing; nothing else is written, and no secret goes along."""

import zipfile

import pytest

from data.store.writing import StoreError
from data.upkeep.beside import pack, unpack

THERE = {
    "roles.toml": "[roles.viewer]", "mappings/billing.toml": "table = 'contracts'", "models/own-churn-1.skops": "a model",
    "own.token": "secret", "own.signin-secret": "secret", "own.signins.sqlite": "people", "models/sample-churn-1.skops": "another's",
}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    home = tmp_path / "home"
    for name, text in THERE.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    return home / "own.duckdb"


def test_roles_mappings_and_models_come_back_under_the_name_of_the_store(store, tmp_path):
    assert pack(store, tmp_path / "b.zip") == ["roles.toml", "mappings/billing.toml", "models/churn-1.skops"]
    there = tmp_path / "there" / "second.duckdb"
    there.parent.mkdir()
    put, stayed = unpack(tmp_path / "b.zip", there)
    assert (len(put), stayed) == (3, [])
    found = {str(path.relative_to(there.parent)): path.read_text() for path in there.parent.rglob("*") if path.is_file()}
    assert found == {
        "roles.toml": "[roles.viewer]", "mappings/billing.toml": "table = 'contracts'", "models/second-churn-1.skops": "a model",
    }  # fmt: skip
    assert not [path for path in there.parent.rglob("*") if path.stat().st_mode & 0o077]
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


def test_what_is_there_stays(store, tmp_path):
    pack(store, tmp_path / "b.zip")
    (store.parent / "roles.toml").write_text("changed since")
    (store.parent / "mappings" / "billing.toml").unlink()
    put, stayed = unpack(tmp_path / "b.zip", store)
    assert (put, stayed) == (["mappings/billing.toml"], ["roles.toml", "models/churn-1.skops"])
    assert (store.parent / "roles.toml").read_text() == "changed since"


def test_where_nothing_lies_beside_it_there_is_no_zip(tmp_path):
    assert pack(tmp_path / "own.duckdb", tmp_path / "b.zip") == [] and not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    "name", ["../evil.toml", "mappings/../evil.toml", "/etc/evil", "mappings/a/b.toml", "own.token", "mappings/..", "x\\y"]
)
def test_a_name_that_is_none_of_ours_is_refused(store, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr(name, "evil")
    with pytest.raises(StoreError, match="not of this program"):
        unpack(tmp_path / "b.zip", store)
    assert not list(tmp_path.rglob("*evil*"))


def test_what_is_no_zip_is_told(store, tmp_path):
    (tmp_path / "b.zip").write_text("no zip")
    with pytest.raises(StoreError, match="cannot be read"):
        unpack(tmp_path / "b.zip", store)


def test_what_comes_and_leaves_by_itself_goes_along_and_what_waits_does_not(store, tmp_path):
    for name in ("sources/crm.toml", "deliveries/health.toml", "staging/waiting/pull-crm/crm.parquet"):
        (store.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (store.parent / name).write_text("kind = 'http'")
    packed = pack(store, tmp_path / "b.zip")
    assert {"sources/crm.toml", "deliveries/health.toml"} < {*packed} and not [name for name in packed if "staging" in name]
    (store.parent / "sources" / "crm.toml").unlink()
    assert "sources/crm.toml" in unpack(tmp_path / "b.zip", store)[0]
