import polars as pl

from metrics.feature_catalogue import CATALOGUE, core_features, with_feature

SAID = pl.DataFrame(
    [
        ("export_csv", "Exports", True, False),
        ("export_pdf", "Exports", None, None),
        ("login", None, True, False),
        ("ping", "Pings", True, True),
        ("share", "", False, False),
    ],
    schema=CATALOGUE,
    orient="row",
)


def test_events_are_the_use_of_their_feature_or_features_by_themselves():
    events = pl.LazyFrame({"event": ["export_pdf", "login", "share", "new", "export_csv"], "n": [1, 2, 3, 4, 5]})
    assert with_feature(events, SAID).select("feature", "n").collect().rows() == [
        ("Exports", 1), ("login", 2), ("share", 3), ("new", 4), ("Exports", 5),
    ]  # fmt: skip


def test_a_feature_is_core_by_one_event_that_counts():
    assert core_features(SAID) == ["Exports", "login"]
    assert core_features(SAID.clear()) == []
