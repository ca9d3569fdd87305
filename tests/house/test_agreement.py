"""One number everywhere: page, API, command line, CSV and Excel give the same ten figures, and they are the right ones."""

import csv
import io
import json

import fastexcel
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from data.store import open_stores
from tests.books import company
from tests.pages.showing import grids, shown

DAY = {"as_of": "2023-12-28", "from": "2023-06-30", "to": "2023-12-28"}
# MRR on the day: A 100.10; B 777.77 + 55.00 = 832.77; C ended 2023-08-01. ARR is twelve times that.
# Opening on 2023-06-30: A 100.10, B 777.77, C 33.33 = 911.20. Retained: 100.10 + 777.77 = 877.87. Closing: 932.87.
FIGURES = [
    ("arr", "arr", 11194.44),
    ("arr", "mrr", 932.87),
    ("arr", "carr", 11194.44),
    ("arr", "accounts_paying", 2),
    ("retention", "opening_mrr", 911.20),
    ("retention", "closing_mrr", 932.87),
    ("retention", "retained_mrr", 877.87),
    ("retention", "nrr", 932.87 / 911.20),
    ("retention", "logo_retention", 2 / 3),
    ("movements", "expansion", 55.00),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agreement")
    company(folder / "own.duckdb").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(folder / "own.duckdb"))
        from cli import app
        from server.api import api

        client, found = TestClient(api), {}
        for name in ("arr", "retention", "movements"):
            found["api", name] = client.get(f"/reports/{name}", params=DAY).json()
        open_stores.close_all()
        options = ["--as-of", DAY["as_of"], "--from", DAY["from"], "--to", DAY["to"]]
        for name in ("arr", "retention", "movements"):
            out = CliRunner().invoke(app, ["report", name, *options, "--json"])
            found["cli", name] = json.loads(out.stdout)
            CliRunner().invoke(
                app, ["report", name, *options, "--xlsx", str(folder / f"{name}.xlsx"), "--csv", str(folder / f"{name}.csv")]
            )
            book = fastexcel.read_excel(folder / f"{name}.xlsx")
            about = dict(book.load_sheet("About", header_row=None).to_polars().rows())
            found["excel", name] = {key.removeprefix("total "): value for key, value in about.items() if key.startswith("total ")}
            found["csv", name] = list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text())))
        found["page"] = told_on_the_revenue_page()
        yield found


def told_on_the_revenue_page() -> dict[str, str]:
    """What the page says of each figure: the value and, on hover, the exact numbers behind it; the movements from its table."""
    test = shown("revenue", **DAY, period="Custom period")
    assert not test.exception
    metrics = {metric.label: f"{metric.value} {metric.help}" for metric in test.metric}
    table = grids(test)["movements"]
    return metrics | {"captions": " ".join(caption.value for caption in test.caption), "expansion": table["expansion"].sum()}


# What the page shows is rounded where people read it; the exact numerators and denominators stand on hover.
ON_THE_PAGE = {
    "arr": ("ARR", "$11,194.44"), "accounts_paying": ("ARR", "2 paying accounts"), "arr_without_grace": ("captions", "ARR $11,194.44"),
    "closing_mrr": ("NRR", "932.87 of 911.2"), "nrr": ("NRR", "102.4%"), "nrr_without_grace": ("captions", "NRR 102.4%"),
    "retained_mrr": ("GRR", "877.87 of 911.2"), "grr": ("GRR", "96.3%"),
    "retained_accounts": ("Logo retention", "2 of 3"), "logo_retention": ("Logo retention", "66.7%"),
}  # fmt: skip


@pytest.mark.parametrize("figure", list(ON_THE_PAGE))
def test_the_page_tells_the_same_ten_figures(answers, figure):
    """932.87 / 911.20 = 1.02378...; 877.87 / 911.20 = 0.96342...; 2 / 3 = 0.66666..."""
    where, told = ON_THE_PAGE[figure]
    assert told in answers["page"][where]
    totals = answers["api", "arr"]["totals"] | answers["api", "retention"]["totals"]
    number = told.split()[-1] if where == "captions" else told.split()[0]
    exact = float(number.strip("$%").replace(",", ""))
    assert exact == pytest.approx(totals[figure] * (100 if "%" in number else 1), abs=0.05 if "%" in number else 1e-9)


def test_the_movements_on_the_page_are_those_of_the_report(answers):
    assert answers["page"]["expansion"] == answers["api", "movements"]["totals"]["expansion"] == 55.00


@pytest.mark.parametrize(("name", "figure", "value"), FIGURES)
def test_ten_figures_agree_everywhere(answers, name, figure, value):
    assert answers["api", name]["totals"][figure] == pytest.approx(value, abs=1e-9)
    assert answers["cli", name]["totals"][figure] == answers["api", name]["totals"][figure]
    assert float(answers["excel", name][figure]) == answers["api", name]["totals"][figure]


def test_rows_agree_and_add_up(answers):
    assert answers["cli", "arr"]["rows"] == answers["api", "arr"]["rows"]
    assert sum(float(row["arr"]) for row in answers["csv", "arr"]) == pytest.approx(11194.44, abs=1e-9)


def test_wrong_questions_are_answered_with_words(answers, tmp_path, monkeypatch):
    from cli import app
    from server.api import api

    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    client = TestClient(api)
    open_stores.store("own")
    assert "Reports: arr" in client.get("/reports/nothing").json()["detail"]
    assert client.get("/reports/arr", params={"rules": "mine"}).status_code == 422
    assert client.get("/reports/arr", params={"known_at": "99"}).status_code == 422
    open_stores.close_all()
    assert CliRunner().invoke(app, ["report", "nothing"]).exit_code == 2
    assert CliRunner().invoke(app, ["undo", "7"]).exit_code == 3
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert CliRunner().invoke(app, ["import", str(empty)]).exit_code == 3
