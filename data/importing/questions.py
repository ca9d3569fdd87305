"""What a mapping leaves open although the file can be read: asked before the figures depend on it."""

from dataclasses import replace

import polars as pl

from data.importing.believing import WORDS, believable, filled
from data.importing.discount_questions import discount_question
from data.importing.efforts import effort_question
from data.importing.ends_told import ends_told
from data.importing.findings import Question
from data.importing.headers import header_words, meanings
from data.importing.layouts import month_columns
from data.importing.lines_a_month import Rows
from data.importing.mapping import Mapping
from data.importing.money_questions import money_questions
from data.importing.options import zone_names
from data.importing.reader.currencies import CODES, SEVERAL, in_header, written_in
from data.importing.reader.dates import as_iso
from data.importing.reader.days_and_instants import whole_months
from data.importing.reader.eastern import HAN
from data.importing.reader.zones import TIME
from data.importing.reader.zones import in_header as zone_in_header
from data.importing.survey_columns import kind_told
from data.schema import TABLES

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD")
EASTERN_CURRENCIES = ("CNY", "TWD", "HKD", "JPY", "USD", "EUR")  # where the header of the amounts is Chinese or Japanese
WITHOUT_ZONE = rf"(?:^|[\sT,]){TIME}(?:\s*[AaPp]\.?\s?[Mm]\.?)?\s*$"
YES, NO = ("true", "yes", "1", "y", "t", "wahr", "是"), ("false", "no", "0", "n", "f", "falsch", "否")
FLAGS = {
    frozenset({"paused"}): YES,
    frozenset({"cancelled"}): YES,
    frozenset({"churned"}): YES,
    frozenset({"end"}): YES,
    frozenset({"activated"}): NO,
}
OF_A_STATUS = {"status", "contract", "customer", "product", "service"}
SHOWN_WORDS = 5
PRICED = ("contracts", "offers", "referrals")  # tables whose amounts have a currency that a file may leave out
# What lines may be whose status is not known: all of them where the file has one word for it, else those that a flag speaks of.
ONE_WORD = ("paying", "trial", "not_begun", "never_paid", "paused", "ended")
FLAGGED = ("paying", "paused", "ended", "never_paid")
SEVERAL_WORDS = ("paying", "never_paid")
PERIODS = ("1 month", "3 month", "6 month", "1 year", "1 week", "term")


def lacking_in(mapping: Mapping) -> list[str]:
    """The columns that the table needs and no file of this mapping has. A state need not say since when its lines run: see settling.py."""
    lacking = TABLES[mapping.table].lacking(mapping.given)
    return [name for name in lacking if name != "starts_on"] if mapping.options.get("rows") == "state" else lacking


def unsaid(mapping: Mapping, header: list[str], sample: pl.DataFrame | None = None) -> list[Question] | None:
    """Questions for what the table needs, no column is mapped to, and a person can say for the whole file; None where it takes more.

    Empty where nothing is lacking. header: the columns that the file has. sample: its first rows, for what they speak for.
    """
    table, given, lacking = TABLES[mapping.table], mapping.given, lacking_in(mapping)
    if table.required_one_of and not given & {*table.required_one_of} and not mapping.persons_alone:
        lacking.append("account_id")
    free = [one for one in header if one not in mapping.sources]
    asked = [_question(name, mapping, free, sample) for name in lacking]
    known = [question for question in asked if question]
    return known if len(known) == len(asked) else None


