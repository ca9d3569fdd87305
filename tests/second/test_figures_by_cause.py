"""A close, and what comes after it in a random order (late rows, corrections, undo, redo, another mapping, matched accounts, rates, a later
day, one choice of the rules after the other): what each moved, beside a second computation from the raw rows."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.importing.run import import_file
from data.store.account_matching import match_accounts
from data.store.store import Store
from data.viewer import Viewer
from metrics.rules import CHOICES, PRESETS, Rules, choices, title_of
from reports.catalogue import run
from reports.report import Question
from reports.revenue.closes import close_period
from tests.second.books import Row, write
from tests.second.figures import FIGURES, figures
from tests.second.lines import DAY

CLOSED, OPENS, TO = date(2025, 2, 12), date(2024, 1, 31), date(2025, 1, 31)
LATER = (CLOSED, date(2025, 2, 25), date(2025, 6, 30))
MONEY = FIGURES[:4]
COLUMNS = (
    "account_id", "contract_id", "line_id", "product", "kind", "starts_on", "ends_on", "amount", "period", "currency", "discount",
    "discount_ends_on", "booked_on", "cancelled_on", "is_trial", "status", "trial_ends_on", "paused_on", "resumes_on", "billing_system",
)  # fmt: skip
HOUSE = PRESETS["house"]
OTHERWISE: dict[str, tuple[Any, ...]] = {
    "grace_days": (0, 10, 60), "count_ending_discounts": (False,), "end_on_notice": (True,), "arr_from_mrr": (True,),
    "free_is_churn": (True,), "reductions": (False,), "count_paid_and_left": (False,), "ramp": ("entrance", "average", "exit"),
    "count_paused": ("all", "stripe, recurly"), "count_unpaid": (True,),
}  # fmt: skip
Moved = dict[tuple[str, str, str], dict[str, int]]


class Draw(random.Random):
    """Contract lines with everything on which a choice of the rules has a say."""

    def day(self, first: date, days: int) -> date:
        return first + timedelta(days=self.randrange(days))

    def rows(self, ids: Iterable[str]) -> list[Row]:
        return [row for id_ in ids for row in self.contracts(id_)]

    def contracts(self, account: str) -> list[Row]:
        start, found = self.day(date(2023, 1, 1), 500), []
        for number in range(self.randrange(1, 5)):
            end = start + timedelta(days=self.choice((90, 181, 365, 366)))
            found += self.contract(account, f"{account}-{number}", start, end, is_last=number == 3)
            start = end + timedelta(days=self.choice((0, 0, 1, 12, 29, 30, 45, -15)))
        return found

    def contract(self, account: str, contract: str, start: date, end: date, *, is_last: bool) -> list[Row]:
        same = dict.fromkeys(COLUMNS) | {
            "account_id": account, "contract_id": contract, "kind": "recurring", "is_trial": False, "product": "Core", "status": "paying",
            "period": self.choice(("1 month", "1 year", "3 months", "term")), "currency": self.choice(("USD", "USD", "EUR")),
            "booked_on": self.choice((None, start - timedelta(days=20))), "billing_system": self.choice(("stripe", "recurly", None)),
        }  # fmt: skip
        line = same | {"line_id": f"{contract}/1", "starts_on": start, "ends_on": end, "amount": self.amount()} | self.life(start, end)
        if is_last and line["period"] != "term" and self.random() < 0.5:
            line["ends_on"] = None
        return [line, *self.beside(same, contract, start, end, line["amount"])]

    def amount(self) -> float:
        return 0 if self.random() < 0.12 else round(self.uniform(30, 4000), 2)

    def life(self, start: date, end: date) -> Row:
        """A discount, a notice, a pause, what is unpaid, a trial before it pays: at most one of them."""
        kind, inside = self.choice(("discount", "free", "notice", "pause", "unpaid", "trial", *("",) * 5)), self.day(start + DAY, 80)
        return {
            "discount": {"discount": 0.3, "discount_ends_on": self.choice((None, inside, self.day(end - 30 * DAY, 60)))},
            "free": {"discount": 1.0, "discount_ends_on": self.choice((None, inside, self.day(end - 30 * DAY, 60)))},
            "notice": {"cancelled_on": self.day(end - 60 * DAY, 75)},
            "pause": {"paused_on": inside, "resumes_on": self.choice((inside + timedelta(days=40), inside + timedelta(days=300)))},
            "unpaid": {"status": "unpaid", "paused_on": self.day(start + DAY, 300)},
            "trial": {"trial_ends_on": inside},
        }.get(kind, {})  # fmt: skip

    def beside(self, same: Row, contract: str, start: date, end: date, amount: float) -> list[Row]:
        """A reduction of it, the further steps of a ramp, or nothing."""
        kind = self.choice(("reduction", "ramp", "", "", ""))
        if kind == "reduction" and same["period"] != "term":
            ends_on = self.choice((end, end, end - timedelta(days=20)))
            less = -round(amount * self.choice((0.2, 0.5, 1.3)) + 1, 2)
            return [same | {"line_id": f"{contract}/2", "starts_on": start + 10 * DAY, "ends_on": ends_on, "amount": less}]
        if kind == "ramp":
            step = {"line_id": f"{contract}/3", "starts_on": end, "ends_on": end + timedelta(days=365), "amount": amount * 2}
            return [same | step]
        return []

    def corrected(self, rows: list[Row]) -> list[Row]:
        return [self.mended(row) for row in self.sample(rows, min(4, len(rows)))]

    def mended(self, row: Row) -> Row:
        kind = self.choice(("price", "end", "notice", "currency"))
        ends_on = row["ends_on"] or row["starts_on"] + timedelta(days=400)
        return row | {
            "price": {"amount": round(row["amount"] * self.choice((0.5, 1.1, 2)), 2)},
            "end": {"ends_on": max(row["starts_on"] + DAY, ends_on + timedelta(days=self.choice((-30, 7, 60))))},
            "notice": {"cancelled_on": max(row["starts_on"], ends_on - timedelta(days=20))},
            "currency": {"currency": "EUR" if row["currency"] == "USD" else "USD"},
        }[kind]  # fmt: skip


@dataclass
class Book:
    """A store and, beside it, what was sent to it: batch number to rows."""

    store: Store
    draw: Draw
    sent: dict[int, list[Row]] = field(default_factory=dict)
    rated: dict[int, list[Row]] = field(default_factory=dict)
    meant: dict[int, dict[str, str]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def bring(self, rows: list[Row], table: str = "contracts", **options: str) -> int:
        file = write(rows, self.store.path.parent / f"{table}{self.draw.random()}.csv")
        settings = {"rows": "records", "ends_on": "exclusive"} | options if table == "contracts" else {}
        done = import_file(self.store, file, table=table, feed=table, options=settings)
        assert done.batch.rejected == 0, done
        return done.batch.batch

    def contracts(self, rows: list[Row]) -> None:
        self.sent[self.bring(rows)] = rows

    def rates(self, euro: float) -> None:
        rows = [
            {"day": date(2022, 1, 1), "currency": "EUR", "rate": euro},
            {"day": date(2024, 6, 1), "currency": "EUR", "rate": euro + 0.07},
        ]
        self.rated[self.bring(rows, "fx_rates")] = rows

    def standing(self) -> tuple[list[Row], list[Row]]:
        """The newest row of each line, with the account that is meant, and the newest rate of each day."""
        lines = {row["line_id"]: row for at, rows in sorted(self.sent.items()) if at not in self.undone for row in rows}
        rates = {row["day"]: row for at, rows in sorted(self.rated.items()) if at not in self.undone for row in rows}
        names = {alias: id_ for at, pairs in sorted(self.meant.items()) if at not in self.undone for alias, id_ in pairs.items()}
        return [row | {"account_id": names.get(row["account_id"], row["account_id"])} for row in lines.values()], [*rates.values()]

    def happen(self) -> None:
        """Something that comes after a close."""
        known, draw = [*{row["line_id"]: row for rows in self.sent.values() for row in rows}.values()], self.draw
        kind = draw.choice(("late", "corrected", "undo", "redo", "mapping", "match", "rates"))
        if kind == "late":
            self.contracts(
                draw.rows([f"L{len(self.sent)}"]) + [row | {"line_id": f"late{len(self.sent)}"} for row in draw.sample(known, 1)]
            )
        elif kind == "corrected":
            self.contracts(draw.corrected(known))
        elif kind == "undo" and (stands := [*(self.sent.keys() | self.meant.keys()) - self.undone]):
            self.undo(draw.choice(sorted(stands)))
        elif kind == "redo" and self.undone:
            self.store.redo(back := draw.choice(sorted(self.undone)))
            self.undone.discard(back)
        elif kind == "mapping":
            self.read_otherwise()
        elif kind == "match":
            alias, id_ = draw.choice((("A1", "A2"), ("A5", "A6"), ("A7", "A6")))
            self.meant[match_accounts(self.store, [(alias, id_, "same company")], "finance").batch] = {alias: id_}
        elif kind == "rates":
            self.rates(round(draw.uniform(1, 1.3), 3))

    def undo(self, batch: int) -> None:
        self.store.undo(batch)
        self.undone.add(batch)

    def read_otherwise(self) -> None:
        """A file that was read wrong: it is undone and comes again, its ends as the last days that are covered."""
        batch = max(at for at in self.sent if at not in self.undone) if self.sent.keys() - self.undone else None
        if batch:
            self.undo(batch)
            rows = [row for row in self.sent[batch] if row["period"] != "term"]
            if rows:
                number = self.bring(rows, ends_on="inclusive")
                self.sent[number] = [row | {"ends_on": row["ends_on"] and row["ends_on"] + DAY} for row in rows]

    def figures(self, rules: Rules, as_of: date, rates: list[Row] | None = None) -> dict[str, dict[str, int]]:
        rows, now = self.standing()
        return figures(rows, now if rates is None else rates, choices(rules), as_of, OPENS, TO)


def difference(before: dict, after: dict) -> dict[str, dict[str, int]]:
    none = dict.fromkeys(FIGURES, 0)
    pairs = {id_: (before.get(id_, none), after.get(id_, none)) for id_ in before.keys() | after.keys()}
    moved = {id_: {name: now[name] - was[name] for name in FIGURES} for id_, (was, now) in pairs.items()}
    return {id_: row for id_, row in moved.items() if any(row.values())}


def by_cause(book: Book, published: dict, then: list[Row], old: Rules, new: Rules, as_of: date) -> Moved:
    """One step after the other: contracts at the rates of then, rates, each choice, the later day."""
    steps = [("contracts changed", "", book.figures(old, CLOSED, then)), ("exchange rates changed", "", book.figures(old, CLOSED))]
    rules = old
    for choice in CHOICES:
        rules = replace(rules, **{choice.field: getattr(new, choice.field)})
        steps.append(("rules changed", title_of(choice.field), book.figures(rules, CLOSED)))
    steps.append(("seen on a later day: grace, renewals and notice", "", book.figures(new, as_of)))
    found, before = {}, published
    for cause, choice, after in steps:
        found |= {(id_, cause, choice): moved for id_, moved in difference(before, after).items()}
        before = after
    return found


def told(report: Any) -> dict[tuple[str, str, str], dict[str, int]]:
    found: dict = defaultdict(lambda: dict.fromkeys(MONEY, 0))
    for row in report.rows.to_dicts():
        choice = row["detail"].split(": ")[1].split(",")[0] if row["cause"] == "rules changed" else ""
        for name in MONEY:
            found[row["account_id"], row["cause"], choice][name] += row[name]
    return dict(found)


@contextmanager
def house(rules: Rules) -> Iterator[None]:
    """The preset as these rules have it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "house", rules)
        yield


