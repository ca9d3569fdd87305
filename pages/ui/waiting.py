"""What a page waits for: said in words, and ended where nobody waits for it any more."""

import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check

from language import tr
from reports.two_at_a_time import LINE

T = TypeVar("T")
SECONDS = 0.1  # after which a page looks whether its reader has left, or asks for something else


def worked_out(key: Hashable, work: Callable[[], T]) -> T:
    """What work finds, once two others at most are worked out beside it. key: what is asked. Who closes the page, presses Stop, or asks it
    for something else is free at once; the work ends as soon as it can, where nobody asks the same a moment later."""
    waits, place = LINE.is_full, LINE.ask(work, key)
    try:
        if waits:
            with st.spinner(tr("Two others are being worked out first. You can go to another page meanwhile.")):
                _until(place.began)
        with st.spinner(tr("Computing ...")):
            _until(place.ended)
        return place.found()
    finally:
        LINE.leave(place)


def beside_others(key: Hashable) -> AbstractContextManager[None]:
    """Says that it is computed where somebody else waits for the same already: who comes second waits at the cache."""
    return st.spinner(tr("Computing ...")) if LINE.is_asked(key) else nullcontext()


def _until(event: threading.Event) -> None:
    look = get_run_yield_check() or (lambda: None)
    while not event.wait(SECONDS):
        look()
