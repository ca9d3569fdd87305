"""Where a score loses its points."""

from metrics.health_losses import by_points_lost

BANDS = (("at_risk", 50.0), ("watch", 75.0), ("healthy", 100.0))


def part(name: str, score: float | None, weight: float) -> dict:
    points = None if score is None else score * weight
    return {
        "name": name, "group": "g", "value": score, "score": score, "effective_weight": weight, "points": points, "missing": score is None,
    }  # fmt: skip


def test_the_most_points_lost_come_first_and_points_and_losses_total_100():
    """50 of a weight of 0.5 loses 25, 80 of 0.4 loses 8, 100 of 0.1 loses none; what is missing comes last."""
    found = by_points_lost([part("c", 100.0, 0.1), part("a", 80.0, 0.4), part("m", None, 0.0), part("b", 50.0, 0.5)], BANDS)
    assert [(one["name"], one["band"]) for one in found] == [("b", "at_risk"), ("a", "healthy"), ("c", "healthy"), ("m", None)]
    assert [round(one["lost"], 9) for one in found[:3]] == [25.0, 8.0, 0.0]
    assert found[3]["lost"] is None
    assert round(sum(one["lost"] + one["points"] for one in found[:3]), 9) == 100.0


def test_a_score_of_nothing_has_no_measure():
    assert by_points_lost([], BANDS) == []
    assert by_points_lost([part("a", None, 0.0)], BANDS)[0]["band"] is None
