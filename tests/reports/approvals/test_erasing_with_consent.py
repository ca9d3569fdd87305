"""Erasing an account with the consent of others: nothing goes before the last of them, and then who asked does it."""

import polars as pl
import pytest

from data.approvals import deciding, gate
from data.approvals.gate import NeedsConsent
from data.approvals.requests import CONSENTED, DONE, requests
from data.erasure.erasing import erase
from data.erasure.subjects import ACCOUNT, Subject
from data.store.activities import log_activity
from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE
from reports.revenue.erased import of_closes
from tests.data.approvals.firm import ADA, TODAY, as_, firm, rules

ADMINS = tuple(f"admin{n}@x.org" for n in range(5))
WHOM = Subject(ACCOUNT, "a2")
pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = firm(tmp_path)
    people = [(one, f"Administrator {one[5]}", "administrator") for one in ADMINS]
    commit_frame(opened, "people", pl.DataFrame(people, schema=["email", "name", "role"], orient="row"), "people", "test")
    yield opened
    opened.close()


def there(store) -> bool:
    with View(store) as view:
        return "a2" in view.accounts()["account_id"]


@pytest.mark.parametrize("number", [0, 1, 3, 5])
def test_an_erasure_is_done_by_who_asked_once_all_have_consented(store, number):
    by = as_(store)
    named = ", ".join(f'{{ people = ["{one}"] }}' for one in ADMINS[:number])
    rules(store, f"[[erasure]]\nlevels = [{named}]\n")
    if number == 0:
        erase(store, by(ADA), WHOM, of_closes)
        assert not there(store)
        return
    with pytest.raises(NeedsConsent) as needs:
        erase(store, by(ADA), WHOM, of_closes)
    request = gate.ask(store, needs.value.wish, by(ADA), "they asked for it")
    for one in ADMINS[:number]:
        with pytest.raises(NeedsConsent):
            erase(store, by(ADA), WHOM, of_closes)
        request = deciding.consent(store, request.number, by(one))
    assert request.state == CONSENTED and there(store)
    with pytest.raises(NeedsConsent, match="who asked, can do it"):
        erase(store, by(ADMINS[0]), WHOM, of_closes)
    erase(store, by(ADA), WHOM, of_closes)
    assert not there(store) and requests(store)[1].state == DONE
    about = requests(store)[1].about
    assert about.keys() == {"kind", "subject", "rows"} and len(about["subject"]) == 64 and about["kind"] == ACCOUNT


def test_words_that_nobody_consented_to_are_not_blanked_out(store):
    by = as_(store)
    log_activity(store, EVERYONE, "a1", "conversation", TODAY, "They want to leave", None)
    rules(store, f'[[erasure]]\nlevels = [{{ people = ["{ADMINS[0]}"] }}]\n')
    with pytest.raises(NeedsConsent) as needs:
        erase(store, by(ADA), WHOM, of_closes)
    request = gate.ask(store, needs.value.wish, by(ADA), "they asked for it")
    deciding.consent(store, request.number, by(ADMINS[0]))
    with pytest.raises(NeedsConsent, match="needs the consent"):
        erase(store, by(ADA), Subject(ACCOUNT, "a2", words=("want to leave",)), of_closes)
    with View(store) as view:
        assert view.table("activities")["body"].to_list() == ["They want to leave"]
    assert there(store)
