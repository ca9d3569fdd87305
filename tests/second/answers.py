"""The product's answers beside those of the second computation, row by row."""

import json
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import app
from data.store.store import Store
from tests.second import economics, pairs, renewals
from tests.second.company import Company, Groups, together
from tests.second.lines import closes, full_month, month_end
from workplaces import finding
from workplaces.in_store import InStore

Rows = dict[tuple, dict[str, Any]]
AHEAD = 90
CENTS = {
    "arr",
    "mrr",
    "arr_without_grace",
    "carr",
    "carr_if_change",
    "carr_if_addition",
    "kept_arr_if_change",
    "due",
    "kept",
    "paid_and_left_mrr",
    "opening_mrr",
    "closing_mrr",
    "retained_mrr",
}
CENTS |= {"opening", "new", "reactivation", "expansion", "contraction", "churn", "entering", "leaving", "fx", "closing"}
COUNTS = {"unit-economics": {"due"}}  # renewals that were due there, and their ARR elsewhere
ROUNDED = {
    "arpa": 0.0051,
    "arpa_without_grace": 0.0051,
    "cac": 0.0051,
    "margin_per_account": 0.05,
    "margin": 0.5,
}  # margin: cents rounded month by month
LIVES = ("ltv", "payback", "renewal_period")  # told of rounded money: right to the cent and five digits


@dataclass
class Asked:
    """What is asked of both: a company as of a day, over a period."""

    company: Company
    opens_on: date
    closes_on: date
    groups: Groups = together


def over_a_year(company: Company, groups: Groups = together) -> Asked:
    """The period unless another is asked for."""
    end = full_month(company.as_of)
    return Asked(company, month_end(end.replace(year=end.year - 1, day=1)), end, groups)


def cohorts(asked: Asked) -> Rows:
    return {(f"{close:%Y-%m}", period): row for (close, period), row in asked.company.cohorts().items()}


def listed(asked: Asked) -> Rows:
    company = asked.company
    return {(id_, day): row for id_, one in company.following.items() for day, row in renewals.ahead(one, company.agreed, AHEAD).items()}


def came_up(asked: Asked) -> Rows:
    company, period = asked.company, (asked.opens_on, asked.closes_on)
    return {
        (id_, day): row for id_, one in company.following.items() for day, row in renewals.came_up(one, company.agreed, *period).items()
    }


def unit_economics(asked: Asked) -> Rows:
    days = closes(asked.opens_on, asked.closes_on)
    return {(day,): economics.of_month(asked.company, day) for day in days if economics.window(asked.company, day)}


REPORTS: dict[str, tuple[tuple[str, ...], Callable[[Asked], Rows]]] = {
    "arr": (("account_id",), lambda asked: {(id_,): row for id_, row in asked.company.arr().items()}),
    "movements": (("group", "closes_on"), lambda asked: asked.company.movements(asked.opens_on, asked.closes_on, groups=asked.groups)),
    "retention": (
        ("group",),
        lambda asked: {(k,): row for k, row in asked.company.retention(asked.opens_on, asked.closes_on, asked.groups).items()},
    ),
    "cohorts": (("cohort", "period"), cohorts),
    "renewals": (("account_id", "ends_on"), listed),
    "renewal-rate": (("account_id", "ends_on"), came_up),
    "unit-economics": (("closes_on",), unit_economics),
    "product-pairs": (("product", "next_product"), lambda asked: pairs.asked(asked.company)),
}


class Held(InStore):
    """A store that stays open when a command is done with it."""

    def close(self) -> None:
        """Left to whoever opened it."""


@contextmanager
def held(path: Path) -> Generator[None]:
    """All commands within work in the one store at `path`, open from the first to the last, as those of a server do."""
    with closing(Store.open(path)) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "find", lambda: Held(store))
        yield


def command(store: Path, *words: object) -> str:
    """What a command of the program prints."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(store))
        done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


def answered(store: Path, report: str, *options: object) -> Rows:
    """The rows that the program answers, by what tells them apart."""
    rows = json.loads(command(store, "report", report, "--json", *options))["rows"]
    return {tuple(row[name] for name in REPORTS[report][0]): row for row in rows}


def unequal(report: str, asked: Asked, answer: Rows, *, but_for: str | None = None) -> list[str]:
    """Where the two differ: rows that only one of them has, and values that both tell, but for one column."""
    mine = {tuple(map(plain, key)): row for key, row in REPORTS[report][1](asked).items()}
    only = [f"{report} {key}: only in one" for key in sorted(mine.keys() ^ answer.keys(), key=str)]
    both = ((key, name) for key in mine.keys() & answer.keys() for name in mine[key].keys() & answer[key].keys() - {but_for})
    cents = CENTS - COUNTS.get(report, set())
    values = ((key, name, told(mine[key][name], is_cents=name in cents), answer[key][name]) for key, name in both)
    return only + [f"{report} {key} {name}: {one} and {other}" for key, name, one, other in values if not is_same(name, one, other)]


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def told(value: Any, *, is_cents: bool) -> Any:
    return value / 100 if is_cents and value is not None else plain(value)


def is_same(name: str, one: Any, other: Any) -> bool:
    if not (isinstance(one, int | float) and isinstance(other, int | float)):
        return one == other
    near = 0.01 + abs(other) * 1e-5 if name.startswith(LIVES) else 0.001 if name in CENTS else ROUNDED.get(name, 1e-6)
    return abs(one - other) <= near
