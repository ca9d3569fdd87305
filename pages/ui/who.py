"""Who looks at the pages: read anew in each run, since somebody may be signed out between two clicks. Where nobody signs in, everybody."""

from collections.abc import Mapping
from html import escape
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import streamlit as st

from data.access import recording
from data.access.admission import admitted
from data.access.claims import Refused, SignedIn
from data.access.provider import is_configured, provider
from data.settings import current_settings
from data.store import open_stores
from data.viewer import EVERYONE, NOBODY, Actor, Viewer
from language import InLanguage, again, mark, tr
from pages.ui import address, languages, loaders, text

REASON, NOTICE = (
    "X-Holdfast-Signed-Out",
    "holdfast_notice",
)  # from the server: why a socket is nobody's, and how a way to the provider ended
NOTICES = InLanguage(
    {
        "down": mark("The sign-in page of your company does not answer. Try again in a minute; if it stays so, tell whoever runs it."),
        "denied": mark("You did not sign in: the sign-in page of your company says that it was declined there."),
        "failed": mark("The sign-in did not come to its end, or what came back could not be trusted. Try again."),
    }
)


def signed_in() -> SignedIn | Refused | None:
    """The person who looks; why they are not let in; None where they have not signed in. Asked only where people sign in."""
    claims = st.user.to_dict()
    if claims.get("is_logged_in"):
        return admitted(claims)
    told = unquote(st.context.headers.get(REASON) or "")
    code, _, words = told.partition(" ")
    return Refused(code, words) if words else None


def claims() -> Mapping[str, object]:
    """What the provider says of the person who looks; empty where nobody signs in, or they have not."""
    found = st.user.to_dict() if is_configured(current_settings()) else {}
    return found if found.get("is_logged_in") else {}


def rights(company: str, given: Mapping[str, object]) -> Viewer:
    """What the person of some claims may do in a company: everything where nobody signs in, nothing where they are not signed in (any
    more)."""
    if not is_configured(current_settings()):
        return EVERYONE
    person = admitted(given)
    return loaders.rights(company, person.email, person.groups) if isinstance(person, SignedIn) else NOBODY


def may_look() -> bool:
    """Whether somebody is there who may see something: else no page is offered."""
    return not is_configured(current_settings()) or isinstance(signed_in(), SignedIn)


def stop_to_sign_in(page: str) -> None:
    """Where people sign in and this one has not, or is out again: the page to sign in, and no further. page: its address."""
    if not is_configured(current_settings()):
        return
    person = signed_in()
    if not isinstance(person, SignedIn):
        _stop_to_sign_in(person, page)


def stop_without_role(company: str, page: str) -> None:
    """Where the person may do nothing in a company: says so, with what to do, and no further. page: its address."""
    person = signed_in() if is_configured(current_settings()) else None
    if isinstance(person, SignedIn) and not rights(company, claims()).rights:
        recording.refused(Actor(person.email, way="page"), {"why": "no role"})
        _stop_without_role(person, company, page)


def draw() -> None:
    """Who is signed in, and the way out, at the foot of the navigation; nothing where nobody signs in."""
    person = signed_in() if is_configured(current_settings()) else None
    if isinstance(person, SignedIn):
        label, out = escape(tr("Who is signed in")), _way_out(tr("Sign out"))
        with st.sidebar:
            st.html(f'<nav class="person" aria-label="{label}"><span>{escape(person.name)}</span> {out}</nav>')


def _way_out(words: str) -> str:
    return f'<a href="auth/logout" target="_self">{escape(words)}</a>'


def _stop_to_sign_in(why: Refused | None, page: str) -> NoReturn:
    """One calm page: what this is, why one is here again, and one button."""
    with st.container(key="sign-in", gap="medium"):
        st.title(tr("Sign in to Holdfast"), anchor=False)
        notice = NOTICES.get(st.context.cookies.get(NOTICE, ""))
        if said := notice or (again(why.text) if why else ""):
            st.info(text.literal(said), icon=":material/error:" if notice else ":material/logout:")
        if origin := _elsewhere():
            st.link_button(tr("Sign in at {origin}", origin=origin), origin, type="primary")
        else:
            st.button(tr("Sign in"), type="primary", icon=":material/login:", on_click=st.login, key="sign-in-now")
        st.caption(tr("You sign in as elsewhere at your company, and come back to the page that you asked for."))
        languages.here(page)
    st.stop()


def _stop_without_role(person: SignedIn, company: str, page: str) -> NoReturn:
    with st.container(key="sign-in", gap="medium"):
        st.title("Holdfast", anchor=False)
        said, then = _why_nothing(person)
        st.info(text.literal(said), icon=":material/person_off:")
        st.markdown(then)
        _to_other(company)
        out = _way_out(tr("Sign out, or sign in as somebody else"))
        st.html(f'<nav class="person">{out}</nav>')
        languages.here(page)
    st.stop()


def _why_nothing(person: SignedIn) -> tuple[str, str]:
    """Why somebody who is signed in may do nothing, and what to do."""
    if loaders.was_let_go(person.email):
        said = tr(
            "You may not sign in here any more, {name} ({email}): an administrator has ended it.", name=person.name, email=person.email
        )
        return said, tr("Where that is a mistake, ask an administrator of this Holdfast to let you in again; then load this page again.")
    said = tr("You are signed in as {name} ({email}), but have no role here yet.", name=person.name, email=person.email)
    return said, tr("Ask an administrator of this Holdfast to give you one; then load this page again.")


def _to_other(company: str) -> None:
    """The way to the other company, where the person may see something there."""
    other, words = ("sample", tr("Sample company")) if company == "own" else ("own", tr("Own data"))
    if open_stores.path_of(other).exists() and rights(other, claims()).rights:
        st.button(words, on_click=address.use_sample if other == "sample" else address.use_own_data, icon=":material/domain:")


def _elsewhere() -> str:
    """The address at which people sign in, where the browser shows another one: its cookies would be lost on the way. Else empty."""
    found, shown = provider(current_settings()), urlsplit(st.context.url or "")
    return found.origin if found and shown.netloc and f"{shown.scheme}://{shown.netloc}" != found.origin else ""
