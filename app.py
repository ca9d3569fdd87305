"""The server: pages and API from one process, on this machine only unless told otherwise."""

import os
import sys
from contextlib import asynccontextmanager

import streamlit as st
from starlette.routing import Mount

from api import api
from data import opened
from data.settings import Settings


@asynccontextmanager
async def lifespan(_: object):
    """Make the sample company where there is no store yet; close the stores at the end."""
    if opened.default_name() == "sample" and not opened.path_of("sample").exists():
        from sample.load import load

        print("Making the sample company ...", flush=True)
        load(opened.path_of("sample"))
    for name in ("own", "sample"):
        print(f"  {name:<7} {opened.path_of(name)}{'' if opened.path_of(name).exists() else '  (not made yet)'}", flush=True)
    yield
    opened.close_all()


app = st.App("pages/shell.py", routes=[Mount("/api", api)], lifespan=lifespan)

if __name__ == "__main__":
    settings = Settings()
    print(f"Holdfast: http://{settings.host}:{settings.port}", flush=True)
    place = [f"--server.address={settings.host}", f"--server.port={settings.port}"]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", __file__, *place])
