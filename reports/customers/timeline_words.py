"""The time line in words: what each entry says."""

from collections.abc import Mapping
from typing import Any

from data.schema import TABLES
from language import InLanguage, mark, tr, tr_n
from reports.words.codes import called

TITLES = InLanguage(
    {
        "money": mark("Money"), "health": mark("Health"), "usage": mark("Usage"), "tickets": mark("Tickets"), "surveys": mark("Surveys"),
        "people": mark("People"), "conversations": mark("Conversations"), "notes": mark("Notes"), "tasks": mark("Tasks"),
        "plays": mark("Plays"), "goals": mark("Goals"), "offers": mark("Offers"), "imports": mark("Imports"),
    }
)  # fmt: skip
CHANNELS = InLanguage(
    {
        "call": mark("Call"), "meeting": mark("Meeting"), "visit": mark("Visit"), "email": mark("E-mail"), "chat": mark("Chat"),
        "conversation": mark("Conversation"),
    }
)  # fmt: skip
PLAIN = InLanguage(
    {
        "first_use": mark("Used for the first time"), "feed_stopped": mark("The usage feed stopped: from here on nothing is known"),
        "came": mark("{name} is a new contact"), "left": mark("{name} left"), "champion": mark("{name} became a champion"),
        "no_champion": mark("{name} is no champion any more"),
        "actives_fell": mark("Monthly actives fell: {before:,.0f} → {after:,.0f} in 30 days"),
        "events_fell": mark("Events fell: {before:,.0f} → {after:,.0f} in 30 days"),
        "play_started": mark("Play started: {name}"), "play_done": mark("Play done: {name}"), "play_stopped": mark("Play stopped: {name}"),
        "step_done": mark("{name}: {detail}"), "goal_set": mark("Goal: {name}"), "goal_reached": mark("Goal reached: {name}"),
        "goal_missed": mark("Goal missed: {name}"), "goal_dropped": mark("Goal dropped: {name}"),
    }
)  # fmt: skip
WITH_DETAIL = ("play_done", "play_stopped", "goal_reached", "goal_missed", "goal_dropped")


def in_words(row: Mapping[str, Any]) -> str:
    """An entry of metrics.timeline in words."""
    return OF_KIND[row["kind"]](row)


def _plain(row: Mapping[str, Any]) -> str:
    told = PLAIN.get(row["code"], "{name}").format(
        **{name: "" if row[name] is None else row[name] for name in ("name", "detail", "before", "after")}
    )
    return f"{told} ({row['detail']})" if row["code"] in WITH_DETAIL and row["detail"] else told


def _people(row: Mapping[str, Any]) -> str:
    if row["code"] == "owner":
        return tr("Owner: {old} → {new}", old=row["name"] or tr("none"), new=row["detail"] or tr("none"))
    return _plain(row)


def _money(row: Mapping[str, Any]) -> str:
    product = row["name"] or tr("Contract line")
    thing = tr("{product} (trial)", product=product) if row["code"] != "churn" and row["detail"] == "trial" else product
    if row["code"] == "churn":
        return tr("Churn recorded: {reason}", reason=row["detail"] or tr("no reason given"))
    if row["code"] == "notice":
        ends = tr("it ends on {day}", day=row["until"]) if row["until"] else tr("no end is known")
        return tr("Notice for {product}: {ends}", product=thing, ends=ends)
    return MONEY[row["code"]].format(product=thing, worth=_worth(row))


MONEY = InLanguage(
    {
        "starts": mark("{product} starts: {worth}"), "ends": mark("{product} ends: {worth}"), "renewed": mark("{product} renewed: {worth}"),
        "changed": mark("{product} changed: {worth}"),
    }
)  # fmt: skip


