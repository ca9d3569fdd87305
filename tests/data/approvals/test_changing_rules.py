"""Changing what needs consent: by who administers, with the rules before kept, and nobody's work undone unseen."""

import pytest

from data.approvals import approvers
from data.approvals import changing_rules as changing
from data.approvals.rules import Level, Rule, Rules, RulesWrong, current, from_toml
from data.store.edits import EditRefused
from data.viewer import NotAllowed
from tests.data.approvals.firm import ADA, ANN, CSM, EXECUTIVES, NOW, as_, firm, levels

E1, E2 = EXECUTIVES[:2]
pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = firm(tmp_path)
    yield opened
    opened.close()


def test_a_level_is_of_those_who_may_approve(store):
    known = from_toml(f'[[undo]]\nlevels = [{{ people = ["{E1}", "{CSM}"] }}, {{ roles = ["csm"] }}]\n[[erasure]]\n{levels(1)}')
    told = [(one.kind, one.level, one.who) for one in changing.who_could(known, approvers.everybody(store))]
    assert told == [("undo", 0, (E1,)), ("undo", 1, ()), ("erasure", 0, ())]  # a CSM approves nothing, an executive no erasure


def test_only_who_administers_changes_it_and_what_was_before_is_kept(store):
    by, first = as_(store), f"[[undo]]\n{levels(1)}"
    for somebody in (ANN, E1, CSM):
        with pytest.raises(NotAllowed):
            changing.put_in_force(store, by(somebody), first, NOW, changing.in_force(store))
    changing.put_in_force(store, by(ADA), first, NOW, changing.in_force(store))
    seen = changing.in_force(store)
    changing.put_in_force(store, by(ADA), f"[[undo]]\n{levels(2)}", NOW, seen)
    assert len(current(store.path).about("undo")[0].levels) == 2
    assert changing.before(store).read_text() == seen and changing.before(store).stat().st_mode & 0o077 == 0
    assert changing.changed_by(store) == f"2026-11-27 12:00 UTC by {ADA}"
    with pytest.raises(EditRefused, match="meanwhile by somebody else"):
        changing.put_in_force(store, by(ADA), first, NOW, seen)
    with pytest.raises(RulesWrong):
        changing.put_in_force(store, by(ADA), "[[undo]", NOW, changing.in_force(store))
    with store.reading() as cursor:
        told = cursor.execute("select action, object from audit where action = 'configure'").fetchall()
    assert told == [("configure", "approvals.toml")] * 2


def test_rules_of_one_kind_are_changed_alone():
    one, other = Rule((Level(("executive",)),)), Rule((Level(people=(E1,)),))
    known = Rules({"undo": (one,), "close": (other,)})
    assert changing.with_rules(known, "undo", ()).rules == {"close": (other,)}
    assert changing.with_rules(known, "undo", (other,)).rules == {"undo": (other,), "close": (other,)}
