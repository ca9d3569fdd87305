"""The file of approvals: what it says, and every place at fault named."""

from datetime import date

import pytest

from data.approvals import rules as approval_rules
from data.approvals.rules import Deputy, Level, Rule, Rules, RulesWrong, When, current, from_toml, keep, to_toml

WRITTEN = """
[[snapshot]]
levels = [{ roles = ["executive"] }, { people = ["Dana@Example.com"] }]
when = { share_above = 0.05, segments = ["Enterprise"] }
[[undo]]
levels = []
of = ["imports", "activities"]
[deputies]
"DANA@example.com" = { by = "lee@example.com", from = 2026-12-01, until = 2026-12-31 }
"lee@example.com" = "kim@example.com"
[reminders]
after_days = 3
"""
SAID = Rules(
    {
        "snapshot": (Rule((Level(("executive",)), Level(people=("dana@example.com",))), When(share_above=0.05, segments=("Enterprise",))),),
        "undo": (Rule((), of=("imports", "activities")),),
    },
    {
        "dana@example.com": Deputy("lee@example.com", date(2026, 12, 1), date(2026, 12, 31)),
        "lee@example.com": Deputy("kim@example.com"),
    },
    3,
)


def test_a_file_says_who_consents_to_what():
    assert from_toml(WRITTEN) == SAID


def test_what_is_written_is_read_back():
    assert from_toml(to_toml(SAID)) == SAID
    assert from_toml(to_toml(Rules())) == Rules()


def test_the_file_that_comes_with_the_product_asks_for_nothing():
    assert from_toml(approval_rules.SHIPPED.read_text()) == Rules()


E1 = '{ people = ["a@x.org"] }'


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("[[undo]", "no TOML"),
        ("[[undoing]]\nlevels = []", "undoing: nothing of that name can need consent"),
        ("undo = 3", "undo: a table is needed"),
        ("[[undo]]", "undo.levels: a list is needed"),
        ("[[undo]]\nlevels = [{}]", r"undo.levels\[1\]: nobody could consent"),
        ("[[undo]]\nlevels = [{ people = [] }]", r"undo.levels\[1\]: nobody could consent"),
        ('[[undo]]\nlevels = [{ role = ["executive"] }]', r"undo.levels\[1\].role: there is no such entry"),
        ('[[undo]]\nlevels = [{ people = ["nobody"] }]', "'nobody' is no e-mail address"),
        (f"[[undo]]\nlevels = [{E1}, {E1}]", "two levels are the same"),
        ("[[undo]]\nlevels = [" + ", ".join(f'{{ people = ["p{n}@x.org"] }}' for n in range(6)) + "]", "undo: there are 6 levels together"),
        (
            "".join(f'[[undo]]\nlevels = [{{ people = ["p{n}@x.org"] }}, {{ people = ["q{n}@x.org"] }}]\n' for n in range(3)),
            "undo: there are 6 levels together",
        ),
        (f"[[undo]]\nlevels = [{E1}]\nwhen = {{ amount_above = -1 }}", "undo.when.amount_above: -1 cannot be"),
        (f"[[undo]]\nlevels = [{E1}]\nwhen = {{ share_above = 5 }}", "undo.when.share_above: 5 cannot be. Give a number from 0 to 1"),
        (f"[[undo]]\nlevels = [{E1}]\nwhen = {{ share_above = true }}", "share_above: True cannot be"),
        (f"[[undo]]\nlevels = [{E1}]\nwhen = {{ share_above = nan }}", "share_above: nan cannot be"),
        (f"[[undo]]\nlevels = [{E1}]\nwhen = {{ segments = [] }}", "a rule of no segment never holds"),
        (f"[[undo]]\nlevels = [{E1}]\nwhen = {{ owner = 3 }}", "undo.when.owner: there is no such entry"),
        (f'[[undo]]\nlevels = [{E1}]\nof = ["closes"]', "'closes' is no kind of batches"),
        (f'[[close]]\nlevels = [{E1}]\nof = ["imports"]', "close.of: there is no such entry"),
        ('[deputies]\n"a@x.org" = "b@x.org"\n"b@x.org" = "c@x.org"\n"c@x.org" = "a@x.org"', "a@x.org -> b@x.org -> c@x.org -> a@x.org"),
        ('[deputies]\n"a@x.org" = "A@x.org"', "a@x.org -> a@x.org: they stand in"),
        ('[deputies]\n"a@x.org" = "b@x.org"\n"A@x.org" = "c@x.org"', "there twice"),
        ('[deputies]\n"a@x.org" = { by = "b@x.org", from = 2026-12-02, until = 2026-12-01 }', "lies before 2026-12-02"),
        ('[deputies]\n"a@x.org" = { by = "b@x.org", until = "soon" }', "soon is no day"),
        ('[deputies]\n"a@x.org" = "somebody"', "'somebody' is no e-mail address"),
        ("[reminders]\nafter_days = 0", "reminders.after_days: 0 cannot be"),
        ("[reminders]\nevery = 2", "reminders.every: there is no such entry"),
    ],
)
def test_every_fault_is_named(written, named):
    with pytest.raises(RulesWrong, match=named):
        from_toml(written)


def test_all_faults_are_named_at_once():
    with pytest.raises(RulesWrong) as wrong:
        from_toml("[[undo]]\n[[close]]\nlevels = [{}]\n[sideways]\n")
    assert len(str(wrong.value).splitlines()) == 3


def test_rules_are_kept_beside_the_store_and_wrong_ones_are_not(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    own = tmp_path / "own.duckdb"
    assert current(own) == Rules()
    keep(own, WRITTEN)
    assert current(own) == SAID and (tmp_path / "approvals.toml").stat().st_mode & 0o077 == 0
    with pytest.raises(RulesWrong):
        keep(own, "[[undo]")
    assert current(own) == SAID
    assert current(tmp_path / "sample.duckdb") == Rules()  # it is made up: nobody's history is at stake


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "approvals.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesWrong, match="cannot be read"):
        current(tmp_path / "own.duckdb")
    (tmp_path / "approvals.toml").unlink()
    (tmp_path / "approvals.toml").mkdir()
    with pytest.raises(RulesWrong, match="cannot be read"):
        current(tmp_path / "own.duckdb")
