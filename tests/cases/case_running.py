"""A case: a folder with files as teams export them, and `case.toml`, which says in which order they are imported and what is right.

    kind = "days"                 # what it is about, one word
    title = "..."
    source = "..."                # what settles the right value
    right = "..."                 # the arithmetic, in words
    tried = "after a fix"         # how it came out: "at first", or only after a fix; left out: not kept
    reporting_currency = "EUR"    # the currency of the figures; left out: not looked at
    store_timezone = "Asia/Tokyo" # where days are cut; left out: UTC

    [[step]]                      # one import after the other, each of one or several files
    files = ["a.csv"]
    set = { ends_on = "inclusive" }   # answers given up front
    table = "contracts"           # where a person would have to say it
    mapping = "list.toml"         # a mapping in the folder, in place of one that is proposed
    asks = ["currency"]           # refused unattended, with a question for just these options
    refused = "invoice"           # refused without a question, with these words in the reason
    accepted = 3                  # of all files of the step; so are rejected and duplicate
    notes = ["merged"]            # words that what is said about the file must have

    [[expect]]                    # after all steps
    report = "arr"
    params = { as_of = "2025-06-30" }
    where = { account_id = "A" }  # rows with all of these values; then
    row = { arr = 1200.0 }        # what the only one of them holds (a component of the health score by its name),
    rows = 1                      # how many there are, (table = "offers" in place of a report: the rows of a table as they are read)
    totals = { arr = 1200.0 }     # or the totals. Money in currency units, ratios 1.0 = 100 %, days ISO.

Run by hand: python -m tests.cases.case_running FOLDER...
"""

import sys
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import polars as pl
import polars.selectors as cs

from data.importing import mapping as mappings
from data.importing.mapping import MappingError
from data.importing.options import NOT_YET
from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from reports.catalogue import run
from reports.files.answers import takes_of
from reports.files.tables import as_json
from reports.report import question_of
from tests.built import begin
from tests.new_store import new_store

KEYS = {"kind", "title", "source", "right", "tried", "reporting_currency", "store_timezone", "step", "expect"}
STEP_KEYS = {"files", "set", "table", "feed", "mapping", "asks", "refused", "accepted", "rejected", "duplicate", "notes"}
EXPECT_KEYS = {"table", "report", "params", "where", "row", "rows", "totals"}


def faults(folder: Path, place: Path) -> list[str]:
    """What is not as the case says, one sentence each; empty where all is right. `place` takes the store."""
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    found = misspelt(case)
    zone, path = case.get("store_timezone"), place / "own.duckdb"
    with closing(Store.open(path, timezone=zone) if zone else new_store(path)) as store:
        for number, step in enumerate(case["step"], start=1):
            found += [f"step {number}: {fault}" for fault in _step(store, folder, step)]
        for expected in case.get("expect", []):
            found += _expected(store, expected, case.get("reporting_currency"))
    return found


def misspelt(case: Mapping) -> list[str]:
    """Words of a case that mean nothing, and what it lacks."""
    strange = set(case) - KEYS
    for entries, known in ((case.get("step", []), STEP_KEYS), (case.get("expect", []), EXPECT_KEYS)):
        strange |= {name for entry in entries for name in entry} - known
    lacking = {"kind", "title", "source", "right", "step"} - set(case)
    return [f"{name} is no word of a case" for name in sorted(strange)] + [f"{name} is lacking" for name in sorted(lacking)]


def _step(store: Store, folder: Path, step: Mapping) -> list[str]:
    try:
        outcomes = [_imported(store, folder / file, step) for file in step["files"]]
    except MappingError as error:
        return [str(error)]
    wrong = [fault for outcome in outcomes for fault in _outcome(outcome, step)]
    for name in ("accepted", "rejected", "duplicate"):
        count = sum(getattr(outcome.batch, name) for outcome in outcomes if outcome.batch)
        if name in step and count != step[name]:
            wrong.append(f"{name} is {count}, not {step[name]}: {_told(outcomes)}")
    said = _told(outcomes)
    return wrong + [f"nothing says {words!r}: {said}" for words in step.get("notes", []) if words.lower() not in said.lower()]


def _imported(store: Store, path: Path, step: Mapping) -> Outcome:
    mapping = mappings.Mapping.from_toml((path.parent / step["mapping"]).read_text()) if "mapping" in step else None
    answers = {name: value for name, value in step.get("set", {}).items() if name not in NOT_YET}  # what has no effect yet cannot be given
    return import_file(store, path, mapping=mapping, table=step.get("table"), feed=step.get("feed"), options=answers, ask=True)


