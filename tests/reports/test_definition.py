"""What a report declares is what it answers: its columns in order, of the types of their units, with and without data."""

import pytest

from data.store.store import Store
from data.viewer import EVERYONE
from metrics.registry import METRICS
from reports.catalogue import ABOUT, REPORTS, run
from reports.customers.records import RECORDS
from reports.report import PUBLIC, Question
from reports.units import UNITS, schema_of
from tests.books import company

KNOWN = REPORTS | ABOUT
# Scripts read these columns: they may only be added to.
STABLE = {
    "arr": "account_id name arr mrr arr_without_grace carr seats state since next_end",
    "movements": "group month opening new reactivation expansion contraction churn fx closing accounts",
    "retention": "group opening_mrr closing_mrr retained_mrr opening_accounts retained_accounts nrr grr logo_retention nrr_without_grace",
    "cohorts": "group cohort size period logo gross net margin_per_account",
    "activation": "account_id name live_on activated_on days_to_activate milestones state",
    "usage": "account_id name dau wau mau seats features_used trend last_seen state",
    "health": "account_id name score band change components",
    "renewals": "account_id name ends_on notice_by days_left arr health churn_probability reasons last_conversation",
    "unit-economics": "month arpa gross_margin customer_churn ltv cac ltv_to_cac payback_months renewal_rate",
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("definitions")
    opened = [company(folder / "own.duckdb"), Store.open(folder / "empty.duckdb")]
    yield opened
    for store in opened:
        store.close()


@pytest.mark.parametrize("name", list(KNOWN))
def test_an_answer_has_the_columns_and_types_that_are_declared(stores, name):
    declared = KNOWN[name]
    for store in stores:
        report = run(name, store, EVERYONE, Question())
        assert report.rows.schema == schema_of(declared.columns)
        assert {column: report.units[column] for column in declared.columns} == declared.columns
        assert set(report.totals) <= set(report.units) and set(report.units.values()) <= set(UNITS)


@pytest.mark.parametrize("name", list(STABLE))
def test_columns_that_scripts_use_stay(name):
    assert " ".join(KNOWN[name].columns).startswith(STABLE[name])


@pytest.mark.parametrize("name", list(KNOWN))
def test_a_declaration_names_units_and_parameters_that_exist(name):
    declared = KNOWN[name]
    assert {*declared.columns.values(), *declared.totals.values()} <= set(UNITS)
    assert set(declared.takes) <= {one.name for one in PUBLIC if not one.of_all}
    assert declared.title and declared.name == name


def test_a_figure_has_the_unit_that_its_definition_gives_it():
    """But for what is listed as it was imported: the CSAT of a ticket is a rating of 1 to 5, not a share."""
    for declared in (one for one in KNOWN.values() if one not in RECORDS):
        for column, unit in declared.columns.items():
            if column in METRICS and METRICS[column].unit in ("money", "ratio"):
                assert unit == METRICS[column].unit, (declared.name, column)


def test_refunds_are_numbers_in_every_file(tmp_path):
    from data.importing.run import import_file
    from reports.files import tables

    store = company(tmp_path / "own.duckdb")
    file = tmp_path / "churn_events.csv"
    file.write_text("churn_event_id,account_id,churned_on,refund\n1,C,2023-08-01,12.50\n")
    assert import_file(store, file).batch
    report = run("churn-events", store, EVERYONE, Question())
    assert tables.as_json(report)["rows"][0]["refund"] == 12.5
    assert ",12.5," in tables.as_csv(report).decode()
    store.close()
