"""By what a file of contracts names its accounts, where names or e-mails stand beside an id: said while there are no accounts to compare with."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from data.importing.draft import Draft
from data.importing.evidence import is_an_id
from data.importing.findings import Question
from data.importing.headers import UNKNOWN, meanings
from data.importing.mapping import Mapping
from data.importing.reader_jobs import Inspection
from data.log.keyed_rows import any_account
from data.log.staged import PROBLEM_SCHEMA, Staged
from data.store.store import Store

AccountQuestion = Callable[[Store, Draft, Inspection, Mapping], Question | None]
NAMES_THE_ACCOUNT = "names the account. There are no accounts yet"
NAMED = ({"customer"}, {"customer", "name"}, {"customer", "email"}, {"email"})


def standing_beside(store: Store, staged: Staged, mapping: Mapping) -> Staged:
    """The staged file, with a notice where no account is in yet and its lines go by an id although names stand beside it."""
    text = _beside(mapping, staged.header)
    if not text:
        return staged
    with store.reading() as cursor:
        if any_account(cursor, store.standing(cursor)):
            return staged
    told = pl.DataFrame([(None, mapping.columns["account_id"], None, text, False)], schema=PROBLEM_SCHEMA, orient="row")
    return replace(staged, problems=pl.concat([staged.problems, told]))


def _beside(mapping: Mapping, header: tuple[str, ...]) -> str:
    own = mapping.columns.get("account_id", "")
    if mapping.table != "contracts" or not is_an_id(own):
        return ""
    others = [
        name for name in header if name not in mapping.sources and meanings(name) - {UNKNOWN} in NAMED and UNKNOWN not in meanings(name)
    ]
    if not others:
        return ""
    return (
        f"{NAMES_THE_ACCOUNT} to compare with: where your list of accounts goes by {' or '.join(others[:3])} instead, "
        f"undo the import and give account_from={others[0]}, or match them afterwards"
    )
