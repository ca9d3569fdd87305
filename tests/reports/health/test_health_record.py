"""The record of the health score on companies made so that the answer is known."""

from datetime import date, timedelta

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from data.work.score_overrides import Override, set_band
from reports.catalogue import run
from reports.report import Question

START, END, AS_OF = date(2023, 1, 1), date(2024, 1, 1), date(2024, 6, 30)


def company(folder, leavers: int, stayers: int, quiet_leave: bool) -> Store:
    """Accounts with a year each that ends on END; some renew. Before it each is quiet or busy: leavers, or just the others."""
    store = Store.open(folder / "own.duckdb")
    names = [(f"L{n}", True) for n in range(leavers)] + [(f"S{n}", False) for n in range(stayers)]
    contracts = ["contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats"]
    usage = ["account_id,user_id,event,occurred_at"]
    for name, leaves in names:
        contracts.append(f"{name}-1,{name},P,{START},{END},1200,1 year,USD,4")
        if not leaves:
            contracts.append(f"{name}-2,{name},P,{END},2025-01-01,1200,1 year,USD,4")
        quiet = leaves == quiet_leave
        for back in range(91, 200, 6):
            for user in range(1 if quiet else 4):
                event = "open" if quiet else f"feature{(back + user) % 10}"
                usage.append(f"{name},u{user},{event},{END - timedelta(days=back)}T10:00:00Z")
    usage.append(f"{names[-1][0]},u0,open,{AS_OF}T10:00:00Z")
    # A line that starts late shows that the contract export reaches this far, so that outcomes up to then are known.
    contracts.append("N-1,N,P,2024-06-15,2025-06-15,1200,1 year,USD,4")
    files = {"accounts.csv": ["account_id,name", *(f"{name},{name}" for name, _ in names)], "contracts.csv": contracts, "usage.csv": usage}
    for file, lines in files.items():
        (folder / file).write_text("\n".join(lines) + "\n")
        assert import_file(store, folder / file).batch is not None
    return store


@pytest.mark.parametrize(("quiet_leave", "auc"), [(True, 1.0), (False, 0.0)])
def test_a_score_that_foretells_is_told_from_one_that_misleads(tmp_path, quiet_leave, auc):
    store = company(tmp_path, 30, 30, quiet_leave)
    found = run("health-record", store, EVERYONE, Question(as_of=AS_OF))
    day = END - timedelta(days=90)
    given = Override("at_risk", "a band set by hand is none of the score's", "dana", day, END)
    set_band(store, EVERYONE, "S0", given, ("at_risk", "watch", "healthy"), day)
    again = run("health-record", store, EVERYONE, Question(as_of=AS_OF))
    store.close()
    assert again.rows.equals(found.rows)
    assert (found.totals["observations"], found.totals["churned"]) == (60, 30)
    assert found.totals["auc"] == auc
    assert ("no better than chance" in found.notes[0]) is (auc < 0.5)


def test_with_too_few_outcomes_it_says_so(tmp_path):
    store = company(tmp_path, 29, 31, True)
    found = run("health-record", store, EVERYONE, Question(as_of=AS_OF))
    store.close()
    assert (found.totals["churned"], found.totals["auc"]) == (29, None)
    assert "Not tested yet" in found.notes[0] and "29 churns among 60" in found.notes[0]
