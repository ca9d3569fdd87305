"""Files to take away: made once somebody clicks, by who may have them then, and written down in the audit before they leave."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from data.store import open_stores
from pages.ui.later import later
from pages.ui.looking import Looking
from reports.files.exports import Export, hand_out

BROWSER = "browser"


def offer(label: str, name: str, make: Callable[[], bytes], export: Callable[[], Export], looking: Looking | None, **more: Any) -> None:
    """A button for a file. name: of the file. make, export: what is in it, and what the audit says of it; both asked at the click. looking:
    None outside of the pages, as where one element is tried by itself; then nothing can be had."""

    def handed() -> bytes:
        if looking is None:
            raise RuntimeError("A file is given to somebody who looks at a page.")
        content = make()
        hand_out(open_stores.store(looking.company), looking.viewer, BROWSER, export())
        return content

    given: dict[str, Any] = {"on_click": "ignore"} | more
    st.download_button(label, later(handed), name, **given)
