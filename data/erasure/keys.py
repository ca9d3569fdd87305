"""What is known of those who were erased: keyed hashes of their ids, e-mails and names, so that later files do not bring them back.

The key is that of the audit, in its file beside the store. Where it is not the one with which somebody was erased, nobody can tell any
more whom later files bring back: then nothing is imported and nothing erased until it is put back.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import duckdb

from data.audit import keys
from data.erasure.subjects import Found
from data.erasure.words import TOKEN, addresses, can_be_looked_for, first_token, forms, in_one_form, is_word, plain

ACCOUNT, CONTACT, CONTRACT, USER, EMAIL, NAME, TEXT, NAMESAKE, FIRST = (
    "account", "contact", "contract", "user", "email", "name", "text", "namesake", "first",
)  # fmt: skip


class KeyLost(ValueError):
    """The key with which somebody was erased is not there; nothing is done until it is."""


def hashed(key: str, kind: str, value: str) -> str:
    """What stands for a value of a kind. Ids stand for themselves alone; what people write is folded before (`plain`)."""
    return hmac.new(key.encode(), f"erased\0{kind}\0{value}".encode(), sha256).hexdigest()


def told(found: Found) -> list[tuple[str, str]]:
    """What is to be known again of those whom an erasure takes out: kind and value."""
    every = [*found.entries, *found.people]
    ids = [(ACCOUNT, one) for one in found.accounts] + [(CONTRACT, one) for one in sorted(found.contracts)]
    ids += [(CONTACT, one) for one in found.contacts] + [(USER, f"{one.account}/{one.id}") for one in found.users]
    own_names = {plain(one.name) for one in found.entries if one.name}
    names = (
        [(NAME, one) for one in own_names]
        if found.accounts
        else [(NAMESAKE, f"{one.account}/{plain(one.name)}") for one in every if one.name]
    )
    texts = {plain(term) for term in found.terms if can_be_looked_for(term)}
    looked_for = [*((TEXT, one) for one in texts), *((FIRST, first_token(one)) for one in texts)]
    return sorted({*ids, *names, *((EMAIL, one) for one in found.emails), *looked_for})


@dataclass(frozen=True)
class Erased:
    """All that is known of who was erased. hashes: by kind; lengths: of the texts that are looked for. key: with which they were made."""

    keys: tuple[str, ...] = ()
    hashes: dict[str, frozenset[str]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    _first: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def has(self, kind: str, value: str | None) -> bool:
        """Whether a value of a kind is of somebody who was erased."""
        known = self.hashes.get(kind)
        return bool(known and value) and any(hashed(key, kind, value or "") in (known or ()) for key in self.keys)

    def has_address(self, text: str | None) -> bool:
        """Whether a text holds the e-mail address of somebody who was erased, also between other words."""
        return any(self.has(EMAIL, one) for one in addresses(text or ""))

    def has_namesake(self, account: str | None, name: str | None) -> bool:
        """Whether somebody of that name, in whichever order it is written, was erased from an account."""
        return bool(name) and any(self.has(NAMESAKE, f"{account or ''}/{one}") for one in forms(name or ""))

    def blanked(self, text: str, in_stead: str = "erased") -> str:
        """The text with every name, address or id of somebody who was erased blanked out; as it was where there is none."""
        if not self.lengths:
            return text
        one = " ".join(in_one_form(text).split())
        places = self._places(plain(one))
        for start, end in reversed(places):
            one = f"{one[:start]}{in_stead}{one[end:]}"
        return one if places else text

    def _places(self, small: str) -> list[tuple[int, int]]:
        """Where in a folded text somebody who was erased is named; the longest of what begins at one place, none within another."""
        found: list[tuple[int, int]] = []
        for token in TOKEN.finditer(small):
            start = token.start()
            if (found and start < found[-1][1]) or not self._begins(token[0]):
                continue
            ends = (start + length for length in self.lengths if start + length <= len(small))
            end = next((end for end in ends if is_word(small, start, end) and self.has(TEXT, small[start:end])), None)
            if end:
                found.append((start, end))
        return found

    def _begins(self, token: str) -> bool:
        if token not in self._first:
            self._first[token] = self.has(FIRST, token)
        return self._first[token]

    def of(self, kind: str, values: Iterable[str | None]) -> list[str]:
        """Those of some values that are of somebody who was erased."""
        return [value for value in dict.fromkeys(values) if value and self.has(kind, value)]


def write(cursor: duckdb.DuckDBPyConnection, store: Path, found: Found, number: int) -> None:
    """Keep what is to be known again, within the transaction of the erasure. Raises KeyLost."""
    key = keys.current(store)
    rows = [(number, kind, hashed(key, kind, value), len(value) if kind == TEXT else None, keys.id_of(key)) for kind, value in told(found)]
    cursor.executemany("insert into erased_keys values (?, ?, ?, ?, ?)", rows)


def known(cursor: duckdb.DuckDBPyConnection, store: Path | None = None) -> Erased:
    """What is known of who was erased. store: beside which the key lies; left out: beside the one that the cursor reads. Raises KeyLost
    where the key of any erasure is not there."""
    rows = cursor.execute("select kind, hash, length, key from erased_keys").fetchall()
    if not rows:
        return Erased()
    store = store or Path(cursor.execute("select path from duckdb_databases() where database_name = current_database()").fetchall()[0][0])
    there = {keys.id_of(one): one for one in keys.all_of(store)}
    used = {key for *_, key in rows}
    if used - there.keys():
        raise KeyLost(
            f"Somebody was erased from this store, and the key by which files would be searched for them is not in {keys.place(store).name} "
            "beside it. Put that file back, as it was at the time: until then nothing is imported or erased, since it might bring them back."
        )
    hashes: dict[str, set[str]] = {}
    for kind, hash_, _, _ in rows:
        hashes.setdefault(kind, set()).add(hash_)
    lengths = tuple(sorted({length for _, _, length, _ in rows if length}, reverse=True))
    return Erased(tuple(there[one] for one in sorted(used)), {kind: frozenset(some) for kind, some in hashes.items()}, lengths)


__all__ = ["ACCOUNT", "CONTACT", "CONTRACT", "EMAIL", "NAME", "NAMESAKE", "TEXT", "USER", "Erased", "KeyLost", "known", "told", "write"]
