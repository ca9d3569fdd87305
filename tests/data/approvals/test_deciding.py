"""Requests and what is said to them: the deed is done with the last consent, and with nothing less."""

from datetime import timedelta

import polars as pl
import pytest

from data.approvals import deciding, gate, undoing
from data.approvals.approvers import NotYours
from data.approvals.deciding import Outdated
from data.approvals.gate import NeedsConsent
from data.approvals.requests import DONE, OUTDATED, REFUSED, WAITING, WITHDRAWN, requests
from data.store.edits import EditRefused, commit_frame
from data.store.store import StoreError
from data.viewer import EVERYONE, NotAllowed
from reports import catalogue
from tests.data.approvals.firm import ADA, ALSO_ANN, ANN, CONTRACTS, CSM, EXECUTIVES, as_, brought, firm, levels, rules, standing

E1, E2, E3 = EXECUTIVES[:3]
assert catalogue.REPORTS  # what says how effects are worked out
pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = firm(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def by(store):
    return as_(store)


def asked(store, viewer, batch: int = 3, action: str = "undo"):
    with pytest.raises(NeedsConsent) as needs:
        undoing.mark(store, action, batch, viewer, "page")
    return gate.ask(store, needs.value.wish, viewer, "brought in twice")


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_an_undo_is_done_with_the_last_consent(store, by, number):
    rules(store, f"[[undo]]\n{levels(number)}")
    request = asked(store, by(ANN))
    assert (request.state, len(request.levels), request.effect.accounts) == (WAITING, number, 1)
    assert (request.effect.arr_before, request.effect.arr_after) == (12000.0, 10800.0)
    for one in EXECUTIVES[:number]:
        assert standing(store) == {1, 2, 3, 4, 5}
        request = deciding.consent(store, request.number, by(one))
    assert (request.state, request.came_of) == (DONE, "3")
    assert standing(store) == {1, 2, 4, 5}
    assert store.imports().filter(pl.col("batch") == 3)["undone_by"].to_list() == [ANN]


def test_with_no_level_nothing_is_asked(store, by):
    rules(store, "[[undo]]\nlevels = []\n")
    undoing.undo(store, 3, by(ANN), "page")
    assert standing(store) == {1, 2, 4, 5} and requests(store) == {}


def test_a_redo_needs_what_an_undo_needs(store, by):
    undoing.undo(store, 3, by(ANN), "page")
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN), action="redo")
    deciding.consent(store, request.number, by(E1))
    assert standing(store) == {1, 2, 3, 4, 5}


def test_nobody_consents_to_their_own(store, by):
    rules(store, f'[[undo]]\nlevels = [{{ roles = ["executive"] }}]\n[deputies]\n"{ANN}" = "{ADA}"\n')
    request = asked(store, by(ANN))
    for who in (ANN, ALSO_ANN):  # herself, and herself under another address of hers
        with pytest.raises(NotYours, match="themselves"):
            deciding.consent(store, request.number, by(who))
        with pytest.raises(NotYours, match="themselves"):
            deciding.refuse(store, request.number, by(who), "no")
    with pytest.raises(NotYours, match="stand in for somebody who has asked"):
        deciding.consent(store, request.number, by(ADA))
    assert requests(store)[request.number].voices == () and 3 in standing(store)


@pytest.mark.parametrize("name", ["\uff21nn Bell", "Ann\u200b Bell", "BELL, Ann", "Ann\u00a0Bell"])
def test_a_name_that_only_looks_otherwise_is_the_same_persons(store, by, name):
    rules(store, '[[undo]]\nlevels = [{ roles = ["executive"] }]\n')
    request = asked(store, by(ANN))
    people = pl.DataFrame([(E1, name, "executive")], schema=["email", "name", "role"], orient="row")
    commit_frame(store, "people", people, "hr", "test")
    with pytest.raises(NotYours, match="asked for themselves"):
        deciding.consent(store, request.number, by(E1))
    assert 3 in standing(store)


def test_nobody_consents_at_two_levels(store, by):
    of_all = '{ roles = ["executive"] }, { roles = ["executive", "administrator"] }'
    rules(store, f'[[undo]]\nlevels = [{of_all}]\n[deputies]\n"{E1}" = "{ADA}"\n"{E2}" = "{E3}"\n')
    request = asked(store, by(ADA))
    deciding.consent(store, request.number, by(E1))
    with pytest.raises(NotYours, match="another level"):
        deciding.consent(store, request.number, by(E1))
    assert deciding.consent(store, request.number, by(E2)).state == DONE


def test_a_deputy_consents_in_somebodys_place_and_both_have_spoken(store, by):
    both = f'{{ people = ["{E1}"] }}, {{ roles = ["executive"] }}'
    rules(store, f'[[undo]]\nlevels = [{both}]\n[deputies]\n"{E1}" = "{ADA}"\n')
    request = asked(store, by(ANN))
    request = deciding.consent(store, request.number, by(ADA))
    assert [(one.who, one.instead_of) for one in request.voices] == [(ADA, E1)]
    with pytest.raises(NotYours, match="another level"):
        deciding.consent(store, request.number, by(E1))
    assert deciding.consent(store, request.number, by(E2)).state == DONE


