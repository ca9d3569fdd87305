"""How soon accounts are activated: six accounts by hand, whom the curve leaves out, and whether newer ones are faster."""

import math
import random
from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from data.work.milestones import Step, put
from reports.catalogue import run
from reports.report import Question
from reports.usage.activation_curve import _by_cohort

FIRST = date(2024, 5, 1)  # covered from here on
# Days from the first covered day to the start, and to the first use (None: none yet). Covered for six days more.
SIX = {"A": (0, 2), "B": (0, 5), "C": (1, None), "D": (-3, 5), "E": (-4, None), "F": (-1, 6)}
OUT = {"G": (-2, 0), "H": (-60, 3)}  # used on the first covered day; began long before


def company(path, starts: dict[str, tuple[int, int | None]], days: int, segments: dict[str, str] | None = None, ends: str = "") -> Store:
    opened = Store.open(path / "own.duckdb")
    accounts = ["account_id,name,owner,segment,live_on"]
    accounts += [
        f"{one},{one},x@example.com,{(segments or {}).get(one, '')},{FIRST + timedelta(days=at)}" for one, (at, _) in starts.items()
    ]
    contracts = ["contract_id,account_id,product,starts_on,ends_on,amount,period,currency"]
    contracts += [f"{one},{one},Pro,{FIRST + timedelta(days=at)},{ends},100,1 month,USD" for one, (at, _) in starts.items()]
    used = [f"{one},u,open,{FIRST + timedelta(days=day)}T10:00:00Z" for one, (_, day) in starts.items() if day is not None]
    usage = ["account_id,user_id,event,occurred_at", *used]
    covers = [str(FIRST), str(FIRST + timedelta(days=days))]
    for name, lines in (("accounts.csv", accounts), ("contracts.csv", contracts), ("usage.csv", usage)):
        (path / name).write_text("\n".join(lines) + "\n")
        options = {"covers": covers, "covers_accounts": "all"} if name == "usage.csv" else {}
        assert import_file(opened, path / name, options=options).batch
    put(opened, EVERYONE, None, (Step("First use", "event"),), {})
    return opened


@pytest.fixture
def six(tmp_path):
    opened = company(tmp_path, SIX | OUT, 6)
    yield opened
    opened.close()


def test_six_accounts_by_hand(six):
    """D, E, F are seen from day 3, 4 and 1 on. Day 2: A of A, B, C, F. Day 5: B of B, C, D, E, F. Day 7: F of D, E, F. Day 8: D of D, E."""
    found = run("activation-curve", six, EVERYONE, Question())
    rows = found.rows.filter(of="all")
    assert rows.select("days", "not_yet", "activated").rows() == [(2, 4, 1), (5, 5, 1), (7, 3, 1), (8, 2, 1), (10, 1, 0)]
    assert rows["share"].to_list() == pytest.approx([1 / 4, 2 / 5, 3 / 5, 4 / 5, 4 / 5])
    totals = found.totals
    assert (totals["followed"], totals["activated"], totals["on_the_way"], totals["median_days"]) == (6, 4, 2, 7)
    assert totals["share_30"] is None, "nobody was seen for thirty days, and not all are activated"
    assert found.notes == (
        "1 account is left out that started before usage is covered: what it had reached by then is not known.",
        "1 account is left out that was activated by the first covered day: nobody knows since when.",
    )


def test_who_left_is_no_activation_and_stays_in_the_share(tmp_path):
    """Two start on the first day and leave on day 10; one uses the product on day 3: half are activated by day 30, and that is known."""
    store = company(tmp_path, {"A": (0, 3), "B": (0, None)}, 40, ends=str(FIRST + timedelta(days=10)))
    found = run("activation-curve", store, EVERYONE, Question())
    assert found.rows.filter(of="all").select("days", "not_yet", "share").rows() == [(3, 2, 0.5), (40, 1, 0.5)]
    assert found.totals["share_30"] == 0.5 and found.totals["median_days"] == 3
    store.close()


def log_rank(newer: list, earlier: list) -> tuple[float, float]:
    difference = spread = 0.0
    for day in {days for days, activated in newer + earlier if activated}:
        n, n_new = (sum(days >= day for days, _ in own) for own in (newer + earlier, newer))
        d, d_new = (sum(activated and days == day for days, activated in own) for own in (newer + earlier, newer))
        difference += d_new - d * n_new / n
        spread += d * n_new * (n - n_new) * (n - d) / (n**2 * (n - 1)) if n > 1 else 0
    return difference, spread


