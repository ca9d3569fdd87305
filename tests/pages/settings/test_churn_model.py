"""The page of the churn model, and the button that trains it, on the sample company."""

import pytest

from data.store import open_stores
from tests.companies import sample_company
from tests.pages.showing import grids, shown
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = sample_company(tmp_path_factory.mktemp("churn") / "sample.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_SAMPLE_STORE", str(path))
        patch.setenv("HOLDFAST_STORE", str(path.parent / "own.duckdb"))
        yield path
        open_stores.close_all()


OF_THE_SAMPLE = {"company": "sample", "as_of": None}


def test_training_from_the_page_shows_the_card_and_fills_the_renewals(sample):
    before = shown("churn_model", **OF_THE_SAMPLE)
    assert "No churn model has been trained yet" in [heading.value for heading in before.header]
    assert not before.metric
    trained = next(button for button in before.button if button.label == "Train the model").click().run()
    assert not trained.exception
    assert trained.header[0].value.startswith("The model is used")
    assert trained.metric[0].label == "Losses known"
    assert any("It never says less than" in text.value for text in trained.markdown)
    assert any("observations it says " in text.value and " on average; " in text.value for text in trained.markdown)
    assert any("change of events (0." in caption.value for caption in trained.caption)
    assert trained.metric[3].delta.startswith(("too timid, 1.", "right, 0."))
    renewals = shown("renewals", **OF_THE_SAMPLE)
    assert any("Churn probability: On " in caption.value for caption in renewals.caption)
    assert grids(renewals)["renewals"]["churn_probability"].count() > 0


@pytest.mark.long
def test_the_model_is_tried_on_chance_from_the_page(sample, monkeypatch):
    monkeypatch.setattr("reports.customers.null_world.TRIES", 2)
    page = shown("churn_model", **OF_THE_SAMPLE)
    tried = next(button for button in page.button if button.label == "Try it on chance").click().run(timeout=PATIENCE)
    assert not tried.exception
    assert any("Leaving was drawn by chance 2 times" in text.value and "usable not once" in text.value for text in tried.markdown)


def test_a_csm_reads_the_card_and_trains_nothing(sample):
    read = shown("churn_model", **OF_THE_SAMPLE, viewer="csm1@example.com")
    assert not read.exception
    assert not [button for button in read.button if button.label in ("Train the model", "Try it on chance")]
