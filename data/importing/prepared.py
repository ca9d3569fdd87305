"""A file that is read, checked and ready to be written; and one that is read again just as it was."""

from dataclasses import dataclass

from data.importing.draft import Draft
from data.importing.findings import Question
from data.importing.mapping import Mapping
from data.importing.named_by import standing_beside
from data.importing.named_elsewhere import with_unknown_names
from data.importing.settling import Said, as_said
from data.log.staged import Staged
from data.store.store import Store


@dataclass(frozen=True)
class Prepared:
    """A file that is read, checked and ready to be written; questions: what it leaves open although it can be taken as it is. said: what
    a person has said of it beside its mapping."""

    draft: Draft
    mapping: Mapping
    staged: Staged
    questions: list[Question]
    said: Said


def read_again(store: Store, draft: Draft, mapping: Mapping, said: Said) -> Prepared:
    """A file under a mapping under which it was read before, with what was said of it then. Raises ImportRefused."""
    staged = as_said(draft.staged(mapping, store.timezone), said, store)
    return Prepared(draft, mapping, with_unknown_names(store, standing_beside(store, staged, mapping), mapping), [], said)