def test_a_deputy_of_other_days_is_none(store, by):
    rules(store, f'[[undo]]\n{levels(1)}[deputies]\n"{E1}" = {{ by = "{ADA}", until = 2020-01-01 }}\n')
    request = asked(store, by(ANN))
    with pytest.raises(NotYours, match="by others: Executive 1"):
        deciding.consent(store, request.number, by(ADA))


def test_who_may_not_approve_does_not_though_the_file_names_them(store, by):
    rules(store, f'[[undo]]\nlevels = [{{ people = ["{CSM}", "{E1}"] }}]\n')
    request = asked(store, by(ANN))
    with pytest.raises(NotAllowed):
        deciding.consent(store, request.number, by(CSM))
    with pytest.raises(NotYours, match="people who sign in"):
        deciding.consent(store, request.number, EVERYONE)


def test_a_refusal_takes_a_reason_and_closes(store, by):
    rules(store, f"[[undo]]\n{levels(2)}")
    request = asked(store, by(ANN))
    deciding.consent(store, request.number, by(E1))
    with pytest.raises(EditRefused, match="Say why"):
        deciding.refuse(store, request.number, by(E2), "  ")
    ended = deciding.refuse(store, request.number, by(E2), "it is right as it is")
    assert (ended.state, ended.ended_by, ended.why) == (REFUSED, E2, "it is right as it is")
    with pytest.raises(EditRefused, match="refused already"):
        deciding.consent(store, request.number, by(E2))
    assert 3 in standing(store)
    assert asked(store, by(ANN)).number == request.number + 1


