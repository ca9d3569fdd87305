"""The one bar of filters, kept in the URL. With address.py the only place that touches session and URL state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.parameters import WrongParameter
from data.viewer import Viewer
from language import again, tr
from metrics.cohorts import COHORTS
from metrics.sizes import SIZE_BAND
from pages.ui import address, loaders, text
from pages.ui.choice import Choice
from pages.ui.choice_words import COMPARE_WORDS, IN_WORDS, LEVELS, PERIOD_WORDS, SEGMENTS, STEPS, WHEN, moment_in_words, said_in_words
from pages.ui.looking import Looking
from reports.periods import PERIODS, compared
from reports.report import PARAMETERS, Question
from reports.words.titles import title as title_of

FRONT = ("segment", "owner")
FOLDED = ("plan", "region", "industry", "team", "lifecycle")
MOST_VALUES = 100  # a column with more values than this is no filter: the search finds its rows
USUALLY = {"period": "last_12_months", "compare": "previous_period", "rules": "house", "viewer": None, "known_at": None}
NO_COLUMNS = (SIZE_BAND, *COHORTS, "parent", "role")  # by what pages split that is no column of accounts
OF_PAGES = {"by": None, "step": "month", "level": "account", "segments": "now", "within": 90}  # what single pages ask
UNSAID = ("company", "present", "desk")  # of an address: they choose nothing


def draw(*, used: bool = True) -> None:
    """Make room for the head of the page, and draw the bar below it; `bar` then tells the page what it says.

    Unseen where a page does not use it: what it says stays.
    """
    st.session_state["head"] = _head()
    st.session_state["bar"] = _draw(used)


def views_place() -> DeltaGenerator:
    """The place of saved views, at the end of the bar."""
    return st.session_state["views-place"]


def under() -> DeltaGenerator:
    """The place right below the bar."""
    return st.session_state["under-bar"]


def chosen(name: str, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """What is chosen on the page, in codes and whatever the language: the bar, and what the page itself asks."""
    kept = {one: st.session_state.get(one) for one in (*USUALLY, *OF_PAGES)} | {"as_of": _chosen_day(name)}
    kept |= {one: st.session_state.get(one) for one in ("from", "to")} if kept["period"] == "custom" else {}
    plain = [(one, str(value)) for one, value in kept.items() if value is not None and value != (USUALLY | OF_PAGES).get(one)]
    lists = [(column, value) for column in columns(name, viewer) for value in st.session_state.get(column) or ()]
    return (*lists, *plain, *(("account", one) for one in address.asked("account")))


def take(choices: Iterable[tuple[str, str]], choice_of: tuple[str, Viewer]) -> None:
    """Let these choices hold, given as `chosen` tells them, and no others, in a window in which the bar was drawn already."""
    said: dict[str, list[str]] = {}
    for name, value in choices:
        said.setdefault(name, []).append(value)
    lists = columns(*choice_of)
    for name in (*USUALLY, *OF_PAGES, "as_of", "from", "to", "look_as", *lists):
        if name in st.session_state or name in said:
            holding = _holding(name, said.get(name, ()), choice_of, is_list=name in lists)
            st.session_state[name] = _typed(name, holding, is_list=name in lists)
            address.say(name, [said_in_words(name, one) for one in holding])


def _holding(name: str, values: Sequence[str], choice_of: tuple[str, Viewer], *, is_list: bool) -> list[str]:
    """Those of some values that are there; the others are remembered, to be told."""
    offered: Iterable[str] = values
    if is_list or name == "viewer":
        offered = loaders.values(choice_of[0], "owner" if name == "viewer" else name, choice_of[1])
    elif name in ("known_at", "by"):
        offered = map(str, loaders.moments(choice_of[0])) if name == "known_at" else (*loaders.columns(*choice_of), *NO_COLUMNS)
    there = {*offered}
    address.no_longer(name, [one for one in values if one not in there])
    return [one for one in values if one in there]


def _typed(name: str, values: Sequence[str], *, is_list: bool) -> object:
    """Values of an address as the widget of that name keeps them."""
    if is_list:
        return [*values]
    if not values:
        return (USUALLY | OF_PAGES).get(name)
    if name in ("as_of", "from", "to"):
        return date.fromisoformat(values[0])
    return int(values[0]) if name in ("known_at", "within") else values[0]


def columns(name: str, viewer: Viewer) -> list[str]:
    """The account columns by which the bar narrows."""
    return list(dict.fromkeys((*FRONT, *FOLDED, *loaders.columns(name, viewer))))


def narrows_nothing(name: str, viewer: Viewer) -> bool:
    """Whether nothing is chosen: neither in the address, nor in the bar from the page before."""
    said = [one for one, _ in address.pairs() if one not in UNSAID]
    in_bar = [*USUALLY, "look_as", *columns(name, viewer)]
    kept = [one for one in in_bar if st.session_state.get(one) not in (None, [], USUALLY.get(one))]
    return not said and not kept and _chosen_day(name) is None


def _chosen_day(name: str) -> date | None:
    """The day that was chosen; None where it is the newest one."""
    day = _day(st.session_state.get("as_of"))
    return None if day == loaders.default_day(name) else day


def keep_wish(wish: tuple[Any, ...]) -> None:
    """Keep what needs consent until the page is drawn next."""
    st.session_state["wish"] = wish


def taken_wish() -> tuple[Any, ...] | None:
    """What was kept so, once."""
    return st.session_state.pop("wish", None)


def head() -> DeltaGenerator:
    """The place for the head of the page; here where nothing has made room for it above the bar."""
    return st.session_state["head"] if "head" in st.session_state else _head()


def _head() -> DeltaGenerator:
    return st.container(horizontal=True, key="head", vertical_alignment="center", gap="small")


def bar() -> Choice:
    """What the bar says; drawn here where nothing has drawn it above the page."""
    return st.session_state["bar"] if "bar" in st.session_state else _draw()


def looking() -> Looking | None:
    """Who looks at the page; None where nothing is drawn above it yet."""
    return st.session_state["bar"].looking if "bar" in st.session_state else None


def _draw(used: bool = True) -> Choice:
    """One line that says what is on, opens into its parts, and has a chip for each thing that narrows the page."""
    name = address.company()
    looking = Looking(name, None, address.tried_person(loaders.people(name)))
    owners = _owners(replace(looking, owner=st.session_state.get("viewer") or st.query_params.get("viewer")))
    _no_such_person(looking, st.query_params.get("look_as"))
    _no_such_day(st.query_params.get("as_of"))
    with st.container(horizontal=True, key="filter-bar" if used else "unused-filter-bar", vertical_alignment="center", gap="small"):
        line = st.container(width="content")
        with st.popover(tr("Filters"), icon=":material/tune:", key="filters"):
            asked, period, compare = _parts(looking, owners)
        chips = st.container(horizontal=True, key="filter-chips", gap="xsmall", width="content")
        st.session_state["views-place"] = st.container(width="content", key="views-place")
    st.session_state["under-bar"] = st.container(key="under-bar", gap="xsmall")
    choice = _choice(name, asked[0], asked[1], period, compare)
    line.markdown(_in_words(choice, period))
    with chips:
        _chips(choice)
    return choice


def _parts(looking: Looking, owners: list[str]) -> tuple[tuple[Looking, Question], str | tuple[date, date], str]:
    """The parts of the bar: common ones in front, the rest folded. Lists offer only what the viewer may see."""
    name = looking.company
    with st.container(horizontal=True, gap="small"):
        as_of = _day_looked_at(name)
        period, compare = _worded(tr("Period"), "period", PERIOD_WORDS), _worded(tr("Compare"), "compare", COMPARE_WORDS)
    own_period, front = _own_period(period), st.container(horizontal=True, gap="small")
    with st.expander(tr("More filters")):
        folded = st.container()
        rules = st.selectbox(
            tr("Rules"), PARAMETERS["rules"].choices, key="rules", bind="query-params", help=tr("How contracts become ARR.")
        )
        looking, known_at = replace(looking, owner=_owner(owners)), _known_at(name)
        _person(looking)
    with front:
        chosen = _narrowed(name, looking.viewer, FRONT, width=285)
    with folded:
        viewer = looking.viewer
        chosen += _narrowed(name, viewer, [*FOLDED, *(one for one in loaders.columns(name, viewer) if one not in FRONT + FOLDED)])
    return (looking, Question(as_of=as_of, known_at=known_at, rules=rules, filters=chosen)), own_period or period, compare


def _no_such_day(named: str | None) -> None:
    """Where the link names a day that is none: say so, since another one is looked at."""
    try:
        date.fromisoformat(named or "2000-01-01")
    except ValueError:
        said = text.literal(
            tr("The link asks for the day “{named}”, which is none: the newest day is looked at.", named=(named or "")[:40])
        )
        st.caption(f":material/event_busy: {said}")


def _in_words(choice: Choice, period: str | tuple[date, date]) -> str:
    """What is on, in one line: the day, the period, the comparison, and that nothing narrows it, where nothing does."""
    asked, newest = choice.question, loaders.default_day(choice.company)
    if asked.as_of is None:
        return tr("No day to look at yet")
    said = [
        tr("As of **{as_of}**", as_of=text.day(asked.as_of))
        + (tr(" (newest: {newest})", newest=text.day(newest)) if newest and newest != asked.as_of else "")
    ]
    said += [text.span(asked.start, asked.end) if isinstance(period, tuple) else IN_WORDS[period], choice.comparison]
    said += [] if asked.rules == "house" else [tr("rules: {rules}", rules=asked.rules)]
    return " · ".join(one for one in (*said, "" if _narrowing(choice) else everybody(choice)) if one)


def everybody(choice: Choice) -> str:
    """What is said where no filter narrows the page: its figures are the whole company's, or of what this person sees of it."""
    return tr("all accounts") if choice.viewer.sees_all else tr("all accounts that you see")


