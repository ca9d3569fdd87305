"""The command line: backups into a folder, and one of them put back on another path."""

import pytest
from typer.testing import CliRunner

from cli import app
from deliveries.description import load as out_of
from sources import description
from tests.books import company


@pytest.fixture
def own(tmp_path, monkeypatch):
    path = tmp_path / "here" / "own.duckdb"
    company(path).close()
    (path.parent / "mappings").mkdir(exist_ok=True)
    (path.parent / "mappings" / "billing.toml").write_text('table = "contracts"\n')
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    return path


def run(*arguments: object):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_a_backup_in_a_folder_comes_back_on_another_path_and_passes_the_check(own, tmp_path, monkeypatch):
    done = run("backup", "--to", tmp_path / "nights", "--keep", 2)
    assert done.exit_code == 0, done.output
    (made,) = (tmp_path / "nights").glob("own-*.duckdb")
    assert str(made) in done.output
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "there" / "own.duckdb"))
    restored = run("restore", made)
    assert restored.exit_code == 0 and "Put back beside it: mappings/billing.toml." in restored.output
    checked = run("check")
    assert checked.exit_code == 0 and "The store is whole." in checked.output
    assert (tmp_path / "there" / "mappings" / "billing.toml").exists()
    assert run("report", "arr", "--as-of", "2023-12-28", "--json").output.count("account_id") == 3  # accounts A, B and C


def test_what_comes_and_leaves_by_itself_is_paused_by_a_restore_and_goes_on_when_somebody_says_so(own, tmp_path, monkeypatch):
    described = {
        "sources/crm.toml": '# ours\nkind = "http"\nurl = "http://127.0.0.1:9/x"\nschedule = "* * * * *"\n',
        "sources/rest.toml": 'kind = "http"\nurl = "http://127.0.0.1:9/x"\npaused = true\n',
        "sources/broken.toml": "kind = 1\n",
        "deliveries/out.toml": 'report = "accounts"\nschedule = "* * * * *"\n[target]\nkind = "folder"\nformat = "csv"\n',
    }
    for name, text in described.items():
        (own.parent / name).parent.mkdir(exist_ok=True)
        (own.parent / name).write_text(text)
    run("backup", "--to", tmp_path / "nights")
    (made,) = (tmp_path / "nights").glob("own-*.duckdb")
    there = tmp_path / "there" / "own.duckdb"
    for path, is_there in ((there, False), (own, True)):
        monkeypatch.setenv("HOLDFAST_STORE", str(path))
        restored = run("restore", made)
        assert restored.exit_code == 0, restored.output
        assert "sources crm. Go on with: sources resume NAME" in restored.output and "deliveries out." in restored.output
        assert (path.parent / "sources" / "crm.toml").read_text().startswith("# ours") and (
            "Left as they are" in restored.output
        ) == is_there
        assert description.load(path, "crm").paused and description.load(path, "rest").paused and out_of(path, "out").paused
    assert run("sources", "resume", "crm").exit_code == run("deliveries", "resume", "out").exit_code == 0
    assert not description.load(own, "crm").paused and not out_of(own, "out").paused
    told = run("audit", "list", "--json").output
    assert told.count("paused") == 4  # two by the restore, two by whoever went on


def test_where_the_folder_is_set_it_need_not_be_said(own, tmp_path, monkeypatch):
    assert run("backup").exit_code == 2
    monkeypatch.setenv("HOLDFAST_BACKUPS", str(tmp_path / "nights"))
    monkeypatch.setenv("HOLDFAST_BACKUPS_KEPT", "1")
    assert run("backup").exit_code == 0
    assert run("backup", tmp_path / "one.duckdb").exit_code == 0 and (tmp_path / "one.duckdb").exists()
    assert len([*(tmp_path / "nights").glob("own-*.duckdb")]) == 1


@pytest.mark.parametrize("wrong", [("one.duckdb", "--to", "nights"), ("one.duckdb", "--keep", 3), ("--to", "nights", "--keep", 0)])
def test_one_file_or_one_folder(own, tmp_path, wrong, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert run("backup", *wrong).exit_code == 2
    assert sorted(tmp_path.rglob("*")) == before
