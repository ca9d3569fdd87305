"""Companies with a year's contract each, of which it is known who leaves at its end and what was seen of them before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from data.importing.run import import_file
from data.store.store import Store

AS_OF = date(2024, 6, 30)


@dataclass(frozen=True)
class Account:
    """An account whose year ends on `ends`. quiet: one of its four users does one thing, else all four do ten. tickets: open from then on."""

    name: str
    ends: date
    leaves: bool
    quiet: bool
    tickets: int = 0


def accounts(
    ends: date, leavers: int, stayers: int, quiet: Callable[[int, bool], bool], tickets: Callable[[int], int] = lambda at: 0
) -> list[Account]:
    return [
        Account(f"{'LS'[at >= leavers]}{ends:%y}-{at}", ends, at < leavers, quiet(at, at < leavers), tickets(at))
        for at in range(leavers + stayers)
    ]


def renewing(folder: Path, some: Sequence[Account]) -> Store:
    """A store of these accounts; who stays has a year more. A last line that starts late shows how far the contract export reaches."""
    folder.mkdir(parents=True, exist_ok=True)
    contracts = ["contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats"]
    usage, tickets = ["account_id,user_id,event,occurred_at"], ["ticket_id,account_id,opened_at"]
    for one in some:
        starts, goes_on = one.ends.replace(year=one.ends.year - 1), one.ends.replace(year=one.ends.year + 1)
        contracts.append(f"{one.name}-1,{one.name},P,{starts},{one.ends},1200,1 year,USD,4")
        contracts += [] if one.leaves else [f"{one.name}-2,{one.name},P,{one.ends},{goes_on},1200,1 year,USD,4"]
        usage += _used(one)
        opened = one.ends - timedelta(days=120)
        tickets += [f"{one.name}-T{at},{one.name},{opened}T09:00:00Z" for at in range(one.tickets)]
    contracts.append("N-1,N,P,2024-06-15,2025-06-15,1200,1 year,USD,4")
    usage.append(f"{some[-1].name},u0,open,{AS_OF}T10:00:00Z")
    store = Store.open(folder / "own.duckdb")
    files = {"accounts": ["account_id,name", *(f"{one.name},{one.name}" for one in some)], "contracts": contracts, "usage": usage}
    for name, lines in (files | ({"tickets": tickets} if len(tickets) > 1 else {})).items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        assert import_file(store, folder / f"{name}.csv").batch is not None
    return store


def _used(one: Account) -> list[str]:
    return [
        f"{one.name},u{user},{'open' if one.quiet else f'feature{(back + user) % 10}'},{one.ends - timedelta(days=back)}T10:00:00Z"
        for back in range(91, 200, 6)
        for user in range(1 if one.quiet else 4)
    ]
