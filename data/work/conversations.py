"""Conversations with customers, as people write them down: what was said with whom, how it went, and what is to be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work.writing import NOTHING, check_seen, write

CHANNELS = ("call", "meeting", "visit", "email", "chat")
LONGEST = 20_000  # signs of what was said
LONG_AGO, AHEAD = timedelta(days=365 * 30), timedelta(days=1)  # it may be tomorrow already where the conversation was held
BETWEEN = ","  # between the contact ids of who took part


@dataclass(frozen=True)
class NextStep:
    """What is to be done next with an account, and by when; what: empty for nothing any more."""

    what: str
    due_on: date | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation that was held. contacts: contact ids of who took part. sentiment: how the customer took it, None where that cannot be
    said. about: the kind of thing on Today that led to it."""

    account_id: str
    day: date
    said: str = ""
    channel: str | None = None
    contacts: tuple[str, ...] = ()
    sentiment: str | None = None
    about: str = ""
    owner: str | None = None


def log(
    store: Store, viewer: Viewer, held: Conversation, step: NextStep | None = None, seen_step: int = NOTHING, way: str = "browser"
) -> list[BatchResult]:
    """Write a conversation, and with it the account's next step where one is given: a batch each, either of which can be taken back.

    seen_step: the batch of the next step as it was looked at, where one is given. Raises what `write` raises; then nothing is written.
    """
    _check(held)
    with store.alone():
        _check_contacts(store, viewer, held)
        if step is not None:
            check_seen(store, viewer, "next_steps", [{"account_id": held.account_id}], [seen_step])
        done = [write(store, viewer, "activities", [_row(held, viewer)], way=way)]
        return done if step is None else [*done, set_next_step(store, viewer, held.account_id, step, seen_step, way=way)]


def _check(held: Conversation) -> None:
    if held.channel is not None and held.channel not in CHANNELS:
        raise EditRefused(f"channel: takes one of {', '.join(CHANNELS)}.")
    if not -LONG_AGO <= held.day - datetime.now(UTC).date() <= AHEAD:
        raise EditRefused(f"{held.day} is no day of a conversation: it is in the future, or more than 30 years ago.")
    if len(held.said) > LONGEST:
        raise EditRefused(f"said: at most {LONGEST} signs can be kept; there are {len(held.said)}.")
    if any(BETWEEN in one for one in held.contacts):
        raise EditRefused(f"contacts: an id with a comma cannot be kept. Ids: {'; '.join(held.contacts)}.")


def _check_contacts(store: Store, viewer: Viewer, held: Conversation) -> None:
    """Raises EditRefused where somebody took part who is no contact of the account: another account's would count as talked with."""
    if not held.contacts:
        return
    with View(store, viewer.allowed(EDIT, "activities")) as view:
        known = set(view.table("contacts").filter(account_id=held.account_id)["contact_id"])
    if {*held.contacts} - known:
        raise EditRefused("Who took part is no contact of this account, or is none any more. Choose among its contacts.")


def _row(held: Conversation, viewer: Viewer) -> dict[str, object]:
    return {
        "account_id": held.account_id,
        "kind": "conversation",
        "owner": viewer.person or held.owner,
        "status": "done",
        "done_on": held.day,
        "body": held.said.strip() or None,
        "sentiment": held.sentiment,
        "channel": held.channel,
        "contacts": BETWEEN.join(held.contacts) or None,
        "about": held.about or None,
    }


def set_next_step(
    store: Store, viewer: Viewer, account_id: str, step: NextStep, seen: int, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Say what is to be done next with an account; see `write` for what it raises."""
    row = {"account_id": account_id, "next_step": step.what.strip() or None, "next_step_due_on": step.due_on}
    return write(store, viewer, "next_steps", [row], seen=[seen], way=way)


def took_part(row: Mapping[str, object]) -> Sequence[str]:
    """The contact ids of who took part in a conversation, as its row has them."""
    return [one.strip() for one in str(row.get("contacts") or "").split(BETWEEN) if one.strip()]
