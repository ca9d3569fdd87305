"""What speaks for a table: points for the columns that tell it, more where they tell more, less where rows contradict."""

import re
from collections.abc import Iterable

import polars as pl

from data.importing.believing import filled
from data.importing.fitting import BARE_IDS, TWICE
from data.importing.headers import UNKNOWN, header_words, meanings
from data.importing.mapping import Mapping
from data.schema import TABLES

# Points for each column that a table finds in a file; a column that is not named gives one, and those that any table has give none.
POINTS = {
    "accounts": {"account_id": 2, "industry": 2, "lifecycle": 2, "parent_id": 2, "seats": 0.5, "headcount": 0},
    "contracts": {"account_id": 0, "starts_on": 2, "ends_on": 2, "period": 2, "contract_id": 2, "auto_renew": 2, "notice_days": 2},
    "contacts": {"account_id": 0, "contact_id": 2, "email": 2, "is_champion": 2, "department": 0},
    "churn_events": {"account_id": 0, "churned_on": 2, "churn_event_id": 3, "reason": 2},
    "usage_events": {"account_id": 0, "contract_id": 0, "event": 2, "occurred_at": 2},
    "tickets": {"account_id": 0, "ticket_id": 3, "opened_at": 2, "subject": 0, "topic": 0, "kind": 0, "channel": 0, "reopened": 0},
    "surveys": {"account_id": 0, "survey_id": 2, "score": 3, "answered_at": 2},
    "costs": {"month": 2, "kind": 2},
    "fx_rates": {"day": 2, "currency": 2, "rate": 3},
    "activities": {"account_id": 0, "activity_id": 2, "kind": 3, "done_on": 1},
    "finance_arr": {"account_id": 0, "day": 2, "amount": 2},
    "account_aliases": {"account_id": 0, "alias": 3},
}
WEAK_START, WEAK_ID = 1, 1  # a start that is "customer since"; an account that is known by its name alone
A_BARE_ID = 1  # a column that is just called id may be that of anything
A_BARE_TICKET = 3.5  # less of a ticket whose id is just called id, where nothing else in the header speaks of support
RATED_TICKET = 4  # less of an answer to a survey, where each row is a ticket: its rating comes with it
SEVERAL_ROWS_OF_ONE = 2  # rows of one account that differ: points for contracts, and as many against accounts
MONTHS_AS_COLUMNS, A_LOG_OF_MONTHS, A_TERM = 5, 2, 1
PERSONS = 4  # less of a list of companies, where each row has the first and the last name of a person
FIRST_NAMES = {"first name", "firstname", "given name", "vorname", "prénom", "voornaam"}
LAST_NAMES = {"last name", "lastname", "surname", "family name", "nachname", "familienname", "nom", "nom de famille", "achternaam"}
DAYS = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}|^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
MONEY = re.compile(r"[-(]?(?:[^\d\s]{1,3} ?)?\d[\d.,' ]*[.,]\d{2}\)?|(?:[€$£¥]|[A-Z]{3}) ?\d[\d.,' ]*|\d[\d.,' ]* ?(?:[€$£¥]|[A-Z]{3})")
ABOUT_A_COMPANY = {"firmographic", "health", "region", "segment", "industry", "team", "parent"}
IDS_OF_OTHERS = {"ticket", "contract", "line", "opportunity", "invoice", "payment"}  # what has an id of its own is no company
# Columns that say when something was done, or what a month was like: no list of accounts has them.
A_DEED = ({"date"}, {"meeting"}, {"meeting", "date"}, {"month"}, {"period"}, {"month", "period"}, {"month", "date"})


def points(mapping: Mapping, header: list[str], sample: pl.DataFrame, trust: int = 0) -> float:
    """The points of a mapping, against the whole header and the first rows. trust: what the header of the amounts says, 0 to 3."""
    table = POINTS.get(mapping.table, {})
    taken = {name for name, source in mapping.columns.items() if TWICE.get((mapping.table, name)) not in _of(mapping, source, name)}
    found = sum(table.get(name, 1) for name in {*taken, *mapping.joined} if name != "amount" or mapping.table != "contracts")
    found -= A_BARE_ID * any(header_words(source) in BARE_IDS for source in mapping.columns.values())
    if mapping.table == "contracts":
        return found + trust + _of_contracts(mapping, sample)
    if mapping.table == "surveys":
        return found - RATED_TICKET * any({"ticket", "id"} <= meanings(name) for name in header)
    if mapping.table == "tickets":
        return found - A_BARE_TICKET * (not _of_support(mapping, header))
    if mapping.table == "contacts":
        return found - sum(_is_billed(name) for name in header if name not in mapping.sources)
    return found + _of_accounts(mapping, header, sample) if mapping.table == "accounts" else found


