"""Whether what a source brings for the first time stands already under another feed, or by another key: it would count twice."""

import polars as pl

from data.accounts.elsewhere import lines_by_another_key
from data.importing.findings import Question
from data.log.staged import Staged
from data.store.store import Store
from data.usage.elsewhere import feeds_of_the_same
from data.work import pulls
from sources import description
from sources.description import Source
from sources.keys import FEED

KEY = "key"


def question(store: Store, source: Source, staged: Staged) -> Question | None:
    """What must be said before the first rows of a source count; None where nothing must, its feed has rows, or others send them."""
    rows = store.imports().filter(pl.col("standing") & (pl.col("table") == staged.table)).select("batch", "feed").rows()
    feeds = dict(rows)
    if staged.feed in feeds.values() or source.kind == "webhook":
        return None
    if staged.table == "usage_events":
        return None if FEED in source.answers else _of_events(store, source, staged, feeds)
    return None if KEY in source.answers else _of_contracts(store, staged)


def _of_events(store: Store, source: Source, staged: Staged, feeds: dict[int, str]) -> Question | None:
    with store.reading() as cursor:
        same = feeds_of_the_same(cursor, staged)
    if same:
        text = (
            f"Nothing came under the feed “{source.fed}” yet, and most of these events stand already under another: {', '.join(same)}. "
            "Are they the same events, which are to go on there, or other ones? The same ones would count twice."
        )
        return Question(FEED, None, text, (*same, source.fed), "Asked once for this source.")
    others = _of_other_sources(store, source, feeds)
    if not others:
        return None
    text = (
        f"Nothing came under the feed “{source.fed}” yet, and a source that is gone, or reads the same, has brought events under "
        f"another: {', '.join(others)}. Are these the same events, which are to go on there, or other ones? "
        "The same ones would count twice."
    )
    return Question(FEED, None, text, (*others, source.fed), "Asked once for this source.")


def _of_other_sources(store: Store, source: Source, feeds: dict[int, str]) -> list[str]:
    """The feeds under which stand events of a source whose file is gone, that was this one, or that reads the same."""
    there = description.names(store.path)
    hooks = tuple(f"{name} " for name in there)  # what a webhook sends goes by several names
    found = (
        one for one in pulls.pulls(store)
        if one.source == source.name or (one.read_by or "").partition("-")[0] == source.read_by
        or not (one.source in there or one.source.startswith(hooks))
    )  # fmt: skip
    return sorted({feeds[one.batch] for one in found if one.batch in feeds})


def _of_contracts(store: Store, staged: Staged) -> Question | None:
    with store.reading() as cursor:
        found = lines_by_another_key(cursor, staged)
    if found is None:
        return None
    feed, key, n = found
    text = (
        f"{n:,} of these contracts stand already under the feed “{feed}”, whose lines go by {key}; these go by other columns, so that each "
        f"would be there twice, with its money. Do they go by {key} as well? If not, undo what that feed brought before."
    )
    return Question(KEY, None, text, (key,), "Asked once for this source.")
