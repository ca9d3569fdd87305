"""What files dropped together tell of each other: questions that one raises for another, and answers that others speak for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from data.importing.findings import Question
from data.importing.reader.dates import as_iso
from data.log.file_days import day_in_name
from data.log.staged import Staged
from data.store.store import Store
from data.store.view import View
from data.usage.without_events import named_by_contracts, named_by_usage
from language import tr, tr_n
from reports.imports.account_column import question_by
from reports.imports.import_plan import ASKS, READY, Planned
from reports.imports.known_accounts import Known, known_accounts

BEGUN = ("starts_on", "changed_on", "created_on")  # days that lie before the export


def together(store: Store, plan: Sequence[Planned]) -> list[Planned]:
    """The plan with what its files raise for each other: which column names the account where a list of accounts is among them, whether
    usage tells of every account with a contract, and a day of export that the others' names say."""
    staged = [one.ready.staged for one in plan if one.ready]
    with View(store) as view:
        known = known_accounts(view, staged)
        contracts = _named(named_by_contracts(view.cursor, view.standing), staged, "contracts")
        usage, said = named_by_usage(view.cursor, view.standing), _said(view)
    asked = [_with(one, _account(known, one)) for one in plan]
    asked = [_with(one, _every_account(known, contracts, usage, said, one)) for one in asked]
    return [_with_day(one, _days_of_others(plan, one)) for one in asked]


def _with(one: Planned, question: Question | None) -> Planned:
    return one if question is None else replace(one, state=ASKS, questions=(*one.questions, question), ready=None)


def _account(known: Known, one: Planned) -> Question | None:
    """Which column names the account, by all accounts that are known; where the file itself was asked, that question stands."""
    open_still = one.state == READY or (one.state == ASKS and one.questions)
    answered = one.told.mapping or "account_from" in one.told.answers or any(asked.option == "account_from" for asked in one.questions)
    if not open_still or answered or one.seen is None or one.mapping is None:
        return None
    return question_by(lambda: known, one.draft, one.seen, one.mapping)


def _said(view: View) -> set[str]:
    """The feeds of usage of which somebody has said whether they tell of every account."""
    feeds = view.feeds().filter(pl.col("table") == "usage_events", pl.col("accounts_said").fill_null(False))
    return {*feeds["feed"]}


def _named(standing: pl.DataFrame, staged: Iterable[Staged], table: str) -> pl.DataFrame:
    """What standing rows and those of files that are read name: account_id, contract_id, as written."""
    frames = [pl.read_parquet(part) for one in staged if one.table == table for part in one.parts]
    shape = pl.DataFrame(schema=standing.schema)
    return pl.concat([standing, *(pl.concat([shape, frame], how="diagonal_relaxed").select(standing.columns) for frame in frames)]).unique()


def _every_account(known: Known, contracts: pl.DataFrame, usage: pl.DataFrame, said: Collection[str], one: Planned) -> Question | None:
    """Whether a feed of usage tells of every account, where accounts with contracts have no event in it; asked once a feed."""
    staged = one.ready.staged if one.ready else None
    if staged is None or staged.people is None or not staged.parts or staged.feed in said or _told(one):
        return None
    people = pl.concat([pl.read_parquet(staged.people).select("account_id", "contract_id"), usage], how="vertical_relaxed")
    found = len(_accounts(known, contracts) - _using(known, contracts, people))
    if not found:
        return None
    text = tr_n(
        "{n} account with a contract has no event in “{feed}”. Does it tell of every account, so that they used nothing (all), or of those "
        "alone that it names, so that nothing is known of them (listed)?",
        "{n:,} accounts with a contract have no event in “{feed}”. Does it tell of every account, so that they used nothing (all), or of "
        "those alone that it names, so that nothing is known of them (listed)?",
        found,
        feed=staged.feed,
    )
    return Question("covers_accounts", None, text, ("all", "listed"), tr("Asked once for this feed."))


def _told(one: Planned) -> bool:
    return bool(one.mapping and {"covers_accounts", "covers_all_accounts"} & {*one.mapping.options})


def _accounts(known: Known, named: pl.DataFrame) -> set[str]:
    """The accounts that are meant by what rows name."""
    return {*known.meant(named["account_id"].drop_nulls().unique().to_list()).values()}


def _using(known: Known, contracts: pl.DataFrame, people: pl.DataFrame) -> set[str]:
    """The accounts that events name, themselves or by a contract of theirs."""
    through = contracts.join(people.drop_nulls("contract_id").select("contract_id").unique(), on="contract_id")
    return _accounts(known, people) | _accounts(known, through)


def _days_of_others(plan: Sequence[Planned], one: Planned) -> date | None:
    """The one day that names of the other files say, where this one's name says none."""
    days = {day_in_name(other.draft.file) for other in plan if other.draft.sha256 != one.draft.sha256} - {None}
    return days.pop() if len(days) == 1 else None


def _with_day(one: Planned, day: date | None) -> Planned:
    """The file with that day suggested for its own export; not where it tells of something that began later."""
    if day is None or not any(_of_export(question) for question in one.questions) or _begun(one) > day.isoformat():
        return one
    hint = tr("The names of other files of this drop say {day}.", day=day)
    asked = tuple(
        replace(question, suggested=day.isoformat(), hint=hint) if _of_export(question) else question for question in one.questions
    )
    return replace(one, questions=asked)


def _of_export(question: Question) -> bool:
    return question.option == "covers" and not question.choices


def _begun(one: Planned) -> str:
    """The newest day on which something in the first rows began, as YYYY-MM-DD; empty where none is told."""
    if one.seen is None or one.mapping is None:
        return ""
    sources = [one.mapping.columns[name] for name in BEGUN if name in one.mapping.columns]
    days = [as_iso(one.seen.sample[source].drop_nulls()).str.extract(r"^(\d{4}-\d\d-\d\d)").max() for source in sources]
    return max((str(day) for day in days if day), default="")
