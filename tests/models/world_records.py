"""Tickets, answers, conversations and contacts of made-up companies, drawn by chance and of no consequence: they begin and end with the
account, and tell nothing else of whether it leaves."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from tests.models.generated import kept
from tests.models.world_draws import BEGAN, MONTH, Draw, World, day

PEOPLE = 4  # contacts of an account
TOLD_EVERY = 180  # days between two lists of contacts
A_MONTH = {"tickets": 0.4, "answers": 0.06, "talks": 0.4, "leave": 0.02}


def records(world: World, draw: Draw, rng: np.random.Generator) -> dict:
    """What History takes beside lines and usage."""
    tickets, talks = _tickets(world, draw, rng), _talks(world, draw, rng)
    return {
        "tickets": tickets, "tickets_recorded": kept(tickets, "opened_at"), "surveys": _answers(world, draw, rng),
        "activities": talks, "activities_recorded": kept(talks, "done_on"), **_people(world, draw, rng),
    }  # fmt: skip


def _moments(world: World, draw: Draw, rng: np.random.Generator, a_month: float) -> pl.DataFrame:
    """account_id, at: so many in a month of live days."""
    live = np.minimum(draw.leaves, world.days) - draw.begins
    account = np.repeat(np.arange(world.accounts), rng.poisson(a_month * np.maximum(live, 0) / MONTH))
    hours = 24 * (draw.begins[account] + rng.random(len(account)) * live[account])
    at = np.datetime64(datetime.combine(BEGAN, datetime.min.time())) + hours.astype("timedelta64[h]")
    frame = pl.DataFrame({"account": account, "at": at}).with_columns(pl.col("at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))
    return frame.select(pl.format("A{}", "account").alias("account_id"), "at")


def _tickets(world: World, draw: Draw, rng: np.random.Generator) -> pl.DataFrame:
    opened = _moments(world, draw, rng, A_MONTH["tickets"])
    hours = pl.DataFrame({"wait": rng.integers(1, 48, opened.height), "more": rng.integers(0, 200, opened.height)})
    both = pl.concat([opened.rename({"at": "opened_at"}), hours], how="horizontal")
    replied = pl.col("opened_at") + pl.duration(hours="wait")
    csat = pl.Series("csat", np.where(rng.random(opened.height) < 0.3, rng.integers(1, 6, opened.height), np.nan)).fill_nan(None)
    return both.with_columns(csat, first_reply_at=replied, resolved_at=replied + pl.duration(hours="more")).drop("wait", "more")


def _answers(world: World, draw: Draw, rng: np.random.Generator) -> pl.DataFrame:
    given = _moments(world, draw, rng, A_MONTH["answers"]).rename({"at": "answered_at"})
    return given.with_columns(kind=pl.lit("nps"), score=pl.Series(rng.integers(0, 11, given.height).astype(float)))


def _talks(world: World, draw: Draw, rng: np.random.Generator) -> pl.DataFrame:
    held = _moments(world, draw, rng, A_MONTH["talks"])
    feelings = pl.Series("sentiment", rng.choice(["positive", "neutral", "negative"], held.height), dtype=pl.String)
    number = pl.Series("number", rng.integers(0, PEOPLE, held.height))
    return held.with_columns(feelings, number).select(
        "account_id", "sentiment", done_on=pl.col("at").dt.date(), kind=pl.lit("conversation"), contacts=pl.format("{}-{}", "account_id", "number")
    )  # fmt: skip


def _people(world: World, draw: Draw, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    ids = [(f"A{account}-{number}", f"A{account}") for account in range(world.accounts) for number in range(PEOPLE)]
    stays = rng.exponential(MONTH / A_MONTH["leave"], len(ids))
    left = [begin + int(stay) for begin, stay in zip(np.repeat(draw.begins, PEOPLE), stays, strict=True)]
    until = np.repeat(np.minimum(draw.leaves, world.days), PEOPLE)
    people = pl.DataFrame(
        [(*one, day(gone) if gone < end else None) for one, gone, end in zip(ids, left, until, strict=True)],
        schema={"contact_id": pl.String, "account_id": pl.String, "left_on": pl.Date}, orient="row",
    )  # fmt: skip
    told = [BEGAN + timedelta(days=at) for at in range(0, world.days, TOLD_EVERY)]
    lists = [people.select("contact_id", day=pl.lit(at), is_champion=pl.Series(rng.random(len(ids)) < 0.3)) for at in told]
    return {"people": people.select("contact_id", "account_id", "left_on"), "champions": pl.concat(lists)}
