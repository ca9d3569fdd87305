"""NPS and CSAT of a file as survey tools write it, and what is said where something is not known."""

import csv
import io
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from random import Random

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question

SCORES, WITHOUT = 3108, 8
HEADER = ("category", "subcategory", "date", "feedback", "score", "user_role", "license_sku", "server_version", "account", "id")
SAID = (
    'It is \\"fine\\", mostly', "First line\nsecond line\n\nfourth line", "非常好用，\n谢谢", "Очень \\\"быстро\\\"", "Très bien ; merci, à bientôt", "", "-", "=1+1",
    "a \\ alone, and a \\\" at the end \\\"", "ends in a line\n",
)  # fmt: skip
YEAR = Question(as_of=date(2024, 12, 31), start=date(2023, 12, 31), end=date(2024, 12, 31))


def exported(drawn: Random) -> tuple[str, list[int | None], list[str]]:
    """A file as Mattermost writes its answers (a mark of UTF-8, texts over several lines, quotes as \\""), with an account and an id."""
    scores: list[int | None] = [drawn.choices(range(11), (9, 2, 2, 3, 2, 8, 6, 12, 20, 14, 22))[0] for _ in range(SCORES)]
    for _ in range(WITHOUT):
        scores.insert(drawn.randrange(len(scores)), None)
    comments = [drawn.choice(SAID) for _ in scores]
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    rows.writerow(HEADER)
    for at, (score, comment) in enumerate(zip(scores, comments, strict=True)):
        day = f"2024-{at % 12 + 1:02d}-{at % 28 + 1:02d} 10:00:00"
        rows.writerow(("nps", "feedback", day, comment, "" if score is None else score, "admin", "E20", "9.5.0", f"A{at % 40}", f"N{at}"))
    return "\ufeff" + out.getvalue(), scores, comments


def test_nps_of_3108_scores_with_comments_over_several_lines_and_escaped_quotes(tmp_path):
    """Eight answers have no score: they are named, and in no figure."""
    text, scores, comments = exported(Random(3108))
    (tmp_path / "nps.csv").write_text(text, encoding="utf-8")
    columns = {"survey_id": "id", "account_id": "account", "score": "score", "comment": "feedback", "answered_at": "date"}
    mapping = Mapping("surveys", columns=columns, constants={"kind": "nps"}, options={"timezone": "UTC"})
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        accounts = {"account_id": [f"A{n}" for n in range(40)], "name": [f"Account {n}" for n in range(40)]}
        commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        done = import_file(store, tmp_path / "nps.csv", mapping=mapping)
        assert done.batch is not None and (done.batch.accepted, done.batch.rejected) == (SCORES, WITHOUT), done.problems
        row = run("nps", store, EVERYONE, YEAR).rows.row(0, named=True)
        told = run("survey-answers", store, EVERYONE, YEAR).rows
    known = Counter("p" if score >= 9 else "d" if score <= 6 else "n" for score in scores if score is not None)
    assert (row["answers"], row["promoters"], row["passives"], row["detractors"]) == (SCORES, known["p"], known["n"], known["d"])
    assert row["nps"] == pytest.approx(100 * (known["p"] - known["d"]) / SCORES) and row["off_scale"] == 0
    wanted = {f"N{at}": said for at, said in enumerate(comments) if scores[at] is not None and said}
    assert dict(told.drop_nulls("comment").select("survey_id", "comment").rows()) == wanted


def company(path, **tables) -> Store:
    store = Store.open(path)
    commit_frame(store, "accounts", pl.DataFrame({"account_id": ["A", "B"], "name": ["Alder", "Birch"]}), "crm", "analyst")
    for table, rows in tables.items():
        commit_frame(store, table, pl.DataFrame(rows, infer_schema_length=None), "tool", "analyst")
    return store


def answer(survey_id: str, score: float, contact: str | None = "C1", kind: str = "nps", day: int = 10) -> dict:
    return {
        "survey_id": survey_id, "account_id": "A", "contact_id": contact, "kind": kind, "score": score,
        "answered_at": datetime(2024, 5, day, 9, tzinfo=UTC),
    }  # fmt: skip


def request(request_id: str, contact: str | None = "C1", kind: str = "nps") -> dict:
    return {
        "request_id": request_id, "account_id": "A", "contact_id": contact, "kind": kind, "asked_at": datetime(2024, 5, 1, 9, tzinfo=UTC)
    }  # fmt: skip


def test_where_no_file_says_who_was_asked_the_rate_is_not_known(tmp_path):
    with closing(company(tmp_path / "own.duckdb", surveys=[answer("1", 9), answer("2", 3, "C2")])) as store:
        found = run("nps", store, EVERYONE, YEAR)
    row = found.rows.row(0, named=True)
    assert (row["answers"], row["were_asked"], row["answered"], row["response_rate"], row["unasked"]) == (2, None, None, None, None)
    assert found.notes[0].startswith("No file says who was asked")


