"""An erasure that needs consent is done by who asked, once others have consented to just that; of whom it is, requests do not say."""

import json
import re

import polars as pl
import pytest

from data.approvals import deciding, gate
from data.approvals.gate import NeedsConsent
from data.approvals.requests import CONSENTED, DONE, requests
from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import ACCOUNT, Subject
from data.store.edits import commit_frame
from tests.data.approvals.firm import ADA, as_, brought, firm, rules

OTHER = "adb@x.org"
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = firm(tmp_path)
    commit_frame(
        opened, "people", pl.DataFrame([(OTHER, "Adb", "administrator")], schema=["email", "name", "role"], orient="row"), "hr", "test"
    )
    rules(opened, f'[[erasure]]\nlevels = [{{ people = ["{OTHER}"] }}]\n')
    yield opened
    opened.close()


def test_it_is_done_by_who_asked_once_others_consent(store):
    by, whom = as_(store), Subject(ACCOUNT, "a1")

    def tried():
        return erase(store, by(ADA), whom, lambda _store, _accounts: NO_CLOSES)

    with pytest.raises(NeedsConsent) as needs:
        tried()
    request = gate.ask(store, needs.value.wish, by(ADA), "asked for by the customer")
    assert not re.search(r"\ba1\b", json.dumps(request.about))  # as a word: the hash may have these two letters in it
    with pytest.raises(NeedsConsent):
        tried()
    assert deciding.consent(store, request.number, by(OTHER)).state == CONSENTED
    assert tried().number == 1
    assert requests(store)[request.number].state == DONE
    assert store.check() == []
    assert store.verified().faults == []


def test_what_has_changed_since_is_another_erasure(store):
    by, whom = as_(store), Subject(ACCOUNT, "a1")
    with pytest.raises(NeedsConsent) as needs:
        erase(store, by(ADA), whom, lambda _store, _accounts: NO_CLOSES)
    request = gate.ask(store, needs.value.wish, by(ADA), "asked for")
    deciding.consent(store, request.number, by(OTHER))
    brought(store, "more.csv", "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\nc9,a1,plan,2026-01-01,2027-12-31,5,1 month,USD\n", "contracts", rows="records")  # fmt: skip
    with pytest.raises(NeedsConsent):
        erase(store, by(ADA), whom, lambda _store, _accounts: NO_CLOSES)
    with store.reading() as cursor:
        assert cursor.execute("select count(*) from rows_contracts where account_id = 'a1'").fetchall() == [(2,)]
