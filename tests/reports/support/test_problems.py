"""What is wrong is named, each kind planted once, and a company without it has none."""

from contextlib import closing

from data.viewer import EVERYONE
from reports.catalogue import run
from tests.reports.support.company import ASKED, BEFORE, FILES, planted

BAD = {
    "sla_targets": """target_id,priority,plan,first_reply_hours,resolution_hours,calendar,starts_on,ends_on
overlap-one,urgent,,1,8,,,2024-06-30
overlap-two,Urgent,,1,8,,2024-06-01,
gap-one,normal,,4,24,,,2024-05-31
gap-two,normal,,4,24,,2024-06-15,
lost,low,,4,24,nowhere,,
idle,,Basic,,,,,
zero,,Pro,0,24,,,
strange,P0,,4,24,,,
plan,,Platinum,4,24,,,
backwards,,Basic,4,24,,2024-06-30,2024-06-01
""",
    "support_calendars": """calendar,time_zone,monday,tuesday
no such zone,Europe/Atlantis,09:00-17:00,
night,Europe/Berlin,22:00-06:00,
words,Europe/Berlin,in the morning,
shut,Europe/Berlin,,
""",
}
EXPECTED = {
    ("no such zone", "zone"), ("night", "hours"), ("words", "hours"), ("shut", "never open"), 
    ("elsewhere", "holidays without calendar"), ("overlap-one", "two targets"), ("gap-one", "gap"), ("lost", "calendar missing"),
    ("idle", "no hours"), ("zero", "hours not positive"), ("strange", "priority unknown"),
    ("plan", "plan unknown"), ("backwards", "ends before it starts"), ("T-before", "times"), ("T-after", "times"),
}  # fmt: skip


def test_each_kind_is_named_with_what_to_do(tmp_path):
    with closing(planted(tmp_path, ("sla_targets",), {"tickets": BEFORE, **BAD})) as store:
        rows = run("sla-problems", store, EVERYONE, ASKED).rows
    assert set(rows.select("concerns", "problem").rows()) == EXPECTED
    assert rows["todo"].null_count() == 0
    assert all(rows["finding"])


def test_priorities_without_a_target_are_counted(tmp_path):
    with closing(planted(tmp_path)) as store:
        report = run("sla-problems", store, EVERYONE, ASKED)
    assert set(report.rows.select("concerns", "problem", "tickets").rows()) == {
        ("elsewhere", "holidays without calendar", None), ("low-one", "two targets", None), ("odd-one", "priority unknown", 0),
        ("P2", "no target", 1), ("T-before", "times", 1), ("T-after", "times", 1),
    }  # fmt: skip
    assert report.totals["problems"] == 6


def test_a_company_in_order_has_none(tmp_path):
    good = {
        "sla_targets": "target_id,priority,plan,first_reply_hours,resolution_hours,calendar\nall,,,4,24,office\n",
        "holidays": "calendar,day,name\noffice,2024-06-11,Anniversary\n",
        "tickets": "\n".join(line for line in FILES["tickets"].splitlines() if "T-before" not in line and "T-after" not in line),
    }
    with closing(planted(tmp_path, written={}, **good)) as store:
        assert run("sla-problems", store, EVERYONE, ASKED).rows.is_empty()
