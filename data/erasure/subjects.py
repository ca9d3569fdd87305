"""Whom an erasure is of: what was named, and who else is likely the same. Nothing is guessed: what is likely is asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from data.erasure.words import addresses, forms, id_stands_out, is_told_apart, plain

ACCOUNT, PERSON = "account", "person"
ACCOUNT_KEY, CONTACT, USER = "account", "contact", "user"


class ErasureRefused(ValueError):
    """The erasure cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Subject:
    """What was asked: kind (account or person) and the id or e-mail that was given. same, others: keys of likely entries that are, or are
    not, who is meant. words: more words that are to be blanked out in texts, such as a nickname."""

    kind: str
    named: str
    same: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What a row says of an account, a contact, or a user of an account (or contract). One that goes by one key may have had several names."""

    kind: str
    id: str
    account: str = ""
    name: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        """By which people name it: account:A-1, contact:C-1, user:A-1/u-17."""
        return f"{self.kind}:{self.account}/{self.id}" if self.kind == USER else f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Likely:
    """An entry that may be the one that is meant, too, and why."""

    entry: Entry
    why: str


@dataclass(frozen=True)
class Found:
    """Whom an erasure takes out. entries: those that are meant; asked: likely others of whom nobody has said anything yet."""

    subject: Subject
    entries: tuple[Entry, ...]
    asked: tuple[Likely, ...] = ()
    contracts: frozenset[str] = frozenset()
    people: tuple[Entry, ...] = ()  # contacts and users of an account that goes
    shared: frozenset[str] = frozenset()  # names that others bear who stay

    @property
    def accounts(self) -> list[str]:
        return sorted({one.id for one in self.entries if one.kind == ACCOUNT_KEY})

    @property
    def contacts(self) -> list[str]:
        return sorted({one.id for one in (*self.entries, *self.people) if one.kind == CONTACT})

    @property
    def users(self) -> list[Entry]:
        return [one for one in (*self.entries, *self.people) if one.kind == USER]

    @property
    def ids(self) -> list[str]:
        """All ids of accounts, contacts and users, sorted."""
        return sorted({*self.accounts, *self.contacts, *(one.id for one in self.users)})

    @property
    def emails(self) -> set[str]:
        """Addresses, as they are compared; also ids that are addresses."""
        every = [*self.entries, *self.people]
        ids = {one.id for one in every if "@" in one.id}
        return {one for text in {one.email for one in every} | ids for one in addresses(text)}

    @property
    def names(self) -> set[str]:
        """Names as they were written, and ids that are names. Of the people of an account those alone that nobody bears who stays."""
        own = {one.name for one in self.entries} | {one for one in self.accounts if not any(letter.isdigit() for letter in one)}
        theirs = {one.name for one in self.people if plain(one.name) not in self.shared and is_told_apart(one.name)}
        return {name for name in own | theirs if name.strip()}

    @property
    def terms(self) -> set[str]:
        """What is blanked out in texts."""
        ids = {one.id for one in (*self.entries, *self.people) if id_stands_out(one.id)}
        return {form for name in self.names for form in forms(name)} | self.emails | ids | {*self.subject.words}


def find(cursor: duckdb.DuckDBPyConnection, subject: Subject) -> Found:
    """Whom a subject means, and who else is likely. Raises ErasureRefused where nobody is meant, or an answer names nobody."""
    if subject.kind not in (ACCOUNT, PERSON):
        raise ErasureRefused(f"{subject.kind!r} cannot be erased: an account or a person can.")
    if not subject.named.strip():
        raise ErasureRefused("Nobody is named. Give the id of an account, or of a person the id or the e-mail address.")
    return _account(cursor, subject) if subject.kind == ACCOUNT else _person(cursor, subject)


def everybody(cursor: duckdb.DuckDBPyConnection) -> list[Entry]:
    """Every account, contact and user that any import has named, in this order."""
    return [*_accounts(cursor), *_contacts(cursor), *_users(cursor)]


def _account(cursor: duckdb.DuckDBPyConnection, subject: Subject) -> Found:
    every = _accounts(cursor)
    named = f"{ACCOUNT_KEY}:{subject.named.removeprefix('account:')}"
    if not any(one.key == named for one in every):
        raise ErasureRefused(_nobody("account", subject.named, every))
    aliases = cursor.execute("select distinct alias, account_id from rows_account_aliases where alias <> account_id").fetchall()
    entries, asked = _closed(subject, every, {named}, lambda chosen: _like_accounts(chosen, every, aliases))
    ids = sorted({one.id for one in entries})
    contracts, contacts = _column(cursor, _contracts_of(ids)), _contacts(cursor)
    users = [one for one in _users(cursor) if one.account in ids or one.account in contracts]
    gone = {one.key for one in contacts if one.account in ids}
    people = [*(one for one in contacts if one.key in gone), *users]
    shared = frozenset(plain(one.name) for one in contacts if one.key not in gone and one.name)
    return Found(subject, tuple(entries), tuple(asked), frozenset(contracts), tuple(people), shared)


def _like_accounts(chosen: Sequence[Entry], every: Sequence[Entry], aliases: Sequence[tuple[str, str]]) -> Iterator[Likely]:
    ids, names = {one.id for one in chosen}, {plain(one.name) for one in chosen if one.name}
    for one in every:
        if any({alias, account} & ids and one.id in (alias, account) for alias, account in aliases):
            yield Likely(one, "said to be the same company")
        elif one.name and plain(one.name) in names:
            yield Likely(one, "the same name")


def _contracts_of(ids: Sequence[str]) -> str:
    """SQL for contracts that these accounts alone have."""
    return (
        f"select contract_id from rows_contracts where contract_id is not null group by 1 "
        f"having bool_and(list_contains([{', '.join(map(_quoted, ids))}]::varchar[], account_id))"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _person(cursor: duckdb.DuckDBPyConnection, subject: Subject) -> Found:
    every = [*_contacts(cursor), *_users(cursor)]
    named = _named(every, subject.named)
    if not named:
        raise ErasureRefused(_nobody("person", subject.named, every))
    links = cursor.execute("select distinct one, other from user_links").fetchall()
    if len(named) > 1 and "@" not in subject.named:  # an id that several have says nothing of who is meant
        told = [Likely(one, "the same id") for one in every if one.key in named]
        begun = {key for key in named if key in subject.same}
        entries, asked = _closed(subject, every, begun, lambda chosen: [*told, *_like_people(chosen, every, links)])
        if not entries and not asked:
            raise ErasureRefused(f"Of those who are called {subject.named!r}, none is said to be meant. Say who is.")
    else:
        entries, asked = _closed(subject, every, named, lambda chosen: _like_people(chosen, every, links))
    return Found(subject, tuple(entries), tuple(asked))


def _named(every: Sequence[Entry], named: str) -> set[str]:
    """The keys of those whom a key, an e-mail address or an id names."""
    address = plain(named)
    by_key = {one.key for one in every if one.key == named}
    by_address = {one.key for one in every if "@" in address and address in addresses(one.email) | addresses(one.id)}
    return by_key or by_address or {one.key for one in every if one.id == named}


def _like_people(chosen: Sequence[Entry], every: Sequence[Entry], links: Sequence[tuple[str, str]]) -> Iterator[Likely]:
    emails = {found for one in chosen for text in (one.email, one.id) for found in addresses(text)}
    names, ids = {form for one in chosen if one.name for form in forms(one.name)}, {one.id for one in chosen}
    within, linked = {(one.account, one.id) for one in chosen}, {end for pair in links if {*pair} & ids for end in pair}
    for one in every:
        if (addresses(one.email) | addresses(one.id)) & emails:
            yield Likely(one, "the same e-mail address")
        elif one.name and forms(one.name) & names:
            yield Likely(one, "the same name")
        elif (one.account, one.id) in within:
            yield Likely(one, "the same id in the same account")
        elif one.kind == USER and one.id in linked:
            yield Likely(one, "a file says that the ids are of one person")


Likeness = Callable[[Sequence[Entry]], Iterable[Likely]]


def _closed(subject: Subject, every: Sequence[Entry], named: set[str], likeness: Likeness) -> tuple[list[Entry], list[Likely]]:
    """The entries that are meant, with all that were said to be the same, and what is likely and was not asked yet."""
    meant = set(named)
    while True:
        chosen = [one for one in every if one.key in meant]
        told: dict[str, Likely] = {}
        for one in likeness(chosen):
            told.setdefault(one.entry.key, one)
        more = {key for key in told if key in subject.same} - meant
        if not more:
            break
        meant |= more
    strange = [key for key in (*subject.same, *subject.others) if key not in meant and key not in told]
    if strange:
        raise ErasureRefused(f"{strange[0]}: nobody likely goes by that. Likely: {', '.join(told) or 'nobody else'}.")
    return chosen, [one for key, one in told.items() if key not in meant and key not in subject.others]


def _nobody(what: str, named: str, every: Sequence[Entry]) -> str:
    called = sorted({one.key for one in every if one.name and plain(one.name) == plain(named)})
    hint = f" Called so: {', '.join(called)}. Give one of these." if called else ""
    return f"There is no {what} {named!r}, in no import, also none that was undone.{hint}"


def _column(cursor: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {row[0] for row in cursor.execute(query).fetchall()}


def _accounts(cursor: duckdb.DuckDBPyConnection) -> list[Entry]:
    """Every account that any import has named, undone ones too, under each name that it had."""
    tables = _column(
        cursor,
        "select table_name from duckdb_columns() where column_name = 'account_id' and starts_with(table_name, 'rows_') and table_name <> 'rows_account_aliases'",
    )
    ids = " union ".join(f"select account_id from {table}" for table in sorted(tables)) + " union select account_id from subjects"
    ids += " union select row_key from rows_accounts union select account_id from rows_account_aliases union select alias from rows_account_aliases"
    query = f"select i.account_id, coalesce(a.name, '') from ({ids}) i left join (select distinct row_key, name from rows_accounts) a on a.row_key = i.account_id where i.account_id is not null order by all"
    return [Entry(ACCOUNT_KEY, account, name=name) for account, name in cursor.execute(query).fetchall()]


def _contacts(cursor: duckdb.DuckDBPyConnection) -> list[Entry]:
    query = """select distinct row_key, coalesce(account_id, ''), coalesce(name, ''), coalesce(email, '') from rows_contacts order by all"""
    found = [Entry(CONTACT, contact, account, name, email) for contact, account, name, email in cursor.execute(query).fetchall()]
    known = {one.id for one in found}
    answered = cursor.execute(
        """select distinct contact_id, coalesce(account_id, '') from (select contact_id, account_id from rows_surveys
        union all select contact_id, account_id from rows_survey_requests
        union all select contact_id, account_id from rows_request_votes) where contact_id is not null order by all"""
    ).fetchall()
    return found + [Entry(CONTACT, contact, account) for contact, account in answered if contact not in known]


def _users(cursor: duckdb.DuckDBPyConnection) -> list[Entry]:
    query = """select distinct coalesce(account_id, contract_id, ''), user_id from users join subjects using (subject)
        where user_id is not null order by all"""
    return [Entry(USER, user, account) for account, user in cursor.execute(query).fetchall()]
