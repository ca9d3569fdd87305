"""The card of a churn model as lines of text, for the command line."""

from models.card import Card, Measure, Score


def card_lines(version: str, card: Card) -> list[str]:
    """The verdict first, then what it rests on."""
    lines = [f"{version}: {'usable' if card.usable else 'not used'}", card.words]
    for split in card.splits:
        if split.rows:
            looks = f"{_count(split.rows, 'observation')}, {_count(split.outcomes, 'loss', 'losses')}, {_count(split.kept, 'renewal')} kept"
            lines.append(f"  {split.name:<13} {split.start} to {split.end}: {looks}")
    if card.embargoed:
        lines.append(f"  {'left out':<13} {_count(card.embargoed, 'observation')} whose outcome was not certain when the test began")
    if card.model:
        lines += [f"  compared      {score.name}: AUC {score.auc:.3f}, log loss {score.log_loss:.4f}" for score in card.candidates]
        lines += [
            _tested(card.chosen or "", card.model),
            f"  calibration   slope {card.slope:.2f}{_between(card.slope_range)}, intercept {card.intercept:.2f} (1 and 0 are right)",
        ]
        lines += _averages(card.on_average)
        lines += [
            f"  baseline         {baseline.name}: AUC {baseline.auc:.3f}, the lead over it is at least {baseline.margin_low:+.3f}"
            for baseline in card.baselines
        ]
    lines += [_measured(one) for one in card.measures if one.name in ("average_precision", "brier") or one.capacity == card.capacity]
    if card.limits:
        lines.append(
            f"  limits        no probability below {card.limits[0]:.1%} or above {card.limits[1]:.1%}: so few losses allow no more"
        )
    if card.alone:
        lines.append(f"  inputs alone  {', '.join(f'{score.name} {score.auc:.2f}' for score in card.alone)} (AUC)")
    lines += [f"  note          {words}" for words in card.warnings]
    return lines


def _measured(one: Measure) -> str:
    words = {
        "average_precision": "average precision",
        "brier": "Brier score",
        "recall": f"share of losses among {one.capacity} accounts called a month",
        "recall_by_chance": f"share of losses among {one.capacity} accounts called at random a month",
        "recall_by_amount": f"share of lost ARR among {one.capacity} accounts called a month",
    }[one.name]
    told = "cannot be told" if one.value is None else f"{one.value:.3f}"
    return f"  measured      {words}: {told}" + (f" ({one.low:.3f} to {one.high:.3f})" if one.low is not None else "")


def _count(number: int, one: str, many: str = "") -> str:
    """1 loss, 2 losses."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _between(found: tuple[float, float] | None) -> str:
    return f" ({found[0]:.2f} to {found[1]:.2f})" if found else ""


def _averages(found: tuple[float, float] | None) -> list[str]:
    return [f"  on average    it says {found[0]:.1%}, and {found[1]:.1%} were lost"] if found else []


def _tested(name: str, score: Score) -> str:
    return (
        f"  tested        {name}: AUC {score.auc:.3f} ({score.low:.3f} to {score.high:.3f}), lift {score.lift:.1f}, Brier {score.brier:.4f}"
    )