def _question(name: str, mapping: Mapping, free: list[str], sample: pl.DataFrame | None) -> Question | None:
    if name == "account_id" and free and mapping.columns:
        text = "No column that is known to name the account is there. Which one does? Where none does, export the file again with one."
        return Question("account_from", None, text, tuple(free))
    if name == "period" and "amount" in mapping.columns:
        text = "The file does not say how long an amount pays for. How long?"
        return Question("period", mapping.columns["amount"], text, PERIODS)
    if name == "starts_on" and mapping.table == "contracts" and "amount" in mapping.given:
        text = "No column says since when the amounts hold. From which day on are all of them paid? Give it as 2024-01-31."
        return Question("starts_on", None, text, ())
    if name == "kind" and mapping.table == "survey_requests":
        text = "Was it the survey of how likely people are to recommend you (nps), or of how content they are (csat)?"
        return Question("kind", None, text, ("nps", "csat"))
    if name == "kind" and mapping.table == "surveys" and "score" in mapping.columns:
        text = "Are the scores answers to how likely people are to recommend you (nps, 0 to 10), or how content they are (csat, 1 to 5)?"
        source = mapping.columns["score"]
        cells = filled(sample[source]) if sample is not None and source in sample.columns else []
        return Question("kind", source, text, ("nps", "csat"), *kind_told(source, cells))
    return None


def open_questions(mapping: Mapping, sample: pl.DataFrame, rows: Rows | None = None) -> list[Question]:
    """What is left open; empty where nothing is. `sample` is the file's first rows, `rows` gives those of some columns of the whole file."""
    found = (
        *money_questions(mapping, sample, rows),
        discount_question(mapping, sample, rows),
        _end_of_a_line(mapping, sample),
        _status(mapping, sample),
        _currency(mapping, sample),
        effort_question(mapping, sample),
    )
    return [question for question in found if question]


def zone_questions(mapping: Mapping, sample: pl.DataFrame, store_zone: str) -> list[Question]:
    """In which time zone moments are that name none; empty where each names one, or the mapping does.

    A person who is there is asked; else the store's zone is taken, and the batch says so.
    """
    moments = [one.name for one in TABLES[mapping.table].columns if one.kind == "instant" and one.name in mapping.columns]
    if "timezone" in mapping.options or TABLES[mapping.table].by_program:
        return []
    zones = tuple(dict.fromkeys((store_zone, "UTC", *sorted(name for name in zone_names() if "/" in name))))
    for source in (mapping.columns[name] for name in moments):
        seen = sample[source].drop_nulls() if source in sample.columns else pl.Series([], dtype=pl.String)
        if zone_in_header(source) is None and (local := seen.filter(seen.str.contains(WITHOUT_ZONE))).len():
            text = f"{source} has times like {local[0]}, which name no time zone. In which one are they?"
            return [Question("timezone", source, text, zones, f"Days are counted in {store_zone}.")]
        if mapping.options.get("epoch") == "local" and seen.len():
            text = f"{source} counts seconds, in UTC or on the clock of the project. In which time zone?"
            return [
                Question("timezone", source, text, zones, "UTC for a project made since 2023; an older one has a time zone of its own.")
            ]
    return []


def _end_of_a_line(mapping: Mapping, sample: pl.DataFrame) -> Question | None:
    source = mapping.columns.get("ends_on")
    if mapping.table != "contracts" or source is None or "ends_on" in mapping.options:
        return None
    seen = sample[source].drop_nulls().str.strip_chars() if source in sample.columns else pl.Series([], dtype=pl.String)
    seen = seen.filter(seen.str.contains(r"\d"))  # not "open" or "unlimited"
    if whole_months(as_iso(seen)).all():
        return None  # a month is covered to its end
    text = f"A contract ends on {seen[0]}: is that the last day that is paid for, or the first day that no longer is?"
    return Question("ends_on", source, text, ("inclusive", "exclusive"), *ends_told(sample, source, mapping.columns.get("starts_on")))