def _outcome(outcome: Outcome, step: Mapping) -> list[str]:
    asked = sorted(question.option for question in outcome.questions)
    if "asks" in step:
        right = outcome.batch is None and asked == sorted(step["asks"])
        return [] if right else [f"{outcome.file} asks {asked}, not {step['asks']}: {_told([outcome])}"]
    if "refused" in step:
        right = outcome.batch is None and not asked and step["refused"].lower() in _told([outcome]).lower()
        return [] if right else [f"{outcome.file} is not refused with {step['refused']!r}: {_told([outcome])}"]
    return [] if outcome.batch else [f"{outcome.file} was not taken; asked {asked}: {_told([outcome])}"]


def _told(outcomes: list[Outcome]) -> str:
    told = [(one.line, one.column, one.value, one.reason) for outcome in outcomes for one in outcome.problems]
    return "; ".join(" ".join(str(part) for part in one if part is not None) for one in told[:6]) or "nothing is said"


def _in_table(store: Store, expected: Mapping) -> list[str]:
    """What is wrong with the rows of a table, days and moments as text."""
    with View(store) as view:
        frame = view.table(expected["table"])
    plain = frame.with_columns(cs.temporal().dt.to_string("iso:strict"), cs.decimal().cast(pl.Float64))
    where = expected.get("where", {})
    rows = [row for row in plain.to_dicts() if all(_same(row.get(key), value) for key, value in where.items())]
    said, wanted = f"{expected['table']} {where or ''}".strip(), expected.get("rows", 1)
    if len(rows) != wanted:
        return [f"{said}: {len(rows)} rows, not {wanted}"]
    return [f"{said}: {fault}" for fault in _differences(rows[0], expected["row"])] if "row" in expected else []


def _expected(store: Store, expected: Mapping, currency: str | None) -> list[str]:
    if "table" in expected:
        return _in_table(store, expected)
    name, asked = expected["report"], {"rules": "house", **expected.get("params", {})}
    answer = as_json(run(name, store, Viewer(None), question_of(asked, of=name, takes=takes_of(name))))
    where = expected.get("where", {})
    rows = [row for row in answer["rows"] if all(_same(row.get(key), value) for key, value in where.items())]
    said, wrong = f"{name} {asked} {where or ''}".strip(), []
    if currency and answer["currency"] not in (None, "", currency):
        wrong.append(f"{said}: in {answer['currency']}, not {currency}")
    if "rows" in expected and len(rows) != expected["rows"]:
        wrong.append(f"{said}: {len(rows)} rows, not {expected['rows']}")
    if "row" in expected and len(rows) != 1:
        return [*wrong, f"{said}: {len(rows)} rows, of {[_short(row) for row in answer['rows']][:6]}"]
    found = [(rows[0], expected["row"])] if "row" in expected else []
    found += [(answer["totals"], expected["totals"])] if "totals" in expected else []
    return wrong + [f"{said}: {fault}" for values, right in found for fault in _differences(values, right)]


def _short(row: Mapping) -> dict:
    return dict(list(row.items())[:3])


def _differences(values: Mapping, right: Mapping) -> list[str]:
    parts = {part["name"]: part["value"] for part in values.get("components") or []}
    found = {name: values[name] if name in values else parts.get(name, "no such value") for name in right}
    found |= {name: "" for name, value in right.items() if value == "" and found[name] is None}  # TOML has no word for nothing
    return [f"{name} is {found[name]!r}, not {value!r}" for name, value in right.items() if not _same(found[name], value)]


def _same(found: object, right: object) -> bool:
    """Numbers to the cent, ratios to the third place (1.45 may be written for 145 %)."""
    if isinstance(found, int | float) and isinstance(right, int | float):
        return abs(found - right) < (0.0051 if abs(right) > 2 else 0.00051)
    return found == right


def main(folders: list[str]) -> int:
    """Run cases by hand, and print what is wrong with each; how many are."""
    begin()
    wrong = 0
    for folder in map(Path, folders):
        with tempfile.TemporaryDirectory() as place:
            try:
                found = faults(folder, Path(place))
            except Exception as error:
                found = [f"{type(error).__name__}: {error}"]
        wrong += bool(found)
        print(f"{'WRONG' if found else 'right'} {folder.name}", *found, sep="\n    ", flush=True)
    print(f"{len(folders) - wrong} of {len(folders)} right")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
