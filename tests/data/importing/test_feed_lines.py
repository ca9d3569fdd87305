"""A line of a contract counts once, whichever other lines of its contract stand in the files of its feed that have it."""

from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from itertools import permutations

import duckdb
import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from data.store.writing import LinesCutAnew
from sources.description import parsed
from sources.fetched import Cursor, Fetched
from sources.pulling import pull
from tests.new_store import new_store

COLUMNS = ("contract_id", "account_id", "product", "starts_on", "amount", "ends_on")
OPTIONS = {"ends_on": "exclusive"}
X, Y = "1,A,x,2024-01-01,100,", "1,A,y,2024-01-01,50,"  # 100 and 50 a month: ARR (100 + 50) * 12 = 1,800
P, Q = "2,B,p,2024-01-01,1,", "2,B,q,2024-01-01,2,"  # (1 + 2) * 12 = 36
BY_PRODUCT = "contract_id, product, starts_on"


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def by_hand(store, tmp_path):
    """Brings rows in as a file of the feed, and gives what became of it."""

    def put(*rows, columns=COLUMNS, feed="", **answers):
        path = tmp_path / "lines.csv"
        path.write_text("\n".join((",".join(columns), *rows)))
        constants = {"period": "1 month", "currency": "USD"}
        mapping = Mapping("contracts", feed=feed, columns={name: name for name in columns}, constants=constants, options=OPTIONS)
        return import_file(store, path, mapping=mapping, options=answers)

    return put


@pytest.fixture
def by_pull(store):
    """Brings rows in as what a source with a cursor has, and gives the pull."""
    moment = iter(range(1, 99))

    def put(*rows, **answers):
        def fetch(source, since, folder, *, now, ended):
            path = folder / "lines.csv"
            path.write_text("\n".join((",".join((*COLUMNS, "period", "currency")), *(f"{row},1 month,USD" for row in rows))))
            return Fetched(path, len(rows), Cursor.of(next(moment)), 1)

        source = parsed("crm", _toml(OPTIONS | answers))
        return pull(store, source, lambda: datetime(2024, 6, 10, tzinfo=UTC), fetch=fetch)

    return put


def _toml(answers):
    told = "\n".join(f'{name} = "{value}"' for name, value in answers.items())
    return f'kind = "sql"\nurl = "sqlite:///x"\nquery = "select 1"\ntable = "contracts"\ncursor = "seq"\n[answers]\n{told}\n'


def lines(store, day=date(2024, 6, 1)):
    """What runs on a day: contract, product, amount."""
    with View(store) as view:
        rows = view.contracts().select("contract_id", "product", "amount", "starts_on", "ends_on").rows()
    return sorted((row[0], row[1], int(row[2])) for row in rows if row[3] <= day and (row[4] is None or row[4] > day))


def arr(store):
    return sum(amount for *_, amount in lines(store)) * 12


@pytest.mark.parametrize("way", ["by_hand", "by_pull"])
def test_a_line_that_comes_alone_is_the_one_that_its_contract_had(way, request, store):
    put = partial(request.getfixturevalue(way), rows="records")
    put(X, Y)
    assert arr(store) == 1800
    put(Y)  # nothing changed
    assert arr(store) == 1800
    put(Y.replace(",50,", ",70,"))  # (100 + 70) * 12
    assert arr(store) == 2040
    put("1,A,y,2024-01-01,70,2024-05-01")  # y has ended: 100 * 12
    assert (arr(store), lines(store)) == (1200, [("1", "x", 100)])


@pytest.mark.parametrize("way", ["by_hand", "by_pull"])
def test_a_second_line_of_a_contract_leaves_the_first_as_it_was(way, request, store):
    put = request.getfixturevalue(way)
    put(X)
    put(X, Y)
    assert arr(store) == 1800  # 100 * 12 + 50 * 12, not twice 100
    put(X, "1,A,z,2024-03-01,10,")
    assert arr(store) == 1920  # and 10 * 12


