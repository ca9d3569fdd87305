"""Which column of a file names the account: asked only where another one matches more of the accounts that are known than the id does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from data.importing.draft import Draft
from data.importing.findings import Question
from data.importing.mapping import Mapping
from data.importing.reader_jobs import Inspection
from data.schema import TABLES
from data.store.store import Store
from language import tr
from language.formats import listed
from reports.imports.known_accounts import Known, accounts_in

NAMES = re.compile(
    r"name|customer|company|account|client|e-?mail|domain|website|organi[sz]ation|kunde|firma|client|cliente|会社|客户", re.IGNORECASE
)
MOST_COLUMNS = 8
TOLD = 4  # columns whose share is told
NEARLY_ALL = 0.9  # of a column's values that are accounts, where none of the id's is: then it is suggested


@dataclass(frozen=True)
class Share:
    """How many of a column's values are an account, and how many of them need no confirming; of how many values in all."""

    accounts: int
    exactly: int
    values: int

    @property
    def part(self) -> float:
        return self.accounts / self.values


def account_question(store: Store, draft: Draft, seen: Inspection, mapping: Mapping) -> Question | None:
    """The question by the accounts that are in; see question_by."""
    return question_by(partial(accounts_in, store), draft, seen, mapping)


def question_by(known: Callable[[], Known], draft: Draft, seen: Inspection, mapping: Mapping) -> Question | None:
    """The question, with the share of each column; None where no account is known, the file does not name any, or the id fits best."""
    own = mapping.columns.get("account_id")
    if own is None or not TABLES[mapping.table].by_account or mapping.table == "accounts":
        return None
    others = [name for name in seen.header if name != own and NAMES.search(name) and name not in _of_time(mapping)][:MOST_COLUMNS]
    if not others or known().accounts.is_empty():
        return None
    return _asked(own, _shares(known(), draft.values([own, *others], mapping.options)))


def _shares(known: Known, values: dict[str, list[str]]) -> dict[str, Share]:
    matched = known.among({value for some in values.values() for value in some})
    return {
        name: Share(sum(value in matched for value in some), known.named_exactly(some), len(some)) for name, some in values.items() if some
    }


def _of_time(mapping: Mapping) -> set[str]:
    """The file's columns that are taken for days, moments and amounts: they name nobody."""
    table = TABLES[mapping.table]
    return {source for name, source in mapping.columns.items() if table.column(name).kind not in ("id", "text")}


def _asked(own: str, shares: dict[str, Share]) -> Question | None:
    """Of columns that match as much, the one comes first whose values are names as they stand."""
    ranked = sorted(shares, key=lambda name: (-shares[name].part, -shares[name].exactly, name != own))
    better = [name for name in ranked if name != own and own in shares and shares[name].part > shares[own].part]
    if not better:
        return None
    told = [name for name in ranked if shares[name].accounts][:TOLD]
    shown = tr("{name}: {accounts:,} of {values:,}")
    said = listed(
        shown.format(name=name, accounts=shares[name].accounts, values=shares[name].values) for name in dict.fromkeys([own, *told])
    )
    text = tr("Which column names the account? Of what each holds, so much is a known account: {shares}.", shares=said)
    clear = shares[better[0]].part >= NEARLY_ALL and not shares[own].accounts
    return Question("account_from", own, text, tuple(dict.fromkeys([*told, own])), *(_clearly(better[0], own, shares) if clear else ()))


def _clearly(name: str, own: str, shares: dict[str, Share]) -> tuple[str, str]:
    share = shares[name]
    told = tr(
        "{accounts:,} of {values:,} in {name} are known accounts, and none of those in {own} is.",
        accounts=share.accounts, values=share.values, name=name, own=own,
    )  # fmt: skip
    return told, name