def _worth(row: Mapping[str, Any]) -> str:
    """ARR, and seats where they are known: of a change both before and after."""
    if row["code"] == "changed":
        same = row["seats_before"] == row["seats_after"]
        seats = "" if same else tr("seats {before} → {after}", before=_count(row["seats_before"]), after=_count(row["seats_after"]))
        arr = (
            ""
            if row["before"] == row["after"]
            else f"ARR {_money_of(row['before'])} → {_money_of(row['after'])} {row['currency'] or ''}".strip()
        )
    else:
        on = "before" if row["code"] == "ends" else "after"
        arr = f"ARR {_money_of(row[on])} {row['currency'] or ''}".strip()
        seats = tr("seats {n}", n=_count(row[f"seats_{on}"])) if row[f"seats_{on}"] is not None else ""
    return tr(", ").join(part for part in (arr, seats) if part)


def _money_of(cents: float | None) -> str:
    return f"{(cents or 0) / 100:,.2f}"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _health(row: Mapping[str, Any]) -> str:
    bands = [called(row[name]) for name in ("name", "detail")]
    moved = tr("{band} as before", band=bands[1]) if bands[0] == bands[1] else tr("{before} → {after}", before=bands[0], after=bands[1])
    told = (
        tr("Health fell {before:.0f} → {after:.0f} ({moved})")
        if row["code"] == "fell"
        else tr("Health rose {before:.0f} → {after:.0f} ({moved})")
    )
    return told.format(before=_points(row["before"]), after=_points(row["after"]), moved=moved)


def _points(score: float) -> int:
    """A score as it is shown, a half upwards."""
    return int(score + 0.5)


def _ticket(row: Mapping[str, Any]) -> str:
    told = tr("{ticket}, {priority}", ticket=row["name"], priority=row["detail"] or tr("no priority"))
    return tr("{told}; resolved on {day}", told=told, day=row["until"]) if row["until"] else tr("{told}; open", told=told)


def _survey(row: Mapping[str, Any]) -> str:
    score = f"{row['after']:g}" if row["after"] is not None else "–"
    told = tr("{survey} answered: {score}", survey=(row["code"] or "").upper() or tr("Survey"), score=score)
    who = tr("{told}, by {name}", told=told, name=row["name"]) if row["name"] else told
    return f"{who} “{row['detail']}”" if row["detail"] else who


def _conversation(row: Mapping[str, Any]) -> str:
    channel = CHANNELS.get(row["code"], row["code"])
    with_whom = tr("{channel} with {names}", channel=channel, names=row["name"]) if row["name"] else channel
    return tr("{what}: {said}", what=with_whom, said=row["detail"]) if row["detail"] else with_whom


def _work(row: Mapping[str, Any]) -> str:
    if row["kind"] == "plays" and row["source"] != "activities":
        return _plain(row)
    body = row["detail"] or "–"
    return tr("Was due and is open: {body}", body=body) if row["code"] == "due" else body


def _offer(row: Mapping[str, Any]) -> str:
    worth = tr("{amount} {currency} a year", amount=_money_of(row["after"]), currency=row["currency"] or "").replace("  ", " ")
    told = OFFERS[row["code"]].format(title=row["name"], worth=worth if row["after"] is not None else tr("no amount"))
    return f"{told} ({row['detail']})" if row["detail"] else told


OFFERS = InLanguage(
    {
        "offer_made": mark("Offered: {title}, {worth}"), "offer_won": mark("Offer won: {title}, {worth}"),
        "offer_lost": mark("Offer lost: {title}, {worth}"),
    }
)  # fmt: skip


def _import(row: Mapping[str, Any]) -> str:
    table = tr(TABLES[row["detail"]].title).lower()
    return tr_n("{file}: {n:,} row of {table}", "{file}: {n:,} rows of {table}", int(row["after"]), file=row["name"], table=table)


OF_KIND = {
    "money": _money, "health": _health, "usage": _plain, "tickets": _ticket, "surveys": _survey, "people": _people,
    "conversations": _conversation, "notes": _work, "tasks": _work, "plays": _work, "goals": _plain, "offers": _offer, "imports": _import,
}  # fmt: skip