def unlike(seed: int, folder: Path, turns: list[tuple[Rules, Rules]]) -> list[str]:
    """Where the two differ: after each turn, from a close under the first rules to the present under the second."""
    draw, found = Draw(seed), []
    with closing(Store.open(folder / "own.duckdb")) as store:
        book = Book(store, draw)
        ids = [f"A{at}" for at in range(12)]
        book.bring([{"account_id": id_, "name": f"Name {id_}"} for id_ in ids], "accounts")
        book.rates(1.1)
        for part in (ids[:5], ids[5:9], ids[9:]):
            book.contracts(draw.rows(part))
        for old, new in turns:
            found += one_turn(book, old, new, draw.choice(LATER))
    return found


def one_turn(book: Book, old: Rules, new: Rules, as_of: date) -> list[str]:
    question = Question(as_of=CLOSED, start=OPENS, end=TO)
    published, (_, rates) = book.figures(old, CLOSED), book.standing()
    if not published:
        return []
    with house(old):
        close_period(book.store, question, at=datetime.now(UTC), who="finance")
    for _ in range(book.draw.randrange(4)):
        book.happen()
    with house(new):
        report = run("restatement", book.store, Viewer(), replace(question, as_of=as_of))
    mine, theirs = by_cause(book, published, rates, old, new, as_of), told(report)
    keys = sorted(mine.keys() | theirs.keys())
    found = [f"{key}: {mine.get(key)} and {theirs.get(key)}" for key in keys if unequal(mine.get(key), theirs.get(key))]
    for side, parts in (("published", published), ("present", book.figures(new, as_of))):
        added = {name: sum(row[name] for row in parts.values()) for name in MONEY}
        found += [f"{side} {name}: {value}" for name, value in added.items() if value != report.totals[f"{side}_{name}"]]
    found += [f"{name} does not add up" for name in MONEY if report.rows[name].sum() != report.totals[f"change_{name}"]]
    return [*found, *(note for note in report.notes if "frozen" in note)]


def unequal(mine: dict[str, int] | None, theirs: dict[str, int] | None) -> bool:
    return mine is None or theirs is None or any(mine[name] != theirs[name] for name in MONEY)


def turns(seed: int) -> list[tuple[Rules, Rules]]:
    """Each choice there and back, one by one; then several at once."""
    draw = random.Random(seed)
    single = [replace(HOUSE, **{name: draw.choice(values)}) for name, values in OTHERWISE.items()]
    several = replace(HOUSE, **{name: draw.choice(values) for name, values in OTHERWISE.items() if draw.random() < 0.4})
    return [*((one, HOUSE) if draw.random() < 0.7 else (HOUSE, one) for one in single), (several, HOUSE), (HOUSE, several)]


def test_every_choice_of_the_rules_is_tried():
    assert {choice.field for choice in CHOICES} == OTHERWISE.keys()


def test_what_moved_a_closed_figure(tmp_path):
    assert not unlike(1, tmp_path, turns(1)[-2:])


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_what_moved_a_closed_figure_choice_by_choice(seed, tmp_path):
    assert not unlike(seed, tmp_path, turns(seed))
