"""What the churn model cannot say, as plain sentences made of its card."""

from language import tr
from language.formats import listed
from models.card import Card
from reports.words.model_inputs import input_called

NAMED = 8  # inputs, quarters and segments that one sentence names


def cannot_say(card: Card) -> list[str]:
    """The sentences; empty where no model was tried."""
    if card.model is None:
        return []
    told = [
        tr("Why an account leaves: what stands out goes along with leaving; whether changing it would keep anyone, it does not know."),
        tr("How much of an account's ARR is lost: it says whether the paid time ends, and nothing of contraction or expansion."),
        tr("Anything of accounts that gave notice or have booked their renewal: that is settled, and they were left out."),
        *([_beyond(card)] if card.rates else []),
        *([_unknown(card)] if card.constant else []),
        *_too_few(card),
    ]
    if card.limits:
        low, high = (100 * limit for limit in card.limits)
        told.append(tr("Anything surer than {low:.0f} % or {high:.0f} %: so few losses allow no more.", low=low, high=high))
    return told


def _beyond(card: Card) -> str:
    leads = sorted(number for number, _ in card.rates)
    return tr("Anything further ahead than {days:.0f} days, or of an account that was no customer yet.", days=leads[-1])


def _unknown(card: Card) -> str:
    return tr(
        "What these would tell, since they were never recorded, or were the same for all: {inputs}.",
        inputs=_some([input_called(name) for name in card.constant]),
    )


def _too_few(card: Card) -> list[str]:
    few = {by: [one.value for one in card.slices if one.by == by and one.auc is None] for by in ("segment", "quarter")}
    words = {
        "segment": tr("Whether it holds in these segments, which have too few losses or renewals: {names}."),
        "quarter": tr("Whether it held in these quarters, which have too few losses or renewals: {names}."),
    }
    return [words[by].format(names=_some(values)) for by, values in few.items() if values]


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return listed(names) if more <= 0 else tr("{names} and {n} more", names=listed(names[:NAMED]), n=more)
