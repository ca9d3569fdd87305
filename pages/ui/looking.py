"""As whom a page is looked at: the person who signed in, narrowed to one owner, or as another person would see it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from data.store import open_stores
from data.viewer import ADMINISTER, NOBODY, Viewer
from pages.ui import address, loaders, who

GOOD_FOR = 0.05  # seconds for which an answer holds: long enough for one page, too short for a click


@dataclass(frozen=True)
class Looking:
    """Who looks at a company. owner: looks as that owner does. as_person: as the person of that address would, which takes the right to
    administer people. claims: of who signed in, taken along to where files are made later."""

    company: str
    owner: str | None = None
    as_person: str | None = None
    claims: Mapping[str, object] = field(default_factory=who.claims, compare=False, repr=False)
    _known: list[tuple[float, Viewer]] = field(default_factory=list, init=False, compare=False, repr=False)

    @property
    def viewer(self) -> Viewer:
        """What may be seen and done just now: a button that was drawn before somebody lost a right has it no more."""
        now = time.monotonic()
        if not self._known or now - self._known[-1][0] > GOOD_FOR:
            self._known[:] = [(now, self._found())]
        return self._known[-1][1]

    @property
    def may_try_others(self) -> bool:
        """Whether whoever looks may look as another person."""
        return who.rights(self.company, self.claims).may(ADMINISTER, "people")

    def _found(self) -> Viewer:
        own = who.rights(self.company, self.claims)
        if self.as_person and own.may(ADMINISTER, "people"):
            own = replace(loaders.rights(self.company, self.as_person, ()), person=own.person, roles=own.roles)
        return replace(own, owner=self.owner) if self.owner else own


def at_first_sight() -> Viewer:
    """Who looks, before anything is drawn: nobody where they have not signed in, or the store is held elsewhere."""
    company = address.company()
    if not who.may_look() or open_stores.is_held(company):
        return NOBODY
    return Looking(company, None, address.tried_person(loaders.people(company))).viewer
