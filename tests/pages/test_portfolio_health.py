"""The page of portfolio health: finding, figures that open, the flow, groups, and who moved."""

import pytest

from data.store import open_stores
from data.viewer import EVERYONE
from pages.parts.health_flow import ribbons
from reports.catalogue import run
from tests.built import copied
from tests.house.test_scope import FOREIGN
from tests.pages.showing import everything, grids, shown
from tests.reports.health.test_portfolio import PERIOD, made

DAYS = {"as_of": "2024-06-30", "period": "Custom period", "from": "2024-03-31", "to": "2024-06-30"}


@pytest.fixture
def nine(tmp_path, monkeypatch):
    """The store of the nine accounts, where pages look."""
    copied("portfolio of nine", made, tmp_path)
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    yield open_stores.store("own")
    open_stores.close_all()


def test_it_runs_and_a_csm_sees_nothing_foreign(own):
    test = shown("portfolio_health")
    assert not test.exception and test.title
    found = everything(shown("portfolio_health", viewer="one@example.com"))
    assert not [word for word in FOREIGN if word in found]


def test_the_finding_the_figures_and_who_moved(nine):
    test = shown("portfolio_health", **DAYS)
    assert not test.exception
    assert test.header[0].value == r"1 customer with \$1.20K ARR fell to at risk in the period"
    assert [(one.label, one.value, one.delta) for one in test.metric] == [
        ("ARR at risk", "$1.20K", "−$1.20K"), ("Fell", "1", "$1.20K ARR"), ("Rose", "1", "$3.60K ARR"), ("Not known", "$1.90K", "3 accounts"),
    ]  # fmt: skip
    assert any("the score was changed since" in one.value for one in test.caption)
    found = grids(test)
    assert found["portfolio-health"]["group"].to_list() == ["SMB", "Large"]
    assert found["moved-fell"].select("name", "arr_at_stake").rows() == [("Alder", 1200)]


def test_by_another_column_and_where_nobody_moved(nine):
    test = shown("portfolio_health", **DAYS, by="owner")
    assert set(grids(test)["portfolio-health"]["group"]) == {"one@example.com", "two@example.com"}
    still = shown("portfolio_health", **{**DAYS, "from": "2024-06-29"})
    assert still.header[0].value == "No customer went to a lower band in the period"
    assert any("Nobody moved" in one.value for one in still.info)


def test_the_flow_is_drawn_for_who_cannot_see_it_too(nine):
    flow = run("health-flow", nine, EVERYONE, PERIOD)
    figure = ribbons(flow, ("at_risk", "watch", "healthy"))
    assert len(figure.data) == flow.rows.height == 9  # a ribbon for each cell
    assert "Healthy to At risk: 1 account, $1.20K ARR (fell)" in figure.layout.meta["alt"]
    assert all(one.y + 17 <= figure.layout.yaxis.range[0] for one in figure.layout.annotations)  # two lines beside each place have room
    assert next(one.text for one in figure.layout.annotations) == "<b>Healthy</b> 2<br>$2.10K"
