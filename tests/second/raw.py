"""Companies of real files as the files themselves say, read with nothing but the csv module."""

import csv
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.datasets import FOLDER
from tests.second.company import Company
from tests.second.customer import Choices, Rates
from tests.second.lines import read
from tests.second.renewals import agreed_ends


def rows(file: str) -> list[dict[str, str]]:
    with Path(FOLDER / file).open(newline="") as text:
        return list(csv.DictReader(text))


def on(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def company(contracts: list[dict[str, Any]], accounts: dict[str, dict[str, Any]]) -> Company:
    lines = read(contracts)
    return Company(lines, accounts, date.max, Rates(), Choices(), [], agreed_ends(lines, date.today()))


def crm(as_of: date) -> Company:
    return replace(_crm(), as_of=as_of)


def ravenstack(as_of: date) -> Company:
    return replace(_ravenstack(), as_of=as_of)


@cache  # the same lines for every day: what each is worth is worked out once
def _crm() -> Company:
    """Monthly amounts after discount; what comes by users counts them as seats. The last row of an account, product and first day is right."""
    lines = {
        (row["account_id"], row["product"], row["start_date"]): {
            "account_id": row["account_id"], "product": row["product"], "starts_on": on(row["start_date"]), "ends_on": on(row["end_date"]),
            "amount": float(row["mrr"]), "seats": int(row["quantity"]) if row["units"] == "users" else None,
        }
        for row in rows("crm_simulation/subscription.csv")
    }  # fmt: skip
    accounts = {row["id"]: {"seats": int(row["users"])} for row in rows("crm_simulation/account.csv")}
    return company([*lines.values()], accounts)


@cache
def _ravenstack() -> Company:
    """Monthly amounts, each subscription a contract of its own."""
    lines = [
        {
            "account_id": row["account_id"], "contract_id": row["subscription_id"], "product": row["plan_tier"], "seats": int(row["seats"]),
            "starts_on": on(row["start_date"]), "ends_on": on(row["end_date"]), "amount": float(row["mrr_amount"]),
            "is_trial": row["is_trial"] == "True", "auto_renew": row["auto_renew_flag"] == "True",
        }
        for row in rows("ravenstack_iso/ravenstack_subscriptions.csv")
    ]  # fmt: skip
    accounts = {row["account_id"]: {"seats": int(row["seats"])} for row in rows("ravenstack_iso/ravenstack_accounts.csv")}
    return company(lines, accounts)
