"""How did the health of each account go, week by week?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from tomllib import TOMLDecodeError

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
from reports.health.health import measured_on, scored_of
from reports.health.scorecard import ScorecardError, from_toml, in_file
from reports.report import Question
from reports.units import empty

THEN, NOW, IN_FILE = "then", "now", 0
AT_ONCE = 26  # weeks that are worked out together: more take more memory
COLUMNS = {
    "account_id": "text", "name": "text", "week": "day", "score": "score", "band": "text", "known_weight": "ratio", "exception": "text",
    "version": "count", "customer": "flag",
}  # fmt: skip
OF_WEEK = ("score", "band", "known_weight", "exception")


def _health_history(books: Books, question: Question) -> Answer:
    """One row per account and week: its score, band, share of the weight that is known, and what capped the band, on the week's last day
    (`week`), each seen from that day alone, with what is known today.

    weeks: how many, up to the day looked at; before the first one on which an account was a customer it has no rows. customer: whether it
    was one on the day; weeks on which it was none have no score. version: the version of the score, of those that were published by the
    week's last day (UTC) the last one, 0 for the file; with the parameter version one for all weeks.
    """
    cards, published = versions_in_use(books.view)
    version = _one_for_all(question.version, cards)
    rows = history_rows(books, question.weeks, cards, published if version is None else [(version, date.min)])
    counted = {"weeks": rows["week"].n_unique(), "accounts": rows["account_id"].n_unique(), "scored": rows["score"].count()}
    return Answer(rows, counted, (tr(SEEN_FROM), *_turns(rows)))


SEEN_FROM = mark("Each week is seen from its last day alone, with what is known today; what was known then may be less.")


def history_rows(books: Books, weeks: int, cards: Mapping[int, Scorecard], published: Sequence[tuple[int, date]]) -> pl.DataFrame:
    """The rows of the report, from books that are open. cards: the score by version; published: since when each holds."""
    first = books.in_any_currency[0].select(pl.col("starts_on").min()).collect().item()
    ends = week_ends(books.day, weeks, first) if books.day and first else []
    if not ends:
        return empty(COLUMNS)
    used = in_force_on(ends, published, IN_FILE)
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


def versions_in_use(view: View) -> tuple[dict[int, Scorecard], list[tuple[int, date]]]:
    """The versions of the score that can be used here, the file's as IN_FILE among them; and the day (UTC) on which each was published.
    Raises ScorecardError where the file cannot be read."""
    cards, published = {IN_FILE: in_file()}, []
    for version, text, day in view.table("score_versions").select("version", "configuration", pl.col("published_at").dt.date()).rows():
        try:
            cards[version] = from_toml(text)
        except (ScorecardError, TOMLDecodeError):
            continue
        published.append((version, day))
    return cards, published


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
