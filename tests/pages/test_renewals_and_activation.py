"""Renewals, activation and cohorts on pages: what they find, and a conversation that is logged and taken back there."""

from datetime import date

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.viewer import EVERYONE
from data.work.conversations import Conversation, log
from reports.catalogue import run
from reports.report import Question
from tests.pages.showing import grids, shown

LAPSING = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats,auto_renew
9,A,Yearly,2023-02-01,2024-02-01,1200,1 year,USD,5,no
"""


@pytest.fixture
def lapsing(small, tmp_path):
    """The small company with a yearly line that ends soon, of which the file says that its end was agreed: it does not renew itself."""
    (tmp_path / "more.csv").write_text(LAPSING)
    assert import_file(small, tmp_path / "more.csv").batch
    return small


def unprepared() -> list[bool]:
    return run("renewals", open_stores.store("own"), EVERYONE, Question(as_of=date(2023, 12, 28))).rows["unprepared"].to_list()


def talked(store, said: str) -> None:
    log(store, EVERYONE, Conversation("A", date(2023, 12, 28), said))


def test_a_conversation_counts_and_is_taken_back_on_the_page(lapsing):
    test = shown("renewals")
    assert test.header[0].value == "1 renewal worth \\$1.20K ARR by 27 Mar 2024"
    assert any("No conversation is logged at all" in caption.value for caption in test.caption)
    talked(lapsing, "Agreed to renew")
    test = test.run()
    assert unprepared() == [False]
    assert "all have had a conversation" in test.header[0].value
    assert any("Conversation held, Alder, 28 Dec 2023: Agreed to renew" in caption.value for caption in test.caption)
    test = next(button for button in test.button if button.label == "Undo").click().run()
    assert unprepared() == [None], "nobody has logged one: nothing is known"
    assert test.header[0].value == "1 renewal worth \\$1.20K ARR by 27 Mar 2024"
    assert not [button for button in test.button if button.label == "Undo"]
    assert not test.exception


PAIR = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,auto_renew
20,A,Basic,2022-12-01,2023-12-01,1200,1 year,USD,no
21,A,Plus,2023-12-10,2024-12-10,3000,1 year,USD,no
"""


def test_change_of_plan_or_addition_is_asked_once_a_pair_with_its_effect(small, tmp_path):
    """A's Basic of 1,200 ended on 1 December, Plus began on the 10th: open, until it is said to be a change, and again when that is undone."""
    (tmp_path / "pair.csv").write_text(PAIR)
    assert import_file(small, tmp_path / "pair.csv").batch

    def states() -> list[str]:
        return run("renewal-rate", small, EVERYONE, Question(start=date(2023, 11, 30), end=date(2023, 12, 28))).rows["state"].to_list()

    test = shown("renewals")
    assert any("Basic → Plus" in words.value and "1 account, \\$1.20K ARR" in words.value for words in test.markdown)
    assert any("As a change of plan: CARR as now, 1 renewal more kept, kept ARR +\\$1.20K." in caption.value for caption in test.caption)
    assert states() == ["open"]
    test = next(button for button in test.button if button.label == "Change of plan").click().run()
    assert states() == ["late"]
    assert any("Basic → Plus: change of plan" in caption.value for caption in test.caption)
    test = next(button for button in test.button if button.label == "Undo").click().run()
    assert states() == ["open"] and not test.exception
    foreign = shown("renewals", viewer="one@example.com")
    assert all(button.disabled for button in foreign.button if button.label in ("Change of plan", "Addition"))


def pairs(number: int) -> str:
    """As many products that A ended in November 2023, each followed by another ten days on: as many pairs, the last worth the most."""
    head = PAIR.splitlines()[0]
    lines = [
        f"{kind}{at},A,{name} {at:02},{days},{1200 + at * 12},1 year,USD,no"
        for at in range(number)
        for kind, name, days in (("o", "Old", "2022-11-01,2023-11-01"), ("n", "New", "2023-11-11,2024-11-11"))
    ]
    return "\n".join([head, *lines]) + "\n"


@pytest.mark.long
def test_of_many_pairs_of_products_a_few_are_asked_and_all_stand_in_a_table(small, tmp_path):
    """Pairs of every old with every new product: the page asks five, and has as many parts for thirty products as for six."""
    (tmp_path / "pairs.csv").write_text(pairs(6))
    assert import_file(small, tmp_path / "pairs.csv").batch
    found = run("product-pairs", small, EVERYONE, Question(as_of=date(2023, 12, 28))).rows
    assert found.height > 5
    test = shown("renewals")
    assert len([button for button in test.button if button.label == "Change of plan"]) == 5
    assert [one.label for one in test.expander if "more to answer" in one.label] == [f"{found.height - 5:,} more to answer, of less ARR"]
    assert grids(test)["product-pairs"].height == found.height


def test_a_csm_does_not_see_what_others_logged(lapsing):
    talked(lapsing, "Agreed to renew")
    assert [button for button in shown("renewals").button if button.label == "Undo"]
    assert run("logged", lapsing, EVERYONE, Question()).rows.height == 1
    foreign = shown("renewals", viewer="two@example.com")
    assert not [button for button in foreign.button if button.label == "Undo"]


def test_activation_and_cohorts_say_what_they_find(lapsing):
    # Usage is covered from 2023-12-01 alone, long after the starts: nothing can be said of them.
    assert shown("activation").header[0].value == "No account's start is covered by usage yet"
    # One cohort is no comparison.
    assert shown("cohorts").header[0].value == "The cohorts are too young to compare"
    assert any("No cost of revenue is imported" in caption.value for caption in shown("cohorts").caption)
