"""Whatever four people ask, consent to, refuse, withdraw and bring in, in whatever order: what stands is what was consented to.

The other side is a plain model in this file: which batches stand, what each contract is worth by them, and who has said what. It knows
nothing of the store.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.access.rights import viewer_of
from data.approvals import deciding, gate, undoing
from data.approvals.gate import NeedsConsent
from data.approvals.requests import requests
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.viewer import NotAllowed, Viewer
from reports import catalogue
from tests.built import copied
from tests.data.approvals.firm import rules, standing

A, B, C, D = PERSONS = ("a@x.org", "b@x.org", "c@x.org", "d@x.org")
ROLES = {A: "analyst, executive", B: "analyst, executive", C: "executive", D: "administrator"}
MAY_UNDO = {A, B, D}  # by the roles that come with the product: an executive undoes nothing
LEVELS = ({A, B, C}, {A, D})
RULES = f'[[undo]]\nlevels = [{{ roles = ["executive"] }}, {{ people = ["{A}", "{D}"] }}]\n'
VIEWERS: dict[str, Viewer] = {}  # what each of them may do: the same in every copy of the company
DEEDS = ("bring", "mark", "consent", "consent", "consent", "refuse", "withdraw")
assert catalogue.REPORTS  # what says how effects are worked out


@dataclass
class Asked:
    """A request of the model: undo or redo, of which batch, by whom, what it would change of a contract, and who has consented."""

    action: str
    batch: int
    by: str
    change: tuple[int, int]
    voices: list[str] = field(default_factory=list)
    state: str = "waiting"


@dataclass
class Model:
    """brought: contract and monthly amount of each batch; stands: the batches that count. A contract is worth what the newest that counts
    says, and nothing where none does."""

    brought: dict[int, tuple[int, int]] = field(default_factory=dict)
    stands: set[int] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)

    def worth(self, contract: int, but: set[int]) -> int:
        counting = [batch for batch in self.stands ^ but if self.brought[batch][0] == contract]
        return self.brought[max(counting)][1] if counting else 0

    def change(self, batch: int) -> tuple[int, int]:
        contract = self.brought[batch][0]
        return self.worth(contract, set()), self.worth(contract, {batch})

    def mark(self, who: str, batch: int) -> None:
        action = "undo" if batch in self.stands else "redo"
        is_open = any((one.action, one.batch, one.state) == (action, batch, "waiting") for one in self.asked)
        if who in MAY_UNDO and not is_open:
            self.asked.append(Asked(action, batch, who, self.change(batch)))

    def consent(self, who: str, one: Asked) -> None:
        if one.state != "waiting" or who == one.by or who in one.voices or who not in LEVELS[len(one.voices)]:
            return
        if self.change(one.batch) != one.change:
            one.state = "outdated"
            return
        one.voices.append(who)
        if len(one.voices) == len(LEVELS):
            one.state = "done"
            self.stands ^= {one.batch}

    def refuse(self, who: str, one: Asked) -> None:
        if one.state == "waiting" and who != one.by and who not in one.voices and who in LEVELS[len(one.voices)]:
            one.state = "refused"

    def withdraw(self, who: str, one: Asked) -> None:
        if one.state == "waiting" and who == one.by:
            one.state = "withdrawn"


@dataclass
class Real:
    """The same deeds, done to a store; what is refused is refused."""

    store: Store
    viewers: dict[str, Viewer]

    def bring(self, contract: int, amount: int) -> int:
        row = {
            "contract_id": f"c{contract}", "line_id": f"c{contract}", "account_id": f"a{contract}", "product": "plan",
            "starts_on": date(2026, 1, 1), "ends_on": date(2027, 12, 31), "amount": float(amount), "period": "1 month", "currency": "USD",
        }  # fmt: skip
        return commit_frame(self.store, "contracts", pl.DataFrame([row]), "billing", "test").batch

    def mark(self, who: str, batch: int) -> None:
        action = "undo" if batch in standing(self.store) else "redo"
        with suppress(NotAllowed, EditRefused):
            try:
                undoing.mark(self.store, action, batch, self.viewers[who], "page")
                raise AssertionError("it was done without consent")
            except NeedsConsent as needs:
                gate.ask(self.store, needs.wish, self.viewers[who], "because")

    def consent(self, who: str, number: int) -> None:
        with suppress(NotAllowed, EditRefused):
            deciding.consent(self.store, number, self.viewers[who])

    def refuse(self, who: str, number: int) -> None:
        with suppress(NotAllowed, EditRefused):
            deciding.refuse(self.store, number, self.viewers[who], "no")

    def withdraw(self, who: str, number: int) -> None:
        with suppress(NotAllowed, EditRefused):
            deciding.withdraw(self.store, number, self.viewers[who])


def _made(folder: Path) -> None:
    store = Store.open(folder / "own.duckdb")
    people = [(email, f"Person {email[0]}", role) for email, role in ROLES.items()]
    commit_frame(store, "people", pl.DataFrame(people, schema=["email", "name", "role"], orient="row"), "hr", "test")
    accounts = pl.DataFrame({"account_id": ["a0", "a1"], "name": ["Zero", "One"], "segment": ["Small", "Large"]})
    commit_frame(store, "accounts", accounts, "crm", "test")
    for contract in (0, 1):
        Real(store, {}).bring(contract, 100)
    store.close()


@contextmanager
def company() -> Iterator[Real]:
    """The company in a store of its own: batches 3 and 4 are its two contracts."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_ROLES", f"{folder}/roles.toml")
        patch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
        copied("firm-of-four", _made, Path(folder))
        store = Store.open(Path(folder) / "own.duckdb")
        rules(store, RULES)
        if not VIEWERS:
            VIEWERS.update({one: viewer_of(store, one, (), date(2026, 11, 27)) for one in PERSONS})
        yield Real(store, VIEWERS)
        store.close()


