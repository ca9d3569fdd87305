"""Constants with words in them: marked where they stand, said in the reader's language where they are used."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

from language.catalogue import ENGLISH, Marked, language, tr

K = TypeVar("K")
V = TypeVar("V")


class InLanguage(Mapping[K, V], Generic[K, V]):
    """A mapping that gives its values, and all marked words within them, in the language spoken now; codes beside them stay."""

    def __init__(self, words: Mapping[K, V]) -> None:
        self.marked = words

    def __getitem__(self, key: K) -> V:
        return self.marked[key] if language() == ENGLISH else spoken(self.marked[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self.marked)

    def __len__(self) -> int:
        return len(self.marked)

    def translated(self) -> dict[K, V]:
        """What is said otherwise in the language spoken now; empty in English."""
        return {key: said for key, said in self.items() if said != self.marked[key]}

    def __or__(self, other: Mapping[K, V]) -> "InLanguage[K, V]":
        return InLanguage({**self.marked, **(other.marked if isinstance(other, InLanguage) else other)})


def spoken(value: Any) -> Any:
    """A value with all marked words within it in the language spoken now."""
    if isinstance(value, Marked):
        return tr(value)
    if isinstance(value, tuple | list):
        return type(value)(spoken(one) for one in value)
    if isinstance(value, dict):
        return {key: spoken(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: spoken(getattr(value, one.name)) for one in fields(value)})
    return value