@pytest.mark.parametrize("way", ["by_hand", "by_pull"])
def test_a_change_of_one_line_as_a_state_is_a_change_of_that_line(way, request, store):
    put = request.getfixturevalue(way)
    put(X, Y, rows="state", **({"covers": "2024-02-01", "snapshot": "no"} if way == "by_hand" else {}))
    put(Y.replace(",50,", ",70,"), rows="state", **({"covers": "2024-05-31", "snapshot": "no"} if way == "by_hand" else {}))
    with View(store) as view:
        newest = view.contracts().filter(pl.col("ends_on").is_null()).select("product", "amount").sort("product").rows()
    assert [(product, int(amount)) for product, amount in newest] == [("x", 100), ("y", 70)]


def test_a_line_of_a_second_contract_is_not_the_same_line_of_the_first(store, by_hand):
    by_hand(X, Y)
    by_hand("2,A,x,2024-01-01,30,")  # the same account, product and start, under another contract
    assert lines(store) == [("1", "x", 100), ("1", "y", 50), ("2", "x", 30)]
    by_hand("2,A,x,2024-01-01,40,", rows="records")
    assert arr(store) == (100 + 50 + 40) * 12


FILES = [(X,), (X, Y), (Y,), ("2,A,x,2024-01-01,30,", Y)]


@pytest.mark.parametrize("order", [*permutations(range(4))][::5])
def test_in_whatever_order_files_come_each_line_counts_once(order, store, by_hand):
    told = []
    for number in order:
        told += [by_hand(*FILES[number], **({"key": "contract_id, product, starts_on"}))]
    assert all(one.batch for one in told)
    assert arr(store) == (100 + 50 + 30) * 12


def test_undo_and_redo_of_the_file_that_set_the_key_count_each_line_once(store, by_hand):
    first = by_hand(X, Y).batch.batch
    by_hand(Y)
    store.undo(first)
    assert arr(store) == 600  # y alone: 50 * 12
    by_hand(Y.replace(",50,", ",70,"), rows="records")
    assert arr(store) == 840
    store.redo(first)
    assert arr(store) == (100 + 70) * 12
    second = by_hand("3,B,x,2024-01-01,5,", "3,B,y,2024-01-01,6,").batch.batch
    store.undo(first)
    store.undo(second)
    assert arr(store) == 840


def test_what_was_known_before_is_read_as_it_stood_then(store, by_hand):
    by_hand(X)
    then = datetime.now(UTC)
    by_hand(X, Y)
    with View(store, known_at=then) as view:
        assert view.contracts()["product"].to_list() == ["x"]


def test_a_line_that_may_have_another_name_now_is_asked_about_and_never_added(store, by_hand):
    by_hand(X)
    asked = by_hand("1,A,x plus,2024-01-01,100,", Y)  # has x become x plus, or does it go on beside it?
    assert (asked.batch, [question.option for question in asked.questions], arr(store)) == (None, ["key"], 1200)
    assert "contract_id, product, starts_on" in asked.questions[0].choices
    by_hand("1,A,x plus,2024-01-01,100,", Y, key="contract_id, product, starts_on")  # it goes on: (100 + 100 + 50) * 12
    assert arr(store) == 3000


def test_a_second_line_that_a_part_lists_alone_is_asked_about(store, by_pull):
    by_pull(X)
    waits = by_pull(Y)
    assert (waits.outcome, arr(store)) == ("waiting", 1200)
    assert "Contract 1 has x in an earlier file" in waits.problem
    by_pull(Y, key="contract_id, product, starts_on")
    assert arr(store) == 1800


def test_a_file_that_cannot_be_met_with_the_lines_of_its_feed_is_not_added_to_them(store, by_hand):
    by_hand(X, Y)
    asked = by_hand("1,A,2024-01-01,150,", columns=("contract_id", "account_id", "starts_on", "amount", "ends_on"))
    assert (asked.batch, asked.questions[0].option, arr(store)) == (None, "key", 1800)


def test_a_store_of_before_in_which_a_line_stands_under_two_keys_counts_it_once(store, by_hand, caplog):
    by_hand(X, Y)
    by_hand(Y.replace(",50,", ",70,"), rows="records")
    with _as_before(store, by_product=[1], by_contract=[2]) as again:
        assert arr(again) == 2040  # (100 + 70) * 12
        told = again.checked(quick=True)  # y stood twice: under its product, and alone under its contract
    assert told.told == ["Lines of “contracts” that counted more than once before an upgrade of this store, and count once since: 1."]
    assert told.faults == []
    assert "count once from now on: 1" in caplog.text


