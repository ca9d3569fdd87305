"""What is said of products: read from its file, refused in words where it cannot be, and asked for once a pair."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import EditRefused
from data.store.product_pairs import answer_pairs
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.products import products
from reports.report import Question
from reports.revenue.product_pairs import _of_other_accounts

CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,booked_on,seats
1,A,Basic,2024-07-01,2025-07-01,1200,1 year,USD,2024-06-01,10
2,A,Pro,2025-07-01,2026-07-01,3000,1 year,USD,2025-05-01,10
3,B,Basic,2024-08-01,2025-08-01,1200,1 year,USD,2024-06-01,10
4,B,Pro,2025-08-10,2026-08-10,3000,1 year,USD,2025-05-01,10
"""
BEFORE, AFTER = (
    Question(as_of=date(2025, 6, 1), within=90),
    Question(as_of=date(2025, 9, 30), start=date(2025, 6, 30), end=date(2025, 9, 30)),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("products")
    (folder / "contracts.csv").write_text(CONTRACTS)
    with closing(Store.open(folder / "own.duckdb")) as opened:
        assert import_file(opened, folder / "contracts.csv", options={"ends_on": "exclusive"}).batch
        yield opened


def say(monkeypatch, tmp_path, text: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    monkeypatch.setenv("HOLDFAST_PRODUCTS", str(tmp_path / "own.toml"))


def told(store) -> tuple:
    """CARR of A and B before, how many renewals are listed then, and the states of the two afterwards."""
    carr = run("arr", store, EVERYONE, BEFORE).totals["carr"] // 100
    listed, became = run("renewals", store, EVERYONE, BEFORE), run("renewal-rate", store, EVERYONE, AFTER)
    return carr, listed.rows.height, became.rows["state"].to_list()


def test_until_somebody_says_so_a_pair_is_open_and_asked_once(store):
    """The larger counts, Pro: 3,000 + 3,000. Both renewals of Basic stay on the list, and are open afterwards."""
    assert told(store) == (6_000, 2, ["open", "open"])
    asked = run("quality", store, EVERYONE, AFTER).rows.filter(pl.col("check") == "change of plan or addition")
    assert asked.select("subject", "detail", "arr").rows() == [
        ("Basic -> Pro", "Pro started when Basic ended, times: 2. Change of plan, or addition?", 240_000)
    ]
    assert run("renewal-rate", store, EVERYONE, AFTER).totals["rate_by_count"] is None


def test_a_change_of_plan_goes_on_with_what_ended(store, monkeypatch, tmp_path):
    """A on the day, B nine days late; of 1,200 each all is kept."""
    say(monkeypatch, tmp_path, '[[pairs]]\nfrom = "Basic"\nto = "Pro"\nis = "change"\n')
    assert told(store) == (6_000, 0, ["on_time", "late"])
    assert run("renewal-rate", store, EVERYONE, AFTER).totals["kept"] == 240_000
    assert not run("quality", store, EVERYONE, AFTER).totals["change of plan or addition"]


def test_an_addition_goes_on_with_nothing(store, monkeypatch, tmp_path):
    """1,200 + 3,000 of each; Basic is lost."""
    say(monkeypatch, tmp_path, '[[pairs]]\nfrom = "Basic"\nto = "Pro"\nis = "addition"\n')
    assert told(store) == (8_400, 2, ["lost", "lost"])


def told_of_pairs(store) -> list[dict]:
    return run("product-pairs", store, EVERYONE, Question(as_of=date(2025, 9, 30))).rows.to_dicts()


def test_an_answer_is_a_batch_with_its_effect_told_beforehand_and_undone_like_one(tmp_path):
    """On 1 June A's and B's Basic (1,200 each) end in July and August, and a Pro of 3,000 each is booked: CARR counts the larger, 2 x 3,000.
    As a change nothing moves; as additions both stay until they end: 2 x 1,200 more. In September both renewals are open: as a change of
    plan both are kept, as an addition both are lost."""
    (tmp_path / "contracts.csv").write_text(CONTRACTS)
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        assert import_file(store, tmp_path / "contracts.csv", options={"ends_on": "exclusive"}).batch
        early = run("product-pairs", store, EVERYONE, BEFORE).rows.row(0, named=True)
        assert (early["carr_if_change"], early["carr_if_addition"]) == (0, 2 * 120_000)
        (row,) = told_of_pairs(store)
        assert [row[name] for name in ("product", "next_product", "answer", "times", "accounts", "arr")] == [
            "Basic", "Pro", None, 2, 2, 240_000,
        ]  # fmt: skip
        assert (row["kept_if_change"], row["lost_if_addition"], row["carr_if_change"], row["carr_if_addition"]) == (2, 2, 0, 0)
        assert row["kept_arr_if_change"] == 240_000
        open_still = told(store)
        done = answer_pairs(store, [("Basic", "Pro", "change")], "dana@example.com")
        assert told(store) == (6_000, 0, ["on_time", "late"]) != open_still
        assert [(row["answer"], row["batch"]) for row in told_of_pairs(store)] == [("change", done.batch)]
        assert store.imports().row(0, named=True)["who"] == "dana@example.com"
        assert run("renewal-rate", store, EVERYONE, replace(AFTER, known_at=done.batch - 1)).totals["open"] == 2  # as then known
        later = answer_pairs(store, [("Basic", "Pro", "addition")], "dana@example.com")
        assert told(store)[2] == ["lost", "lost"]  # the later answer holds
        store.undo(later.batch, "dana@example.com")
        assert told(store)[2] == ["on_time", "late"]
        store.undo(done.batch, "dana@example.com")
        assert told(store) == open_still
        with pytest.raises(EditRefused, match="see all accounts"):
            answer_pairs(store, [("Basic", "Pro", "change")], "dana@example.com", Viewer("dana@example.com"))


def test_an_answer_in_the_log_wins_over_the_file_and_lines_without_a_product_can_be_named(tmp_path, monkeypatch):
    say(monkeypatch, tmp_path, '[[pairs]]\nfrom = "no product"\nto = "Pro"\nis = "addition"\n')
    (tmp_path / "contracts.csv").write_text(CONTRACTS.replace("Basic", ""))
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        assert import_file(store, tmp_path / "contracts.csv", options={"ends_on": "exclusive"}).batch
        assert told(store)[2] == ["lost", "lost"]
        assert [(row["product"], row["answer"], row["batch"]) for row in told_of_pairs(store)] == [("no product", "addition", None)]
        answer_pairs(store, [("no product", "Pro", "change")], "dana@example.com")
        assert told(store)[2] == ["on_time", "late"]


def test_seats_that_add(store, monkeypatch, tmp_path):
    day = Question(as_of=date(2025, 8, 15))
    assert run("arr", store, EVERYONE, day).totals["seats"] == 20
    say(monkeypatch, tmp_path, '[products.Pro]\nseats = "add"\n')
    assert run("arr", store, EVERYONE, day).totals["seats"] == 20  # Basic is over: 10 + 10 of Pro


SEATS = """contract_id,account_id,product,starts_on,amount,period,currency,seats,unit
1,A,Core,2025-01-01,100,1 month,USD,8,users
2,A,Core,2025-01-01,100,1 month,USD,2,users
3,A,Core,2025-01-01,100,1 month,USD,7,viewers
4,A,Guests,2025-01-01,100,1 month,USD,10,users
"""


@pytest.mark.parametrize(("said", "seats"), [("", 10), ('[products.Guests]\nseats = "add"\n', 20)])
def test_every_report_counts_the_same_seats(tmp_path, monkeypatch, said, seats):
    """Core has 8 + 2 users, and 7 viewers beside: 10. Guests are the same ten, or ten more; ten people use it: all, or half of them."""
    say(monkeypatch, tmp_path, said)
    days = [date(2025, 6, 30) - timedelta(days=n) for n in range(60)]
    used = "".join(f"A,u{n % 10},open,{day}T10:00:00Z\n" for n, day in enumerate(days))
    (tmp_path / "contracts.csv").write_text(SEATS)
    (tmp_path / "usage.csv").write_text("account_id,user_id,event,occurred_at\n" + used)
    asked = Question(as_of=date(2025, 6, 30))
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert all(import_file(opened, tmp_path / name).batch for name in ("contracts.csv", "usage.csv"))
        arr, usage, accounts, health = (run(name, opened, EVERYONE, asked) for name in ("arr", "usage", "accounts", "health"))
    assert arr.rows["seats"].to_list() == usage.rows["seats"].to_list() == accounts.rows["seats"].to_list() == [seats]
    parts = {part["name"]: part["value"] for part in health.rows["components"][0]}
    assert (usage.rows["mau"].item(), parts["seat_use"]) == (10, 10 / seats)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[products.Pro]\nseats = "sum"\n', "products.Pro.seats: 'sum' is not allowed. Give add or largest."),
        ('[[pairs]]\nfrom = "Basic"\nto = "Pro"\nis = "maybe"\n', "is: change or addition"),
        ("[other]\n", "other is not known. Entries: products, pairs."),
        ("[[", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(tmp_path, text, words):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(ValueError, match=words):
        products(tmp_path / "own.toml")


def pairs_of(tmp_path, contracts: str, day: date) -> list[tuple]:
    (tmp_path / "contracts.csv").write_text(
        f"contract_id,account_id,product,starts_on,ends_on,amount,period,currency,booked_on\n{contracts}"
    )
    with closing(Store.open(tmp_path / f"{day}.duckdb")) as opened:
        assert import_file(opened, tmp_path / "contracts.csv", options={"ends_on": "exclusive"}).batch
        found = run("product-pairs", opened, EVERYONE, Question(as_of=day)).rows
    return found.select("product", "next_product", "times", "arr", "kept_if_change", "carr_if_addition").rows()


def test_a_pair_is_asked_once_its_second_line_is_booked(tmp_path):
    """Pro is booked on 1 May for July: on 30 April nobody could know of it; on 1 May CARR counts the larger, and 1,200 more as an addition."""
    contracts = "1,A,Basic,2024-07-01,2025-07-01,1200,1 year,USD,\n2,A,Pro,2025-07-01,2026-07-01,3000,1 year,USD,2025-05-01\n"
    assert pairs_of(tmp_path, contracts, date(2025, 4, 30)) == []
    assert pairs_of(tmp_path, contracts, date(2025, 5, 1)) == [("Basic", "Pro", 1, 120_000, 0, 120_000)]
    assert pairs_of(tmp_path, contracts, date(2025, 7, 1)) == [("Basic", "Pro", 1, 120_000, 1, 0)]


def test_a_pair_is_asked_where_the_first_product_comes_back_long_after(tmp_path):
    """Basic returns a year later: the renewal of July 2025 is open all the same, and would be kept as a change of plan."""
    contracts = (
        "1,A,Basic,2024-07-01,2025-07-01,1200,1 year,USD,\n2,A,Pro,2025-07-01,2026-07-01,3000,1 year,USD,\n"
        "3,A,Basic,2026-09-01,2027-09-01,1200,1 year,USD,\n"
    )
    assert pairs_of(tmp_path, contracts, date(2026, 10, 1)) == [("Basic", "Pro", 1, 120_000, 1, 0)]


def test_of_what_rolls_monthly_a_pair_is_asked_while_carr_hangs_on_it(tmp_path):
    """Basic at 100 a month for June ends as Pro begins. Booked ahead the answer moves CARR by 1,200; afterwards it moves nothing, since what
    rolls monthly is no renewal."""
    contracts = "1,A,Basic,2025-06-01,2025-07-01,100,1 month,USD,\n2,A,Pro,2025-07-01,2026-07-01,3000,1 year,USD,2025-06-01\n"
    assert pairs_of(tmp_path, contracts, date(2025, 6, 15)) == [("Basic", "Pro", 1, 120_000, 0, 120_000)]
    assert pairs_of(tmp_path, contracts, date(2025, 7, 15)) == []


def test_pairs_that_share_an_account_are_not_answered_together():
    """An answer moves nothing of an account that is not about it, so that the others may be answered with it."""
    about = {("Pro", "Max"): {"a", "b"}, ("Max", "Pro"): {"b"}, ("Pro", "Team"): {"c"}, ("Team", "Pro"): {"c", "d"}}
    assert _of_other_accounts(about) == [[("Pro", "Max"), ("Pro", "Team")], [("Max", "Pro"), ("Team", "Pro")]]
