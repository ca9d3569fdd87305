"""The parts of the page of one's own access: person and roles, the form that makes a token, and the lists of tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from data.access import personal_tokens
from data.access.claims import SignedIn
from data.access.personal_tokens import Right, Token, TokenRefused
from data.access.provider import provider
from data.access.rights import known_people, titles_of
from data.settings import current_settings
from data.store import open_stores
from data.store.store import StoreError
from data.viewer import ADMINISTER, APPROVE, CONFIGURE, EDIT, EXPORT, IMPORT, KINDS, OPERATIONS, UNDO, VIEW, Scope, Viewer
from language import InLanguage, again, mark, mark_of, tr
from language.formats import listed as in_a_list
from language.formats import one_of
from pages.ui import rights, text, who
from reports.words import codes
from reports.words.titles import title as title_of

USUAL = 90  # days that a token lasts where nothing else is chosen
CUSTOMERS, MONEY, REST = ("accounts", "activities", "plays"), ("revenue", "closes"), ("imports", "model", "definitions")
GROUPS = InLanguage({"read": mark("Read"), "export": mark("Export as files"), "change": mark_of("a button", "Change")})
CHOICES = InLanguage(
    {
        "read-customers": mark("Customers: accounts, health, usage, activities"),
        "read-money": mark("Revenue: ARR, renewals, retention, closes"),
        "read-rest": mark("Log of imports, churn model, definitions"),
        "export-customers": mark("Customers, as CSV, Excel or PDF"),
        "export-money": mark("Revenue and the board pack, as CSV, Excel or PDF"),
        "export-rest": mark("Imports and churn model, as CSV, Excel or PDF"),
        "change-import": mark("Import files"),
        "change-work": mark("Log conversations, do tasks, edit accounts and contacts"),
        "change-undo": mark("Undo and redo"),
        "change-match": mark("Match accounts"),
        "change-close": mark("Close periods"),
        "change-approve": mark("Consent to what others ask for, or refuse it"),
        "change-train": mark("Train the churn model"),
        "change-people": mark("Import the list of people"),
        "change-store": mark("Check, back up and copy out the whole store"),
    }
)
GIVE: dict[str, tuple[Right, ...]] = {
    **{f"{name}-{of}": tuple((operation, kind) for kind in kinds)
       for name, operation in (("read", VIEW), ("export", EXPORT))
       for of, kinds in (("customers", CUSTOMERS), ("money", MONEY), ("rest", REST))},
    "change-import": ((IMPORT, "imports"),),
    "change-work": ((EDIT, "accounts"), (EDIT, "activities")),
    "change-undo": tuple((UNDO, kind) for kind in KINDS),
    "change-match": ((EDIT, "imports"),),
    "change-close": ((EDIT, "closes"),),
    "change-approve": tuple((APPROVE, kind) for kind in KINDS),
    "change-train": ((CONFIGURE, "model"),),
    "change-people": ((ADMINISTER, "people"),),
    "change-store": ((ADMINISTER, "store"),),
}  # fmt: skip


@dataclass(frozen=True)
class Mine:
    """Who is signed in, whatever they look as, with their own rights and the titles of their roles."""

    person: SignedIn
    viewer: Viewer
    roles: list[str]


def own(company: str) -> Mine | None:
    """Who is signed in; None where nobody signs in."""
    claims = who.claims()
    person = who.signed_in() if claims else None
    if not isinstance(person, SignedIn):
        return None
    found, _ = known_people(open_stores.store(company))
    return Mine(
        person, who.rights(company, claims), [codes.said("role_title", one) for one in titles_of(found, person.email, person.groups)]
    )


def about(mine: Mine) -> None:
    """Name, e-mail and roles, and what these give: for each operation on which objects, of whose accounts."""
    st.markdown(f"**{text.literal(mine.person.name)}** · {text.literal(mine.person.email)}")
    st.caption(tr("Roles: {roles}", roles=text.literal(in_a_list(mine.roles))) if mine.roles else tr("No role here yet."))
    with st.expander(tr("What I may do"), icon=":material/lock_open:"):
        st.markdown("\n".join(f"- {text.literal(line)}" for line in given(mine.viewer)))


def given(viewer: Viewer) -> list[str]:
    """Rights in words: one line for an operation and whose accounts it is given for."""
    grants = viewer.rights or ()
    lines = []
    for operation in OPERATIONS:
        for scope in dict.fromkeys(one.scope for one in grants if one.operation == operation):
            kinds = [kind for kind in KINDS if any((one.operation, one.kind, one.scope) == (operation, kind, scope) for one in grants)]
            told = in_a_list(rights.KINDS[kind] for kind in kinds)
            lines.append(tr("{operation}: {kinds} · {whose}", operation=rights.OPERATIONS[operation], kinds=told, whose=_whose(scope)))
    return lines


def _whose(scope: Scope | None) -> str:
    if scope is None:
        return tr("the whole company")
    told = [tr("{column}: {values}", column=title_of(column), values=in_a_list(values)) for column, values in scope]
    return one_of(told) if told else tr("no account")


def offered(viewer: Viewer) -> dict[str, list[Right]]:
    """What a token may be made for: of each choice what the person may do now, without those of which that is nothing."""
    found = {name: [right for right in rights_of if viewer.may(*right)] for name, rights_of in GIVE.items()}
    return {name: some for name, some in found.items() if some}


def make_form(mine: Mine) -> None:
    """The form that makes a token; the token itself is shown below it until anything else is clicked, and never again."""
    choices, today = offered(mine.viewer), datetime.now(UTC).date()
    with st.form("make-token", border=True):
        left, right = st.columns([2, 1])
        name = left.text_input(
            tr("Name"), max_chars=personal_tokens.NAME_LENGTH, placeholder=tr("What it is for: nightly import"), key="token-name"
        )
        last = today + timedelta(days=personal_tokens.LONGEST)
        ends = right.date_input(
            tr("Works until"), today + timedelta(days=USUAL), min_value=today, max_value=last, format="YYYY-MM-DD", key="token-ends"
        )
        chosen = [one for group, place in zip(GROUPS, st.columns(len(GROUPS)), strict=True) for one in _ticked(place, group, choices)]
        if st.form_submit_button(tr("Make a token"), type="primary", icon=":material/key:"):
            _made(mine, name, [right for one in chosen for right in choices[one]], ends)


def _ticked(place, group: str, choices: Iterable[str]) -> list[str]:
    place.markdown(f"**{GROUPS[group]}**")
    return [name for name in choices if name.startswith(f"{group}-") and place.checkbox(CHOICES[name], key=f"token-{name}")]


def _made(mine: Mine, name: str, given: list[Right], ends) -> None:
    try:
        secret, _ = personal_tokens.make(mine.person, name, given, ends, datetime.now(UTC))
    except (TokenRefused, StoreError) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return
    st.success(tr("Copy the token now: it is not kept, and is not shown again."), icon=":material/key:")
    st.code(secret, language=None)
    st.caption(tr("A script shows it with each request, for example:"))
    found = provider(current_settings())
    st.code(
        f'curl --header "Authorization: Bearer {secret}" {found.origin if found else ""}/api/reports/arr', language=None, wrap_lines=True
    )


def listed(mine: Mine) -> None:
    """One's own tokens, newest first, each with a button that revokes it."""
    tokens = personal_tokens.of(mine.person.email)
    if not tokens:
        st.caption(tr("You have no tokens yet."))
    for token in tokens:
        _row(token, mine.person.email, mine.person.email)