def test_a_line_of_a_store_of_before_that_changed_its_name_stays_one_line(store, by_hand):
    """100 * 12 = 1,200, and P and Q of another contract 36: not 2,436."""
    by_hand(X, rows="records")
    by_hand(X.replace(",x,", ",x plus,"), rows="records")
    by_hand(P, Q, rows="records", key=BY_PRODUCT)
    with _as_before(store, by_product=[3], by_contract=[1, 2]) as again:
        assert lines(again) == [("1", "x plus", 100), ("2", "p", 1), ("2", "q", 2)]
        assert again.checked(quick=True).told == []


def test_lines_of_a_store_of_before_whose_contracts_were_numbered_anew_stay_the_lines_that_they_were(store, by_hand):
    """x and y went by account, product and start: (100 + 50) * 12 = 1,800, and not 3,600."""
    by_hand(X, Y, rows="records")
    by_hand(X.replace("1,A", "9,A"), Y.replace("1,A", "9,A"), rows="records")
    with _as_before(store, by_product=[1, 2], by_contract=[]) as again:
        assert arr(again) == 1800


@contextmanager
def _as_before(store, by_product, by_contract):
    """The store opened again, after its files were written down as they were once: each under a key of its own."""
    store.close()
    with duckdb.connect(str(store.path)) as old:
        for batches, key in (
            (by_product, "'account_id=' || account_id || '|product=' || product || '|starts_on=2024-01-01'"),
            (by_contract, "contract_id"),
        ):
            old.execute(f"update rows_contracts set row_key = {key} where list_contains(?::integer[], batch)", [batches])
        old.execute("update batches set mapping = ''")
        old.execute("alter table batches drop column keys")
        old.execute("delete from meta where key = 'layout'")
    with closing(Store.open(store.path)) as again:
        yield again


@pytest.mark.parametrize("again", [("1,A,x,2024-01-01,70,",), ("1,A,x,2024-01-01,100,", "1,A,x,2024-01-01,70,")], ids=["alone", "both"])
def test_lines_that_only_their_amounts_tell_apart_are_asked_about_where_one_changes(again, store, by_hand):
    by_hand(X, "1,A,x,2024-01-01,50,")
    assert arr(store) == 1800
    assert by_hand(X, "1,A,x,2024-01-01,50,").batch  # nothing new is nothing to ask
    asked = by_hand(*again)  # 50 may be 70 now, or a third line
    assert (asked.batch, [question.option for question in asked.questions], arr(store)) == (None, ["key"], 1800)


def test_two_lines_that_only_their_amounts_tell_apart_leave_other_contracts_as_they_are(store, by_hand):
    """Contract 2 changes from 10 to 20; contract 1 has two lines of one product from one day: (20 + 100 + 30) * 12 = 1,800."""
    assert by_hand("2,B,p,2024-01-01,10,").batch
    assert by_hand("1,A,x,2024-01-01,100,", "1,A,x,2024-01-01,30,").batch
    assert by_hand("2,B,p,2024-01-01,20,", rows="records").batch
    assert arr(store) == 1800


def test_a_contract_is_not_the_line_of_another_one_with_the_same_product_start_and_amount(store, by_hand):
    """(100 + 30 + 30) * 12 = 1,920."""
    assert by_hand("1,A,x,2024-01-01,100,", "1,A,x,2024-01-01,30,").batch
    assert by_hand("5,A,x,2024-01-01,30,").batch
    assert arr(store) == 1920


def test_redo_of_a_file_that_would_make_two_lines_of_one_is_refused_as_its_import_would_ask(store, by_hand):
    """A contract of one line was renamed while the file that goes by products was undone: 100 * 12 = 1,200, and never 2,436."""
    first = by_hand(P, Q, rows="records").batch.batch
    store.undo(first)
    by_hand(X, rows="records")
    by_hand(X.replace(",x,", ",x plus,"), rows="records")
    with pytest.raises(LinesCutAnew, match=r"Import lines\.csv again instead: it asks"):
        store.redo(first)
    assert arr(store) == 1200
    assert [question.option for question in by_hand(P, Q, rows="records").questions] == ["key"]


