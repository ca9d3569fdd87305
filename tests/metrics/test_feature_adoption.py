from datetime import date

import polars as pl

from metrics.feature_adoption import adoption, feature_uses

SPANS = pl.LazyFrame(
    [
        ("A", date(2024, 6, 1), date(2024, 6, 30), date(2024, 5, 2), date(2024, 5, 31)),
        ("B", date(2024, 6, 1), date(2024, 6, 30), None, None),
        ("C", None, None, None, None),
    ],
    schema={"account_id": pl.String} | dict.fromkeys(("month_from", "month_to", "before_from", "before_to"), pl.Date),
    orient="row",
)
USES = pl.LazyFrame(
    [
        ("A", "Reports", date(2024, 6, 1), 1), ("A", "Reports", date(2024, 5, 1), 1),  # 1 June; 1 May is in neither window
        ("A", "Exports", date(2024, 5, 1), 1 << 30),  # 31 May
        ("A", "Old", date(2024, 4, 1), 1), ("B", "Reports", date(2024, 6, 1), 1 << 29), ("B", "Exports", date(2024, 5, 1), 1 << 30),
        ("C", "Reports", date(2024, 6, 1), 1),
    ],
    schema={"account_id": pl.String, "feature": pl.String, "month": pl.Date, "bits": pl.Int64}, orient="row",
)  # fmt: skip


def test_features_of_the_month_and_of_the_one_before():
    assert feature_uses(USES, SPANS).collect().rows() == [("A", "Exports", 0, 1), ("A", "Reports", 1, 0), ("B", "Reports", 1, 0)]


def test_adoption_is_of_the_accounts_that_can_be_seen_and_names_core_features_first():
    """Three can be seen, of which two used Reports; in the month before one can be seen in both, and used Exports."""
    accounts = pl.DataFrame({"account_id": ["A", "B", "Z"], "both": [True, False, False]})
    rows = adoption(feature_uses(USES, SPANS).collect(), accounts, ["Dashboards", "Exports"])
    assert rows.select("feature", "core", "accounts_using", "tracked", "adoption", "accounts_before", "compared").rows() == [
        ("Dashboards", True, 0, 3, 0.0, 0, 1), ("Exports", True, 0, 3, 0.0, 1, 1), ("Reports", False, 2, 3, 2 / 3, 0, 1),
    ]  # fmt: skip
    assert adoption(feature_uses(USES, SPANS).collect(), accounts.clear(), ["Exports"]).rows() == [
        ("Exports", None, None, True, 0, 0, None)
    ]
