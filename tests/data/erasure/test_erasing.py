"""Who is erased is nowhere any more: in no table, no byte of the store, nothing beside it, no later import."""

import shutil
from contextlib import closing
from datetime import UTC, datetime

import polars as pl
import pytest

from data.erasure.erasing import FIGURES, Erasure, erase, preview
from data.erasure.keys import KeyLost
from data.erasure.subjects import ACCOUNT, PERSON, ErasureRefused, Subject
from data.importing.run import import_file
from data.store import backups
from data.store.activities import log_activity
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from tests.erased import COMPANY, EMAIL, NAME, OF_COMPANY, PLACES, bring, company, everything, left_in

NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
WHOLE = Subject(PERSON, "P-501", same=(f"user:ACC-77/{EMAIL}",))
ALL = Subject(ACCOUNT, "ACC-77", same=("account:Xylophone",))


def closes(_store, _accounts) -> pl.DataFrame:
    return NO_CLOSES


@pytest.fixture
def store(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def gone(store: Store, words: list[str]) -> list[str]:
    """Rows of the store that still have one of the words."""
    store.close()
    found = [row for row in everything(store.path) if any(word.lower() in row.lower() for word in words)]
    store._connection = store._connected()
    return found


def done(store: Store, subject: Subject) -> Erasure:
    return erase(store, EVERYONE, subject, closes)


def test_who_was_asked_and_is_known_by_that_alone_can_be_erased(store):
    asked = {
        "request_id": ["SR-1"],
        "account_id": ["B"],
        "contact_id": ["P-777"],
        "kind": ["nps"],
        "asked_at": [datetime(2023, 12, 1, tzinfo=UTC)],
    }
    commit_frame(store, "survey_requests", pl.DataFrame(asked), "tool", "analyst")
    assert preview(store, EVERYONE, Subject(PERSON, "P-777"), closes).rows["rows_survey_requests"] == 1


def test_who_asked_for_a_feature_and_is_known_by_that_alone_can_be_erased(store):
    asked = {"vote_id": ["V-1"], "request_id": ["FR-1"], "account_id": ["B"], "contact_id": ["voter@nowhere.example"]}
    commit_frame(store, "request_votes", pl.DataFrame(asked), "tool", "analyst")
    found = preview(store, EVERYONE, Subject(PERSON, "voter@nowhere.example"), closes).rows
    assert found["rows_request_votes"] == 1


def test_a_preview_counts_what_goes_and_changes_nothing(store):
    before = store.version(), store.check()
    told = preview(store, EVERYONE, Subject(PERSON, "P-501"), closes)
    assert [(one.entry.key, one.why) for one in told.asked] == [(f"user:ACC-77/{EMAIL}", "the same e-mail address")]
    assert (store.version(), store.check()) == (before[0], [])
    whole = preview(store, EVERYONE, WHOLE, closes)
    assert whole.rows["rows_contacts"] == 2  # one line, imported twice
    assert whole.rows["rows_surveys"] == 2
    assert whole.rows["usage_events"] == 2 * 81  # 3 months of 27 days, imported twice
    assert whole.rows["rejected_rows"] == 2  # N-4, twice
    assert whole.blanked["rejected_rows"] == 2  # N-3 is of somebody else, and has the address in its text
    assert whole.files == {"mappings": 1}
    assert whole.number is None


def test_nothing_is_done_while_somebody_likely_is_not_answered(store):
    with pytest.raises(ErasureRefused, match="the same e-mail address"):
        done(store, Subject(PERSON, "P-501"))
    with pytest.raises(ErasureRefused, match="nobody likely"):
        done(store, Subject(PERSON, "P-501", same=("contact:P-9",)))
    with pytest.raises(ErasureRefused, match="There is no person"):
        done(store, Subject(PERSON, "P-9"))
    with pytest.raises(ErasureRefused, match="contact:P-501"):
        done(store, Subject(PERSON, NAME))
    assert gone(store, [NAME])


def test_of_a_person_no_byte_is_left_also_after_the_old_files_come_again(store, tmp_path):
    told = done(store, WHOLE)
    assert told.number == 1
    assert store.check() == []
    assert gone(store, [NAME, EMAIL, "Quirrel Zelda", "P-501"]) == []
    files = tmp_path / "kept"
    shutil.move(tmp_path / "files", files)
    batches = bring(store, files)
    log = {row["batch"]: row for row in store.imports().to_dicts()}
    assert [log[batch]["erased"] for batch in batches] == [0, 0, 1, 1, 0, 81]
    assert all(
        row["accepted"] + row["rejected"] + row["duplicate"] + row["erased"] == row["read"] for row in (log[batch] for batch in batches)
    )
    assert store.check() == []
    assert gone(store, [NAME, EMAIL, "Quirrel Zelda", "P-501"]) == []
    backups.backup(store, tmp_path / "backup.duckdb")
    shutil.rmtree(files)
    store.close()
    assert left_in(tmp_path, PLACES) == []
    assert not [row for row in everything(tmp_path / "backup.duckdb") if NAME in row or EMAIL in row]


def test_of_an_account_no_byte_is_left_also_after_the_old_files_come_again(store, tmp_path):
    told = done(store, ALL)
    assert told.rows["rows_contracts"] == 2
    assert store.check() == []
    words = [COMPANY, "ACC-77", "Xylophone", "mo@xylo.example", EMAIL, NAME]
    assert gone(store, words) == []
    files = tmp_path / "kept"
    shutil.move(tmp_path / "files", files)
    batches = bring(store, files)
    log = {row["batch"]: row for row in store.imports().to_dicts()}
    assert [log[batch]["erased"] for batch in batches] == [1, 1, 2, 1, 1, 162]
    assert store.check() == []
    assert gone(store, words) == []
    shutil.rmtree(files)
    store.close()
    assert left_in(tmp_path, [*PLACES, *OF_COMPANY]) == []


def test_who_stays_is_as_before(store):
    with View(store) as view:
        before = {name: view.table(name) for name in ("contacts", "contracts", "tickets")}, view.usage_days(*DAYS)
    done(store, ALL)
    with View(store) as view:
        for name, frame in before[0].items():
            assert view.table(name).drop("batch").equals(frame.filter(pl.col("account_id") != "ACC-77").drop("batch"))
        assert view.usage_days(*DAYS).equals(before[1].filter(pl.col("account_id") != "ACC-77"))
        assert set(view.accounts()["account_id"]) == {"B", "C"}


DAYS = (pl.date(2023, 1, 1), pl.date(2023, 12, 31))
DAYS = tuple(pl.select(day).item() for day in DAYS)


def test_the_past_does_not_bring_back_who_was_erased(store):
    with View(store, known_at=1) as view:
        assert "ACC-77" in view.accounts()["account_id"]
    version = store.version()
    done(store, ALL)
    assert store.version() == version + 1
    with View(store, known_at=1) as view:
        assert "ACC-77" not in view.accounts()["account_id"].to_list()


def test_a_person_of_whom_events_go_leaves_the_rollups_of_the_others(store):
    with View(store) as view:
        before = view.usage_months(*DAYS)
    done(store, WHOLE)
    with View(store) as view:
        assert view.usage_months(*DAYS).equals(before.filter(pl.col("user_id") != EMAIL))
        counts = view.usage_days(*DAYS).filter(pl.col("account_id") == "ACC-77")
        assert counts["count"].to_list() == [1] * 81  # of two users, one a day each


def test_without_its_key_nothing_comes_in_and_nobody_is_erased(store, tmp_path):
    done(store, WHOLE)
    key = next(tmp_path.glob("*.audit-key"))
    kept = key.read_text()
    key.write_text("another\n")
    assert bring(store, tmp_path / "files") == []
    with pytest.raises(KeyLost, match="Put that file back"):
        preview(store, EVERYONE, ALL, closes)
    key.write_text(kept)
    assert len(bring(store, tmp_path / "files")) == 6


WIDE = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(33, 127)})


