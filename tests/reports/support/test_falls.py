"""What came after a fall of support: a company with too few accounts is told nothing but their number, one with enough is counted."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from tests.reports.support.company import planted

DAY = date(2024, 12, 31)
LOOKED = DAY - timedelta(days=90)  # 2 October: the only day that tickets are planted around
FELL, STEADY, LOST = 12, 11, 3  # of those that fell three were no customers 90 days later, of the others none


def accounts() -> list[str]:
    return [f"F{at:02d}" for at in range(FELL)] + [f"S{at:02d}" for at in range(STEADY)]


def files(few: bool) -> dict[str, str]:
    """Three tickets before, 120 days before the day looked back to, answered in an hour; three after, 30 days before it: answered in ten
    hours where support fell, in an hour where it did not."""
    ids = accounts()[::6] if few else accounts()
    tickets, lines = ["ticket_id,account_id,opened_at,first_reply_at,resolved_at,priority,status"], []
    for one in ids:
        for at, (ago, hours) in enumerate([(120, 1)] * 3 + [(30, 10 if one[0] == "F" else 1)] * 3):
            day = LOOKED - timedelta(days=ago)
            tickets.append(f"{one}-{at},{one},{day}T08:00:00Z,{day}T{8 + hours:02d}:00:00Z,{day}T20:00:00Z,normal,solved")
        ends = LOOKED + timedelta(days=30) if one[0] == "F" and int(one[1:]) < LOST else None
        lines.append(f"{one},{one},Suite,2023-01-01,{ends or ''},100.00,1 month,USD,{(ends and ends - timedelta(days=9)) or ''}")
    return {
        "accounts": "account_id,name\n" + "".join(f"{one},{one}\n" for one in ids),
        "contracts": "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on\n" + "\n".join(lines),
        "sla_targets": "target_id,first_reply_hours\nall,4\n",
        "tickets": "\n".join(tickets),
    }


@pytest.mark.parametrize("few", [False, True])
def test_groups_stand_beside_each_other_and_few_say_nothing(tmp_path, few):
    with closing(planted(tmp_path, written={}, **files(few))) as store:
        report = run("support-falls", store, EVERYONE, Question(as_of=DAY))
        fallen = run("support-fallen", store, EVERYONE, Question(as_of=DAY))
    columns = ("support_was", "observations", "accounts_concerned", "churned", "churned_share")
    told = report.rows.select(columns).rows()
    if few:
        assert told == [("fell", 2, 2, None, None), ("did not fall", 2, 2, None, None)]
        assert sum("Too few to say" in note for note in report.notes) == 2
    else:
        assert told == [("fell", FELL, FELL, LOST, LOST / FELL), ("did not fall", STEADY, STEADY, 0, 0.0)]
        assert not [note for note in report.notes if "Too few" in note]
        assert fallen.rows.select("account_id", "fell", "share_before", "share_then", "hours_before", "hours_then").rows()[0] == (
            "F00", "both", 1.0, 0.0, 1.0, 10.0,
        )  # fmt: skip
        assert fallen.rows["has_churned"].sum() == LOST
    assert "not why" in report.notes[0]
