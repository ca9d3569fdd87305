"""What the address and the session keep: the company, the reader's language, what was opened and chosen. With filters.py the only place
that touches them."""

import re
import secrets
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.store import open_stores
from language import COOKIE, LANGUAGES, asked_for, of_readers, speaking, tr

Code = TypeVar("Code", str, int)
FEW = 5


def reader_language() -> str | None:
    """The language of the one who reads: what they chose, else what their browser asks for; None where no page is run."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    known = st.session_state.get("language")
    if known is None:
        accepted = st.context.headers.get("Accept-Language") or st.context.locale
        known = st.session_state["language"] = asked_for(st.context.cookies.get(COOKIE), accepted)
    return known


def presenting() -> bool:
    """Whether the link asks for the page as it is shown in a meeting: large figures, no controls."""
    return st.query_params.get("present") == "yes"


def nowhere(asked: str) -> list[str]:
    """The addresses without a page that this window has asked for, the last few; `asked` among them, where there is one."""
    kept = [one for one in st.session_state.get("nowhere", []) if one != asked]
    st.session_state["nowhere"] = found = [*kept, *([asked] if asked else [])][-FEW:]
    return found


def pairs() -> list[tuple[str, str]]:
    """What the address of the page says after its path, a pair for each value."""
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]


def in_address() -> str:
    """What the address of the page says after its path, as it stands there."""
    named = urlencode(pairs())
    return f"?{named}" if named else ""


def asked(name: str) -> list[str]:
    """The values that the address gives a parameter."""
    return st.query_params.get_all(name)


def arrived(page: str) -> bool:
    """Whether this window shows another page than in its last run, or its first one."""
    before, st.session_state["page-before"] = st.session_state.get("page-before"), page
    return before != page


def open_anew(page: str | StreamlitPage, said: Mapping[str, list[str]]) -> None:
    """Go to a page of the same company with what an address says, as one that was just come to."""
    forget_not_there()
    st.switch_page(page, query_params={"company": [company()], **said})


def is_fresh() -> bool:
    """Whether nothing was drawn in this window yet."""
    return "bar" not in st.session_state


def say(name: str, values: list[str]) -> None:
    """Let the address say this; where a widget has the name, that says it by itself."""
    if values:
        with suppress(StreamlitAPIException):
            st.query_params[name] = values


def name_view(view_id: str) -> None:
    """Let the address name the view that is on."""
    st.query_params["view"] = view_id


def site() -> str:
    """The address of the server as the browser has it, without a page."""
    found = urlsplit(st.context.url or "")
    return f"{found.scheme}://{found.netloc}" if found.netloc else ""


def present(on: bool) -> None:
    if on:
        st.query_params["present"] = "yes"
    else:
        st.query_params.pop("present", None)


def company() -> str:
    """The company that the link names, else the one looked at before, else the own one once it is there; kept in the link."""
    named = kept("company")
    return named if named in ("own", "sample") else open_stores.default_name()


def kept(name: str) -> str | None:
    """A parameter of the link that stays through the session: a link between pages does not carry it by itself."""
    value = st.query_params.get(name) or st.session_state.get(f"kept-{name}")
    if value:
        st.session_state[f"kept-{name}"] = st.query_params[name] = value
    return value


def desk() -> str:
    """The name of the desk that the link names, else of this session's; it is in the link from when `keep_desk` is called."""
    named = st.query_params.get("desk") or st.session_state.setdefault("desk", secrets.token_urlsafe(9))
    return re.sub(r"[^A-Za-z0-9_-]", "", named)[:40].ljust(6, "0")


def keep_desk(name: str) -> None:
    st.query_params["desk"] = st.session_state["desk"] = name


def dropped(label: str, removed: Callable[[str], None]) -> list[UploadedFile]:
    """The place to drop files, and those that lie in it; `removed` is called with the id of each that a person takes out of it again."""

    def changed() -> None:
        now = {one.file_id for one in st.session_state["upload"]}
        for gone in st.session_state.get("uploads-before", set()) - now:
            removed(gone)

    files = st.file_uploader(label, accept_multiple_files=True, key="upload", on_change=changed)
    st.session_state["uploads-before"] = {one.file_id for one in files}
    return files


def use_sample() -> None:
    st.query_params["company"] = st.session_state["kept-company"] = "sample"


def use_own_data() -> None:
    st.query_params["company"] = st.session_state["kept-company"] = "own"


def account(names: Mapping[str, str]) -> str | None:
    """The account that is looked at, of those in `names` (id -> name); None where the link names another one."""
    named = st.query_params.get("account")
    return next(iter(names), None) if not named else named if named in names else None


