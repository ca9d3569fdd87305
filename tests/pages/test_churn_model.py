"""The page of the churn model, and the button that trains it, on the sample company."""

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_stores
from sample.load import load


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("churn") / "sample.duckdb"
    load(path, trained=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_SAMPLE_STORE", str(path))
        patch.setenv("HOLDFAST_STORE", str(path.parent / "own.duckdb"))
        yield path
        open_stores.close_all()


def shown(page: str, **query: str) -> AppTest:
    test = AppTest.from_file(f"../../pages/{page}.py", default_timeout=60)
    test.query_params.update({"company": "sample", **query})
    return test.run()


def test_training_from_the_page_shows_the_card_and_fills_the_renewals(sample):
    before = shown("churn_model")
    assert "No churn model has been trained yet" in [heading.value for heading in before.subheader]
    assert not before.metric
    trained = next(button for button in before.button if button.label == "Train the model").click().run()
    assert not trained.exception
    assert trained.subheader[0].value.startswith("The model is used")
    assert trained.metric[0].label == "Losses known"
    renewals = shown("renewals")
    assert any("Churn probability: On " in caption.value for caption in renewals.caption)
    assert renewals.dataframe[0].value["churn_probability"].count() > 0


def test_a_csm_reads_the_card_and_trains_nothing(sample):
    read = shown("churn_model", viewer="csm1@example.com")
    assert not read.exception
    assert not [button for button in read.button if button.label == "Train the model"]