def test_a_tool_that_names_people_by_their_address_means_the_contacts(tmp_path):
    """She was asked by her address, and answered: neither is she silent, nor was she never asked, and her role is known."""
    people = [{"contact_id": "C1", "account_id": "A", "name": "Ann", "email": "ann@alder.example", "role": "decision maker"}]
    asked, said = [request("R1", "Ann@alder.example")], [answer("1", 9, "ann@alder.example")]
    lines = [
        {"contract_id": "K", "line_id": "1", "account_id": "A", "product": "P", "starts_on": date(2023, 1, 1), "amount": 100, "period": "1 month",
         "currency": "USD"}
    ]  # fmt: skip
    with closing(company(tmp_path / "own.duckdb", contacts=people, contracts=lines, survey_requests=asked, surveys=said)) as store:
        day = Question(as_of=date(2024, 6, 30), start=date(2023, 12, 31), end=date(2024, 6, 30), by="role")
        rows = run("nps", store, EVERYONE, day).rows
        now = Question(as_of=date(2024, 6, 30))
        lists = [run(name, store, EVERYONE, now).rows.height for name in ("not-asked", "contacts-not-asked", "silent-decision-makers")]
    assert rows.select("group", "answers", "response_rate").rows() == [("decision maker", 1, 1.0)] and lists == [0, 0, 0]


def test_who_was_asked_for_nps_tells_nothing_of_csat(tmp_path):
    asked, said = [request("R1"), request("R2", "C2")], [answer("1", 9), answer("2", 4, kind="csat")]
    with closing(company(tmp_path / "own.duckdb", survey_requests=asked, surveys=said)) as store:
        nps, csat = run("nps", store, EVERYONE, YEAR), run("csat", store, EVERYONE, YEAR)
    assert nps.totals["response_rate"] == 0.5 and csat.notes[0].startswith("No file says who was asked")
    assert csat.rows.select("kind", "were_asked", "unasked").rows() == [("csat", None, None), ("ticket rating", None, None)]


def test_answers_that_name_nobody_make_a_rate_one_that_is_at_least(tmp_path):
    asked, said = [request("R1"), request("R2", "C2")], [answer("1", 9), answer("2", 9, None)]
    with closing(company(tmp_path / "own.duckdb", survey_requests=asked, surveys=said)) as store:
        found = run("nps", store, EVERYONE, YEAR)
    assert found.totals["response_rate"] == 0.5 and found.totals["unasked"] == 1
    assert any("1 answer names no person" in note and "at least" in note for note in found.notes)


def test_who_was_asked_and_answered_nothing_has_a_row(tmp_path):
    with closing(company(tmp_path / "own.duckdb", survey_requests=[request("R1")], surveys=[answer("1", 4, kind="csat")])) as store:
        row = run("nps", store, EVERYONE, YEAR).rows.row(0, named=True)
        by_parent = run("nps", store, EVERYONE, Question(as_of=YEAR.as_of, start=YEAR.start, end=YEAR.end, by="parent")).rows
        accounts = run("survey-accounts", store, EVERYONE, YEAR).rows
    assert (row["answers"], row["nps"], row["were_asked"], row["response_rate"]) == (0, None, 1, 0.0)
    assert by_parent.select("group", "answers", "were_asked").rows() == [("Alder", 0, 1)]
    assert accounts.select("account_id", "nps_answers", "csat_answers", "were_asked", "answered").rows() == [("A", 0, 1, 1, 0)]


def test_scores_off_the_scale_are_named_and_left_out(tmp_path):
    said = [answer("1", 9), answer("2", 11, "C2"), answer("3", 7.5, "C3"), answer("4", 6, kind="csat")]
    with closing(company(tmp_path / "own.duckdb", surveys=said)) as store:
        found, csat = run("nps", store, EVERYONE, YEAR), run("csat", store, EVERYONE, YEAR)
        told = run("survey-answers", store, EVERYONE, YEAR).rows
    assert (found.totals["answers"], found.totals["off_scale"]) == (1, 2) and "2 scores lie off their scale" in found.notes[-1]
    assert csat.rows["off_scale"].to_list() == [1, 0] and csat.rows["csat"].null_count() == 2
    assert told.filter(score_group="off the scale")["counts"].sum() == 0 and told.filter(counts=True)["survey_id"].to_list() == ["1"]


def test_two_parents_of_one_name_are_two(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        accounts = {"account_id": ["A", "B"], "name": ["Same", "Same"]}
        commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        commit_frame(store, "surveys", pl.DataFrame([answer("1", 9), answer("2", 3) | {"account_id": "B"}]), "tool", "analyst")
        rows = run("nps", store, EVERYONE, Question(as_of=YEAR.as_of, start=YEAR.start, end=YEAR.end, by="parent")).rows
    assert rows.select("group", "nps").rows() == [("Same (A)", 100.0), ("Same (B)", -100.0)]


@pytest.mark.parametrize(
    "name",
    ["nps", "csat", "nps-trend", "csat-trend", "survey-scores", "survey-answers", "survey-accounts", "survey-follow-ups", "not-asked", "contacts-not-asked",
     "silent-decision-makers"],
)  # fmt: skip
def test_an_empty_store_and_one_without_answers_are_answered(tmp_path, name):
    with closing(Store.open(tmp_path / "none.duckdb")) as store:
        assert run(name, store, EVERYONE, Question()).rows.is_empty()
    with closing(company(tmp_path / "own.duckdb")) as store:
        rows = run(name, store, EVERYONE, Question(as_of=date(2024, 6, 30))).rows
    assert rows.height == {"nps": 1, "csat": 2, "survey-scores": 21}.get(name, 0)
