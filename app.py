"""The server: pages and API from one process, on this machine only unless told otherwise."""

import os
import sys

from server import listening

if __name__ == "__main__":  # it begins the process that serves; what only that one needs is loaded by that one alone
    given = listening.settings()
    listening.hosts_on(given.host, given)
    listening.as_many_as_may_be()
    place = [f"--server.address={given.host}", f"--server.port={given.port}"]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", __file__, *place])

import gc

gc.disable()  # until all is loaded, which stays to the end: a search for what nobody needs any more would find nothing in it

import threading
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from streamlit import logger

from data import private
from data.access.provider import provider
from data.importing import uploads
from data.store import open_stores
from server import ahead, announcement, deliveries, digests, inbox, nightly, sources, tokens
from server.api import api
from server.assistants.door import PATH, Assistants
from server.bodies import Guarded, HangUp
from server.doors import Doors
from server.first_page import NAME as FIRST
from server.first_page import to_first_page
from server.forecasts import ForecastNights
from server.front import Whereabouts
from server.headers import SecurityHeaders
from server.in_language import choose_language
from server.operation import logs
from server.operation.logs import say
from server.operation.requests import Watched
from server.plays import PlayNights
from server.room import Room
from server.signin.gate import Gate
from server.signin.round_trip import RoundTrip
from server.webhooks import Importing


@asynccontextmanager
async def lifespan(_: object):
    """Make the sample company where there is no store yet; say the address once it answers; close the stores at the end."""
    private.from_now_on()
    logs.settle()
    listening.answer_at_once(st.get_option("server.port"))
    open_stores.made_by("sample", _make_sample)
    if open_stores.default_name() == "sample" and not open_stores.path_of("sample").exists():
        from sample.load import say as said

        say("Making the sample company, once:")
        open_stores.make_anew("sample", said)
    own = open_stores.path_of("own")
    _serve(own)
    for name in ("own", "sample"):
        say(f"  {name:<7} {open_stores.path_of(name)}{'' if open_stores.path_of(name).exists() else '  (not made yet)'}")
    nights = [PlayNights.begin(say), ForecastNights.begin(say), *filter(None, [nightly.begin(say), digests.begin(say)])]
    begun = [watching := inbox.watch(), Importing.begin(), ahead.work(), deliveries.begin(say), sources.begin(say), *nights]

    say(f"  inbox   {watching.inbox}")
    yield
    for one in begun:
        one.stop()
    announcement.withdraw(own)
    open_stores.close_all()


def _make_sample(path: Path, told: open_stores.Told) -> None:
    from sample.load import load_of_today  # scikit-learn comes with it, which no other start needs

    load_of_today(path, told)


def _serve(own: Path) -> None:
    """Hold the user's own store where there is one, and say so beside it, so that the command line finds the way here."""
    if own.exists():
        checked = open_stores.store("own").checked(quick=True)
        for sentence in (f"checked {checked.in_words()}", *checked.told):
            say(f"  {sentence}")
    tokens.keep_token(own)
    server = announcement.announce(own, st.get_option("server.address") or "", st.get_option("server.port"))
    threading.Thread(target=_say_when_it_answers, args=(server,), daemon=True).start()
    uploads.sweep(own)


def _say_when_it_answers(server: announcement.Server) -> None:
    """The address is printed once a browser that follows it finds pages there."""
    if announcement.answers(server):
        say(f"Holdfast: {server.url}")


settings = listening.settings()
logs.begin(settings.log_format, logger)
hosts = listening.hosts_on(st.get_option("server.address"), settings)
signs_in = provider(settings)
signing_in = [Middleware(RoundTrip, provider=signs_in), Middleware(Gate)] if signs_in else []
arriving = [Middleware(Watched), Middleware(HangUp), Middleware(Doors, hosts=hosts)]
app = st.App(
    "pages/shell.py",
    routes=[
        Route("/language", choose_language),
        *(Route(path, to_first_page) for path in (f"/{FIRST}", f"/{FIRST}/")),
        Route(PATH, Assistants()),
        Mount("/api", Guarded(api, limit=st.get_option("server.maxUploadSize") << 20)),
    ],
    middleware=[*arriving, Middleware(SecurityHeaders), *signing_in, Middleware(Whereabouts), Middleware(Room)],
    lifespan=lifespan,
    secrets=listening.secrets_of(settings, st.get_option),
)
gc.freeze()
gc.enable()
