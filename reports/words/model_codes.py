"""Words for what the card of a churn model and forecasts name."""

from language import mark, tr
from language.retold import retold

# What the card of a churn model names; inputs that are measures of the registry have their titles.
OF_THE_MODEL = {
    "learned from": mark("learned from"),
    "held out": mark("held out"),
    "not yet certain when the test began": mark("not yet certain when the test began"),
    "base rate": mark("base rate"),
    "all that is known without a model": mark("all that is known without a model"),
    "rate by term": mark("rate by term"),
    "rate by tenure": mark("rate by tenure"),
    "rate by calendar month": mark("rate by calendar month"),
    "rate by plan": mark("rate by plan"),
    "health score alone": mark("health score alone"),
    "logistic regression, held back hard": mark("logistic regression, held back hard"),
    "logistic regression, held back": mark("logistic regression, held back"),
    "logistic regression": mark("logistic regression"),
    "logistic regression, held back hard, of all inputs": mark("logistic regression, held back hard, of all inputs"),
    "logistic regression, held back, of all inputs": mark("logistic regression, held back, of all inputs"),
    "logistic regression, of all inputs": mark("logistic regression, of all inputs"),
    "average_precision": mark("average precision"),
    "brier": mark("Brier score"),
    "recall": mark("share of losses called"),
    "recall_by_amount": mark("share of lost ARR called"),
    "recall_by_chance": mark("share of losses called at random"),
    "additive curves": mark("additive curves"),
    "gradient boosting": mark("gradient boosting"),
    "warning": mark("warning"),
}
USAGE_FELL = mark("usage fell by {share} %")
FORECAST_BY = {
    "model": mark("churn model"),
    "past_rates": mark("past rates"),
    "notice": mark("notice given"),
    "unknown": mark("not known"),
}


def of_the_model(name: str) -> str:
    """What the card of a model calls by a name."""
    return tr(OF_THE_MODEL[name]) if name in OF_THE_MODEL else retold(name, (USAGE_FELL,))
