"""Who looks: the scope that the store applies to every row it hands out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """Sees the accounts whose `owner` it is, and nothing of others; without an owner it sees all."""

    owner: str | None = None

    @property
    def sees_all(self) -> bool:
        return self.owner is None


EVERYONE = Viewer()
