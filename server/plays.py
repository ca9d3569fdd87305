"""Plays that start by themselves: begun by the server once a night where a trigger holds, up to each play's limit a day."""

from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.starting import hold_out_all, start_all
from data.work.templates import plays
from reports.catalogue import run
from reports.report import Question
from reports.units import counted
from server.nights import WHO, Nights


class PlayNights(Nights):
    """Starts plays. Twice in a night does no harm: the same reason starts a play once, and its limit counts what was started on the day of
    the data."""

    called, failed = "plays", "Plays could not be started by themselves, and are tried again in an hour"

    def work(self, store: Store) -> int:
        return start_tonight(store)

    def done(self, count: int) -> str:
        return f"{counted(count, 'play')} started for accounts where a trigger held."


def start_tonight(store: Store) -> int:
    """Start the plays that are on for the accounts whose triggers hold on the newest day of the data, but for those that chance holds out;
    how many were started."""
    with View(store) as view:
        is_any_on = any(play.is_on and not play.is_retired for play in plays(view).values())
    if not is_any_on:
        return 0
    found = run("play-starts", store, EVERYONE, Question())
    wanted, day = found.rows.filter(is_on=True, starts=True).to_dicts(), found.parameters["as_of"]
    hold_out_all(store, EVERYONE, found.rows.filter(is_on=True, is_held_out=True).to_dicts(), day=day, way=WHO)
    return len(start_all(store, EVERYONE, wanted, day=day, way=WHO, by_itself=True).batches) if wanted else 0
