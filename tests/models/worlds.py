"""Made-up companies whose truth is known: ten designs in which leaving is pure chance, and one with a signal planted in its usage."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.rules import preset
from models.account_model import learned
from models.card import Card
from models.evaluation import auc, lift
from models.features import INPUTS, features
from models.history import History
from models.observations import LEADS, observations
from tests.metrics.books import SCHEMA
from tests.models.generated import Company, feed
from tests.models.world_draws import BEGAN, World, day, drawn, month_of, usage
from tests.models.world_lines import anniversaries, cut_years, discounted, mixed, month_end, plans, repriced, rolling, yearly
from tests.models.world_records import records

GRACE = 30  # days


def company(world: World, seed: int) -> Company:
    """A world's company as the models take it."""
    rng = np.random.default_rng([seed, *world.name.encode()])
    draw = drawn(world, rng)
    rows = [row | {"seats": int(draw.seats[int(row["account_id"][1:])])} for row in (world.lines or rolling)(world, draw)]
    lines = contract_lines(_contracts(rows).lazy(), rules=preset("house")).collect()
    until = day(world.days - 1)
    effective = with_grace(lines.lazy(), as_of=until, rules=preset("house")).collect()
    months = dict(zip(("months", "days"), usage(world, draw), strict=True)) | {"feeds": feed(BEGAN, until)} if world.usage else {}
    kept = records(world, draw, np.random.default_rng([seed, 1, *world.name.encode()])) if world.records else {}
    return Company(History(lines, **months, **kept), effective, until)


def _contracts(rows: list[dict]) -> pl.DataFrame:
    plain = {"kind": "recurring", "period": "1 month", "currency": "USD", "batch": 1}
    full = [plain | row | {"row_key": str(number), "line": number + 2} for number, row in enumerate(rows)]
    told = {name: kind for name, kind in SCHEMA.items() if name != "amount"}
    frame = pl.DataFrame(full, schema=told | {"amount": pl.Float64})
    return frame.with_columns(pl.col("amount").cast(pl.Decimal(18, 4)))


NULL_WORLDS = (
    World("rolling, few accounts", accounts=180, usage=False, lines=rolling),
    World("rolling, many accounts", accounts=900, monthly=0.02, lines=rolling),
    World("yearly", accounts=500, lines=yearly),
    World("yearly and rolling", lines=mixed),
    World("seasonal", seasonal=1.2, lines=rolling),
    World("month-end", usage=False, lines=month_end),
    World("paid months", lines=anniversaries),
    World("prices change", lines=repriced),
    World("trial and plans", usage=False, lines=plans),
    World("cut years", lines=cut_years),
    World("discounts run out", lines=discounted),
)
PLANTED = World("planted", monthly=0.045, pull=0.8, lines=rolling)
# Of the best that could be said of an account on a day, its own leaning, within each lead: 20,000 accounts, mean of the leads.
TRUE_AUC, TRUE_LIFT = 0.7, 2.76
MOST_USABLE, LEAST_USABLE = 0.02, 0.8
FRESH = 1000  # seeds from here on judge; those below were looked at while the model was made


def looks_of(made: Company) -> pl.DataFrame:
    """A company's observations with their features."""
    looked = observations(made.history.lines, made.effective, since=BEGAN, until=made.until, grace_days=GRACE)
    return features(looked, made.history)


def card_of(world: World, seed: int) -> Card:
    """The card of the churn model of a world's company."""
    return cards_of(world, seed, INPUTS)[0]


def cards_of(world: World, seed: int, *inputs: Sequence[str]) -> list[Card]:
    """The cards of churn models of a world's company, each by some of the inputs."""
    made, baselines = company(world, seed), {"usage fell": "usage_fell"} if world.usage else {}
    looked = looks_of(made)
    return [learned(looked, made.history.lines, baselines=baselines, inputs=some).card for some in inputs]


def truth(world: World, accounts: int = 20_000, seed: int = 1) -> tuple[float, float]:
    """AUC and lift of the leaning itself, within each lead, averaged, in the latest part of a large company of rolling lines."""
    draw = drawn(replace(world, accounts=accounts), np.random.default_rng(seed))
    leaves, at_month, found = draw.leaving(world.monthly, world.days), month_of(world), []
    for lead in LEADS:
        firsts = [d for d in np.flatnonzero(np.diff(at_month, prepend=-1)) if 0.55 * world.days < d < world.days - lead - GRACE]
        live = [(draw.begins <= first) & (leaves > first) for first in firsts]
        leaning = np.concatenate([draw.mood[there, at_month[first]] for first, there in zip(firsts, live, strict=True)])
        gone = np.concatenate([leaves[there] <= first + lead for first, there in zip(firsts, live, strict=True)]).astype(int)
        found.append((auc(gone, leaning), lift(gone, leaning)))
    mean_auc, mean_lift = np.mean(found, axis=0)
    return float(mean_auc), float(mean_lift)