def everybodys(mine: Mine) -> None:
    """The tokens of all others, by person, for who administers them."""
    others = [token for token in personal_tokens.everybodys() if token.email != mine.person.email]
    if not others:
        st.caption(tr("Nobody else has a token."))
    for token in others:
        _row(token, mine.person.email, None, whose=f"{token.owner} ({token.email})")


def _row(token: Token, by: str, of_email: str | None, whose: str = "") -> None:
    with st.container(key=f"row-token-{token.id}", horizontal=True, vertical_alignment="center"):
        said = " · ".join(text.literal(one) for one in (whose, token.name, f"{token.start}…") if one)
        st.markdown(f"{said}  \n:small[{text.literal(_state(token))}]")
        if token.works(datetime.now(UTC)):
            st.button(tr("Revoke"), key=f"revoke-{token.id}", on_click=_revoke, args=(token.id, by, of_email), width="content")


def _state(token: Token) -> str:
    """Until when it works or why no more, when it was used last, and what it was made for."""
    if token.revoked:
        works = tr("revoked on {day} by {who}", day=text.day(token.revoked.date()), who=token.revoked_by or "")
    elif token.works(datetime.now(UTC)):
        works = tr("works until {day}", day=text.day(token.ends))
    else:
        works = tr("ended on {day}", day=text.day(token.ends))
    used = tr("last used {moment} UTC", moment=f"{token.used:%Y-%m-%d %H:%M}") if token.used else tr("never used")
    return " · ".join((works, used, *(CHOICES[name] for name, some in GIVE.items() if token.given & {*some})))


def _revoke(token: str, by: str, of_email: str | None) -> None:
    personal_tokens.revoke(token, by, datetime.now(UTC), of_email=of_email)
