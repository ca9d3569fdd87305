"""The page Activation says whose milestones hold, and follows a change that is undone."""

from data.viewer import EVERYONE
from data.work.milestones import Step, put
from tests.pages.showing import everything, shown


def test_the_page_says_whose_milestones_these_are(small):
    put(small, EVERYONE, None, (Step("First use", "event"),), {})
    test = shown("activation")
    assert not test.exception
    assert "Milestones, changed by your team" in [box.label for box in test.expander]
    batch = put(small, EVERYONE, "SMB", (Step("Two people", "users", at_least=2),), {}).batch
    told = everything(shown("activation"))
    assert "Milestones, 1 segment has its own" in told
    small.undo(batch)
    assert "Milestones, changed by your team" in [box.label for box in shown("activation").expander]
