"""The people at an account: who they are, when they were last in touch, and what is missing among them."""

from datetime import date, timedelta

import polars as pl

from metrics.today import CHAMPION_SILENCE
from metrics.usage import TRACKED

QUIET_AFTER = 90  # days without contact after which anybody but a champion has gone quiet: a review is held every quarter
NEWS_FOR = 180  # days for which a champion who is none any more is told of
SEEN_FOR = 365  # days of usage in which people are looked for
ROLES = ("decision maker", "manager", "technical", "user")
STAKEHOLDER = (
    "account_id", "contact_id", "name", "email", "role", "is_champion", "left_on", "last_conversation", "last_used", "last_contact",
    "silent_days", "state", "was_champion_until", "batch",
)  # fmt: skip
GAP = ("account_id", "gap", "contact", "days", "on")


def stakeholders(
    contacts: pl.LazyFrame, talks: pl.LazyFrame, seen: pl.LazyFrame, usage: pl.LazyFrame, former: pl.LazyFrame, *, day: date
) -> pl.LazyFrame:
    """One row per contact: when last in touch, and how it stands on a day.

    contacts: contact_id, account_id, name, email, role, is_champion, left_on, batch. talks: activities (kind, done_on, contacts: ids with
    commas between). seen: account_id, user_id, last_day (a user is the contact of the same id, or of that e-mail address, whatever the
    case). usage: account_id, state, covered_to. former: metrics.contact_changes.former_champions.
    last_contact: the later of the last conversation that the person took part in and the last use. silent_days: since then, of usage to the
    last day that the account's feeds cover; the shorter of the two; null where neither is known, and where usage that would tell has
    stopped coming. state: left, quiet (a champion for CHAMPION_SILENCE days or more, others for QUIET_AFTER), in_touch, not_known.
    was_champion_until: the day from which a former champion is none any more, or has left. Returns STAKEHOLDER.
    """
    told = (
        contacts.join(_talked(talks, day), on="contact_id", how="left")
        .join(_used(contacts, seen), on="contact_id", how="left")
        .join(
            usage.select("account_id", covered_to=pl.when(pl.col("state").is_in(TRACKED)).then("covered_to")), on="account_id", how="left"
        )
        .join(former, on="contact_id", how="left")
    )
    left = (pl.col("left_on") <= day).fill_null(False)
    known = told.with_columns(last_contact=pl.max_horizontal("last_conversation", "last_used"), silent_days=_silent(day))
    stopped = (
        pl.when(left & pl.col("is_champion").fill_null(False))
        .then("left_on")
        .otherwise(pl.when(pl.col("stopped_on") <= day).then("stopped_on"))
    )
    return known.with_columns(state=_state(left), was_champion_until=stopped).select(*STAKEHOLDER)


def _talked(talks: pl.LazyFrame, day: date) -> pl.LazyFrame:
    held = talks.filter(pl.col("kind") == "conversation", pl.col("done_on") <= day, pl.col("contacts").is_not_null())
    each = held.select("done_on", contact_id=pl.col("contacts").str.split(",")).explode("contact_id")
    return each.with_columns(pl.col("contact_id").str.strip_chars()).group_by("contact_id").agg(last_conversation=pl.col("done_on").max())


def _used(contacts: pl.LazyFrame, seen: pl.LazyFrame) -> pl.LazyFrame:
    """The last day on which the user of a contact's id or address was active."""
    users = seen.select("account_id", "last_day", user=pl.col("user_id").str.to_lowercase())
    ids = [contacts.select("account_id", "contact_id", user=pl.col(name).str.to_lowercase()) for name in ("contact_id", "email")]
    return (
        pl.concat(ids)
        .drop_nulls("user")
        .join(users, on=["account_id", "user"])
        .group_by("contact_id")
        .agg(last_used=pl.col("last_day").max())
    )


def _silent(day: date) -> pl.Expr:
    talked = (pl.lit(day) - pl.col("last_conversation")).dt.total_days()
    used = (pl.col("covered_to") - pl.col("last_used")).dt.total_days().clip(lower_bound=0)
    unseen = pl.col("last_used").is_not_null() & pl.col("covered_to").is_null() & (talked.is_null() | (talked >= CHAMPION_SILENCE))
    return pl.when(~unseen).then(pl.min_horizontal(talked, used))


