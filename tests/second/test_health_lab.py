"""The health lab beside a second computation: looks, scores and what came of them from the tables of the store, AUC by counting pairs."""

from collections import Counter
from datetime import date

import pytest

from tests import companies
from tests.datasets import needs_datasets
from tests.second.answers import held
from tests.second.customer import Customer, Rates
from tests.second.customers import answer
from tests.second.dumped import dumped
from tests.second.health import GROUPS, points
from tests.second.looked import Look, looks
from tests.second.stands import Stands
from tests.second.whole import Row, Whole

pytestmark = pytest.mark.long
DAY = date(2023, 7, 31)  # the last day of the files
LEADS = (90, 60, 30)
SCALES = {name: part["scale"] for group in GROUPS.values() for name, part in group.items() if isinstance(part, dict)}


def seen(whole: Whole, look: Look) -> tuple[Row, dict[str, float | None]]:
    """Health and measures of the account on the day, as it was known then."""
    customer = Customer(whole.lines_of[look.account], look.on, Rates(), whole.choices)
    stands = Stands(whole, look.account, look.on, customer)
    return stands.health(), stands.measures()


def by_pairs(scores: list[tuple[float, bool]]) -> float:
    """Of every pair of one that renewed and one that left, how often the first has more; a tie is half."""
    left, stayed = ([value for value, gone in scores if gone is kind] for kind in (True, False))
    return sum((stay > gone) + (stay == gone) / 2 for stay in stayed for gone in left) / len(left) / len(stayed)


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    """The company, and what the lab answers."""
    folder = tmp_path_factory.mktemp("crm")
    store = companies.crm_company(folder / "own.duckdb")
    with held(store):
        return dumped(store, folder / "dump"), {name: answer(store, name, DAY) for name in ("health-lab", "health-lab-measures")}


def scored(whole: Whole, ahead: int) -> list[tuple[Row, dict[str, float | None], bool]]:
    """The looks at which there was a score: health, measures, and whether it left."""
    told = [(*seen(whole, look), look.left) for look in looks(whole.lines, whole.agreed, ahead)]
    return [one for one in told if one[0]["score"] is not None]


@needs_datasets
def test_the_shares_of_a_crm_vendor(crm):
    """Bands 90, 60 and 30 days ahead, and the AUC of the score."""
    whole, told = crm
    for ahead in LEADS:
        rows = scored(whole, ahead)
        bands = {row["band"]: (row["observations"], row["renewed"]) for row in told["health-lab"]["rows"] if row["lead_days"] == ahead}
        renewed = Counter(health["band"] for health, _, left in rows if not left)
        assert bands == {band: (count, renewed[band]) for band, count in Counter(health["band"] for health, *_ in rows).items()}
        (row,) = (row for row in told["health-lab-measures"]["rows"] if (row["tested"], row["lead_days"]) == ("score", ahead))
        assert (row["observations"], row["churned"]) == (len(rows), sum(left for *_, left in rows))
        assert row["auc"] == pytest.approx(by_pairs([(round(health["score"], 6), left) for health, _, left in rows]), abs=1e-4)


@needs_datasets
def test_the_measures_of_a_crm_vendor(crm):
    whole, told = crm
    rows = scored(whole, LEADS[0])
    for row in told["health-lab-measures"]["rows"]:
        if row["tested"] == "measure":
            known = [(points(SCALES[row["name"]], found[row["name"]]), left) for _, found, left in rows if found[row["name"]] is not None]
            assert (row["observations"], row["churned"]) == (len(known), sum(left for _, left in known))
            assert row["auc"] is None or row["auc"] == pytest.approx(by_pairs(known), abs=1e-4)
