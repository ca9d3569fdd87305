"""The parts of the page of the churn model: its verdict, figures, charts, and the button that trains it anew."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from data.store import open_stores
from data.viewer import CONFIGURE
from language import InLanguage, mark, tr
from language.formats import clauses, listed, sentences
from pages.ui import loaders, text
from pages.ui.charts import BLUE, CLEAR, GREY, styled, told
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from reports.report import Report
from reports.words import codes
from reports.words.model_inputs import input_called

HEADLINES = InLanguage(
    {
        "usable": mark("The model is used: on later renewals it did better than its baselines"),
        "no_better_than_rivals": mark("No model is used: on later renewals it did no better than its baselines"),
        "too_few_outcomes": mark("No model is used: too few losses are known to learn from"),
        "too_few_held_out": mark("No model is used: too few losses are left to test it on"),
        "too_few_to_learn": mark("No model is used: too few losses were certain before the test"),
        "nothing_to_learn_from": mark("No model is used: nothing that is imported tells accounts apart"),
        "knows_the_outcome": mark("No model is used: one of its inputs knows what came afterwards"),
        "carried_by_bookkeeping": mark("No model is used: one input that bookkeeping writes does as well alone"),
        "outdated": mark("The model is out of use: an import that it learned from was undone"),
        "not_trained": mark("No churn model has been trained yet"),
    }
)
CARRIERS = 3  # single inputs that the page names
MUCH = 1.5  # what was said over what happened, or the reverse, beyond which the page calls it too much or too little
COIN = 0.5  # AUC
NARROW = 1.5  # the highest probability over the lowest, below which all accounts are said to be alike
FALLBACK = mark("Meanwhile the pages rely on the health score, with what it was worth on past renewals.")
WORDS = mark(
    "\n- **AUC**: of one renewal that was lost and one that was kept, how often the lost one was thought more at "
    "risk. 0.5 is a coin, 1 is always.\n- **Lift**: how many times more often the top decile of accounts by risk "
    "was lost than the average account.\n- **Calibration**: whether 20 % means that one in five leaves. A slope "
    "of 1 is right; below it the model is too sure of itself, above it\n  too timid. Where its range holds 1, no "
    "more can be said with so few losses; where it holds 0, too, nothing at all.\n"
    "- **Held out**: the latest time, with half of the losses. It was "
    "walked through once in three stretches, and before each of them the model\n  learned only from what was "
    "certain when it began.\n- **Limits**: no account is given a probability beyond those at which at least five "
    "renewals were tried, nor a surer one than so many losses\n  allow. An account that is like none before it is "
    "told what the most unusual ones were told.\n- **Baselines**: what one would do without it, and what a "
    "contract says by itself: how often accounts left by term, tenure, plan and month\n  of the year before. It "
    "must beat each of them by more than chance allows, or it is not used.\n- Everything is measured among looks "
    "from the same number of days ahead, then averaged: that more leave in 90 days than in 30 is no skill.\n- "
    "Reasons are what stands out about an account next to accounts like it: an association, never a cause.\n"
)


def record(choice: Choice) -> None:
    """How the churn model did on later renewals, or why there is none; a probability is never shown without it."""
    report = loaders.report(choice.company, "churn-model", choice.viewer, choice.question)
    if report.totals:
        what = tr("Churn probability") if in_use(report) else tr("No churn probability")
        st.caption(
            tr(
                ":material/fact_check: {what}: {words} What stands out is an association, never a cause.",
                what=what,
                words=report.total("words"),
            )
        )


def headline(report: Report) -> str:
    return HEADLINES[report.totals["verdict"]]


def in_use(report: Report) -> bool:
    return report.total("verdict") == "usable"


def figures(report: Report) -> list[Figure]:
    """Losses known, AUC, lift and calibration; the dash where the model was not tried."""
    of = report.total
    return [
        Figure(
            tr("Losses known"),
            text.count(of("outcomes")),
            tr("{held_out_outcomes} held out", held_out_outcomes=text.count(of("held_out_outcomes"))),
            better="neither",
            about=tr("Renewals that were lost, each counted once. At least 30 are needed, 15 of them held out."),
        ),
        Figure(
            tr("AUC"),
            text.decimal(of("auc"), 2),
            _range(report),
            better="neither",
            about=tr("0.5 is a coin, 1 is always right. The range holds 95 of 100 draws of accounts."),
        ),
        Figure(
            tr("Lift"),
            f"{text.decimal(of('lift'), 1)}×" if of("lift") else text.MISSING,
            tr("in the top decile"),
            better="neither",
            about=tr("How many times more often the tenth thought most at risk was lost than the average account."),
        ),
        Figure(
            tr("Calibration slope"),
            text.decimal(of("slope"), 2),
            calibrated(report),
            better="neither",
            about=tr("1 is right. Above, those at risk leave more often, and the others less often, than it says. 95 of 100 lie between."),
        ),
    ]


def calibrated(report: Report) -> str:
    """What the slope means, as far as its range tells."""
    of = report.total
    low, high = of("slope_low"), of("slope_high")
    if low is None or high is None:
        return tr("1 is right")
    told = tr("too timid") if low > 1 else tr("too sure") if high < 1 else tr("not known") if low <= 0 else tr("right")
    return tr("{told}, {low} to {high}", told=told, low=text.decimal(low, 1), high=text.decimal(high, 1))


def on_average(report: Report) -> str | None:
    """What the model said of the held-out looks on average beside what happened; None where it was not tried."""
    said, left = report.total("predicted"), report.total("observed")
    if said is None or left is None:
        return None
    told = tr("Over all held-out observations it says {said} on average; {left} left.", said=text.percent(said), left=text.percent(left))
    if left / MUCH <= said <= left * MUCH:
        return told
    if not _ranks(report):
        return tr("{told} That is too much.", told=told) if said > left else tr("{told} That is too little.", told=told)
    if said > left:
        return tr("{told} That is too much: it tells who is more at risk than others better than how many will leave.", told=told)
    return tr("{told} That is too little: it tells who is more at risk than others better than how many will leave.", told=told)


def carried(report: Report) -> str | None:
    """What the best single inputs are worth alone, in words; None where none was tried."""
    alone = [row for row in report.rows.iter_rows(named=True) if row["section"] == "input"][:CARRIERS]
    if not alone:
        return None
    said = listed(tr("{name} ({auc:.2f})", name=input_called(row["name"]), auc=row["auc"]) for row in alone)
    return tr("What carries it, and the AUC that each reaches alone: {said}.", said=said)


def _range(report: Report) -> str | None:
    found = _auc_range(report)
    return tr("{low:.2f} to {high:.2f}", low=found[0], high=found[1]) if found else None


def _auc_range(report: Report) -> tuple[float, float] | None:
    found = [row for row in report.rows.iter_rows(named=True) if row["section"] == "model"]
    return (found[0]["auc_low"], found[0]["auc_high"]) if found else None


def _ranks(report: Report) -> bool:
    """Whether the model tells who is more at risk than others better than a coin does, by more than chance allows."""
    found = _auc_range(report)
    return found is not None and found[0] is not None and found[0] > COIN


def reliability(report: Report) -> go.Figure:
    """For each fifth of the held-out looks: the mean probability that was said, and the share that was lost."""
    fifths = [row for row in report.rows.iter_rows(named=True) if row["section"] == "reliability"]
    said, happened = [row["predicted"] for row in fifths], [row["observed"] for row in fifths]
    most = max(*said, *happened, 0.05)
    figure = go.Figure(go.Scatter(x=[0, most], y=[0, most], mode="lines", line={"color": GREY, "dash": "dot"}, hoverinfo="skip"))
    figure.add_annotation(x=most, y=most, text=tr("as predicted"), showarrow=False, xanchor="right", yanchor="bottom", font={"color": GREY})
    figure.add_scatter(
        x=said,
        y=happened,
        mode="lines+markers",
        line={"color": BLUE, "width": 2.5},
        marker={"size": 9},
        text=[tr("{outcomes} of {rows} observations were lost", outcomes=row["outcomes"], rows=row["rows"]) for row in fifths],
        hovertemplate=tr("predicted %{x:.1%}, happened %{y:.1%}: %{text}<extra></extra>"),
    )
    pairs = [
        tr("{one} predicted, {other} happened", one=text.percent(one), other=text.percent(other))
        for one, other in zip(said, happened, strict=True)
    ]
    told(styled(figure), tr("; ").join(pairs)).update_xaxes(tickformat=".0%", title=tr("predicted"), rangemode="tozero")
    return figure.update_yaxes(tickformat=".0%", title=tr("happened"), rangemode="tozero")


def baselines(report: Report) -> go.Figure:
    """The AUC of the model and of each baseline on the same looks, with the range of 95 of 100 draws."""
    shown = [row for row in report.rows.iter_rows(named=True) if row["section"] in ("model", "rival")]
    names = [codes.said("name", row["name"], report.name) if row["section"] == "rival" else tr("the model") for row in shown]
    figure = go.Figure()
    for name, row in zip(names, shown, strict=True):
        _ranged(figure, name, row, BLUE if row["section"] == "model" else GREY)
    words = clauses(*(tr("{name}: AUC {auc:.2f}", name=name, auc=row["auc"]) for name, row in zip(names, shown, strict=True)))
    told(styled(figure, 80 + 26 * len(shown)), words).update_layout(margin={"r": 40})
    figure.update_xaxes(range=[min(0.3, *(row["auc_low"] or 1 for row in shown)), 1.02], title=tr("AUC"))
    return figure.update_yaxes(autorange="reversed", gridcolor=CLEAR).add_vline(x=0.5, line={"color": GREY, "dash": "dot"})


def _ranged(figure: go.Figure, name: str, row: dict[str, Any], colour: str) -> None:
    """One AUC with its range, its value in a column at the right where nothing lies on it."""
    auc, low, high = row["auc"], row["auc_low"] or row["auc"], row["auc_high"] or row["auc"]
    figure.add_scatter(
        x=[auc],
        y=[name],
        mode="markers",
        marker={"size": 11, "color": colour},
        cliponaxis=False,
        error_x={"type": "data", "symmetric": False, "array": [high - auc], "arrayminus": [auc - low], "color": GREY},
        hovertemplate=tr("%{y}: AUC %{x:.3f}<extra></extra>"),
    )
    figure.add_annotation(
        x=1, xref="paper", xanchor="left", y=name, text=f" {auc:.2f}", showarrow=False, font={"size": 12, "color": colour}
    )


def _may_train(choice: Choice) -> bool:
    return choice.viewer.sees_all and choice.viewer.may(CONFIGURE, "model")


def train_button(choice: Choice) -> None:
    """Train on the day looked at; for those who see all accounts."""
    if not _may_train(choice):
        return
    st.button(tr("Train the model"), on_click=_train, args=(choice,), icon=":material/model_training:")
    st.caption(
        tr("Reads all that is imported, up to the day looked at. Card and predictions are written as batches; Import can undo them.")
    )


def chance(choice: Choice) -> None:
    """Try the model on the own book with leaving drawn by chance; for those who see all accounts."""
    if not _may_train(choice):
        return
    st.subheader(tr("Would it have passed by chance?"))
    st.caption(
        tr("The same accounts, contracts and usage, but who leaves is drawn at random, at the same rates. A sound model fails there.")
    )
    if st.button(tr("Try it on chance"), icon=":material/casino:"):
        _try_chance(choice)


def _try_chance(choice: Choice) -> None:
    from reports.customers.null_world import TRIES, chance_on_own_book, in_words

    bar = st.progress(0.0, tr("Drawing who leaves, {tries} times ...", tries=TRIES))
    store = open_stores.store(choice.company)

    def told(done: int) -> None:
        bar.progress(done / TRIES, tr("{done} of {tries}", done=done, tries=TRIES))

    try:
        found = chance_on_own_book(store, as_of=choice.question.as_of, tries=TRIES, progress=told)
    except ValueError as nothing:
        st.info(str(nothing))
    else:
        st.write(in_words(found))
    finally:
        bar.empty()


def spread(report: Report) -> str | None:
    """How far apart the probabilities of today are, in words; None where the model says none."""
    of = report.total
    if not of("accounts_ahead"):
        return None
    low, middle, high = (100 * (of(name) or 0.0) for name in ("ahead_low", "ahead_middle", "ahead_high"))
    ahead = text.count(of("accounts_ahead"))
    told = tr(
        "It gives the {ahead} accounts ahead {low:.0f} % to {high:.0f} %, half of them less than {middle:.0f} %.",
        ahead=ahead,
        low=low,
        high=high,
        middle=middle,
    )
    if of("limit_high") is not None:
        least, most = (100 * (of(name) or 0.0) for name in ("limit_low", "limit_high"))
        limit = tr(
            "It never says less than {least:.0f} % or more than {most:.0f} %: beyond that, too few renewals were tried.",
            least=least,
            most=most,
        )
        told = sentences(told, limit)
    return told if high >= NARROW * low else tr("{told} That is nearly the same for all, and warns of nobody.", told=told)


def _train(choice: Choice) -> None:
    from reports.customers.churn_training import train  # here, since loading scikit-learn takes longer than drawing the page

    train(open_stores.store(choice.company), as_of=choice.question.as_of, who=choice.viewer.signs("browser"), viewer=choice.viewer)
