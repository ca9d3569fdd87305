"""How did the health of each account go, week by week?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from data.parameters import WrongParameter
from data.store.view import View
from language import language, mark, tr
from language.formats import listed
from metrics.health_history import customers_on, in_force_on, since_first, week_ends
from metrics.scorecard import Scorecard
from metrics.windows import observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health.differences import in_words
from reports.health.health import measured_on, scored_of
from reports.health.scorecard import IN_FILE, ScorecardError, from_toml, in_file, published
from reports.report import Question
from reports.units import empty

THEN, NOW = "then", "now"
AT_ONCE = 26  # weeks that are worked out together: more take more memory
MOST_WORDS = 3  # of what a version decides otherwise
COLUMNS = {
    "account_id": "text", "name": "text", "week": "day", "score": "score", "band": "text", "known_weight": "ratio", "exception": "text",
    "version": "count", "customer": "flag",
}  # fmt: skip
OF_WEEK = ("score", "band", "known_weight", "exception")


@dataclass(frozen=True)
class Turn:
    """A version of the score that can be used here. since: the day (UTC) on which it was published, None for the file's; who, note: by whom
    and why; words: what it decides otherwise than the one before."""

    version: int
    card: Scorecard
    since: date | None = None
    who: str = ""
    note: str = ""
    words: str = ""


def _health_history(books: Books, question: Question) -> Answer:
    """One row per account and week: its score, band, share of the weight that is known, and what capped the band, on the week's last day
    (`week`), each seen from that day alone, with what is known today.

    weeks: how many, up to the day looked at; before the first one on which an account was a customer it has no rows. customer: whether it
    was one on the day; weeks on which it was none have no score. version: the version of the score, of those that were published by the
    week's last day (UTC) the last one, 0 for the file; with the parameter version one for all weeks.
    """
    known = turns(books.view)
    version = _one_for_all(question.version, [one.version for one in known])
    rows = history_rows(books, question.weeks, known if version is None else [one for one in known if one.version == version])
    counted = {"weeks": rows["week"].n_unique(), "accounts": rows["account_id"].n_unique(), "scored": rows["score"].count()}
    return Answer(rows, counted, (tr(SEEN_FROM), *_turns(rows)))


SEEN_FROM = mark("Each week is seen from its last day alone, with what is known today; what was known then may be less.")


def history_rows(books: Books, weeks: int, known: Sequence[Turn]) -> pl.DataFrame:
    """The rows of the report, from books that are open, under the last of the known versions that was published by each week; under the
    first before that."""
    first = books.in_any_currency[0].select(pl.col("starts_on").min()).collect().item()
    ends = week_ends(books.day, weeks, first) if books.day and first else []
    if not ends:
        return empty(COLUMNS)
    cards = {one.version: one.card for one in known}
    used = in_force_on(ends, [(one.version, one.since) for one in known if one.since], known[0].version)
    by = {end: cards[used[end]] for end in ends}
    told = books.once("health history", lambda of: _rows(of, by), repr(tuple(by.items())), language())
    of_version = pl.DataFrame({"week": list(used), "version": list(used.values())}, schema={"week": pl.Date, "version": pl.Int64})
    return told.join(of_version, on="week").select(*COLUMNS).sort("account_id", "week")


def _rows(books: Books, cards: Mapping[date, Scorecard]) -> pl.DataFrame:
    """The rows without their version."""
    every = observed(books.names(), *cards)
    customers = customers_on(every, *books.on_each_day).collect()
    ends = list(cards)
    scored = [_scored(books, customers, {end: cards[end] for end in ends[at : at + AT_ONCE]}) for at in range(0, len(ends), AT_ONCE)]
    begun = since_first(every, customers.lazy()).join(books.names(), on="account_id").collect()
    return begun.join(pl.concat(scored), on=["account_id", "day"], how="left").rename({"day": "week"})


def _scored(books: Books, customers: pl.DataFrame, cards: Mapping[date, Scorecard]) -> pl.DataFrame:
    """OF_WEEK of the customers of some weeks, each under its own version."""
    own = customers.filter(pl.col("day").is_in(list(cards)))
    measured = measured_on(books, own.lazy())
    told = []
    for card in _different(cards.values()):
        of_card = pl.col("day").is_in([day for day, one in cards.items() if one is card])
        told.append(scored_of(books, own.lazy().filter(of_card), measured.filter(of_card), card)[1].select("account_id", "day", *OF_WEEK))
    return pl.concat(told)


def _different(cards: Iterable[Scorecard]) -> list[Scorecard]:
    return list({id(card): card for card in cards}.values())


def turns(view: View) -> list[Turn]:
    """The versions of the score that can be used here in their order, that of the file first. Raises ScorecardError where the file cannot
    be read."""
    found = [Turn(IN_FILE, in_file())]
    for row in published(view).sort("version").iter_rows(named=True):
        try:
            card = from_toml(row["configuration"])
        except ScorecardError:
            continue
        words = in_words(found[-1].card, card, MOST_WORDS)
        found.append(Turn(row["version"], card, row["published_at"].date(), row["author"] or "", row["note"] or "", words))
    return found


def _one_for_all(version: str, known: Iterable[int]) -> int | None:
    """The version that is asked for by its number, or as the one of NOW; None for those of THEN. Raises WrongParameter."""
    if version == THEN:
        return None
    asked = str(max(known)) if version == NOW else version
    if asked not in {str(one) for one in known}:
        told = tr("version: {version!r} is none. Give then, now, or one of {known}.")
        raise WrongParameter(told.format(version=version, known=listed(str(one) for one in sorted(known))))
    return int(asked)


def _turns(rows: pl.DataFrame) -> tuple[str, ...]:
    """Since when which version holds, in words, where it is not one for all weeks."""
    first = rows.group_by("version").agg(pl.col("week").min()).sort("week").rows()
    told = [
        tr("Version {version} of the health score from the week up to {week} on.", version=version, week=week)
        for version, week in first[1:]
    ]
    return tuple(told)


health_history = Definition(
    "health-history", mark("Health week by week"), COLUMNS, _health_history, {"weeks": "count", "accounts": "count", "scored": "count"},
    takes=("weeks", "version"),
)  # fmt: skip
