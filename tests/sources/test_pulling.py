"""A pull: its rows and up to where its source is read stand together or not at all; nothing is lost, doubled or taken in silence."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.store.store import StoreError
from data.store.view import View
from data.viewer import EVERYONE
from data.work import pulls
from reports.catalogue import run
from reports.report import Question
from sources import looks, waiting
from sources.description import parsed
from sources.fetched import Cursor, Fetched, SourceFailed
from sources.keys import SourceError
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
EVENTS = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "usage_events"\ncursor = "at"\noverlap = "1 hour"\n'
ACCOUNTS = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "accounts"\ncursor = "updated_at"\n'


class Rows:
    """A reader of a list of rows, as a perfect source answers: those of `cursor` or later, oldest first."""

    def __init__(self, *rows, **more):
        self.rows, self.asked, self.more = list(rows), [], more

    def __call__(self, source, since, folder, *, now, ended):
        self.asked.append(since and since.value)
        found = [row for row in self.rows if since is None or datetime.fromisoformat(row[source.cursor]) >= since.parsed]
        path = folder / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in found))
        newest = max((datetime.fromisoformat(row[source.cursor]) for row in found), default=None)
        return Fetched(path, len(found), newest and Cursor.of(newest), requests=1, **self.more)


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def event(minute, event="open"):
    return {"account_id": "A", "user_id": "ann", "event": event, "at": (NOW - timedelta(minutes=minute)).isoformat()}


def once(store, source, rows, at=NOW, **more):
    return pull(store, source, lambda: at, fetch=rows, **more)


def test_rows_come_as_a_batch_with_the_record_of_the_pull_and_the_next_one_goes_on(store):
    source, rows = parsed("app", EVENTS), Rows(event(90), event(30), event(30))
    first = once(store, source, rows)
    assert (first.outcome, first.rows, first.problem) == ("imported", 3, None)
    assert first.cursor_from is None and first.cursor_to == f"instant:{(NOW - timedelta(minutes=30)).isoformat()}"
    rows.rows.append(event(5))
    second = once(store, source, rows, NOW + timedelta(hours=1))
    # An hour before 05:30 are 04:30 (minute 90), 05:30 twice, and the new one.
    assert rows.asked == [None, (NOW - timedelta(minutes=90)).isoformat()] and second.rows == 4
    assert [one.batch for one in pulls.pulls(store, "app")] == [second.batch, first.batch]
    imports = {row["batch"]: row for row in store.imports().to_dicts()}
    assert imports[second.batch]["accepted"] == 1 and imports[second.batch]["who"] == "source app"


def test_a_pull_of_nothing_but_what_is_known_makes_no_batch_and_fills_no_log(store):
    source, rows = parsed("app", EVENTS), Rows(event(90), event(30))
    once(store, source, rows)
    before = store.version()
    for hour in (1, 2, 3):
        found = once(store, source, rows, NOW + timedelta(hours=hour))
        assert (found.outcome, found.rows) == ("nothing new", 2)
    assert store.version() == before
    assert looks.last(store, "app").pulled.began_at == NOW + timedelta(hours=3)


def test_a_clock_that_is_ahead_is_said_and_hides_no_later_row(store):
    source, rows = parsed("app", EVENTS), Rows(event(30), event(-60 * 24 * 400, "ahead"))
    first = once(store, source, rows)
    assert "which is still to come" in first.problem and first.cursor_to == f"instant:{NOW.isoformat()}"
    rows.rows.append(event(-20, "later"))
    once(store, source, rows, NOW + timedelta(hours=1))
    with store.reading() as cursor:
        assert sorted(name for (name,) in cursor.execute("select event from event_names").fetchall()) == ["ahead", "later", "open"]


def test_what_a_person_must_say_waits_with_its_file_and_the_cursor_stays(store):
    written = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "contracts"\ncursor = "updated_at"\n'
    row = {"contract_id": "1", "account_id": "A", "starts_on": "2024-01-01", "ends_on": "2024-12-31", "amount": "1200", "period": "1 year",
           "currency": "USD", "updated_at": NOW.isoformat()}  # fmt: skip
    rows = Rows(row)
    found = once(store, parsed("billing", written), rows)
    assert found.outcome == "waiting" and found.cursor_to is None and found.batch is None
    assert {one.option for one in waiting.questions(store.path, "billing")} == {
        "ends_on"
    } and "sources answer billing ends_on=" in found.what_to_do
    assert waiting.file(store.path, "billing").exists() and store.imports()["table"].to_list() == ["source_pulls"]
    once(store, parsed("billing", written), rows, NOW + timedelta(hours=1))
    assert len(rows.asked) == 1  # what waits is asked about again, and nothing is read anew
    answered = once(store, parsed("billing", written + '[answers]\nends_on = "inclusive"\n'), rows, NOW + timedelta(hours=2))
    assert answered.outcome == "imported" and answered.rows == 1 and waiting.file(store.path, "billing") is None
    assert answered.cursor_to == f"instant:{NOW.isoformat()}" and len(rows.asked) == 1


def test_columns_of_another_type_are_said_and_taken_when_that_is_meant(store):
    row = {"account_id": "A", "name": "Alder", "updated_at": NOW.isoformat()}
    source = parsed("crm", ACCOUNTS)
    once(store, source, Rows(row, fields={"account_id": "int64", "name": "text", "plan": "text"}))
    changed = Rows(row | {"name": "Alder Ltd"}, fields={"account_id": "text", "name": "text", "added": "text"})
    found = once(store, source, changed, NOW + timedelta(hours=1))
    assert found.outcome == "waiting"
    assert found.problem == "The column account_id was int64, and is text now. The column plan (text) is gone."
    taken = once(store, source, changed, NOW + timedelta(hours=2), accept_columns=True)
    assert taken.outcome == "imported"
    assert once(store, source, changed, NOW + timedelta(hours=3)).outcome == "nothing new"


def test_what_cannot_be_read_is_told_once_and_moves_nothing(store):
    source = parsed("crm", ACCOUNTS)

    def broken(*_, **__):
        raise SourceFailed("The server answered 503.", "Wait.", NOW + timedelta(minutes=5), requests=3, retries=2)

    row = {"account_id": "A", "name": "Alder", "updated_at": NOW.isoformat()}
    at = once(store, source, Rows(row)).cursor_to
    for minute in (1, 2, 3):
        found = once(store, source, broken, NOW + timedelta(minutes=minute))
        assert (found.outcome, found.problem, found.what_to_do, found.requests, found.retries) == (
            "failed",
            "The server answered 503.",
            "Wait.",
            3,
            2,
        )
    assert [one.outcome for one in pulls.pulls(store)] == ["failed", "imported"]
    assert looks.last(store, "crm").failures == 3 and pulls.read_up_to(store, "crm").cursor_to == at


def test_undo_is_undo_and_everything_can_be_pulled_again(store):
    source, rows = parsed("app", EVENTS), Rows(event(90), event(30))
    first = once(store, source, rows)
    store.undo(first.batch)
    again = once(store, source, rows, NOW + timedelta(hours=1), from_start=True)
    assert rows.asked == [None, None] and again.outcome == "imported"


def test_a_list_of_people_does_not_come_by_itself(store):
    found = once(
        store, parsed("hr", ACCOUNTS.replace('"accounts"', '"people"')), Rows({"updated_at": NOW.isoformat(), "email": "a@example.com"})
    )
    assert found.outcome == "failed" and found.problem.startswith("Who may do what is not changed")


def test_where_the_record_of_a_pull_cannot_be_written_no_row_is(store, monkeypatch):
    def full(*_):
        raise StoreError("The disk is full.")

    source, rows = parsed("app", EVENTS), Rows(event(30))
    monkeypatch.setattr(pulls, "beside", full)
    found = once(store, source, rows)
    assert (found.outcome, found.problem) == ("failed", "The disk is full.") and "usage_events" not in store.imports()["table"].to_list()
    monkeypatch.undo()
    assert once(store, source, rows, NOW + timedelta(minutes=5)).outcome == "imported" and store.check() == []


def test_what_no_answer_can_mend_waits_with_its_file_for_a_mapping(store):
    rows = Rows({"colour": "red", "updated_at": NOW.isoformat()})
    found = once(store, parsed("odd", ACCOUNTS.replace('table = "accounts"\n', "")), rows)
    assert found.outcome == "waiting" and str(waiting.file(store.path, "odd")) in found.what_to_do


def test_a_state_that_is_pulled_is_that_of_the_day_of_the_pull(store):
    written = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "accounts"\n[answers]\nrows = "state"\n'
    rows = Rows({"account_id": "A", "plan": "Team", "at": NOW.isoformat()})
    source = parsed("crm", written).model_copy(update={"cursor": "at"})
    assert once(store, source, rows).outcome == "imported"
    with store.reading() as cursor:
        told = cursor.execute("select covers_to from batches where table_name = 'accounts'").fetchall()
    assert told == [(NOW.date(),)]


def test_a_cursor_of_something_else_is_not_gone_on_from(store):
    row = {"account_id": "A", "name": "Alder", "updated_at": (NOW - timedelta(days=9)).isoformat(), "created_at": NOW.isoformat()}
    rows = Rows(row)
    once(store, parsed("crm", ACCOUNTS.replace("updated_at", "created_at")), rows)
    found = once(store, parsed("crm", ACCOUNTS), rows, NOW + timedelta(hours=1))
    assert rows.asked == [None, None] and found.problem.startswith("It reads something else than before")
    assert found.cursor_to == f"instant:{(NOW - timedelta(days=9)).isoformat()}"
    once(store, parsed("crm", ACCOUNTS + 'schedule = "0 * * * *"\n'), rows, NOW + timedelta(hours=2))
    assert rows.asked[2] == (NOW - timedelta(days=9, hours=1)).isoformat()


STATE = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "contracts"\n{cursor}[answers]\nends_on = "inclusive"\nrows = "state"\n'


def line(number, amount, hour):
    return {"contract_id": f"C{number}", "account_id": f"A{number}", "starts_on": "2024-01-01", "ends_on": "2024-12-31", "amount": amount,
            "period": "1 year", "currency": "USD", "at": (NOW + timedelta(hours=hour)).isoformat()}  # fmt: skip


def arr_on(store, day):
    return run("arr", store, EVERYONE, Question(as_of=day, rules="strict")).totals["arr"]


def test_what_changed_since_a_cursor_is_never_read_as_all_that_there_is(store):
    source, rows = parsed("billing", STATE.format(cursor='cursor = "at"\n')), Rows(*(line(number, "1200", number) for number in range(4)))
    once(store, source, rows, NOW + timedelta(hours=4))
    rows.rows = [line(0, "2400", 30)]
    assert once(store, source, rows, NOW + timedelta(hours=31)).outcome == "imported"
    # Three lines that did not come go on: 3 x 1,200 and 2,400, in cents.
    assert arr_on(store, NOW.date() + timedelta(days=3)) == 600_000


def test_it_is_not_so_either_where_earlier_files_of_the_feed_were_complete(store):
    whole = parsed("billing", STATE.format(cursor="") + 'snapshot = "yes"\n')
    rows = Rows(*(line(number, "1200", number) for number in range(4)))

    def all_of_them(source, since, folder, **more):
        return rows(source.model_copy(update={"cursor": "at"}), since, folder, **more)

    once(store, whole, all_of_them, NOW + timedelta(hours=4))
    assert store.feed_settings("contracts", "billing").complete is True
    rows.rows = [line(0, "2400", 30)]
    once(store, parsed("billing", STATE.format(cursor='cursor = "at"\n')), rows, NOW + timedelta(hours=31))
    assert arr_on(store, NOW.date() + timedelta(days=3)) == 600_000
    assert store.feed_settings("contracts", "billing").complete is True  # of those that bring all


@pytest.mark.parametrize(
    "kind",
    ['kind = "sql"\nurl = "sqlite:///a"\nquery = "select 1"\ncursor = "at"\n', 'kind = "http"\nurl = "https://a.example"\ncursor = "at"\n'],
)
def test_a_source_that_has_a_cursor_cannot_say_that_it_brings_all(kind):
    for said in ("true", "yes", "confirmed"):
        with pytest.raises(SourceError, match="and never all"):
            parsed("billing", f'{kind}[answers]\nsnapshot = "{said}"\n')
    assert parsed("billing", f'{kind}[answers]\nsnapshot = "no"\n').is_partial


def test_a_snapshot_that_would_end_much_says_how_to_say_that_it_is_meant(store):
    lines = [
        {"contract_id": number, "account_id": "A", "starts_on": "2024-01-01", "ends_on": "", "amount": amount, "period": "1 year", "currency": "USD"}
        for number, amount in (("1", "300"), ("2", "100"))
    ]  # fmt: skip
    source = parsed("billing", 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "contracts"\n[answers]\nsnapshot = "yes"\n')

    def read(*found):
        def fetch(source, since, folder, *, now, ended):
            path = folder / "rows.jsonl"
            path.write_text("".join(f"{json.dumps(row)}\n" for row in found))
            return Fetched(path, len(found))

        return fetch

    assert once(store, source, read(*lines)).outcome == "imported"
    found = once(store, source, read(lines[0]), NOW + timedelta(days=1))
    assert (found.outcome, found.problem) == ("waiting", "This snapshot takes away 25% of ARR.")  # 100 of 400
    assert "sources pull billing --accept-ending" in found.what_to_do and "page Import" in found.what_to_do
    assert "mapping" not in found.what_to_do
    taken = once(store, source, read(), NOW + timedelta(days=2), accept_ending=True)  # what waits is taken, and nothing is read anew
    assert taken.outcome == "imported" and taken.rows == 1


def test_consent_to_what_one_state_ends_is_no_consent_to_all_that_come():
    with pytest.raises(SourceError, match="it would hold for every pull"):
        parsed("billing", STATE.format(cursor="") + 'snapshot = "confirmed"\n')


def test_a_clock_that_was_ahead_is_said_and_the_source_goes_on_from_where_none_was(store):
    source, rows = parsed("app", EVENTS), Rows(event(90))
    once(store, source, rows)
    # The clock is a year ahead, and a row of in two years comes: up to it nothing was seen, whatever is written down.
    rows.rows.append(event(-60 * 24 * 730, "far"))
    once(store, source, rows, NOW + timedelta(days=365))
    rows.rows.append(event(-30, "later"))
    found = once(store, source, rows, NOW + timedelta(days=5))
    assert found.outcome == "imported" and "by a clock that was ahead" in found.problem
    assert rows.asked[-1] == (NOW - timedelta(minutes=150)).isoformat()  # an hour before the cursor of the first pull
    assert "ahead" not in (once(store, source, rows, NOW + timedelta(days=6)).problem or "").replace("is still to come", "")
    assert looks.last(store, "app").pulled.ended_at == NOW + timedelta(days=6)


def test_a_source_that_brings_all_and_answers_without_a_row_ends_nothing_in_silence(store):
    source = parsed("billing", STATE.format(cursor="") + 'snapshot = "yes"\n')
    rows = Rows(*(line(number, "1200", number) for number in range(2)))

    def all_of_them(source, since, folder, **more):
        return rows(source.model_copy(update={"cursor": "at"}), since, folder, **more)

    assert once(store, source, lambda *_, **__: Fetched(None), NOW).outcome == "nothing new"  # nothing of it is in
    once(store, source, all_of_them, NOW + timedelta(hours=4))
    found = once(store, source, lambda *_, **__: Fetched(None), NOW + timedelta(days=1))
    assert found.outcome == "failed" and found.problem.startswith("It answered without any row")
    settled = parsed("billing", STATE.format(cursor=""))  # the feed's earlier files were complete
    assert once(store, settled, lambda *_, **__: Fetched(None), NOW + timedelta(days=2)).outcome == "failed"
    assert arr_on(store, NOW.date() + timedelta(days=3)) == 240_000


def test_a_fault_that_nobody_foresaw_fails_is_kept_and_waits_its_turn(store):
    def broken(*_, **__):
        raise OverflowError("password=hunter2")

    def full(*_, **__):
        raise ValueError("write failed: No space left on device (os error 28)")

    source = parsed("crm", ACCOUNTS + 'schedule = "* * * * *"\n')
    for failures, (fault, said) in enumerate(
        ((broken, "A fault in Holdfast while it was read (OverflowError)"), (full, "The disk is full")), 1
    ):
        found = once(store, source, fault, NOW + timedelta(minutes=failures))
        assert found.outcome == "failed" and found.problem.startswith(said) and "hunter2" not in found.problem
        assert looks.last(store, "crm").failures == failures


def test_of_two_rows_of_a_key_in_one_pull_the_one_with_the_greater_cursor_counts(store):
    """A table of versions: A as it was first, then as it is. Nothing is turned away, and the version of before is a repeat."""
    found = [
        {"account_id": "A", "name": name, "updated_at": (NOW - timedelta(hours=ago)).isoformat()} for ago, name in ((3, "v1"), (2, "v2"))
    ]
    told = once(store, parsed("crm", ACCOUNTS), Rows(*found))
    assert (told.outcome, told.problem) == ("imported", None)
    with View(store) as view:
        assert view.accounts()["name"].to_list() == ["v2"]


def test_rows_of_one_line_in_one_pull_are_asked_about_and_counted_as_it_is_answered(store):
    """Contract 1 at 100, then at 250 a month, beside another line of it at 50: versions are 250 and 50; lines are all three."""
    said = {"contract_id": "1", "account_id": "A", "starts_on": "2024-01-01", "period": "1 month", "currency": "USD"}
    amounts = (("x", 100), ("y", 50), ("x", 250))
    found = [
        said | {"product": product, "amount": amount, "updated_at": (NOW - timedelta(hours=9 - at)).isoformat()}
        for at, (product, amount) in enumerate(amounts)
    ]
    contracts = ACCOUNTS.replace('"accounts"', '"contracts"') + '[answers]\nends_on = "exclusive"\n'
    told = once(store, parsed("crm", contracts), Rows(*found))
    assert (told.outcome, "Are they versions of one line" in told.problem) == ("waiting", True)
    key = "contract_id, product, starts_on"
    for name, answer, amounts in (("versions", key, [50, 250]), ("lines", f"{key}, amount", [50, 100, 250])):
        source = parsed(name, contracts.replace("[answers]", f'feed = "{name}"\n[answers]\nkey = "{answer}"'))
        assert once(store, source, Rows(*(row | {"contract_id": name} for row in found))).outcome == "imported"
        with View(store) as view:
            of = view.contracts().filter(contract_id=name)
        assert sorted(map(int, of["amount"].to_list())) == amounts


def test_two_periods_of_a_contract_in_one_pull_of_states_are_never_one(store):
    """2024 at 100, 2025 at 150: both or a question, and never the newer alone."""
    said = {"contract_id": "1", "account_id": "A", "product": "x", "period": "1 month", "currency": "USD"}
    found = [
        said | {"starts_on": f"{year}-01-01", "ends_on": f"{year + 1}-01-01", "amount": amount, "updated_at": NOW.isoformat()}
        for year, amount in ((2024, 100), (2025, 150))
    ]
    contracts = ACCOUNTS.replace('"accounts"', '"contracts"') + '[answers]\nends_on = "exclusive"\nrows = "state"\n'
    told = once(store, parsed("crm", contracts), Rows(*found))
    with View(store) as view:
        amounts = sorted(map(int, view.contracts()["amount"].to_list()))
    assert (told.outcome, amounts) in (("imported", [100, 150]), ("waiting", []))