def _is_billed(name: str) -> bool:
    """Whether a header speaks of what is billed, and how often: no list of people or companies has it."""
    said = meanings(name)
    return "period" in said or {"next", "payment"} <= said or bool(said & {"mrr", "arr"}) or ("amount" in said and "next" in said)


def _of(mapping: Mapping, source: str, name: str) -> set[str]:
    """What else comes from the column that something comes from."""
    return {other for other, column in mapping.columns.items() if column == source and other != name}


def _of_support(mapping: Mapping, header: list[str]) -> bool:
    """Whether a header speaks of tickets: by the name of their id, or by what else only tickets have."""
    own = meanings(mapping.columns.get("ticket_id", ""))
    return "ticket" in own or any(meanings(name) & {"ticket", "support", "subject", "reply"} for name in header)


def _of_contracts(mapping: Mapping, sample: pl.DataFrame) -> float:
    weak = WEAK_START if meanings(mapping.columns.get("starts_on", "")) & {"customer", "created"} else 0
    layout = {"months": MONTHS_AS_COLUMNS, "log": A_LOG_OF_MONTHS}.get(str(mapping.options.get("layout")), 0)
    term = A_TERM if "term_from" in mapping.options else 0
    return layout + term - weak + (SEVERAL_ROWS_OF_ONE if several_rows_of_one(mapping, sample) else 0)


def _of_accounts(mapping: Mapping, header: list[str], sample: pl.DataFrame) -> float:
    spare = [meanings(name) for name in header if name not in mapping.sources]
    about = sum(bool(said & ABOUT_A_COMPANY) for said in spare)
    deeds = sum(said in A_DEED for said in spare)
    source = mapping.columns.get("account_id", "")
    named = WEAK_ID if not is_an_id(source) and source != mapping.columns.get("name") else 0
    against = SEVERAL_ROWS_OF_ONE if spare and several_rows_of_one(mapping, sample) else 0
    others = sum("id" in said and bool(said & IDS_OF_OTHERS) for said in spare)
    unexplained = sum(_money_or_days(name, sample) for name in header if name not in mapping.sources and UNKNOWN in meanings(name))
    billed = sum("period" in said or {"next", "payment"} <= said for said in spare)
    persons = PERSONS if person_names(header) else 0
    return about - named - against - unexplained - billed - persons - 2 * (deeds + others)


def person_names(header: list[str]) -> list[str]:
    """The columns of a person's first and last name; empty where a file does not have both."""
    found = [next((name for name in header if header_words(name) in names), "") for names in (FIRST_NAMES, LAST_NAMES)]
    return found if all(found) else []


def _money_or_days(name: str, sample: pl.DataFrame) -> bool:
    """Whether a column holds nothing but days, or amounts with a decimal sign or a currency."""
    cells = filled(sample[name]) if name in sample.columns else []
    return bool(cells) and (all(DAYS.search(cell) for cell in cells) or all(MONEY.fullmatch(cell) for cell in cells))


def is_an_id(name: str) -> bool:
    """Whether a header speaks of an id."""
    return "id" in meanings(name) - {UNKNOWN}


def several_rows_of_one(mapping: Mapping, sample: pl.DataFrame) -> bool:
    """Whether the first rows have one account on several rows that differ."""
    source = mapping.columns.get("account_id")
    if source not in sample.columns:
        return False
    rows = sample.filter(pl.col(source).str.strip_chars() != "").unique()
    return rows[source].is_duplicated().any()


def complete(mapping: Mapping, askable: Iterable[str] = ()) -> bool:
    """Whether a mapping has what its table needs, or what can be asked; an id alone makes no list of accounts."""
    table, given = TABLES[mapping.table], mapping.given
    one_of = not table.required_one_of or given & {*table.required_one_of}
    if mapping.table == "churn_events" and "churned" not in meanings(mapping.columns.get("churned_on", "")) and "reason" not in given:
        return False  # what ends may be anything
    bare = mapping.table == "accounts" and meanings(mapping.columns.get("account_id", "")) <= {"id", UNKNOWN}
    named = not bare or "name" in given
    return not {*table.lacking(given)} - {*askable} and bool(one_of) and named
