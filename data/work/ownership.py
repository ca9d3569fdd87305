"""Whose an account is: given from one to another by who looks after it."""

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import write


def give(store: Store, viewer: Viewer, account_id: str, owner: str, seen: int, way: str = "browser") -> BatchResult:
    """Say who the owner (CSM) of an account is. seen: the batch of the account as it was looked at. Raises what `write` raises, and
    EditRefused where nobody is named: an account without an owner is on nobody's list."""
    if not owner.strip():
        raise EditRefused("owner: choose who is to look after the account.")
    return write(store, viewer, "accounts", [{"account_id": account_id, "owner": owner.strip()}], seen=[seen], way=way)