def _state(left: pl.Expr) -> pl.Expr:
    patience = pl.when(pl.col("is_champion").fill_null(False)).then(CHAMPION_SILENCE).otherwise(QUIET_AFTER)
    return (
        pl.when(left).then(pl.lit("left"))
        .when(pl.col("silent_days").is_null()).then(pl.lit("not_known"))
        .when(pl.col("silent_days") >= patience).then(pl.lit("quiet"))
        .otherwise(pl.lit("in_touch"))
    )  # fmt: skip


def gaps(people: pl.LazyFrame, accounts: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """What is missing among the people of each account, one row a gap; nothing is told of what nobody has recorded.

    people: stakeholders. accounts: account_id of those that are looked at. gap: no_contacts and everyone_left (then nothing else is told of
    the account), roles_unknown (nobody who is there has a role) or no_decision_maker, only_one_person, champion_lost (in the last NEWS_FOR
    days, and nobody is one now) or no_champion (where it is recorded of anybody who is one), champion_quiet and decision_maker_quiet
    (all of them are quiet). contact: whom it is about, where it is one; days: since when silent; on: the day. Returns GAP.
    """
    whole = accounts.select("account_id").join(people, on="account_id", how="left")
    here = pl.col("contact_id").is_not_null() & (pl.col("state") != "left")
    counted = whole.group_by("account_id").agg(
        known=pl.col("contact_id").count(), here=here.sum(), roles=(here & pl.col("role").is_not_null()).sum(),
        deciders=(here & (pl.col("role") == "decision maker")).sum(), champions=(here & pl.col("is_champion")).sum(),
        recorded=(here & pl.col("is_champion").is_not_null()).sum(),
    )  # fmt: skip
    lost = _lost(people, day)
    told = counted.join(lost, on="account_id", how="left")
    some = pl.col("here") > 0
    without = some & (pl.col("champions") == 0)
    found = [
        _told(told.filter(pl.col("known") == 0), "no_contacts"),
        _told(told.filter((pl.col("known") > 0) & ~some), "everyone_left"),
        _told(told.filter(some & (pl.col("roles") == 0)), "roles_unknown"),
        _told(told.filter((pl.col("roles") > 0) & (pl.col("deciders") == 0)), "no_decision_maker"),
        _told(told.filter(pl.col("here") == 1), "only_one_person"),
        _told(told.filter(without & pl.col("on").is_not_null()), "champion_lost", contact="contact", on="on"),
        _told(told.filter(without & pl.col("on").is_null() & (pl.col("recorded") > 0)), "no_champion"),
        _quiet(people.filter(pl.col("is_champion").fill_null(False)), accounts, "champion_quiet"),
        _quiet(people.filter(pl.col("role") == "decision maker"), accounts, "decision_maker_quiet"),
    ]
    return pl.concat(found).sort("account_id", "gap")


def _told(rows: pl.LazyFrame, gap: str, **said: str) -> pl.LazyFrame:
    types = {"contact": pl.String, "days": pl.Int64, "on": pl.Date}
    more = {name: (pl.col(said[name]) if name in said else pl.lit(None)).cast(dtype) for name, dtype in types.items()}
    return rows.select("account_id", gap=pl.lit(gap), **more)


def _lost(people: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The champion of each account who stopped being one last, of the last NEWS_FOR days: account_id, contact, on."""
    recent = people.filter(pl.col("was_champion_until").is_between(day - timedelta(days=NEWS_FOR), day)).sort("was_champion_until", "name")
    last = recent.unique("account_id", keep="last", maintain_order=True)
    return last.select("account_id", contact=called(), on="was_champion_until")


def _quiet(people: pl.LazyFrame, accounts: pl.LazyFrame, gap: str) -> pl.LazyFrame:
    """Accounts of which all of some people who are there have gone quiet, with the one who was in touch last."""
    here = (
        people.filter(pl.col("state") != "left")
        .join(accounts.select("account_id"), on="account_id", how="semi")
        .sort("silent_days", "name")
    )
    each = here.group_by("account_id", maintain_order=True).agg(
        all_quiet=(pl.col("state") == "quiet").all(),
        contact=called().first(),
        days=pl.col("silent_days").first(),
        on=pl.col("last_contact").first(),
    )
    return _told(each.filter("all_quiet"), gap, contact="contact", days="days", on="on")


def called() -> pl.Expr:
    """What a contact is called: the name, else the address, else the id."""
    return pl.coalesce("name", "email", "contact_id")
