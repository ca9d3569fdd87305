"""Worked examples that others published, as data: what goes in, under which rules, and what they say comes out.

The self-check runs them inside the product; the tests hold the expected values against the publications.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from data.schema import CONTRACTS
from language import mark
from metrics.balances import balances
from metrics.commitments import committed
from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.months import months_later
from metrics.movements import movements
from metrics.ramps import ramps
from metrics.retention import retention
from metrics.rules import preset
from metrics.unit_economics import annual_churn

SCHEMA = {column.name: column.dtype for column in CONTRACTS.columns} | {"row_key": pl.String, "batch": pl.Int32, "line": pl.Int64}
PLAIN = {"account_id": "A", "kind": "recurring", "starts_on": date(2020, 1, 1), "amount": "100", "period": "1 month"}
SEEN = date(2030, 1, 1)
Lines = tuple[dict, ...]


@dataclass(frozen=True)
class Case:
    """One published figure: `computed` works it out with the product's own metrics, in the unit of `expected`."""

    id: str
    what: str
    source: str
    rules: str
    unit: str
    expected: float
    computed: Callable[[], float]


def _contracts(rows: Lines) -> pl.LazyFrame:
    full = [
        dict.fromkeys(SCHEMA) | PLAIN | {"row_key": str(n), "batch": 1, "line": n + 1, "contract_id": str(n)} | row
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame([row | {"amount": Decimal(str(row["amount"]))} for row in full], schema=SCHEMA).lazy()


def _money(rows: Lines, rules: str) -> pl.LazyFrame:
    return with_grace(contract_lines(_contracts(rows), rules=preset(rules)), as_of=SEEN, rules=preset(rules))


def _mrr(day: date, *rows: dict, rules: str = "strict", value: str = "mrr") -> Callable[[], float]:
    return lambda: float(balances(_money(rows, rules), days=[day]).collect()[value].sum()) / 100


def _carr(day: date, *rows: dict) -> Callable[[], float]:
    return lambda: float(committed(_money(rows, "strict"), day=day).collect()["arr"].sum()) / 100


def _moved(kind: str, month: date, *rows: dict) -> Callable[[], float]:
    def computed() -> float:
        bridge = movements(
            _money(rows, "strict"), start=month - timedelta(days=1), end=months_later(month, 1) - timedelta(days=1)
        ).collect()
        return float(bridge.filter(pl.col("month") == month)[kind].sum()) / 100

    return computed


def _kept(ratio: str, *accounts: tuple[int, int]) -> Callable[[], float]:
    """A ratio of retention over 2021, of accounts that pay one amount at its start and another at its end."""
    before = [
        {"account_id": str(n), "ends_on": date(2021, 6, 1), "amount": str(opening)} for n, (opening, _) in enumerate(accounts) if opening
    ]
    after = [
        {"account_id": str(n), "starts_on": date(2021, 6, 1), "amount": str(closing)} for n, (_, closing) in enumerate(accounts) if closing
    ]

    def computed() -> float:
        return retention(_money((*before, *after), "strict"), start=date(2021, 1, 1), end=date(2022, 1, 1)).collect()[ratio].item()

    return computed


def _annual_churn(monthly: float) -> Callable[[], float]:
    return lambda: 100 * pl.select(annual_churn(pl.lit(monthly))).item()


def _ramp(step: str) -> Callable[[], float]:
    steps = [
        {
            "contract_id": "r",
            "booked_on": date(2020, 12, 15),
            "starts_on": date(2021 + n, 1, 1),
            "ends_on": date(2022 + n, 1, 1),
            "amount": str(10_000 * (n + 1)),
            "period": "1 year",
        }
        for n in range(3)
    ]
    return lambda: ramps(contract_lines(_contracts(tuple(steps)), rules=preset("strict"))).collect()[f"{step}_arr"].item() / 100


_YEARLY = {"starts_on": date(2021, 1, 10), "ends_on": date(2022, 1, 10), "amount": "2000", "period": "1 year"}
_SIXTY = {"starts_on": date(2021, 3, 5), "ends_on": date(2021, 6, 5), "amount": "60"}
_BACK = {"starts_on": date(2022, 9, 1), "amount": "150"}
_STORY = (_YEARLY, _SIXTY, _BACK)
_BRONZE = {"ends_on": date(2021, 6, 1), "amount": "100"}
_GOLD = {"starts_on": date(2021, 6, 1), "amount": "250"}
_PORTFOLIO = (
    *({"account_id": f"m{n}"} for n in range(100)),
    *({"account_id": f"y{n}", "amount": "600", "period": "1 year"} for n in range(50)),
)
_YEAR = {"amount": "1200", "period": "1 year"}
_FIRST = {"booked_on": date(2022, 5, 1), "starts_on": date(2022, 6, 1), "ends_on": date(2023, 6, 1), "amount": "120000", "period": "term"}
_NEXT = _FIRST | {"booked_on": date(2023, 5, 1), "starts_on": date(2023, 6, 1), "ends_on": date(2024, 6, 1), "amount": "240000"}
_HALF = {"starts_on": date(2022, 6, 1), "ends_on": date(2022, 12, 1), "amount": "60000", "period": "term"}
_IN_A_ROW = ({"starts_on": date(2021, 1, 1), "ends_on": date(2022, 1, 1)}, {"starts_on": date(2022, 1, 1)})
_VITALLY = ((25_000, 0), (100_000, 75_000), (875_000, 1_025_000))
_ELEVEN = (*({"account_id": f"o{n}", "amount": "1", "ends_on": date(2021, 5, 1) if n == 0 else None} for n in range(10)),
           {"account_id": "n", "amount": "1", "starts_on": date(2021, 2, 1)})  # fmt: skip
STORY, UPGRADE, SAASOPS = "ChartMogul help 201244842", "ChartMogul help 360012519560", "saasops test case"

CASES = (
    Case("E-1", mark("$2,000 a year: MRR"), STORY, "strict", "money", 166.67, _mrr(date(2021, 2, 1), _YEARLY)),
    Case("E-1", mark("$2,000 a year: new MRR"), STORY, "strict", "money", 166.67, _moved("new", date(2021, 1, 1), *_STORY)),
    Case("E-2", mark("a monthly $60 plan is added: expansion"), STORY, "strict", "money", 60, _moved("expansion", date(2021, 3, 1), *_STORY)),
    Case("E-3", mark("the $60 plan ends, the yearly stays: contraction"), STORY, "strict", "money", 60, _moved("contraction", date(2021, 6, 1), *_STORY)),
    Case("E-3", mark("and no churn"), STORY, "strict", "money", 0, _moved("churn", date(2021, 6, 1), *_STORY)),
    Case("E-4", mark("the paid year ends: churn"), STORY, "strict", "money", 166.67, _moved("churn", date(2022, 1, 1), *_STORY)),
    Case("E-5", mark("3 x $50 later: reactivation"), STORY, "strict", "money", 150, _moved("reactivation", date(2022, 9, 1), *_STORY)),
    Case("E-6", mark("$100 to $250: expansion"), UPGRADE, "strict", "money", 150, _moved("expansion", date(2021, 6, 1), _BRONZE, _GOLD)),
    Case("E-7", mark("the same on 16 June: MRR, whatever is invoiced"), UPGRADE, "strict", "money", 250,
         _mrr(date(2021, 6, 30), {"ends_on": date(2021, 6, 16)}, _GOLD | {"starts_on": date(2021, 6, 16)})),
    Case("E-8", mark("$90 for 3 months"), "ChartMogul developer documentation", "strict", "money", 30, _mrr(date(2021, 1, 1), {"amount": "90", "period": "3 month"})),
    Case("E-10", mark("20 of 100 lost: gross MRR retention"), "ChartMogul, gross churn", "strict", "ratio", 0.80, _kept("grr", (10, 0), (20, 10), (70, 70))),
    Case("E-11", mark("with 10 expansion: net MRR retention"), "ChartMogul, net churn", "strict", "ratio", 0.90, _kept("nrr", (10, 0), (20, 10), (70, 80))),
    Case("E-15", mark("5 % churn a month: churn a year, in percent"), "ChartMogul", "strict", "percent", 45.96, _annual_churn(0.05)),
    Case("E-17", mark("100 x $100 a month + 50 x $600 a year"), "Stripe billing analytics", "stripe", "money", 12_500, _mrr(date(2021, 1, 1), *_PORTFOLIO, rules="stripe")),
    Case("E-18", mark("$1,200 a year"), "Stripe", "stripe", "money", 100, _mrr(date(2021, 1, 1), _YEAR, rules="stripe")),
    Case("E-18", mark("with 50 % off forever"), "Stripe", "stripe", "money", 50, _mrr(date(2021, 1, 1), _YEAR | {"discount": 0.5}, rules="stripe")),
    Case("E-18", mark("with 50 % off for 3 months"), "Stripe", "stripe", "money", 100,
         _mrr(date(2021, 1, 1), _YEAR | {"discount": 0.5, "discount_ends_on": date(2020, 4, 1)}, rules="stripe")),
    Case("E-19", mark("1M, -25K, -25K, +150K: NRR"), "docs.vitally.io, measuring NRR", "strict", "ratio", 1.10, _kept("nrr", *_VITALLY)),
    Case("E-19", mark("the same: GRR"), "docs.vitally.io, measuring NRR", "strict", "ratio", 0.95, _kept("grr", *_VITALLY)),
    Case("E-21", mark("1M, +200k, -50k, -50k: NRR"), "a public calculator", "strict", "ratio", 1.10, _kept("nrr", (50_000, 0), (100_000, 50_000), (850_000, 1_050_000))),
    Case("E-22", mark("100k, +15k, -5k, -8k: NRR"), "theprimecalculator.com", "strict", "ratio", 1.02, _kept("nrr", (8_000, 0), (10_000, 5_000), (82_000, 97_000))),
    Case("E-25", mark("950 of 1,000 at the end, 100 of them new: logo retention"), "cloudblue", "strict", "ratio", 0.85,
         _kept("logo_retention", *[(1, 1)] * 850, *[(1, 0)] * 150, *[(0, 1)] * 100)),
    Case("E-34", mark("1,250 of 10,000 lost over the year: GRR"), "opexengine.com", "strict", "ratio", 0.875, _kept("grr", (1_250, 0), (8_750, 8_750))),
    Case("E-36", mark("ramp of $10k, $20k, $30k: entrance ARR"), "Kellblog", "strict", "money", 10_000, _ramp("entrance")),
    Case("E-36", mark("average ARR"), "Kellblog", "strict", "money", 20_000, _ramp("average")),
    Case("E-36", mark("exit ARR"), "Kellblog", "strict", "money", 30_000, _ramp("exit")),
    Case("E-37", mark("booked before it starts: ARR on 2022-05-31"), f"{SAASOPS} 1", "strict", "money", 0, _mrr(date(2022, 5, 31), _FIRST, value="arr")),
    Case("E-37", mark("CARR on 2022-05-31"), f"{SAASOPS} 1", "strict", "money", 120_000, _carr(date(2022, 5, 31), _FIRST)),
    Case("E-37", mark("ARR on 2023-05-31"), f"{SAASOPS} 1", "strict", "money", 120_000, _mrr(date(2023, 5, 31), _FIRST, value="arr")),
    Case("E-37", mark("new MRR in June 2022"), f"{SAASOPS} 1", "strict", "money", 10_000, _moved("new", date(2022, 6, 1), _FIRST)),
    Case("E-37", mark("churn in June 2023"), f"{SAASOPS} 1", "strict", "money", 10_000, _moved("churn", date(2023, 6, 1), _FIRST)),
    Case("E-38", mark("a booked renewal: CARR on 2023-05-31"), f"{SAASOPS} 2", "strict", "money", 240_000, _carr(date(2023, 5, 31), _FIRST, _NEXT)),
    Case("E-38", mark("ARR on 2023-06-30"), f"{SAASOPS} 2", "strict", "money", 240_000, _mrr(date(2023, 6, 30), _FIRST, _NEXT, value="arr")),
    Case("E-38", mark("expansion in June 2023"), f"{SAASOPS} 2", "strict", "money", 10_000, _moved("expansion", date(2023, 6, 1), _FIRST, _NEXT)),
    Case("E-40", mark("$60,000 for six months: ARR"), f"{SAASOPS} 4", "strict", "money", 120_000, _mrr(date(2022, 11, 30), _HALF, value="arr")),
    Case("E-40", mark("churn in December 2022"), f"{SAASOPS} 4", "strict", "money", 10_000, _moved("churn", date(2022, 12, 1), _HALF)),
    Case("E-61", mark("ten active, one comes in February, one is gone in May: churned in May"), "PostHog issue 39439", "strict", "money", 1,
         _moved("churn", date(2021, 5, 1), *_ELEVEN)),
    Case("E-61", mark("and none in April"), "PostHog issue 39439", "strict", "money", 0, _moved("churn", date(2021, 4, 1), *_ELEVEN)),
    Case("E-62", mark("$12 a week: 12 x 52/12"), "erpclaw.ai", "strict", "money", 52, _mrr(date(2021, 1, 1), {"amount": "12", "period": "1 week"})),
    Case("E-62", mark("$12 a day: 12 x 365/12"), "erpclaw.ai", "strict", "money", 365, _mrr(date(2021, 1, 1), {"amount": "12", "period": "1 day"})),
    Case("E-64", mark("a line that follows another without a gap: churn"), "support.planhat.com article 6320813", "strict", "money", 0, _moved("churn", date(2022, 1, 1), *_IN_A_ROW)),
    Case("E-64", mark("and new"), "support.planhat.com article 6320813", "strict", "money", 0, _moved("new", date(2022, 1, 1), *_IN_A_ROW)),
)  # fmt: skip