@pytest.mark.parametrize(("slow", "said"), [(60, "faster"), (6, "no_difference")])
def test_newer_ones_against_earlier_ones(tmp_path, slow, said):
    """Two years are covered. Thirty start in the first, and take up to `slow` days; thirty in the second, and take up to 6."""
    rng, starts = random.Random(3), {}
    for at in range(60):
        start = rng.randrange(0, 300) if at < 30 else rng.randrange(366, 640)
        starts[f"a{at}"] = (start, start + rng.randrange(slow if at < 30 else 6) if at % 10 else None)
    store = company(tmp_path, starts, 730)
    found = run("activation-cohorts", store, EVERYONE, Question())
    spells = [(first - start if first is not None else 730 - start, first is not None) for start, first in starts.values()]
    difference, spread = log_rank(spells[30:], spells[:30])
    totals = found.totals
    assert (totals["newer"], totals["earlier"], totals["newer_activated"], totals["newer_are"]) == (30, 30, 27, said)
    assert totals["newer_since"] == FIRST + timedelta(days=366)
    assert totals["pace"] == pytest.approx(math.exp(difference / spread))
    assert totals["p"] == pytest.approx(math.erfc(abs(difference) / math.sqrt(2 * spread)))
    assert found.notes[0].startswith("Newer customers are activated sooner" if said == "faster" else "Whether newer customers")
    quarters = {}
    for start, first in starts.values():
        day = FIRST + timedelta(days=start)
        quarters.setdefault(f"{day.year} Q{(day.month + 2) // 3}", []).append(bool(first is not None and first - start <= 30))
    told = {row["cohort"]: row for row in found.rows.to_dicts()}
    assert {name: (told[name]["followed"], told[name]["share_30"]) for name in told} == {
        name: (len(own), pytest.approx(sum(own) / len(own))) for name, own in quarters.items()
    }  # everybody was seen for thirty days, so that the share is the plain one
    store.close()


def test_too_few_to_say(six):
    found = run("activation-cohorts", six, EVERYONE, Question())
    assert found.totals["newer_are"] == "too_few" and "cannot be told yet" in found.notes[0]
    assert found.rows.select("cohort", "followed").rows() == [("2024 Q2", 6)]


def test_an_empty_store_says_that_nothing_can_be_told(tmp_path):
    store = Store.open(tmp_path / "own.duckdb")
    assert run("activation-curve", store, EVERYONE, Question()).rows.is_empty()
    found = run("activation-cohorts", store, EVERYONE, Question())
    assert found.rows.is_empty() and found.totals["newer_are"] == "too_few" and "no account's start" in found.notes[0]
    store.close()


def test_segments_with_other_milestones_are_compared_each_for_itself(tmp_path):
    """Small are measured by the first use, Large by two people, which nobody has: they are in no comparison, and the share is said apart."""
    starts = {f"s{at}": (at, at + 1) for at in range(8)} | {f"l{at}": (at, at + 1) for at in range(8)}
    store = company(tmp_path, starts, 60, {name: "Large" if name[0] == "l" else "Small" for name in starts})
    put(store, EVERYONE, "Large", (Step("Two people", "users", at_least=2),), {})
    found = run("activation-curve", store, EVERYONE, Question())
    assert (found.totals["activated"], found.totals["followed"], found.totals["share_30"]) == (8, 16, 0.5)
    assert "not the same everywhere" in found.notes[-1]
    assert run("activation-cohorts", store, EVERYONE, Question()).rows["followed"].to_list() == [16]
    assert {*found.rows["of"]} == {"all", "newer"}
    store.close()


def test_many_quarters_are_told_by_the_half_year():
    days = [date(2022, 1, 1), date(2023, 6, 30), date(2023, 7, 1), date(2024, 3, 31)]  # nine quarters from the first to the last
    told = _by_cohort(pl.DataFrame({"started_on": days, "entry": [None] * 4, "duration": [5, 5, 5, 5], "event": [True] * 4}))
    assert told["cohort"].to_list() == ["2022 H1", "2023 H1", "2023 H2", "2024 H1"]
    fewer = _by_cohort(pl.DataFrame({"started_on": days[1:], "entry": [None] * 3, "duration": [5, 5, 5], "event": [True] * 3}))
    assert fewer["cohort"].to_list() == ["2023 Q2", "2023 Q3", "2024 Q1"]
