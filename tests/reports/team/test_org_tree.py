"""The org tree and what is not right with it, of people stated here."""

from data.access.people import People, Person
from data.access.roles import from_toml
from reports.team.org_tree import below, faults, tree

ROLES = from_toml('[roles.own]\nscope = "own"\nview = ["accounts"]\n[roles.all]\nscope = "company"\nview = ["accounts"]\n')


def people(*some: Person, doubled=()) -> People:
    return People({one.email: one for one in some}, frozenset(doubled))


BOSS, LEAD, DANA, KIM = Person("boss"), Person("lead", manager="Boss"), Person("dana", manager="lead"), Person("kim", manager="boss")
FIRST, SECOND, UNDER = Person("x", manager="y"), Person("y", manager="x"), Person("z", manager="x")


def test_everybody_stands_below_whom_they_report_to():
    everybody = people(DANA, KIM, BOSS, LEAD)
    assert [(one.person.email, one.depth) for one in tree(everybody, [BOSS, DANA, KIM, LEAD])] == [
        ("boss", 0),
        ("kim", 1),
        ("lead", 1),
        ("dana", 2),
    ]


def test_who_reports_to_somebody_who_is_not_shown_stands_at_the_top():
    everybody = people(BOSS, LEAD, DANA)
    assert [(one.person.email, one.depth) for one in tree(everybody, [LEAD, DANA])] == [("lead", 0), ("dana", 1)]


def test_a_loop_is_left_out_and_those_below_it_stand_at_the_top():
    everybody = people(FIRST, SECOND, UNDER, BOSS)
    assert [(one.person.email, one.depth) for one in tree(everybody, [FIRST, SECOND, UNDER, BOSS])] == [("z", 0), ("boss", 0)]


def test_a_chain_of_thousands_is_walked():
    chain = [Person(f"p{at}", manager=f"p{at - 1}" if at else "") for at in range(1500)]
    assert [one.depth for one in tree(people(*chain), chain)][-1] == 1499


def test_all_who_report_to_a_person_directly_or_through_others():
    assert {one.email for one in below(people(BOSS, LEAD, DANA, KIM), BOSS)} == {"lead", "dana", "kim"}
    assert below(people(FIRST, SECOND, UNDER), FIRST) == []


def test_faults_are_named():
    everybody = people(
        Person("a", roles=("own",), owner="Ann"), Person("b", roles=("own",)), Person("c", roles=("all",)), Person("d", roles=("own", "all")),
        Person("e", roles=("nonsense",), manager="nobody"), Person("f"), Person("gone", is_active=False), Person("h", owner="ann", roles=("all",)),
        FIRST, SECOND, doubled=["b"],
    )  # fmt: skip
    found = faults(everybody, ROLES, {"ann": 3, "Stranger": 4, "Other": 10, "Gone": 2})
    assert found.unowned == {"Stranger": 4, "Other": 10} and sum(found.unowned.values()) == 14
    assert found.left_behind == {"gone": 2}
    assert found.without_accounts == ("b",), "a matches, c and d see all accounts"
    assert (found.doubled, found.loops, found.no_manager, found.no_such_role) == (("b",), ("x", "y"), ("e",), ("e",))
    assert found.without_role == ("f", "x", "y") and found.shared == ("a / h",)


def test_a_list_that_is_right_has_no_faults():
    found = faults(people(Person("a", roles=("own",))), ROLES, {"A": 1})
    assert not any(vars(found).values())