step = st.tuples(st.sampled_from(DEEDS), st.sampled_from(PERSONS), st.integers(0, 5), st.sampled_from([100, 200]))


def _run(steps: list[tuple[str, str, int, int]]) -> None:
    with company() as real:
        model = Model({3: (0, 100), 4: (1, 100)}, {3, 4})
        for deed, who, number, amount in [("mark", A, 0, 0), *steps]:
            _one(real, model, deed, who, number, amount)
            with real.store.reading() as cursor:
                assert {*real.store.standing(cursor)} - {1, 2} == model.stands
        assert standing(real.store) - {1, 2} == model.stands, "and the list of imports says the same"
        found = requests(real.store)
        told = [
            (one.about["action"], one.about["batch"], one.asked_by, [voice.who for voice in one.voices], one.state)
            for one in found.values()
        ]
        assert told == [(one.action, one.batch, one.by, one.voices, one.state) for one in model.asked]


def _one(real: Real, model: Model, deed: str, who: str, number: int, amount: int) -> None:
    if deed == "bring":
        batch = real.bring(number % 2, amount)
        model.brought[batch] = (number % 2, amount)
        model.stands.add(batch)
    elif deed == "mark":
        batch = sorted(model.brought)[number % len(model.brought)]
        real.mark(who, batch)
        model.mark(who, batch)
    elif model.asked:
        at = (len(model.asked) - 1 - number) % len(model.asked)
        getattr(real, deed)(who, at + 1)
        said: Callable[[str, Asked], None] = getattr(model, deed)
        said(who, model.asked[at])


QUIET = dict(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None)


@pytest.mark.long
@settings(max_examples=300, **QUIET)
@given(st.lists(step, min_size=4, max_size=10))
def test_what_stands_is_what_was_consented_to(steps):
    _run(steps)


@pytest.mark.parametrize(
    "steps",
    [
        [("consent", B, 0, 0), ("consent", D, 0, 0)],  # undone
        [("consent", A, 0, 0), ("consent", C, 0, 0), ("consent", C, 0, 0), ("consent", D, 0, 0), ("mark", B, 0, 0), ("consent", A, 0, 0)],
        [("consent", C, 0, 0), ("bring", D, 0, 200), ("consent", D, 0, 0)],  # outdated
    ],
)
def test_some_ways(steps):
    _run(steps)
