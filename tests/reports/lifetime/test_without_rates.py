"""Accounts that pay in a currency without an exchange rate: they stay and leave like others, and their money is said to be left out."""

from contextlib import closing
from datetime import date

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.months import months_later
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 12, 31)
EACH = 12  # accounts that pay in EUR, and as many that pay in USD; every other one of either stays
LEFT_OUT = "ARR 7,200.00 USD of 6 lines is left out"  # 6 x 1,200.00 a year


def contracts() -> str:
    """Account n began in month n of 2021 and pays by the year, for one year or for four; MOVED paid in EUR for a year, then in USD."""
    head = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
    lines = [
        (f"{currency}-{n}", year, currency, date(2021, n, 1))
        for currency in ("EUR", "USD") for n in range(1, EACH + 1) for year in range(1 if n % 2 else 4)
    ]  # fmt: skip
    lines += [("MOVED", year, "USD" if year else "EUR", date(2021, 6, 1)) for year in range(2)]
    return head + "".join(
        f"{who}-{year},{who},Basic,{months_later(start, 12 * year)},{months_later(start, 12 * year + 12)},1200,1 year,{currency}\n"
        for who, year, currency, start in lines
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rates")
    (folder / "contracts.csv").write_text(contracts())
    # EUR comes first of currencies of which as many lines are, so that figures are told in it; of USD there is no rate.
    with closing(Store.open(folder / "own.duckdb")) as opened:
        assert import_file(opened, folder / "contracts.csv", table="contracts", options={"rows": "records"}).batch is not None
        yield opened


def asked(store, name: str, **more):
    return run(name, store, EVERYONE, Question(**{"as_of": DAY} | more))


def test_survival_counts_who_pays_without_a_rate_like_others(store):
    """Of 25 accounts 6 + 6 left after a year and MOVED, which went on in the other currency, after two."""
    groups = asked(store, "survival-groups")
    assert (groups.total("followed"), groups.total("lost")) == (25, 13)
    assert groups.total("year_1") == pytest.approx(13 / 25) and groups.total("year_2") == pytest.approx(12 / 25)
    curve = asked(store, "survival").rows
    assert curve["came_up"][0] == 25 and curve["lost"].sum() == 13


def test_each_lifetime_runs_through_both_currencies(store):
    rows = {row["account_id"]: row for row in asked(store, "lifetime-accounts").rows.to_dicts()}
    assert len(rows) == 25
    assert (rows["MOVED"]["seen_to"], rows["MOVED"]["first_mrr"]) == (date(2023, 6, 1), 100_00)
    assert (rows["USD-1"]["seen_to"], rows["USD-1"]["first_mrr"]) == (date(2022, 1, 1), None)
    assert rows["USD-2"]["life"] == rows["EUR-2"]["life"] == "there"


def test_what_is_weighed_by_money_leaves_them_out_and_says_how_many(store):
    for name in ("survival", "survival-groups"):
        notes = asked(store, name, weigh="mrr").notes
        assert any(note.startswith("12 accounts are left out: what they paid on their first day has no exchange rate") for note in notes)
        assert not any("first day has no exchange rate" in note for note in asked(store, name).notes)
    groups = asked(store, "survival-groups", weigh="mrr")
    assert (groups.total("followed"), groups.total("lost")) == (13, 7)


NAMES = (
    "lifetime-accounts", "lifetime-curve", "lifetime-value", "cohort-lifetime-value", "cohort-payback", "cohorts", "unit-economics",
    "renewals", "accounts", "renewal-calls", "calls-by-quarter", "calls-by-owner", "forecast", "forecast-renewals", "forecast-gap",
    "forecast-log", "forecast-accuracy", "forecast-past", "what-if", "scenarios", "arr-quarters", "losses-seen", "losses-in-common",
    "warnings", "play-effect", "play-effect-pairs",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_reports_with_money_say_once_what_is_left_out(store, name):
    assert sum(LEFT_OUT in note for note in asked(store, name).notes) == 1


@pytest.mark.parametrize("name", ["survival", "lifetime", "renewals", "forecast", "renewal-calls", "usage-volume", "arr"])
def test_a_day_after_the_last_import_is_said_to_be_unknown(store, name):
    said = "what came between it and 2199-12-31 is not known"
    assert sum(said in note for note in asked(store, name, as_of=date(2199, 12, 31)).notes) == 1
    assert not any("is not known." in note and "last import" in note for note in asked(store, name).notes)


def test_churns_are_told_in_money_and_so_without_them_and_say_so(store):
    """The rows of `churned-accounts` add up to what `movements` lost: 6 accounts in EUR, and MOVED, of which all that is known in money ended."""
    found = asked(store, "churned-accounts", start=date(2021, 1, 1))
    assert set(found.rows["account_id"]) == {*(f"EUR-{n}" for n in range(1, EACH, 2)), "MOVED"}
    assert any(LEFT_OUT in note for note in found.notes)
