"""Movements and retention in the segments of then, as the log of imports tells them."""

import io
from contextlib import closing
from datetime import date

import pytest
from pypdf import PdfReader

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.files.board_pack import board_pack
from reports.report import Question

CONTRACTS = """contract_id,account_id,starts_on,amount,period,currency
1,A,2023-01-01,100,1 month,USD
2,B,2023-01-01,40,1 month,USD
"""
LOOK = {"as_of": date(2023, 6, 30), "start": date(2023, 1, 31), "end": date(2023, 6, 30)}


def imported(store: Store, folder, name: str, text: str, day: str | None = None) -> int:
    (folder / name).write_text(text)
    done = import_file(store, folder / name, options={"covers": [day, day]} if day else None)
    assert done.batch is not None, done.problems
    return done.batch.batch


@pytest.fixture
def store(tmp_path):
    """A is SMB, and from 15 March Large; its cluster, an attribute, goes from gold to silver with that. B stays."""
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        imported(opened, tmp_path, "contracts.csv", CONTRACTS)
        imported(
            opened,
            tmp_path,
            "january.csv",
            "account_id,name,owner,segment,cluster\nA,Alder,one,SMB,gold\nB,Birch,two,Large,gold\n",
            "2023-01-10",
        )
        imported(opened, tmp_path, "march.csv", "account_id,name,owner,segment,cluster\nA,Alder,one,Large,silver\n", "2023-03-15")
        yield opened


def rows(store: Store, name: str, viewer: Viewer = EVERYONE, **changes: object) -> list[dict]:
    return run(name, store, viewer, Question(**LOOK, **changes)).rows.rows(named=True)


@pytest.mark.parametrize(("by", "old", "new"), [("segment", "SMB", "Large"), ("cluster", "gold", "silver")])
def test_an_account_moves_in_the_month_that_its_file_covers(store, by, old, new):
    moved = {(row["group"], row["month"].month): row for row in rows(store, "movements", by=by, segments="then")}
    assert (moved[old, 3]["leaving"], moved[new, 3]["entering"]) == (10000, 10000)
    assert sum(row["entering"] + row["leaving"] for row in moved.values()) == 20000
    assert {group: row["closing"] for (group, month), row in moved.items() if month == 2}[old] == 10000 + (4000 if by == "cluster" else 0)
    opened = rows(store, "movement-accounts", by=by, segments="then")
    assert [(row["group"], row["leaving"]) for row in opened if row["leaving"]] == [(old, 10000)]
    now = rows(store, "movements", by=by)
    assert "entering" not in now[0]
    assert {row["closing"] for row in now if row["group"] == new} == {14000 if by == "segment" else 10000}


def test_filters_hold_as_of_then_and_a_csm_sees_no_more(store):
    march = [row for row in rows(store, "movements", filters=(("segment", ("Large",)),), segments="then") if row["month"].month == 3]
    assert [(row["opening"], row["entering"], row["closing"], row["accounts"]) for row in march] == [(4000, 10000, 14000, 2)]
    kept = rows(store, "retention", filters=(("segment", ("Large",)),), segments="then")
    assert [(row["opening_mrr"], row["nrr"]) for row in kept] == [(4000, 1.0)]
    cohort = rows(store, "retention-accounts", filters=(("segment", ("Large",)),), segments="then")
    assert [row["account_id"] for row in cohort] == ["B"]
    lines = rows(store, "movement-lines", filters=(("segment", ("SMB",)),), segments="then")
    assert [row["account_id"] for row in lines] == ["A"]
    own = rows(store, "movements", Viewer("two"), by="segment", segments="then")
    assert {row["closing"] for row in own} == {4000}


def test_an_undone_or_later_import_moves_nobody(store):
    store.undo(3)
    assert not any(row["entering"] for row in rows(store, "movements", by="segment", segments="then"))
    store.redo(3)
    assert sum(row["entering"] for row in rows(store, "movements", by="segment", segments="then")) == 10000
    known_then = rows(store, "movements", by="segment", segments="then", known_at=2)
    assert not any(row["entering"] for row in known_then)
    assert not any(row["entering"] for row in rows(store, "movements", by="owner", segments="then"))


def test_trailing_retention_is_that_of_each_window(store):
    for row in rows(store, "retention-series", by="segment", segments="then"):
        alone = run("retention", store, Viewer(), Question(start=row["opened_on"], end=row["day"], by="segment", segments="then")).rows
        assert {name: row[name] for name in alone.columns} in alone.rows(named=True)


def test_the_board_pack_shows_what_came_in_and_went_out(store):
    pack = board_pack(store, EVERYONE, Question(**LOOK, segments="then", filters=(("segment", ("Large",)),)), ["pdf"])["pdf"]
    told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pack)).pages)
    assert "Entering" in told and "Leaving" in told and "100.00" in told


def test_other_words_are_refused(store):
    with pytest.raises(ValueError, match="now, then"):
        rows(store, "movements", segments="once")
