"""A parameter of reports is declared once: API, command line, checks and answers follow, and they say the same of a wrong one."""

import json
import re
from dataclasses import dataclass, fields
from datetime import date

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cli import app
from commands.options import with_parameters
from data.parameters import WrongParameter
from data.store import open_stores
from reports.catalogue import REPORTS
from reports.files.answers import DOCUMENTS, takes_of
from reports.parameters import EARLIEST, LATEST, NUMBER, declared, parameters_of
from reports.report import PARAMETERS, PUBLIC, Question, question_of
from server.api import api
from tests.books import company

# What scripts use, and so may only grow.
STABLE = [
    "as_of", "known_at", "from", "to", "by", "rules", "since", "since_known_at", "per", "within", "feature", "silent", "unasked", "capacity",
    "every", "level", "segments", "against", "weeks", "version", "discount", "weigh", "what_if", "booked", "viewer",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("parameters")
    company(place / "own.duckdb").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(place / "own.duckdb"))
        yield place
    open_stores.close_all()


def by_command(name: str, **asked: str) -> tuple[int, str]:
    options = [word for public, value in asked.items() for word in (f"--{public.strip('_').replace('_', '-')}", value)]
    open_stores.close_all()
    done = CliRunner().invoke(app, ["report", name, *options, "--json"])
    return done.exit_code, done.stderr.strip() or done.stdout


def by_api(name: str, **asked: str) -> tuple[int, str]:
    answer = TestClient(api).get(f"/reports/{name}", params={public.strip("_"): value for public, value in asked.items()})
    return answer.status_code, answer.json().get("detail") or answer.text


def test_the_command_and_the_api_offer_every_parameter():
    helped = CliRunner().invoke(app, ["report", "--help"], terminal_width=200, env={"COLUMNS": "200"}).stdout
    described = {one["name"]: one for one in api.openapi()["paths"]["/reports/{name}"]["get"]["parameters"]}
    assert [one.name for one in PUBLIC] == STABLE
    for one in PUBLIC:
        assert f"--{one.name.replace('_', '-')} " in helped
        assert described[one.name]["description"] == one.meaning
        shapes = described[one.name]["schema"]["anyOf"]
        assert next((shape["enum"] for shape in shapes if "enum" in shape), []) == list(one.choices)


def test_every_field_of_a_question_but_the_filters_is_a_parameter():
    assert {one.name for one in fields(Question)} - set(PARAMETERS) == {"filters"}


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        ("movements", {"every": "week"}, "every: 'week' is none of month, quarter, year."),
        ("arr", {"rules": "mine"}, "rules: 'mine' is none of house, strict, chartmogul, stripe."),
        ("arr", {"level": "group"}, "level: 'group' is none of account, parent."),
        ("cohorts", {"per": "year"}, "per: 'year' is none of month, quarter."),
        ("compare-rules", {"against": "ours"}, "against: 'ours' is none of house, strict, chartmogul, stripe."),
        ("renewals", {"within": "0"}, "within: 0 is not possible. Give 1 to 3660."),
        ("renewals", {"within": "soon"}, "within: 'soon' is no whole number."),
        ("arr", {"as_of": "2026-02-30"}, "as_of: '2026-02-30' is no day of the calendar. Write it as YYYY-MM-DD, like 2026-03-31."),
        ("arr", {"known_at": "99"}, "known_at: there is no batch 99. Give the number of an import, or an instant like 2026-01-31T00:00:00Z."),
        ("retention", {"from_": "2023-06-30", "to": "2023-05-31"}, "to: 2023-05-31 lies before 2023-06-30, where the period opens."),
        ("movements", {"by": "colour"}, "by: accounts have no column 'colour' to group by. Columns: segment, region, owner, size_band, cohort_month, cohort_quarter, cohort_year."),
        ("feeds", {"by": "segment"}, "by: feeds does not take it, so it would change nothing. It takes as_of, known_at, viewer."),
        ("health", {"by": "colour"}, "by: accounts have no column 'colour' to group by. Columns: segment, region, owner, size_band, cohort_month, cohort_quarter, cohort_year."),
        ("usage-history", {"rules": "strict"}, "rules: usage-history does not take it, so it would change nothing. It takes as_of, known_at, by, viewer."),
        ("health", {"to": "2023-12-01"}, "to: health does not take it, so it would change nothing. It takes as_of, known_at, by, rules, viewer."),
        ("feeds", {"every": "quarter"}, "every: feeds does not take it, so it would change nothing. It takes as_of, known_at, viewer."),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_told_in_the_same_words_everywhere(folder, name, asked, words):
    assert by_api(name, **asked) == (422, words)
    assert by_command(name, **asked) == (2, words)


@pytest.mark.parametrize("name", ["arr", "renewals", "survival", "forecast", "usage-volume", "health-change", "retention"])
@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_day_without_room_around_it_is_refused_in_the_same_words_everywhere(folder, name, day):
    for public in {"as_of", "from", "to", "since"} & {*takes_of(name)}:
        words = f"{public}: give a day from 1900-01-01 to 2200-12-31."
        assert by_api(name, **{f"{public}_": day}) == (422, words)
        assert by_command(name, **{f"{public}_": day}) == (2, words)


@pytest.mark.long
@pytest.mark.parametrize("day", [EARLIEST, LATEST])
def test_every_report_answers_or_refuses_the_first_and_the_last_day_that_can_be_asked_for(folder, day):
    for name in REPORTS:
        code, words = by_api(name, as_of=str(day))
        assert code in (200, 422), name
        assert code == 200 or words.split(":")[0] in {one.name for one in PUBLIC}, (name, words)


