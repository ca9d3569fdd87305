"""What a look at a file's rows settles of its mapping, and what it leaves open, before every row of it is read."""

from functools import partial

from data.importing.bills import with_bills_left_out
from data.importing.discount_questions import with_discounts_told
from data.importing.draft import Draft
from data.importing.findings import Question
from data.importing.mapping import Mapping
from data.importing.options import READING, OptionValue, checked
from data.importing.questions import open_questions, with_flag_read, zone_questions

ASKED_ABOUT = ("contracts", "offers", "referrals", "feature_requests")  # tables of which a file can leave open what their values mean


def reading(answers: dict) -> dict[str, OptionValue]:
    """Of answers, the options that say how a file is written, checked; no mapping is needed for them. Raises MappingError."""
    return checked({name: value for name, value in answers.items() if name in READING})


def flag_read(draft: Draft, mapping: Mapping, answers: dict) -> tuple[Mapping, dict]:
    """The mapping and the answers, where the answer to a status is of the lines that a flag speaks of; see questions.py."""
    if "status" not in answers:
        return mapping, answers
    options = {**mapping.options, **reading(answers)}
    return with_flag_read(mapping, draft.inspected(options, wanted=mapping.sources).sample, answers)


def told_by_rows(draft: Draft, mapping: Mapping) -> Mapping:
    """The mapping with what the rows say of it: which of them are bills, and whether discounts are taken off; see bills.py and
    discount_questions.py."""
    if mapping.table != "contracts":
        return mapping
    sample, options = draft.inspected(mapping.options, wanted=mapping.sources).sample, dict(mapping.options)
    without_bills = with_bills_left_out(mapping, sample, partial(draft.values, options=options))
    return with_discounts_told(without_bills, sample, partial(draft.rows, options=options))


def still_open_in(draft: Draft, mapping: Mapping, asked_zone: str | None) -> list[Question]:
    """What the file leaves open although it can be taken: an end that may be the last day paid for, amounts without a currency.

    asked_zone: the store's zone, where a person is there to say in which one moments without a zone are.
    """
    if mapping.table not in ASKED_ABOUT and asked_zone is None:
        return []
    sample = draft.inspected(mapping.options, wanted=mapping.sources).sample
    rows = partial(draft.rows, options=dict(mapping.options))
    return [*open_questions(mapping, sample, rows), *(zone_questions(mapping, sample, asked_zone) if asked_zone else [])]