def _status(mapping: Mapping, sample: pl.DataFrame) -> Question | None:
    """What lines are, where the words of a column of statuses are not known and so nothing is mapped to it."""
    if mapping.table != "contracts" or "status" in mapping.given or "layout" in mapping.options:
        return None
    flag = _flag(mapping, sample)
    spare = [name for name in sample.columns if name not in mapping.sources and flag is None]
    status = TABLES["contracts"].column("status")
    told = {name: filled(sample[name]) for name in spare if _is_status(name, sample) and not believable(status, sample[name])}
    told |= {flag: filled(sample[flag])} if flag else {}
    source = next((name for name, cells in told.items() if cells), None)
    if source is None:
        return None
    words = list(dict.fromkeys(told[source]))
    shown = ", ".join(words[:SHOWN_WORDS]) + (" ..." if len(words) > SHOWN_WORDS else "")
    if source == flag:
        which = ", ".join(dict.fromkeys(cell for cell in told[source] if cell.lower() in _flag_words(source)))
        text = f"{source} says {which} of lines that have no end. Do they pay all the same (paying), or what are they?"
        return Question("status", source, text, FLAGGED)
    text = f"{source} says {shown}, of which it is not known what it means for revenue. "
    if len(words) == 1:
        return Question("status", source, f"{text}What are these lines?", ONE_WORD)
    text += (
        "Do all lines count, whatever it says (paying), or none (never_paid)? Where some do and others do not, give a mapping that says what each "
        "word means, under [values.status]."
    )
    return Question("status", source, text, SEVERAL_WORDS)


def with_flag_read(mapping: Mapping, sample: pl.DataFrame, answers: dict) -> tuple[Mapping, dict]:
    """The mapping and the answers where a flag is asked about as a status, and the answer is of the lines that it speaks of alone."""
    said, flag = answers.get("status"), _flag(mapping, sample)
    if mapping.table != "contracts" or "status" in mapping.given or flag is None or said not in FLAGGED[1:]:
        return mapping, answers
    meant = {word: said if word in _flag_words(flag) else "paying" for word in sorted(WORDS)}
    columns, values = {**mapping.columns, "status": flag}, {**mapping.values, "status": meant}
    return replace(mapping, columns=columns, values=values), {name: value for name, value in answers.items() if name != "status"}


def _flag(mapping: Mapping, sample: pl.DataFrame) -> str | None:
    """The column of yes and no that says of lines without an end that they do not run; None where there is none."""
    return next((name for name in sample.columns if name not in mapping.sources and _says_no(name, sample, mapping)), None)


def _flag_words(name: str) -> tuple[str, ...]:
    return FLAGS.get(frozenset(meanings(name) - {"contract", "customer"}), ())


def _says_no(name: str, sample: pl.DataFrame, mapping: Mapping) -> bool:
    """Whether a column of yes and no says that lines do not run, of which no end is given: paused yes, active no."""
    words = _flag_words(name)
    ends = mapping.columns.get("ends_on")
    open_ended = sample.filter(~_filled(ends)) if ends in sample.columns else sample
    told = [cell.lower() for cell in filled(open_ended[name])]
    return bool(words) and all(cell in WORDS for cell in told) and any(cell in words for cell in told)


def _filled(name: str) -> pl.Expr:
    return (pl.col(name).str.strip_chars() != "").fill_null(False)


def _is_status(name: str, sample: pl.DataFrame) -> bool:
    """Whether a column is called a status of contracts; a state beside a city or country is a part of an address."""
    said = meanings(name)
    address = any(meanings(other) & {"region", "firmographic"} for other in sample.columns if other != name)
    letters = all(len(cell) == 2 and cell.isupper() for cell in filled(sample[name]))
    return "status" in said and said <= OF_A_STATUS and not (said == {"status"} and header_words(name) == "state" and (address or letters))


def _currency(mapping: Mapping, sample: pl.DataFrame) -> Question | None:
    if mapping.table not in PRICED or "currency" in mapping.given or "amount" not in mapping.given:
        return None
    source = mapping.columns.get("amount")
    cells = [sample[name].drop_nulls() for name in ([source] if source else month_columns(sample.columns)) if name in sample.columns]
    shown = written_in(pl.concat(cells), source or "").drop_nulls().unique().to_list() if cells else []
    if (source and in_header(source)) or {*shown} & CODES:
        return None
    if shown:
        text = f"Amounts in {source or 'the months'} are written with {shown[0].lower()}, which several currencies have. Which is it?"
        return Question("currency", source, text, SEVERAL[shown[0]])
    choices = EASTERN_CURRENCIES if HAN.search(source or "") else CURRENCIES
    return Question("currency", source, "The file does not say in which currency its amounts are. Which is it?", choices)
