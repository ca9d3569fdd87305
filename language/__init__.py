"""The words of pages and files in the reader's language. `tr("{n} rows", n=3)` says it now, `mark("...")` marks what is said later.

Imported by every room that has words for people, and imports none of them. Code, API, command line and logs speak English: without a
reader nothing is translated.
"""

from language.catalogue import (
    COOKIE,
    LANGUAGES,
    asked_for,
    chosen,
    language,
    mark,
    mark_n,
    mark_of,
    of_readers,
    speaking,
    tr,
    tr_n,
    tr_of,
)
from language.said_again import again
from language.said_later import InLanguage, spoken

__all__ = [
    "COOKIE",
    "LANGUAGES",
    "InLanguage",
    "again",
    "asked_for",
    "chosen",
    "language",
    "mark",
    "mark_n",
    "mark_of",
    "of_readers",
    "speaking",
    "spoken",
    "tr",
    "tr_n",
    "tr_of",
]