def _day_looked_at(name: str) -> date | None:
    """The day that was chosen, else the last day that usage covers: never an empty field once something is in; it follows new imports."""
    newest = loaders.default_day(name)
    if "as_of" in st.session_state and st.session_state["as_of"] in (None, st.session_state.get("newest-day")):
        st.session_state["as_of"] = newest
    st.session_state["newest-day"] = newest
    about = tr("The day looked at. At first the last day that usage covers.")
    return _day(st.date_input(tr("As of"), value=newest, key="as_of", bind="query-params", width=150, help=about, format="YYYY-MM-DD"))


def _worded(label: str, key: str, words: Mapping[str, str]) -> str:
    """One of several, each told in words."""
    address.in_own_words(key, words, words.__getitem__)
    return st.selectbox(label, list(words), format_func=words.__getitem__, key=key, bind="query-params", width=190)


def _owner(owners: list[str]) -> str | None:
    """The owner as whom the page is looked at. Who looks as one is offered no other's name until that is cleared."""
    return st.selectbox(tr("Look as"), owners, index=None, key="viewer", bind="query-params", help=tr("See only what this CSM sees."))


def _no_such_person(looking: Looking, named: str | None) -> None:
    """Where the link asks to look as somebody who is not there, or whom this reader may not try: say so."""
    if named and not (looking.as_person and looking.may_try_others):
        said = text.literal(tr("The link asks to look as “{named}”, which is not possible here: you look as yourself.", named=named[:80]))
        st.caption(f":material/person_off: {said}")


