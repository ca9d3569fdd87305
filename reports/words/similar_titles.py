"""Titles of columns of similar accounts of the past, and words for how they ended."""

from collections.abc import Mapping

from language import mark

OF_SIMILAR = {
    "alike_in": mark("Alike in"), "apart_in": mark("Not alike in"), "arr_then": mark("ARR at that time"), "likeness": mark("How alike"),
    "looked_on": mark("Looked at on"), "other_account_id": mark("Similar account id"), "other_due_on": mark("Due then"),
    "other_looked_on": mark("Looked at on"), "with_similar": mark("Accounts with similar ones"),
    "without_similar": mark("Accounts without similar ones"),
}  # fmt: skip
CODES: Mapping[str, Mapping[str, str]] = {
    "similar-accounts.outcome": {"renewed": mark("renewed"), "lost": mark("lost"), "stayed": mark("stayed, without a term")},
}