def test_a_request_withdrawn_is_not_consented_to(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    with pytest.raises(NotYours, match="somebody else"):
        deciding.withdraw(store, request.number, by(E1))
    assert deciding.withdraw(store, request.number, by(ANN)).state == WITHDRAWN
    with pytest.raises(EditRefused, match="withdrawn"):
        deciding.consent(store, request.number, by(E1))
    assert 3 in standing(store)


def test_a_request_consented_to_is_not_withdrawn(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    deciding.consent(store, request.number, by(E1))
    with pytest.raises(EditRefused, match="done already"):
        deciding.withdraw(store, request.number, by(ANN))
    assert 3 not in standing(store)


def test_what_has_changed_since_is_outdated_and_not_done(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    brought(store, "more.csv", f"{CONTRACTS}c1,a1,plan,2026-01-01,2027-12-31,150,1 month,USD\n", "contracts", rows="records")
    with pytest.raises(Outdated, match="something else by now"):
        deciding.consent(store, request.number, by(E1))
    assert requests(store)[request.number].state == OUTDATED and 3 in standing(store)
    assert asked(store, by(ANN)).state == WAITING


def test_what_changes_elsewhere_leaves_a_request_as_it_is(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    brought(store, "more.csv", f"{CONTRACTS}c9,a3,extra,2026-01-01,2027-12-31,50,1 month,USD\n", "contracts", rows="records")
    assert deciding.consent(store, request.number, by(E1)).state == DONE


def test_what_was_done_meanwhile_is_outdated(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    store.undo(3, "by hand")
    with pytest.raises(Outdated, match="already undone"):
        deciding.consent(store, request.number, by(E1))
    assert requests(store)[request.number].state == OUTDATED


def test_other_rules_make_a_request_outdated(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    rules(store, f"[[undo]]\n{levels(2)}")
    with pytest.raises(Outdated, match="others have to consent"):
        deciding.consent(store, request.number, by(E1))
    assert 3 in standing(store)


def left(store, email: str) -> None:
    commit_frame(store, "people", pl.DataFrame({"email": [email], "is_active": [False]}), "people and roles", "test", edit=True)


def test_an_approver_who_left_consents_to_nothing(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    left(store, E1)
    with pytest.raises((NotAllowed, NotYours)):
        deciding.consent(store, request.number, by(E1))
    assert 3 in standing(store)


def test_a_deputy_of_an_approver_who_left_consents_to_nothing(store, by):
    rules(store, f'[[undo]]\n{levels(1)}[deputies]\n"{E1}" = "{ADA}"\n')
    request = asked(store, by(ANN))
    left(store, E1)
    with pytest.raises(NotYours, match="by others"):
        deciding.consent(store, request.number, by(ADA))


def test_what_was_asked_by_who_left_is_not_done(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))
    left(store, ANN)
    with pytest.raises(Outdated, match="may not do anything here any more"):
        deciding.consent(store, request.number, by(E1))
    assert requests(store)[request.number].state == OUTDATED and 3 in standing(store)


def test_a_level_without_people_is_said_when_asking(store, by):
    rules(store, '[[undo]]\nlevels = [{ roles = ["executive"] }, { roles = ["nobody-has-it"] }]\n')
    with pytest.raises(EditRefused, match=r"at level 2 \(nobody-has-it\) nobody is left"):
        asked(store, by(ANN))
    assert requests(store) == {} and 3 in standing(store)


def test_a_level_that_only_who_asks_could_fill_is_said(store, by):
    rules(store, f'[[undo]]\nlevels = [{{ people = ["{ANN}", "{ALSO_ANN}"] }}]\n')
    with pytest.raises(EditRefused, match="at level 1"):
        asked(store, by(ANN))


def test_two_levels_that_one_person_would_fill_are_said(store, by):
    rules(store, f'[[undo]]\nlevels = [{{ people = ["{E1}"] }}, {{ people = ["{E1}", "{CSM}"] }}]\n')
    with pytest.raises(EditRefused, match="at level 2"):
        asked(store, by(ANN))


def test_a_file_that_cannot_be_used_lets_nothing_through(store, by):
    rules(store, "[[undo]\n")
    with pytest.raises(EditRefused, match="put right"):
        undoing.undo(store, 3, by(ANN), "page")
    with pytest.raises(EditRefused, match="put right"):
        undoing.undo(store, 3, EVERYONE, "cli")
    assert 3 in standing(store)


def test_where_nobody_signs_in_it_is_refused_in_words(store):
    rules(store, f"[[undo]]\n{levels(1)}")
    with pytest.raises(NeedsConsent, match="nobody else can give it"):
        undoing.undo(store, 3, EVERYONE, "cli")
    assert 3 in standing(store)


def test_a_deed_is_asked_for_once(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    asked(store, by(ANN))
    with pytest.raises(NeedsConsent, match="waits for consent already, as request 1"):
        undoing.undo(store, 3, by(ADA), "page")


def test_who_may_not_do_it_does_not_ask_for_it(store, by):
    rules(store, f"[[undo]]\n{levels(1)}")
    with pytest.raises(NotAllowed):
        undoing.undo(store, 3, by(CSM), "page")
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, 3, by(ANN), "page")
    with pytest.raises(NotAllowed):
        gate.ask(store, needs.value.wish, by(CSM), "please")


@pytest.mark.parametrize(
    ("when", "batch", "needs"),
    [
        ("amount_above = 1199.99", 3, True),  # c1: 100 a month
        ("amount_above = 1200", 3, False),
        ("share_above = 0.09", 3, True),  # a tenth of 12,000
        ("share_above = 0.1", 3, False),
        ('segments = ["Large"]', 3, False),
        ('segments = ["Large"]', 5, True),
        ('segments = ["Large"], amount_above = 9000', 5, False),  # both must hold: 700 a month is 8,400
    ],
)
def test_conditions(store, by, when, batch, needs):
    rules(store, f"[[undo]]\n{levels(1)}when = {{ {when} }}\n")
    if needs:
        with pytest.raises(NeedsConsent):
            undoing.undo(store, batch, by(ANN), "page")
    else:
        undoing.undo(store, batch, by(ANN), "page")
    assert (batch in standing(store)) == needs


def test_levels_of_all_rules_that_hold_are_needed_equal_ones_once(store, by):
    rules(
        store,
        f"[[undo]]\n{levels(1)}[[undo]]\n{levels(2)}when = {{ share_above = 0.5 }}\n"
        f'[[undo]]\nlevels = [{{ people = ["{E3}"] }}]\nwhen = {{ segments = ["Small"] }}\n',
    )
    assert [one.people for one in asked(store, by(ANN), 3).levels] == [(E1,), (E3,)]
    assert [one.people for one in asked(store, by(ANN), 5).levels] == [(E1,), (E2,)]


def test_a_deed_that_fails_keeps_no_consent(store, by, monkeypatch):
    rules(store, f"[[undo]]\n{levels(1)}")
    request = asked(store, by(ANN))

    def fails(*_given, **_more):
        raise StoreError("no such luck")

    monkeypatch.setattr(undoing, "write_mark", fails)
    with pytest.raises(Outdated, match="no such luck"):
        deciding.consent(store, request.number, by(E1))
    assert requests(store)[request.number].voices == () and 3 in standing(store)


def test_a_reminder_is_sent_once_a_day_and_by_itself(store, by):
    rules(store, f"[[undo]]\n{levels(1)}[reminders]\nafter_days = 3\n")
    request = asked(store, by(ANN))
    since, file = request.asked_at, gate.rules_of(store)
    assert not deciding.is_due(request, file, since + timedelta(days=2, hours=23))
    assert deciding.is_due(request, file, since + timedelta(days=3))
    with pytest.raises(NotYours):
        deciding.remind(store, request.number, by(E1))
    reminded = deciding.remind(store, request.number, by(ANN), since + timedelta(hours=1))
    assert deciding.is_due(reminded, file, since + timedelta(hours=2))
    with pytest.raises(EditRefused, match="today already"):
        deciding.remind(store, request.number, by(ANN), since + timedelta(hours=2))
