"""How the sample company grows: its plans, what was offered and what came of it, who recommends it, and new teams at customers."""

from datetime import date, timedelta

import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View

PLANS = (("Basic", 1, 250), ("Pro", 2, 300), ("Max", 3, None))
FEATURES = (  # in which plans, and how many of it a month
    ("export", "Basic", 100), ("export", "Pro", 200), ("export", "Max", None),
    ("api_call", "Pro", 500), ("api_call", "Max", None),
)  # fmt: skip
CORE = ("dashboard_viewed", "export", "report_created", "report_shared")  # features that customers who stay use
STAGES = ("first talk", "proposal", "negotiation")
SOURCES = ("signal", "renewal talk", "customer asked", "campaign")
LOST = ("No budget this year", "Bought elsewhere", "Wants it next year", "Too few users")
REFERRED = (
    "Larkfield Tools",
    "Quayside Energy",
    "Pinecrest Media",
    "Southgate Foods",
    "Elmhurst Freight",
    "Fairlight Health",
    "Westbrook Retail",
)
TEAMS = ("Operations", "Finance", "Sales")
NEW_TEAM = 29  # of so many accounts one
WITHIN = 400  # days back in which offers are told


def grown(store: Store, last_day: date) -> None:
    """Write all of it, a batch for each table."""
    with View(store) as view:
        accounts = view.accounts().sort("account_id")
        lines = view.contracts().filter(pl.col("product").is_in([plan for plan, _, _ in PLANS]), ~pl.col("is_trial").fill_null(False))
    plans = pl.DataFrame(PLANS, schema=["plan", "place", "seats"], orient="row")
    features = pl.DataFrame(FEATURES, schema=["feature", "plan", "monthly_limit"], orient="row")
    live = accounts.join(lines.filter(pl.col("ends_on") > last_day), on="account_id", how="semi")
    for table, rows in (
        ("plan_steps", plans), ("plan_features", features), ("offers", offers(accounts, lines, last_day)),
        ("referrals", referrals(live, last_day)), ("contacts", new_teams(live)), ("feature_catalogue", core_features()),
    ):  # fmt: skip
        if rows.height:  # of a few accounts there may be none
            commit_frame(store, table, rows, f"sample {table}", "sample")


def core_features() -> pl.DataFrame:
    """Which events are the use of core features."""
    return pl.DataFrame({"event": list(CORE), "is_core": [True] * len(CORE)})


def offers(accounts: pl.DataFrame, lines: pl.DataFrame, last_day: date) -> pl.DataFrame:
    """An offer ahead of each second term: won where it is larger, lost where it is not; and open ones ahead of ends that are near."""
    ordered = lines.sort("account_id", "starts_on").with_columns(before=pl.col("amount").shift().over("account_id"))
    recent = ordered.filter(pl.col("starts_on").is_between(last_day - timedelta(days=WITHIN), last_day), pl.col("before").is_not_null())
    coming = ordered.filter(pl.col("ends_on").is_between(last_day, last_day + timedelta(days=60)), pl.col("cancelled_on").is_null())
    owners = dict(accounts.select("account_id", "owner").rows())
    ended = [_ended(at, row, owners) for at, row in enumerate(recent.iter_rows(named=True)) if row["amount"] > row["before"] or at % 3]
    still = [_open(at, row, owners, last_day) for at, row in enumerate(coming.iter_rows(named=True)) if at % 2]
    return pl.DataFrame([one for one in (*ended, *still) if one["made_on"] <= last_day], infer_schema_length=None)


def _ended(at: int, row: dict, owners: dict[str, str]) -> dict:
    more = float(row["amount"] - row["before"])
    won, began = more > 0, row["starts_on"]
    told = {"result": "won" if won else "lost", "closed_on": began - timedelta(days=2 + at % 9), "reason": None if won else LOST[at % 4]}
    made = began - timedelta(days=30 + at * 7 % 40)
    worth = round(more if won else float(row["before"]) * 0.15, 2)
    return _offer(f"O-{at:03}", row, owners, worth, made, at) | told | {"stage": None}


def _open(at: int, row: dict, owners: dict[str, str], last_day: date) -> dict:
    made = last_day - timedelta(days=3 + at * 5 % 30)
    told = {"result": None, "closed_on": None, "reason": None, "stage": STAGES[at % 3]}
    return _offer(f"P-{at:03}", row, owners, round(float(row["amount"]) * 0.2, 2), made, at) | told


def _offer(offer_id: str, row: dict, owners: dict[str, str], worth: float, made: date, at: int) -> dict:
    kind = ("seats", "upgrade", "seats", "addition")[at % 4]
    titles = {"seats": "More seats", "upgrade": "Upgrade to the next plan", "addition": "Analytics add-on"}
    return {
        "offer_id": offer_id, "account_id": row["account_id"], "title": titles[kind], "kind": kind, "product": row["product"],
        "amount": worth, "currency": "USD", "source": SOURCES[at * 3 % 4], "owner": owners[row["account_id"]], "made_on": made,
    }  # fmt: skip


def referrals(live: pl.DataFrame, last_day: date) -> pl.DataFrame:
    """Every ninth customer was asked; two of three named somebody, and some of these became customers, or did not."""
    return pl.DataFrame(
        [_referral(at, row, last_day) for at, row in enumerate(live.gather_every(9).iter_rows(named=True))], infer_schema_length=None
    )


def _referral(at: int, row: dict, last_day: date) -> dict:
    asked = last_day - timedelta(days=20 + at * 17 % 330)
    given = asked + timedelta(days=6 + at % 9) if at % 3 else None
    ended = asked + timedelta(days=60 + at % 20)
    result = (None if given is None else "won" if at % 5 < 2 else "lost" if at % 5 == 2 else None) if ended <= last_day else None
    return {
        "referral_id": f"RF-{at:03}", "account_id": row["account_id"], "contact_id": f"{row['account_id']}-0", "asked_on": asked,
        "given_on": given, "referred": REFERRED[at % 7] if given else None, "result": result, "closed_on": ended if result else None,
        "owner": row["owner"],
    }  # fmt: skip


def new_teams(live: pl.DataFrame) -> pl.DataFrame:
    """Two people of a team that was not there before, at a few customers."""
    rows = []
    for account in live["account_id"]:
        number = int(account.split("-")[1])
        if number % NEW_TEAM == 3:
            team = TEAMS[number % 3]
            address = f"{team}@{account}.example.com".lower()
            rows += [(f"{account}-N{at}", account, f"{team} {at + 1}", f"{at + 1}.{address}", "user", team) for at in range(2)]
    return pl.DataFrame(rows, schema=["contact_id", "account_id", "name", "email", "role", "department"], orient="row")
