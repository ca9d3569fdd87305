"""The card of a churn model as lines of text, for the command line."""

from models.card import Card, Score


def card_lines(version: str, card: Card) -> list[str]:
    """The verdict first, then what it rests on."""
    lines = [f"{version}: {'usable' if card.usable else 'not used'}", card.words]
    for split in card.splits:
        if split.rows:
            looks = f"{split.rows:,} observations, {split.outcomes:,} losses, {split.kept:,} renewals kept"
            lines.append(f"  {split.name:<13} {split.start} to {split.end}: {looks}")
    if card.embargoed:
        lines.append(f"  {'left out':<13} {card.embargoed:,} observations whose outcome was not certain when the test began")
    if card.model:
        lines += [f"  compared      {score.name}: AUC {score.auc:.3f}, log loss {score.log_loss:.4f}" for score in card.candidates]
        lines += [
            _tested(card.chosen or "", card.model),
            f"  calibration   slope {card.slope:.2f}, intercept {card.intercept:.2f} (1 and 0 are right)",
        ]
        lines += [
            f"  baseline         {baseline.name}: AUC {baseline.auc:.3f}, the lead over it is at least {baseline.margin_low:+.3f}"
            for baseline in card.baselines
        ]
    return lines


def _tested(name: str, score: Score) -> str:
    return (
        f"  tested        {name}: AUC {score.auc:.3f} ({score.low:.3f} to {score.high:.3f}), lift {score.lift:.1f}, Brier {score.brier:.4f}"
    )
