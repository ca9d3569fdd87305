"""Whose an account is: given from one to another by who looks after it."""

from data.access.people import same
from data.access.rights import is_out, known_people
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import write


def may_own(store: Store) -> dict[str, str]:
    """To whom accounts can be given, each by name: those of the list of people who may sign in, as accounts name them; where there is no
    such list, the owners of accounts."""
    found, named = known_people(store)
    if not found.by_email:
        return {owner: owner for owner in named}
    people = sorted((one for one in found.by_email.values() if not is_out(found, one.email)), key=lambda one: one.called.casefold())
    return {next((owner for owner in named if same(owner) == same(one.owns_as)), one.email): one.called for one in people}


def give(store: Store, viewer: Viewer, account_id: str, owner: str, seen: int, way: str = "browser") -> BatchResult:
    """Say who the owner (CSM) of an account is. seen: the batch of the account as it was looked at. Raises what `write` raises, and
    EditRefused where nobody is named, or somebody who is not on the list of people: then nobody would have the account on their list."""
    named = owner.strip()
    if not named:
        raise EditRefused("owner: choose who is to look after the account.")
    if known_people(store)[0].by_email and not any(same(named) == same(one) for one in may_own(store)):
        raise EditRefused(f"owner: {named} is not on the list of people, or may not sign in. Choose somebody of the list.")
    return write(store, viewer, "accounts", [{"account_id": account_id, "owner": named}], seen=[seen], way=way)
