"""The page of approvals, and what says that something needs consent: for who asks, and for who consents."""

from datetime import UTC, datetime

import pytest

from data.approvals import deciding, gate, undoing
from data.approvals.gate import NeedsConsent
from data.approvals.requests import DONE, REFUSED, WITHDRAWN, requests
from data.store import open_stores
from pages.ui import loaders, who
from reports.approvals.waiting import told
from reports.health.versions import publish
from tests.data.approvals.firm import ADA, ANN, EXECUTIVES, as_, firm, levels, rules, standing
from tests.pages.showing import everything
from tests.pages.showing import shown as drawn

E1, E2 = EXECUTIVES[:2]
pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    for name, value in {"STORE": "own.duckdb", "SAMPLE_STORE": "none.duckdb", "ROLES": "roles.toml"}.items():
        monkeypatch.setenv(f"HOLDFAST_{name}", str(tmp_path / value))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    firm(tmp_path).close()
    yield open_stores.store("own")
    open_stores.close_all()


@pytest.fixture
def page(monkeypatch):
    def of(person: str, name: str = "approvals", **more: str):
        monkeypatch.setattr(who, "rights", lambda company, *_: loaders.rights(company, person, ()))
        return drawn(name, **more)

    return of


def asked(store, batch: int = 3):
    viewer = as_(store)(ANN)
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, batch, viewer, "page")
    return gate.ask(store, needs.value.wish, viewer, "brought in twice")


def test_what_waits_for_me_is_shown_with_what_it_would_change_and_consented_to(store, page):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store)
    test = page(E1)
    said = everything(test)
    assert not test.exception
    for words in ("Undo import 3", "brought in twice", ANN, "1 account changes", "$12.0K", "$10.8K"):
        assert words in said.replace("\\$", "$"), words
    test.button(key=f"consent-{request.number}").click().run()
    assert requests(store)[request.number].state == DONE and 3 not in standing(store)


def test_who_asked_may_withdraw_and_consents_to_nothing(store, page):
    rules(store, '[[undo]]\nlevels = [{ roles = ["executive"] }]\n')
    request = asked(store)
    test = page(ANN)
    keys = {one.key for one in test.button}
    assert f"withdraw-{request.number}" in keys and f"consent-{request.number}" not in keys
    test.button(key=f"withdraw-{request.number}").click().run()
    assert requests(store)[request.number].state == WITHDRAWN


def test_others_see_it_and_can_say_nothing(store, page):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store)
    test = page(E2)
    assert "Undo import 3" in everything(test)
    assert not {f"{one}-{request.number}" for one in ("consent", "refuse", "withdraw")} & {one.key for one in test.button}


def test_the_number_that_waits_is_told(store):
    rules(store, f"[[undo]]\n{levels(1)}")
    asked(store)
    now = datetime.now(UTC)
    assert [[one.for_me for one in told(store, as_(store)(email), now)] for email in (E1, E2, ANN)] == [[True], [False], [False]]
    assert told(store, as_(store)("csm@x.org"), now) == []


def test_what_was_decided_is_told_with_its_reason(store, page):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store)
    assert deciding.refuse(store, request.number, as_(store)(E1), "it is right as it is").state == REFUSED
    said = everything(page(ANN, part="decided"))
    assert "it is right as it is" in said and "Refused" in said


def test_rules_are_shown_with_who_could_consent_and_the_file_is_put_in_force(store, page):
    rules(store, f'[[undo]]\n{levels(2)}when = {{ share_above = 0.05 }}\n[[close]]\nlevels = [{{ roles = ["none-has-it"] }}]\n')
    test = page(ADA, part="rules")
    said = everything(test)
    assert not test.exception
    assert "2 consents, where it is about more than 5% of ARR" in said and "Executive 1" in said
    assert "Nobody may consent now" in said
    test.text_area(key="approvals-written").set_value(f"[[undo]]\n{levels(3)}").run()
    test.button(key="force-file").click().run()
    assert len(gate.rules_of(store).about("undo")[0].levels) == 3
    assert not [one for one in page(E1, part="rules").button if one.key and one.key.startswith("change-")]


def test_a_wrong_file_is_told_and_not_put_in_force(store, page):
    test = page(ADA, part="rules")
    test.text_area(key="approvals-written").set_value("[[undo]]\nlevels = [{}]").run()
    assert "nobody could consent" in everything(test)
    assert "force-file" not in {one.key for one in test.button}


def test_a_version_of_the_health_score_says_whose_band_it_changes(store, page):
    """No health is known of the three accounts, so that no band changes; the note, and that nothing of ARR moves, are told."""
    rules(store, f"[[score]]\n{levels(1)}")
    by = as_(store)
    card = "[bands]\ngood = 100\n[groups.mood]\nweight = 1\n[groups.mood.nps_answer]\nscale = [[0, 0], [10, 100]]\n"
    with pytest.raises(NeedsConsent) as needs:
        publish(store, by(ADA), card, "Mood alone counts", 0, at=datetime.now(UTC))
    number = gate.ask(store, needs.value.wish, by(ADA), "as agreed").number
    seen = everything(page(E1))
    assert "Publish a version of the health score: Mood alone counts" in seen
    assert "0 accounts change their band" in seen and "of ARR without grace" in seen and "ARR now" not in seen
    page(E1).button(key=f"consent-{number}").click().run()
    assert requests(store)[number].state == DONE
    assert "Publishing a version of the health score, or taking one back" in everything(page(ADA, part="rules"))
