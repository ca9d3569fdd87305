"""Who looks: what they may do, and the scope that the store applies to every row it hands out."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property

Scope = tuple[tuple[str, tuple[str, ...]], ...]
"""Accounts whose column has one of the values, for any of the pairs; without pairs no account."""

VIEW, EDIT, IMPORT, EXPORT, UNDO, APPROVE, DELETE, CONFIGURE, ADMINISTER = OPERATIONS = (
    "view", "edit", "import", "export", "undo", "approve", "delete", "configure", "administer",
)  # fmt: skip
KINDS = {
    "accounts": "Accounts with their contacts, health, usage, activation, tickets and surveys.",
    "activities": "Conversations, tasks, notes, goals, started plays, offers, referrals and feature requests.",
    "plays": "Plays, the list of churn reasons, and what the team holds itself to: plans, service-level targets, how requests are ranked.",
    "views": "One's own saved views and digests.",
    "revenue": "Contracts, ARR, renewals, retention, cohorts and the board pack.",
    "closes": "Closed periods.",
    "imports": "The log of imports, files, questions about them, matching, and the quality of what came in.",
    "model": "The churn model.",
    "definitions": "Definitions and the self-check.",
    "people": "People, their roles, the org tree and holiday cover.",
    "tokens": "One's own API tokens.",
    "store": "The store as a whole: check, backup, every table as a file.",
}


WORDS = {
    "accounts": "accounts",
    "activities": "conversations and tasks",
    "plays": "plays",
    "views": "saved views",
    "revenue": "revenue figures",
    "closes": "closed periods",
    "imports": "imports",
    "model": "the churn model",
    "definitions": "definitions",
    "people": "people and roles",
    "tokens": "API tokens",
    "store": "the store",
}
"""Each kind as it stands within a sentence."""


class NotAllowed(PermissionError):
    """The viewer may not do this; the message says what it takes."""


@dataclass(frozen=True)
class Actor:
    """Who acts: stands in the log by name, and in the audit with roles, scope and way.

    name: the person's address, or how the work came in (browser, local, api, inbox). roles: names of their roles; none where nobody signs
    in. scope: whose accounts they act for, as `Viewer.seen`; empty for the whole company. reach: the same, as columns and values. way:
    page, api, command line, inbox; empty where it is not known.
    """

    name: str
    roles: tuple[str, ...] = ()
    scope: str = ""
    way: str = ""
    reach: Scope | None = None

    def __str__(self) -> str:
        return self.name


def acting(who: "str | Actor") -> Actor:
    """Who acts, also where only a name is given."""
    return who if isinstance(who, Actor) else Actor(who)


WAYS = {
    "browser": "page", "api": "api", "assistant": "api", "local": "command line", "cli": "command line", "command line": "command line",
    "inbox": "inbox", "delivery": "delivery", "source": "source",
}  # fmt: skip
"""How work comes in, by what stands in the log where nobody is named."""


@dataclass(frozen=True)
class Grant:
    """That an operation on a kind of object is allowed, within a scope; None: for the whole company."""

    operation: str
    kind: str
    scope: Scope | None = None


@dataclass(frozen=True)
class Viewer:
    """Who looks at the store.

    owner: looks as that owner does: at the accounts whose `owner` it is. rights: what may be done at all, sorted; None where one person
    uses the product alone and may do everything. person: who it is in the log. roles: the names of the roles that give the rights. operation, scope: what this viewer was let do, and
    within which accounts (None: all); set by `allowed`, and needed by the store where there are rights.
    """

    owner: str | None = None
    rights: tuple[Grant, ...] | None = None
    person: str = field(default="", compare=False)
    roles: tuple[str, ...] = field(default=(), compare=False, kw_only=True)
    operation: str = ""
    scope: Scope | None = None

    def may(self, operation: str, kind: str) -> bool:
        """Whether an operation on a kind of object is allowed, for whichever accounts."""
        return self.rights is None or any((one.operation, one.kind) == (operation, kind) for one in self.rights)

    def allowed(self, operation: str, kind: str) -> "Viewer":
        """The same viewer, let do this within its scope. Raises NotAllowed."""
        if self.rights is None:
            return self
        if not self.may(operation, kind):
            raise NotAllowed(
                f"Your role does not let you {operation} {WORDS[kind]}. Ask who administers Holdfast for a role with that right."
            )
        scopes = [one.scope for one in self.rights if (one.operation, one.kind) == (operation, kind)]
        return replace(self, operation=operation, scope=_any_of(scopes))

    def reading(self, kind: str) -> "Viewer":
        """The viewer as rows of a kind are handed out to it: within the scope in which it may view them, or export them where it was let
        do that. Raises NotAllowed."""
        return self if self.operation in (VIEW, EXPORT) else self.allowed(VIEW, kind)

    def for_whole_company(self, operation: str, kind: str) -> "Viewer":
        """As `allowed`, of what concerns every account. Raises NotAllowed for who may do it for some accounts only."""
        found = self.allowed(operation, kind)
        if not found.sees_all:
            raise NotAllowed(f"To {operation} {WORDS[kind]} takes a role whose scope is the whole company: it concerns every account.")
        return found

    @property
    def sees_all(self) -> bool:
        return self.owner is None and self.within is None

    @property
    def is_settled(self) -> bool:
        """Whether the store may hand out rows to it: it was let do something, or may do everything."""
        return self.rights is None or bool(self.operation)

    @property
    def key(self) -> str:
        """What tells apart what two viewers may see and do: part of every cache key."""
        return self._key

    @cached_property
    def _key(self) -> str:
        return repr((self.owner, self.rights, self.operation, self.scope))

    @property
    def seen(self) -> str | None:
        """Whose accounts are seen, as figures state it; None for those of the whole company."""
        within = self.within
        told = [self.owner] if self.owner else []
        told += [] if within is None else [" or ".join(f"{column}: {', '.join(values)}" for column, values in within) or "no account"]
        return "; ".join(told) or None

    def signs(self, otherwise: str | Actor) -> Actor:
        """Who acts: the person, else how the work came in, which `otherwise` says in any case."""
        came = acting(otherwise)
        reach = (*((("owner", (self.owner,)),) if self.owner else ()), *(self.within or ()))
        way = came.way or WAYS.get(came.name.partition(":")[0], "")
        return Actor(self.person or came.name, self.roles or came.roles, self.seen or "", way, reach)

    @property
    def within(self) -> Scope | None:
        """The accounts that are seen, but for the owner as whom they are looked at; None: all of the company."""
        if self.rights is None or self.operation:
            return self.scope
        return self.allowed(VIEW, "accounts").scope if self.may(VIEW, "accounts") else ()


def _any_of(scopes: Collection[Scope | None]) -> Scope | None:
    """All accounts that one of several scopes has."""
    values: dict[str, set[str]] = {}
    for scope in scopes:
        if scope is None:
            return None
        for column, found in scope:
            values.setdefault(column, set()).update(found)
    return tuple((column, tuple(sorted(values[column]))) for column in sorted(values))


EVERYONE = Viewer()
NOBODY = Viewer(rights=())
