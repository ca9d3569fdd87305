"""The way between the pages: sections, titles and icons, by who comes; and what is said at an address where there is no page."""

from collections.abc import Mapping
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.access.provider import is_configured
from data.settings import current_settings
from data.store import open_stores
from data.viewer import Viewer
from language import tr, tr_of
from pages.ui import address, consent, filters, rights

HOME = "today"
ODD = {HOME: "", "imports": "import", "data_sources": "sources"}  # those whose address is not their name


def pages(viewer: Viewer) -> dict[str, list[StreamlitPage]]:
    """Every page by its section. One that does not open for the viewer is not listed, and says so at its address."""

    def page(script: str, title: str, icon: str | None = None, *, listed: bool = True) -> StreamlitPage:
        name = PurePath(script).stem
        path = ODD.get(name, name.replace("_", "-"))
        seen = "visible" if listed and rights.opens(viewer, path) else "hidden"
        return st.Page(script, title=title, icon=icon, url_path=path or None, default=not path, visibility=seen)

    return {
        tr_of("the menu", "Customers"): [
            page("today.py", tr("Today"), ":material/wb_sunny:"),
            page("accounts.py", tr("Accounts"), ":material/domain:"),
            page("portfolio_health.py", tr("Portfolio health"), ":material/monitor_heart:"),
            page("renewals.py", tr("Renewals"), ":material/event_repeat:"),
            page("usage.py", tr("Usage"), ":material/monitoring:"),
            page("activation.py", tr("Activation"), ":material/rocket_launch:"),
            page("growth.py", tr("Growth"), ":material/moving:"),
            page("plays.py", tr("Plays"), ":material/checklist:"),
            page("feature_requests.py", tr("Feature requests"), ":material/lightbulb:"),
            page("support.py", tr("Support"), ":material/support_agent:"),
            page("voice.py", tr("Voice of the customer"), ":material/forum:"),
            page("account.py", tr("Account"), listed=False),
        ],
        tr("Revenue"): [
            page("revenue.py", tr("Overview"), ":material/trending_up:"),
            page("forecast.py", tr("Forecast"), ":material/query_stats:"),
            page("what_if.py", tr("What if"), ":material/tune:"),
            page("cohorts.py", tr("Cohorts"), ":material/grid_view:"),
            page("lifetime.py", tr("Lifetime"), ":material/hourglass_bottom:"),
            page("churn_reasons.py", tr("Churn reasons"), ":material/logout:"),
            page("closes.py", tr("Board pack and closes"), ":material/lock_clock:"),
            page("compare_rules.py", tr("Compare rules"), ":material/compare_arrows:"),
            page("reconcile.py", tr("Reconcile"), ":material/balance:"),
        ],
        tr("Data"): [
            page("imports.py", tr("Import"), ":material/upload_file:"),
            page("data_sources.py", tr("Sources"), ":material/cloud_sync:"),
            page("matching.py", tr("Matching"), ":material/join_inner:"),
        ],
        tr("Settings"): [
            page("settings/definitions.py", tr("Definitions"), ":material/menu_book:"),
            page("settings/health_score.py", tr("Health score"), ":material/monitor_heart:"),
            page("settings/health_lab.py", tr("Health lab"), ":material/science:"),
            page("settings/churn_model.py", tr("Churn model"), ":material/psychology:"),
            page("settings/people.py", tr("People and roles"), ":material/group:"),
            page("settings/approvals.py", _approvals(viewer), ":material/approval_delegation:"),
            page("settings/erasure.py", tr("Erasure"), ":material/person_off:"),
            page("settings/audit.py", tr("Audit"), ":material/history:"),
            page("settings/self_check.py", tr("Self-check"), ":material/verified:"),
            *([page("settings/my_access.py", tr("My access"), ":material/key:")] if is_configured(current_settings()) else []),
            page("settings/design.py", tr("Design"), listed=False),
        ],
    }


def with_asked_for(known: Mapping[str, list[StreamlitPage]]) -> dict[str, list[StreamlitPage]]:
    """The pages, and a hidden one at each address that was asked for and is none of theirs: left alone, a dialog of the pages' own
    framework lies over whatever comes first, also before one signs in. The way back leads there again."""
    asked = unquote(urlsplit(st.context.url or "").path).rstrip("/").rpartition("/")[2].strip()
    nowhere = address.nowhere("" if asked in paths(known) else asked)
    *others, last = known
    hidden = [st.Page(_nothing, title=tr("Page not found"), url_path=one, visibility="hidden") for one in nowhere]
    return {**{section: known[section] for section in others}, last: [*known[last], *hidden]}


def paths(known: Mapping[str, list[StreamlitPage]]) -> set[str]:
    """The addresses of pages. The first one is at the root, and its own name is kept for it by the framework."""
    return {HOME, *(page.url_path for some in known.values() for page in some)}


def stop_where_nothing(known: Mapping[str, list[StreamlitPage]], path: str) -> None:
    """Where there is no page at an address: say so, with the way on."""
    if path not in paths(known):
        _nothing()
        st.stop()


def _nothing() -> None:
    with filters.head():
        st.title(tr("There is no page at this address"), anchor=False, width="content")
    st.info(tr("It may have been mistyped, or be of another version. All pages are in the navigation."), icon=":material/link_off:")
    address.link("today.py", tr("Go to Today"), ":material/wb_sunny:")


def _approvals(viewer: Viewer) -> str:
    """The title of the page of approvals, with how many requests wait for the viewer."""
    if viewer.rights is None or not rights.opens(viewer, "approvals"):
        return tr("Approvals")
    waiting = consent.number_waiting(open_stores.store(address.company()), viewer)
    return tr("Approvals ({n:,})", n=waiting) if waiting else tr("Approvals")