def test_redo_of_a_file_that_has_a_line_under_another_name_is_refused(store, by_hand):
    """X stands alone; the file has the contract with "x plus" and y: has x become x plus? Its import asks, too."""
    first = by_hand(X.replace(",x,", ",x plus,"), Y).batch.batch
    store.undo(first)
    by_hand(X)
    with pytest.raises(LinesCutAnew):
        store.redo(first)
    assert arr(store) == 1200


@pytest.mark.parametrize("way", ["records", "state"])
def test_undo_that_would_make_one_line_of_two_is_refused_and_says_what_to_do(way, store, by_hand):
    """X at 110 and Y at 60, each in a file of its own: (110 + 60) * 12 = 2,040. Without the first file both would go by their contract."""
    day = ({"covers": f"2024-0{month}-28", "snapshot": "no"} if way == "state" else {} for month in (1, 2, 3))
    first = by_hand(X, Y, rows=way, **next(day)).batch.batch
    by_hand(X.replace(",100,", ",110,"), rows=way, **next(day))
    last = next(day)
    third = by_hand(Y.replace(",50,", ",60,"), rows=way, **last).batch.batch
    with pytest.raises(LinesCutAnew, match=rf"product=x.* and .*product=y.* would become one line.*Undo batch {third} first"):
        store.undo(first)
    assert arr(store) == 2040
    store.undo(third)
    store.undo(first)
    key = "contract_id, product" if way == "state" else "contract_id, product, starts_on"
    assert by_hand(Y.replace(",50,", ",60,"), rows=way, key=key, **last).batch
    assert arr(store) == 2040
    assert len({contract for contract, *_ in lines(store)}) == 1


def test_undo_and_redo_that_lead_back_to_what_stood_are_never_refused(store, by_hand):
    """(100 + 100 + 50) * 12 = 3,000 by a key that a person gave; 1,200 before it."""
    by_hand(X)
    second = by_hand("1,A,x plus,2024-01-01,100,", Y, key="contract_id, product, starts_on").batch.batch
    store.undo(second)
    assert arr(store) == 1200
    store.redo(second)
    assert arr(store) == 3000


def test_a_line_of_two_feeds_is_asked_about_where_one_of_them_is_to_go_by_another_key(store, by_hand):
    """X stands in both feeds by its contract, and counts once: 100 * 12 = 1,200; with P and Q 1,236, and not 2,436."""
    by_hand(X, feed="a")
    second = by_hand(X, feed="b").batch.batch
    assert arr(store) == 1200
    asked = by_hand(P, Q, feed="b")
    assert (asked.batch, [question.option for question in asked.questions], arr(store)) == (None, ["key"], 1200)
    assert "meet those of “a”: 1 stands in both" in asked.questions[0].text
    store.undo(second)  # as the question says
    assert by_hand(P, Q, feed="b").batch
    assert arr(store) == 1236


def test_redo_that_would_part_the_lines_of_two_feeds_is_refused(store, by_hand):
    first = by_hand(P, Q, feed="b").batch.batch
    store.undo(first)
    by_hand(X, feed="a")
    by_hand(X, feed="b")
    with pytest.raises(LinesCutAnew):
        store.redo(first)
    assert arr(store) == 1200


def test_lines_of_two_feeds_that_do_not_meet_are_no_question(store, by_hand):
    """(100 + 50 + 1 + 2) * 12 = 1,836."""
    by_hand(X, feed="a")
    by_hand("3,C,x,2024-01-01,50,", feed="b")
    assert by_hand(P, Q, feed="b").batch
    assert arr(store) == 1836


def test_a_line_that_was_said_to_be_renamed_does_not_part_from_itself_by_the_file_of_another_contract(store, by_hand):
    """Contract 1 is one line of 100, said to be renamed; contract 2 has two lines, 1 and 2: (100 + 1 + 2) * 12 = 1,236 or a question."""
    put = partial(by_hand, rows="records")
    assert put(X).batch
    assert put(X.replace(",x,", ",x plus,"), key="contract_id").batch
    assert arr(store) == 1200
    asked = put("2,B,p,2024-01-01,1,", "2,B,q,2024-01-01,2,")
    assert (asked.batch, [question.option for question in asked.questions], arr(store)) == (None, ["key"], 1200)
