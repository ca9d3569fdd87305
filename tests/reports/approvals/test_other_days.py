"""ARR of contracts that are not live on the day looked at counts for what needs consent."""

from contextlib import closing
from datetime import date

import pytest

from data.approvals import undoing
from data.approvals.gate import NeedsConsent
from data.approvals.rules import UNDO
from reports.approvals.effects import as_it_would_be
from reports.approvals.other_days import on_other_days
from reports.report import Question
from tests.data.approvals.firm import ADA, CONTRACTS, LINES, as_, brought, firm, levels, rules, standing

ASKED = Question(as_of=date(2026, 11, 15), rules="strict")
EARLIER = "o1,a1,add-on,2024-01-01,2024-12-31,5000,1 month,USD"  # ARR 60,000 in 2024
LATER = "o2,a3,add-on,2027-03-01,2028-02-29,90000,1 month,USD"  # ARR 1,080,000 from March 2027
TWICE = "o3,a2,add-on,2024-01-01,2024-12-31,100,1 month,USD\no4,a2,add-on,2024-01-01,2024-12-31,100,1 month,USD"

pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    with closing(firm(tmp_path)) as opened:
        yield opened


def changes(store, batch: int) -> list[tuple]:
    about = {"action": "undo", "batch": batch}
    with as_it_would_be(store, UNDO, about, None) as then:
        return sorted(on_other_days(store, then, ASKED).rows())


@pytest.mark.parametrize("line, told", [
    (EARLIER, [(date(2024, 1, 1), "a1", -6_000_000)]),
    (LATER, [(date(2027, 3, 1), "a3", -108_000_000)]),
    (TWICE, [(date(2024, 1, 1), "a2", -240_000)]),
])  # fmt: skip
def test_a_line_counts_while_it_lives(store, line, told):
    """12 x the month, from the first day; on the day after the last nothing differs."""
    batch = brought(store, "more.csv", f"{CONTRACTS}{line}\n", "contracts", rows="records").batch.batch
    assert changes(store, batch) == told


def test_nothing_changes_where_no_line_differs(store):
    batch = brought(store, "more.csv", "account_id,name,region\na1,One,North\n", "accounts", rows="records").batch.batch
    assert changes(store, batch) == []


@pytest.mark.parametrize("line, most, on", [(EARLIER, 60_000.0, "2024-01-01"), (LATER, 1_080_000.0, "2027-03-01")])
def test_undoing_it_needs_consent_above_an_amount(store, line, most, on):
    """Of 12,000 ARR on the day looked at nothing changes."""
    batch = brought(store, "more.csv", f"{CONTRACTS}{line}\n", "contracts", rows="records").batch.batch
    rules(store, f"[[undo]]\n{levels(1)}when = {{ amount_above = 50000 }}\n")
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, batch, as_(store)(ADA), "page")
    effect = needs.value.wish.effect
    assert (effect.amount, effect.most_on, effect.accounts, effect.arr_before, effect.arr_after) == (most, on, 0, 12_000.0, 12_000.0)
    assert effect.share == most / 12_000
    assert batch in standing(store)


def test_its_segment_counts(store):
    """a3 is Large: a rule of Small customers does not hold, one of Large ones does."""
    batch = brought(store, "more.csv", f"{CONTRACTS}{LATER}\n", "contracts", rows="records").batch.batch
    rules(store, f'[[undo]]\n{levels(1)}when = {{ segments = ["Large"] }}\n')
    with pytest.raises(NeedsConsent):
        undoing.undo(store, batch, as_(store)(ADA), "page")
    rules(store, f'[[undo]]\n{levels(1)}when = {{ segments = ["Small"] }}\n')
    undoing.undo(store, batch, as_(store)(ADA), "page")
    assert batch not in standing(store)


def test_a_list_that_leaves_out_a_line_of_next_year_needs_consent(store):
    brought(store, "more.csv", f"{CONTRACTS}{LATER}\n", "contracts", rows="records")
    rules(store, f"[[snapshot]]\n{levels(1)}when = {{ share_above = 0.5 }}\n")
    text = CONTRACTS + "".join(f"{line}\n" for line in LINES.values())
    options = {"rows": "state", "snapshot": "confirmed", "covers": ["2026-11-16", "2026-11-16"]}
    outcome = brought(store, "all.csv", text, "contracts", as_(store)(ADA), **options)
    assert outcome.needs and outcome.needs.wish.effect.amount == 1_080_000.0