def test_other_ways_of_writing_the_same_do_not_bring_back_who_was_erased(store, tmp_path):
    done(store, WHOLE)
    written = [
        ("ACC-77", NAME.translate(WIDE), ""),
        ("ACC-77", NAME.replace("a", "a\u00ad"), ""),  # a hyphen that nobody sees
        ("ACC-77", NAME.replace(" ", "\u200b \u00a0"), ""),
        ("ACC-77", "Quirrel, Zelda", ""),
        ("B", "Q", EMAIL.translate(WIDE)),
        ("B", "Q", f"mailto:{EMAIL}"),
        ("B", "Q", f"{NAME} <{EMAIL.upper()}>"),
        ("B", "Stays", "not-zelda@quirrel.example"),
    ]
    lines = [f'X-{n},{account},"{name}",{email}' for n, (account, name, email) in enumerate(written)]
    (tmp_path / "contacts.csv").write_text("contact_id,account_id,name,email\n" + "\n".join(lines) + "\n")
    said = ["wide " + NAME.translate(WIDE), "unseen " + NAME.replace("Q", "\u200bQ"), "half " + EMAIL.translate(WIDE)]
    surveys = [f"Y-{n},B,P-503,nps,4,{text},2023-12-02T10:00:00Z" for n, text in enumerate(said)]
    (tmp_path / "surveys.csv").write_text("survey_id,account_id,contact_id,kind,score,comment,answered_at\n" + "\n".join(surveys) + "\n")
    for table in ("contacts", "surveys"):
        assert import_file(store, tmp_path / f"{table}.csv", table=table).batch
    with View(store) as view:
        contacts, surveys = view.table("contacts"), view.table("surveys")
    assert contacts.filter(pl.col("contact_id").str.starts_with("X-"))["contact_id"].to_list() == ["X-7"]
    comments = surveys.filter(pl.col("survey_id").str.starts_with("Y-")).sort("survey_id")["comment"].to_list()
    assert comments == ["wide erased", "unseen erased", "half erased"]


def test_other_ways_of_writing_the_same_go_with_who_is_erased(store):
    said = f"Met {NAME.translate(WIDE)}, {NAME.replace('Q', chr(0x200B) + 'Q')}, {EMAIL.translate(WIDE)} today"
    log_activity(store, EVERYONE, "B", "conversation", DAYS[0], said, None)
    done(store, WHOLE)
    assert gone(store, ["Met erased-1, erased-1, erased-1 today"])
