"""What it takes to open each page; a page that is not named here opens for nobody who signs in."""

from collections.abc import Mapping

import streamlit as st

from data.access import recording
from data.viewer import ADMINISTER, APPROVE, DELETE, EDIT, IMPORT, UNDO, VIEW, Viewer
from language import InLanguage, mark, tr
from pages.ui import address, filters, text

NEEDS = {
    "": (VIEW, "accounts"),
    "accounts": (VIEW, "accounts"),
    "account": (VIEW, "accounts"),
    "portfolio-health": (VIEW, "accounts"),
    "renewals": (VIEW, "revenue"),
    "activation": (VIEW, "accounts"),
    "plays": (VIEW, "activities"),
    "feature-requests": (VIEW, "activities"),
    "growth": (VIEW, "accounts"),
    "usage": (VIEW, "accounts"),
    "support": (VIEW, "accounts"),
    "voice": (VIEW, "accounts"),
    "revenue": (VIEW, "revenue"),
    "forecast": (VIEW, "revenue"),
    "what-if": (VIEW, "revenue"),
    "cohorts": (VIEW, "revenue"),
    "lifetime": (VIEW, "revenue"),
    "churn-reasons": (VIEW, "revenue"),
    "closes": (VIEW, "revenue"),
    "compare-rules": (VIEW, "revenue"),
    "reconcile": (VIEW, "revenue"),
    "import": (VIEW, "imports"),
    "matching": (VIEW, "imports"),
    "sources": (IMPORT, "imports"),
    "definitions": (VIEW, "definitions"),
    "health-lab": (VIEW, "accounts"),
    "churn-model": (VIEW, "model"),
    "health-score": (VIEW, "accounts"),
    "self-check": (VIEW, "definitions"),
    "people": (VIEW, "people"),
    "approvals": (APPROVE, "imports"),
    "erasure": (DELETE, "accounts"),
    "my-access": (EDIT, "tokens"),
    "audit": (ADMINISTER, "store"),
    "design": (ADMINISTER, "people"),
}

# Pages about every account: they open for those alone who have the right for the whole company.
WHOLE_COMPANY = ("erasure", "sources")

# Pages that open for more than one right: who asks for consent, and who gives it.
ALSO = {
    "approvals": (
        *((APPROVE, kind) for kind in ("closes", "accounts", "plays")),
        (UNDO, "imports"), (IMPORT, "imports"), (EDIT, "closes"), (EDIT, "plays"),
    )
}  # fmt: skip

# As they stand within a sentence; the texts of data/ say them too.
OPERATIONS = InLanguage(
    {
        "view": mark("view"), "edit": mark("edit"), "import": mark("import"), "export": mark("export"), "undo": mark("undo"),
        "approve": mark("approve"), "delete": mark("delete"), "configure": mark("configure"), "administer": mark("administer"),
    }
)  # fmt: skip
KINDS = InLanguage(
    {
        "accounts": mark("accounts"), "activities": mark("conversations and tasks"), "plays": mark("plays"),
        "views": mark("saved views"), "revenue": mark("revenue figures"),
        "closes": mark("closed periods"), "imports": mark("imports"), "model": mark("the churn model"), "definitions": mark("definitions"),
        "people": mark("people and roles"), "tokens": mark("API tokens"), "store": mark("the store"),
    }
)  # fmt: skip


def opens(viewer: Viewer, path: str) -> bool:
    """Whether a page opens for a viewer; `path` as in its address."""
    if viewer.rights is None or path not in NEEDS:
        return viewer.rights is None
    given = [one for one in (NEEDS[path], *ALSO.get(path, ())) if viewer.may(*one)]
    return any(path not in WHOLE_COMPANY or viewer.allowed(*one).scope is None for one in given)


def stop_where_denied(viewer: Viewer, path: str) -> None:
    """Where a page does not open for who asks, also by its address: say so, and what to do; nothing of it is drawn."""
    if opens(viewer, path):
        return
    with filters.head():
        st.title(tr("This page is not open to you"), anchor=False, width="content")
    told_of(viewer, {"page": path})
    denied()
    st.stop()


def told_of(viewer: Viewer, detail: Mapping[str, str]) -> None:
    """Write in the audit that somebody was denied something; the same again within a minute is counted."""
    recording.refused(viewer.signs("browser"), detail)


def denied(why: str = "") -> None:
    """What is said to who may not see or do something."""
    st.info(
        text.literal(why) or tr("Your role does not include it. Ask who administers Holdfast for a role that does."), icon=":material/lock:"
    )
    address.link("today.py", tr("Go to Today"), ":material/wb_sunny:")