def _person(looking: Looking) -> None:
    """The list from which a person is chosen to look as; for those who administer people, where there are any."""
    people = loaders.people(looking.company)
    if people and looking.may_try_others:
        about = tr("See and do what this person may: their pages, their accounts, their buttons.")
        if looking.as_person:
            address.in_own_words("look_as", people, people.__getitem__)
        st.selectbox(
            tr("Try a role"), list(people), index=None, format_func=people.__getitem__, key="look_as", bind="query-params", help=about,
            placeholder=tr("Nobody else's"),
        )  # fmt: skip


def _known_at(name: str) -> int | None:
    """The import right after which the store is looked at; None for now."""
    moments = loaders.moments(name)
    about = tr("What was in the log of imports right after one of them: later imports, edits and undos are not looked at.")
    address.in_own_words("known_at", moments, lambda batch: moment_in_words(batch, moments[batch]))
    return st.selectbox(
        tr("As known"), list(moments), index=None, format_func=lambda batch: moment_in_words(batch, moments[batch]), key="known_at",
        bind="query-params", placeholder=tr("Now"), help=about,
    )  # fmt: skip


def _narrowed(
    name: str, viewer: Viewer, columns: Sequence[str], width: int | Literal["stretch"] = "stretch"
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each column for which values are chosen, with these."""
    chosen = [(column, _many(name, column, viewer, width)) for column in columns]
    return tuple((column, values) for column, values in chosen if values)


def _owners(looking: Looking) -> list[str]:
    """The owners that may be looked as. A viewer whom no import names, as in a mistyped address, is told and stops the page."""
    try:
        return loaders.values(looking.company, "owner", looking.viewer)
    except WrongParameter as error:
        with head():
            st.title(tr("The link looks as somebody unknown"), anchor=False)
        st.error(text.literal(again(error)), icon=":material/person_off:")
        st.button(tr("Look at all accounts"), on_click=_clear, args=(("viewer",),))
        st.stop()


def split_by(columns: list[str], usual: str | None = None) -> str | None:
    """The account column by which a page splits its figures; until one is chosen `usual`, where it is there, else None."""
    address.in_own_words("by", columns, title_of)
    return st.selectbox(
        tr("Split by"),
        columns,
        index=columns.index(usual) if usual in columns else None,
        format_func=title_of,
        key="by",
        bind="query-params",
        placeholder=tr("Any account column"),
        width=260,
    )


def step() -> str:
    """The step of movements: month, quarter or year."""
    return address.one_of(tr("Step"), "step", STEPS)


def level() -> str:
    """Who counts as one customer: the account itself, or its topmost parent."""
    about = tr("Count each account by itself, or under its topmost parent.")
    return address.one_of(tr("Counted as"), "level", LEVELS, about=about)


def segments(question: Question) -> str:
    """Whether accounts count in their segments of now or of then; asked only where a page is narrowed or split by a column of them."""
    if not question.filters and not (st.session_state.get("by") or st.query_params.get("by")):
        return "now"
    about = tr(
        "As they are now: an account's whole past counts in the segment that it is in today. As they were: it counts "
        "where it was on each day, as the imports of accounts tell, and moves between segments are entering and "
        "leaving."
    )
    return address.one_of(tr("Segments"), "segments", SEGMENTS, about=about)


def _own_period(period: str) -> tuple[date, date] | None:
    """The two days of a custom period, once both are given."""
    if period != "custom":
        return None
    start, end = (
        _day(st.date_input(label, value=None, key=key, bind="query-params"))
        for label, key in ((tr("From (opening)"), "from"), (tr("To"), "to"))
    )
    return (start, end) if start and end and start < end else None


def _until(period: tuple[date, date], day: date) -> tuple[date, date]:
    """The custom period as far as it is over; where it is not, that is said."""
    start, end = period
    if end <= day:
        return period
    st.caption(
        tr(
            ":material/event_busy: The period ends with {day}, the day looked at: what is renewed after it is not known yet.",
            day=text.day(day),
        )
    )
    return min(start, day), day


def _choice(name: str, looking: Looking, asked: Question, period: str | tuple[date, date], compare: str) -> Choice:
    day = asked.as_of or loaders.default_day(name)
    if day is None:
        return Choice(name, looking, asked)
    start, end = _until(period, day) if isinstance(period, tuple) else PERIODS.get(period, PERIODS["last_12_months"])(day)
    question = replace(asked, as_of=day, start=start, end=end)
    other = compared(start, end, compare)
    before = replace(question, start=other[0], end=other[1]) if other else None
    when = WHEN["custom" if isinstance(period, tuple) else period]
    return Choice(name, looking, question, before, COMPARE_WORDS[compare] if before else "", compare if before else "", when)


def _many(name: str, column: str, viewer: Viewer, width: int | Literal["stretch"]) -> tuple[str, ...]:
    options, wanted = loaders.values(name, column, viewer), address.asked(column)
    address.no_longer(column, [one for one in wanted if one not in options])
    if not 1 < len(options) <= MOST_VALUES and not st.session_state.get(column) and not {*wanted} & {*options}:
        return ()
    return tuple(st.multiselect(title_of(column), options, key=column, bind="query-params", width=width, placeholder=tr("All")))


def _chips(choice: Choice) -> None:
    """What narrows the page, each with a way to clear it."""
    narrowing = _narrowing(choice)
    for column, words in narrowing.items():
        st.button(
            text.literal(words),
            key=f"chip-{column}",
            icon=":material/close:",
            help=tr("Clear this filter"),
            on_click=_clear,
            args=((column,),),
        )
    if len(narrowing) > 1:
        clear_all(choice, tr("Clear all"), "clear-all")


def clear_all(choice: Choice, label: str, key: str) -> None:
    """A button that takes away all that narrows the page."""
    st.button(label, key=key, type="tertiary", on_click=_clear, args=(tuple(_narrowing(choice)),))


def _narrowing(choice: Choice) -> dict[str, str]:
    """The filters in words, by the name under which each is kept."""
    told = {column: f"{title_of(column)}: {', '.join(values)}" for column, values in choice.question.filters}
    if choice.looking.owner:
        told["viewer"] = tr("Looking as {owner}", owner=choice.looking.owner)
    if choice.looking.as_person and choice.looking.may_try_others:
        told["look_as"] = tr("Looking as {owner}", owner=loaders.people(choice.company)[choice.looking.as_person])
    if choice.question.known_at:
        told["known_at"] = tr("As known after import {known_at}", known_at=choice.question.known_at)
    return told


def _clear(columns: tuple[str, ...]) -> None:
    for column in columns:
        st.session_state[column] = None if column in ("viewer", "known_at", "look_as") else []


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
