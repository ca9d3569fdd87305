"""One notice for each feed of usage that has stopped: since when, and for how many accounts; none for each account."""

import streamlit as st

from pages.ui import loaders, text
from pages.ui.choice import Choice
from reports.usage.stopped_feeds import notices


def notice(choice: Choice) -> None:
    """What is said of each feed that has stopped; nothing where all go on."""
    for said in notices(loaders.report(choice.company, "stopped-feeds", choice.viewer, choice.now)):
        st.warning(text.literal(said), icon=":material/sensors_off:")