def opened_one(name: str, known: Container[str]) -> str | None:
    """What the link opens on a page, of what there is; what is there no more is told."""
    named = st.query_params.get(name)
    if named and named not in known:
        no_longer(name, [named])
    return named if named and named in known else None


def open_one(name: str, which: str | None) -> None:
    """Let the link open this on the page; None: nothing."""
    if which is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = which


def choose_account(names: Mapping[str, str], looked_at: str | None) -> None:
    """The list from which another account is chosen."""

    def keep() -> None:
        st.query_params["account"] = st.session_state["account-choice"]

    st.session_state["account-choice"] = looked_at
    st.selectbox(
        tr("Account"),
        list(names),
        format_func=lambda one: f"{names[one]} · {one}",
        key="account-choice",
        on_change=keep,
        label_visibility="collapsed",
        width=300,
        placeholder=tr("Choose an account"),
    )


def tried_person(known: Mapping[str, str]) -> str | None:
    """The person as whom the link asks to look, by e-mail or as the list calls them, where that is just one of those that are known."""
    named = st.session_state.get("look_as") or st.query_params.get("look_as")
    meant = [email for email, called in known.items() if named in (email, called)]
    return meant[0] if len(meant) == 1 else None


def time_zone() -> str:
    """The time zone of the browser; empty where it says none."""
    return st.context.timezone or ""


def link(page: str, label: str, icon: str, *, main: bool = False) -> None:
    """A way to another page, opened in place, that keeps the company. main: it is what to do next."""
    if st.button(label, key=f"go-{page}", icon=icon, type="primary" if main else "tertiary"):
        go_to(page)


def open_account(account_id: str) -> None:
    """Go to the page of an account, keeping what the bar says."""
    go_to("account.py", account=account_id)


def open_clicked(table: str) -> None:
    """Go to the page of the account that was just clicked in a table."""
    open_account(st.session_state[table].opened)


def chosen_of(list_: str) -> str | None:
    """What was just chosen from the list behind the search."""
    return st.session_state[list_].chosen


def draft(name: str) -> Any:
    """What is being written in this window and is not published yet, of the company that is looked at; None where nothing is."""
    return st.session_state.get(f"draft-{company()}-{name}")


def keep_draft(name: str, made: object) -> None:
    """Keep what is being written, for as long as the window is open; None: there is none any more."""
    st.session_state[f"draft-{company()}-{name}"] = made


@dataclass(frozen=True)
class Done:
    """What was done last in this window: where, so that it is told there, in words, and the batches that undo it, the newest first."""

    place: str
    words: str
    batches: tuple[int, ...] = ()


def keep_done(done: Done | None) -> None:
    """Keep what was done last; None: nothing is told any more."""
    st.session_state["just-done"] = (company(), done)


def just_done() -> Done | None:
    """What was done last in the company that is looked at; None where nothing was, or it is to be told no more."""
    of, done = st.session_state.get("just-done", ("", None))
    return done if of == company() else None


def go_to(page: str | StreamlitPage, **more: str) -> None:
    """Go to another page of the same company."""
    st.switch_page(page, query_params={"company": company(), **more})


def one_of(label: str, key: str, words: Mapping[Code, str], first: Code | None = None, about: str | None = None) -> Code:
    """One of a few, shown side by side in words; `first`, else the first of them, until another is chosen."""
    in_own_words(key, words, words.__getitem__)
    codes = list(words)
    return st.segmented_control(
        label, codes, default=first or codes[0], required=True, format_func=words.__getitem__, key=key, bind="query-params", help=about
    )


def in_own_words(key: str, options: Iterable[object], words: Callable[[Any], str]) -> None:
    """The address says what is chosen in the words of who sent it: these, or the code, in any language become the reader's. They are said
    before there is the widget, and the page begins anew: a widget that does not know what its address says takes that out of it, and who
    passes the address on, or loads it again, would see something else."""
    given = st.query_params.get(key)
    if given is None or key in st.session_state:
        return
    for each in LANGUAGES:
        with speaking(each):
            meant = [one for one in options if given in (words(one), str(one))]
        if meant and words(meant[0]) != given:
            st.query_params[key] = words(meant[0])
            st.rerun()
        if meant:
            return
    no_longer(key, [given])


def no_longer(name: str, values: Iterable[str]) -> None:
    """Remember that the address asks for what is not there (any more)."""
    known = st.session_state.setdefault("no-longer", {}).setdefault(name, [])
    known += [one for one in values if one not in known]


def not_there() -> dict[str, list[str]]:
    """What was remembered so, by name, since this window came to the page."""
    return {name: values for name, values in st.session_state.get("no-longer", {}).items() if values}


def forget_not_there() -> None:
    st.session_state.pop("no-longer", None)


of_readers(reader_language)
