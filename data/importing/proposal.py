"""The mapping proposed for a file: from a known shape, else the table for which most speaks, of names and of values, with how sure that is."""

from dataclasses import dataclass, replace

import polars as pl

from data.importing.believing import believable
from data.importing.contract_columns import contract_mapping
from data.importing.evidence import complete, person_names, points
from data.importing.findings import Question
from data.importing.fitting import OF_A_PERSON, Believes, fit
from data.importing.headers import header_words
from data.importing.known_exports import by_shape, other_table
from data.importing.mapping import Mapping
from data.importing.money_columns import SAYS_ALL
from data.importing.survey_columns import survey_mapping
from data.schema import GUESSED_TABLES, IMPORTED_TABLES, PROPOSED_TABLES, TABLES, Column

# Two points more than any other table: one column that tells a table and is not explained otherwise. Below that a person is asked.
SURE = 0.8
EVEN = 0.5
WITHIN_REACH = 0.05  # what is less likely is not offered as an answer
# What a table may lack, since a person can say it for the whole file.
ASKABLE = {"contracts": {"period"}, "surveys": {"kind", "account_id"}, "tickets": {"account_id"}}
OF_A_LINE = {"ends_on", "contract_id", "period"}  # with an amount and one of these, a list is of lines that run: since when is asked
SHOWN = 4


@dataclass(frozen=True)
class Candidate:
    """A table that a file may be, with its mapping.

    points: what speaks for it (evidence.py). certainty: between 0 and 1; 1 for the export of a known tool, else 2^points beside
    2^points of the likeliest other table, or beside 1 where no other fits: 0.5 where two are even, 0.8 where it is two points ahead.
    """

    mapping: Mapping
    points: float
    certainty: float = 0.0


@dataclass(frozen=True)
class Proposal:
    """The tables that a file may be, the likeliest first; empty where it fits none."""

    candidates: tuple[Candidate, ...] = ()

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def runner_up(self) -> Candidate | None:
        return self.candidates[1] if len(self.candidates) > 1 else None

    @property
    def question(self) -> Question | None:
        """Which table the file is, where that is not sure enough to be taken for granted; else None."""
        if self.best is None or self.best.certainty >= SURE:
            return None
        likely = [one.mapping.table for one in self.candidates if one.certainty >= WITHIN_REACH]
        choices = likely if len(likely) > 1 else IMPORTED_TABLES
        return Question("table", None, f"{self._reasons()} What is in the file?", tuple(choices))

    def _reasons(self) -> str:
        """What speaks for the two likeliest tables and not for the other."""
        first, second = self.best, self.runner_up
        if first is None:
            return ""
        if second is None:
            table = _title(first)
            return f"It may be {table}, and little says so."
        return f"{_for(first, second)} {_for(second, first)}"


def _title(candidate: Candidate) -> str:
    return TABLES[candidate.mapping.table].title.lower()


def _for(candidate: Candidate, other: Candidate) -> str:
    own = list(dict.fromkeys(source for source in candidate.mapping.columns.values() if source not in other.mapping.sources))
    named, table = ", ".join(own[:SHOWN]), _title(candidate)
    if not own:
        return f"The columns speak for {table}."
    return f"{named} speaks for {table}." if len(own) == 1 else f"{named} speak for {table}."


def proposal(header: list[str], sample: pl.DataFrame, table: str | None = None) -> Proposal:
    """What a file may be, of one table or of any. `sample` is its first rows as text."""
    shape = by_shape(header, table, sample)
    if shape:
        other = by_shape(header, other_table(header), sample) if table is None and other_table(header) else None
        if other:  # the export of a known tool, which does not say what it lists
            return Proposal((Candidate(shape, 1.0, EVEN), Candidate(other, 1.0, EVEN)))
        return Proposal((Candidate(shape, float("inf"), 1.0),))
    tables = IMPORTED_TABLES if "manager" in header else PROPOSED_TABLES  # to whom people report is in no list of a customer's people
    own = [name for name in tables if {*header} <= {*TABLES[name].names} and not TABLES[name].lacking(header)]
    if len(own) == 1 and table is None and own != ["contracts"] and (exact := _candidate(own[0], header, sample, given=True)):
        return Proposal((replace(exact, certainty=1.0),))  # the names are those of one table, letter by letter
    tried = (_candidate(name, header, sample, given=table is not None) for name in ([table] if table else GUESSED_TABLES))
    found = sorted((one for one in tried if one), key=lambda one: -one.points)
    return Proposal(tuple(replace(one, certainty=_certainty(one, found)) for one in found))


def _certainty(one: Candidate, found: list[Candidate]) -> float:
    rival = max((other.points for other in found if other is not one), default=0.0)
    return 1 / (1 + 2 ** (rival - one.points))


def _candidate(table: str, header: list[str], sample: pl.DataFrame, *, given: bool) -> Candidate | None:
    def believes(column: Column, source: str) -> bool:
        return believable(column, sample[source].to_list() if source in sample.columns else [])

    mapping, trust = _mapping(table, header, sample, believes)
    told = Candidate(replace(mapping, feed=table), points(mapping, header, sample, trust))
    if given:
        return told
    lasts = trust == SAYS_ALL or bool(mapping.given & OF_A_LINE)
    askable = ASKABLE.get(table, set()) | ({"starts_on"} if lasts else set())
    return told if told.points > 0 and complete(mapping, askable) else None


def _mapping(table: str, header: list[str], sample: pl.DataFrame, believes: Believes) -> tuple[Mapping, int]:
    if table == "contracts":
        mapping, money = contract_mapping(header, sample, believes)
        return mapping, money.trust if money else 0
    if table == "surveys":
        return survey_mapping(header, sample, believes), 0
    columns = fit(TABLES[table], header, believes)
    names = person_names(header) if table == "contacts" and header_words(columns.get("name", "")) not in ("name", *OF_A_PERSON) else []
    if not names:
        return Mapping(table, columns=columns), 0
    return Mapping(table, columns={name: source for name, source in columns.items() if name != "name"}, joined={"name": tuple(names)}), 0


def proposed(header: list[str], sample: pl.DataFrame, table: str | None = None) -> Mapping | None:
    """The mapping that fits a file best, of one table or of any; None where nothing fits. `sample` is its first rows as text."""
    best = proposal(header, sample, table).best
    return best.mapping if best else None


def propose(header: list[str], table: str | None = None, feed: str = "") -> Mapping | None:
    """The mapping that fits a header best, whatever its values; None where no table's required columns are found."""
    best = proposed(header, pl.DataFrame(schema=dict.fromkeys(header, pl.String)), table)
    return replace(best, feed=feed or best.feed) if best else None