def test_a_name_that_is_no_parameter_is_told_by_the_api(folder):
    code, words = by_api("arr", asof="2023-12-28")
    assert code == 422 and words.startswith("asof: there is no such parameter. Parameters: as_of, known_at, ")


def test_what_is_as_without_it_is_taken_by_every_report(folder):
    usual = {one.name: str(one.default) for one in PUBLIC if one.default is not None}
    for name in REPORTS:
        assert question_of(usual, of=name, takes=takes_of(name)) == Question()


def test_what_a_report_takes_stands_in_its_answer(folder):
    for name, asked in {"cohorts": {"per": "quarter"}, "renewals": {"within": "30"}, "arr": {"level": "parent"}}.items():
        stated = json.loads(by_command(name, **asked)[1])["parameters"]
        assert {public: str(stated[public]) for public in asked} == asked
    stated = json.loads(by_api("movements", from_="2023-06-30", to="2023-12-28", every="quarter", by="segment")[1])["parameters"]
    assert [stated[name] for name in ("from", "to", "every", "by", "level")] == [
        "2023-06-30",
        "2023-12-28",
        "quarter",
        "segment",
        "account",
    ]


def test_a_report_never_sees_a_parameter_that_it_does_not_take():
    asked = Question(by="segment", level="parent", segments="then", within=7, as_of=date(2023, 12, 28), rules="strict")
    assert REPORTS["health"].understood(asked) == Question(by="segment", as_of=date(2023, 12, 28), rules="strict")
    assert REPORTS["feeds"].understood(asked) == Question(as_of=date(2023, 12, 28), rules="strict")
    assert REPORTS["movements"].understood(asked) == Question(
        by="segment", level="parent", segments="then", as_of=date(2023, 12, 28), rules="strict"
    )


def test_the_board_pack_is_one_of_the_documents(folder):
    assert list(DOCUMENTS) == ["board-pack", "portfolio-pack"]
    code, words = by_api("board-pack")
    assert (code, words) == (422, "board-pack: it is written as xlsx or pdf, not as json.")
    assert by_command("board-pack") == (2, words)
    answer = TestClient(api).get("/reports/board-pack", params={"format": "pdf", "by": "segment"})
    assert answer.content.startswith(b"%PDF") and 'filename="board-pack.pdf"' in answer.headers["content-disposition"]
    helped = CliRunner().invoke(app, ["board-pack", "--help"], env={"COLUMNS": "200"}).stdout
    offered = set(re.findall(r"--([a-z-]+)", helped)) - {"help", "xlsx", "pdf"}
    assert offered == {name.replace("_", "-") for name in takes_of("board-pack")}


def test_a_parameter_is_added_in_one_place():
    """A question with one field more: it is read, checked, offered and described from that field alone."""

    @dataclass(frozen=True)
    class Longer(Question):
        depth: int = declared("how_deep", "How many levels are shown.", 2, kind=NUMBER, least=1, most=5)

    found = parameters_of(Longer)["depth"]
    assert (found.read("4"), found.default) == (4, 2)
    found.check(5)
    with pytest.raises(WrongParameter, match="how_deep: 6 is not possible"):
        found.check(6)


def test_a_command_gets_what_was_given_under_the_public_names():
    from typer import Typer

    seen, small = [], Typer()

    @small.command()
    @with_parameters(("as_of", "from", "rules"))
    def ask(name: str, *, asked: dict[str, str]) -> None:
        seen.append((name, asked))

    runner = CliRunner()
    assert runner.invoke(small, ["arr", "--from", "2023-06-30"]).exit_code == 0
    assert runner.invoke(small, ["arr"]).exit_code == 0
    assert runner.invoke(small, ["arr", "--by", "segment"]).exit_code == 2
    assert seen == [("arr", {"from": "2023-06-30"}), ("arr", {})]


@pytest.mark.parametrize("name", list(REPORTS))
def test_by_groups_wherever_rows_are_of_accounts_and_is_refused_elsewhere(folder, name):
    """Alder is SMB, Birch and Cedar are Large: each row of an account says so, and those of one group stand together."""
    code, answer = by_api(name, by="segment")
    if "by" not in takes_of(name):
        assert code == 422 and answer.startswith(f"by: {name} does not take it")
        return
    rows = json.loads(answer)["rows"]
    segment = {"A": "SMB", "B": "Large", "C": "Large"}
    assert code == 200 and all("group" in row for row in rows)
    if "account_id" in REPORTS[name].columns:
        assert [row["group"] for row in rows] == [segment.get(row["account_id"]) for row in rows]
    groups = [row["group"] for row in rows]
    if REPORTS[name].lists_accounts:
        assert groups == sorted(groups, key=lambda group: (group is None, group))


@pytest.mark.parametrize("name", list(REPORTS))
def test_rules_and_days_are_stated_or_refused(folder, name):
    for public, value in {"rules": "strict", "to": "2023-11-30", "from": "2023-06-30", "as_of": "2023-12-20"}.items():
        code, answer = by_api(name, **{f"{public}_" if public == "from" else public: value})
        if public not in takes_of(name):
            assert code == 422 and answer.startswith(f"{public}: {name} does not take it")
            continue
        told = json.loads(answer)
        stated = told["rules"] if public == "rules" else told["parameters"].get(public, value)
        assert code == 200 and stated == value
