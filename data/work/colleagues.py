"""To whom work for an account can be given: those who see it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import polars as pl

from data.access import roles
from data.access.people import LONGEST, People, Person, same
from data.access.rights import is_out, known_people, viewer_among
from data.access.roles import RolesWrong
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import VIEW, Scope


def colleagues(store: Store, account_id: str) -> dict[str, str]:
    """Who can be given work for an account, each by name: those of the list of people who see the account today, and where there is no
    such list the owners of accounts. As work names them: what accounts say as owner where they own some, else the e-mail address."""
    found, named = known_people(store)
    if not found.by_email:
        return {owner: owner for owner in named}
    account, people = _account(store, account_id), sorted(found.by_email.values(), key=lambda one: one.called.casefold())
    return {_as_named(one, named): one.called for one in people if _sees(store, one, account)}


def may_be_given(store: Store, account_id: str, owner: str) -> bool:
    """Whether work for an account may be given to an owner: somebody who sees it; where there is no list of people, anybody; and the
    account's own owner in any case, also one who stands on no list."""
    found, _ = known_people(store)
    if not found.by_email:
        return True
    account = _account(store, account_id)
    person = next((one for one in found.by_email.values() if same(owner) in (one.email, same(one.owns_as))), None)
    if person is None:
        return same(owner) == same(str(account.get("owner") or ""))
    return _sees(store, person, account)


def who_sees(store: Store, accounts: pl.DataFrame, owners: Iterable[str | None]) -> dict[str, frozenset[str]]:
    """Which of some accounts each owner sees, of those owners who are on the list of people and do not see all.

    accounts: as `View.accounts` has them, as they are now.
    """
    found, named = known_people(store)
    told = {}
    for owner in {one for one in owners if one}:
        person = next((one for one in found.by_email.values() if same(owner) in (one.email, same(one.owns_as))), None)
        scope = _reach(found, named, person) if person else None
        if scope is not None:
            has = [pl.col(column).cast(pl.String).is_in(list(values)) for column, values in scope if column in accounts.columns]
            told[owner] = frozenset(accounts.filter(pl.any_horizontal(has))["account_id"] if has else ())
    return told


def check_may_be_given(store: Store, account_id: str, owner: str | None) -> None:
    """Raises EditRefused where work for an account would be with somebody who cannot see it. For who may write of the account."""
    if owner and len(owner) > LONGEST:
        raise EditRefused(f"A name has at most {LONGEST} signs.")
    if owner and not may_be_given(store, account_id, owner):
        raise EditRefused(
            f"{owner} does not see this account, and would never see the task. Choose somebody who does, or lend them the account first."
        )


def _as_named(person: Person, named: list[str]) -> str:
    return next((owner for owner in named if same(owner) == same(person.owns_as)), person.email)


def _sees(store: Store, person: Person, account: Mapping[str, object]) -> bool:
    """Whether a person may view activities of an account. Who has a role through groups of the provider alone is taken to see it: nobody
    but the provider knows."""
    scope = _reach(*known_people(store), person)
    return scope is None or any(str(account.get(column)) in values for column, values in scope)


def _reach(found: People, named: list[str], person: Person) -> Scope | None:
    """The accounts whose activities a person may view; None for all."""
    if is_out(found, person.email):
        return ()
    viewer = viewer_among(found, named, person.email, (), datetime.now(UTC).date())
    if not viewer.may(VIEW, "activities"):
        return None if not person.roles and _has_groups() else ()
    return viewer.allowed(VIEW, "activities").scope


def _has_groups() -> bool:
    try:
        return bool(roles.current().groups)
    except RolesWrong:
        return False


def _account(store: Store, account_id: str) -> Mapping[str, object]:
    """What an account says now; empty where there is none of that id."""
    with View(store) as view:
        return next(view.accounts().filter(pl.col("account_id") == account_id).iter_rows(named=True), {})
