"""A file in the inbox that names somebody who was erased is imported without them, and is not kept."""

import shutil
from contextlib import closing

import polars as pl

from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import PERSON, Subject
from data.viewer import EVERYONE
from server.inbox import handle
from tests.erased import EMAIL, NAME, company, left_in

NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
OTHERS = "contact_id,account_id,name,email,role\nP-900,B,Ann Other,ann@birch.example,user\n"


def test_it_is_taken_without_them_and_let_go(tmp_path, monkeypatch):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setenv("HOLDFAST_INBOX", str(inbox))
    with closing(company(tmp_path / "own.duckdb")) as store:
        for place in ("done", "refused"):
            (inbox / place).mkdir()
            shutil.copy(tmp_path / "files" / "contacts.csv", inbox / place / "earlier.csv")
        (inbox / "done" / "others.csv").write_text(OTHERS)
        erase(store, EVERYONE, Subject(PERSON, EMAIL), lambda _store, _accounts: NO_CLOSES)
        assert sorted(path.name for path in inbox.rglob("*.csv")) == ["others.csv"]
        (inbox / "contacts-again.csv").write_text((tmp_path / "files" / "contacts.csv").read_text() + OTHERS.splitlines()[1] + "\n")
        (inbox / "contacts-others.csv").write_text(OTHERS.replace("P-900", "P-901"))
        (tmp_path / "mappings" / "contacts.toml").unlink()  # its name would be taken for the files' mapping
        named, plain = handle(store, inbox / "contacts-again.csv"), handle(store, inbox / "contacts-others.csv")
        assert named and named.batch and (named.batch.read, named.batch.erased) == (4, 1)
        assert plain and plain.batch and plain.batch.erased == 0
        assert not (inbox / "done" / "contacts-again.csv").exists()
        assert "not kept" in (inbox / "done" / "contacts-again.csv.txt").read_text()
        assert (inbox / "done" / "contacts-others.csv").exists()
        assert store.check() == []
    shutil.rmtree(tmp_path / "files")
    assert left_in(tmp_path, [NAME.encode(), EMAIL.encode()]) == []
