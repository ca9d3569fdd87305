"""A file as answers to a survey: the column of scores, which is often a question, and the answer's own id, which is not that of the survey."""

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from data.importing.believing import filled
from data.importing.fitting import Believes, fit
from data.importing.headers import header_words, meanings
from data.importing.mapping import Mapping
from data.schema import TABLES

SURVEYS = TABLES["surveys"]
# Words of the question how likely people are to recommend, and of the one how content they are, in the languages of headers.
LIKELY = re.compile(r"recommend|empfehl|recommand|recomend|aanbevel|推荐|推薦|おすすめ|お勧め", re.IGNORECASE)
CONTENT = re.compile(r"satisf|zufrieden|tevreden|满意|満足|how would you rate|rate your", re.IGNORECASE)
NPS = re.compile(r"(?<![^\W_])nps(?![a-z0-9])|净推荐")
GROUP = "_NPS_GROUP"  # Qualtrics writes promoter, passive and detractor beside the answer, under its name with this behind
NPS_FROM, NPS_TO, CSAT_FROM, CSAT_TO = 0, 10, 1, 5


def survey_mapping(header: list[str], sample: pl.DataFrame, believes: Believes) -> Mapping:
    """The file as answers to a survey, as far as its columns go.

    The question how likely people are to recommend is nps where an answer is above 5; else which kind it is stays open.
    """

    def cells(name: str) -> list[str]:
        return filled(sample[name].to_list()) if name in sample.columns else []

    columns = fit(SURVEYS, header, believes)
    mapping = replace(Mapping("surveys"), columns=_of_answers(columns, header, cells))
    if "score" in columns:
        said = NPS.search(header_words(columns["score"])) and "kind" not in columns
        return replace(mapping, constants={"kind": "nps"} if said else {})
    question = _question([name for name in header if name not in columns.values()], cells)
    if question is None:
        return mapping
    likely = LIKELY.search(question) or question + GROUP in header
    above = any(float(cell) > CSAT_TO for cell in cells(question))
    constants = {"kind": "nps"} if likely and above and "kind" not in columns else {}
    return replace(mapping, columns=mapping.columns | {"score": question}, constants=constants)


def _question(names: list[str], cells: Callable[[str], list[str]]) -> str | None:
    """The column whose header is the question, and whose cells are numbers that can answer it."""
    told = [name.removesuffix(GROUP) for name in names if name.endswith(GROUP)]
    asked = [name for wanted in (LIKELY, CONTENT) for name in names if wanted.search(name)]
    return next((name for name in (*told, *asked) if name in names and _scores(cells(name))), None)


def kind_told(source: str, cells: list[str]) -> tuple[str, str]:
    """What a column of scores speaks for, its question and its first scores, in words, and as an answer: csat or nps; both empty where
    it asks neither, where the scores are of another scale, and where none was looked at."""
    likely, content = bool(LIKELY.search(source)), bool(CONTENT.search(source))
    if likely == content or not _scores(cells):
        return "", ""
    if likely:
        return "The question is how likely people are to recommend, which speaks for nps.", "nps"
    if any(int(cell) > CSAT_TO or int(cell) < CSAT_FROM for cell in cells):
        return "", ""
    return "The question is how content people are, and no score is above 5, which speaks for csat.", "csat"


def _scores(found: list[str]) -> bool:
    return bool(found) and all(cell.isdigit() and NPS_FROM <= int(cell) <= NPS_TO for cell in found)


def _of_answers(columns: dict[str, str], header: list[str], cells: Callable[[str], list[str]]) -> dict[str, str]:
    """The columns, with the id of the answer in place of that of the survey, which many answers have; without any where none is."""
    own = columns.get("survey_id", "")
    if "survey" not in header_words(own).split() and "survey" not in meanings(own):
        return columns
    others = [name for name in header if header_words(name) in ("response id", "answer id", "id", "respondent id") and name != own]
    if others:
        return columns | {"survey_id": others[0]}
    several = len({*cells(own)}) < len(cells(own))
    return {name: source for name, source in columns.items() if name != "survey_id"} if several else columns
