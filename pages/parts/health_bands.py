"""Bands, exceptions that cap them, and the days of the lifecycle, of the draft."""

from dataclasses import replace
from typing import Any

import streamlit as st

from language import InLanguage, mark, tr
from metrics.account_measures import MEASURES
from metrics.health_exceptions import EXCEPTIONS
from metrics.scorecard import Limit
from metrics.scorecard_edits import with_band, with_limit, with_new_band, without_band, without_limit
from pages.parts.health_draft import Editor
from pages.ui import text
from reports.words.health_words import CAPPED, OF_BANDS, band_called, is_share, limit_named
from reports.words.titles import title as title_of

LONGEST = 40  # signs of a band's name
NO_CAP = ""
ENDS = InLanguage({"below": mark("lies below"), "above": mark("lies above")})
FIRST_LIMIT = Limit("", "seat_use", "watch", below=0.1)


def show(edit: Editor) -> None:
    """Bands on the left; exceptions and days on the right."""
    left, right = st.columns([1, 2], gap="large")
    with left:
        _bands(edit)
        _days(edit)
    with right:
        _caps(edit)
        _limits(edit)


def _bands(edit: Editor) -> None:
    st.subheader(tr("Bands"), anchor=False)
    st.caption(tr("From the lowest to the highest. The upper end belongs to the band; the whole number that is shown decides."))
    with st.container(horizontal=True, gap="small"):
        st.caption(tr("Band"), width=180)
        st.caption(tr("Up to"), width=110)
    for at in range(len(edit.card.bands)):
        _band(edit, at)
    if edit.may and st.button(tr("Add a band"), key=edit.key("band-add"), icon=":material/add:", type="tertiary"):
        edit.anew(with_new_band(edit.card, _free_name(edit)))
    least = edit.number(
        tr("Little known below, % of the weight"), edit.card.least_known, "least", width=240, share=True, min_value=0.0, max_value=100.0,
        label_visibility="visible", help=tr("Of whom less is known gets no band that claims more: it is little known."),
    )  # fmt: skip
    edit.card = replace(edit.card, least_known=edit.card.least_known if least is None else least)


def _free_name(edit: Editor) -> str:
    taken, number = {name for name, _ in edit.card.bands}, 1
    while (name := tr("Band {n}", n=number)) in taken:
        number += 1
    return name


def _band(edit: Editor, at: int) -> None:
    """Name and upper end of a band; that of the highest is 100."""
    (name, upper), last = edit.card.bands[at], at == len(edit.card.bands) - 1
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        typed = st.text_input(
            tr("Name of band {n}", n=at + 1), band_called(name), max_chars=LONGEST, key=edit.key("band", at), width=180,
            disabled=not edit.may, label_visibility="collapsed",
        )  # fmt: skip
        end = edit.number(tr("Upper end of {name}", name=band_called(name)), upper, "upper", at, min_value=0.0, max_value=100.0)
        if edit.may and not last and edit.remove(tr("Take {name} out", name=band_called(name)), "band-out", at):
            edit.anew(without_band(edit.card, at))
    _put(edit, at, _code(typed, name), upper if end is None else end)


def _code(typed: str, name: str) -> str:
    """A band's name as the file has it: one of the product's by its code, another as it was typed."""
    said = typed.strip()
    if not said or said == band_called(name):
        return name
    return next((code for code, words in OF_BANDS.items() if words == said), said)


def _put(edit: Editor, at: int, name: str, upper: float) -> None:
    if name in [one for place, (one, _) in enumerate(edit.card.bands) if place != at]:
        st.error(tr("{name}: another band has this name already.", name=text.literal(band_called(name))), icon=":material/error:")
    elif (name, upper) != edit.card.bands[at]:
        edit.card = with_band(edit.card, at, name, upper)


def _days(edit: Editor) -> None:
    st.subheader(tr("Parts of the lifecycle"), anchor=False)
    st.caption(tr("By these an account is onboarding, before a renewal, or between them, where something counts otherwise then."))
    said = {"onboarding_days": tr("Onboarding: days after the start"), "renewal_days": tr("Before a renewal: days ahead of it")}
    for name, label in said.items():
        was = getattr(edit.card, name)
        days = edit.number(label, was, name, width=260, whole=True, min_value=0, label_visibility="visible")
        edit.card = replace(edit.card, **{name: was if days is None else int(days)})


def _caps(edit: Editor) -> None:
    st.subheader(tr("What a contract says comes first"), anchor=False)
    st.caption(tr("Whatever its measures say, such an account is at most in the band; the score stays, and the reason is named."))
    bands = [name for name, _ in edit.card.bands]
    for what in EXCEPTIONS:
        was = edit.card.caps.get(what, NO_CAP)
        cap = st.selectbox(
            CAPPED[what].capitalize(), [NO_CAP, *bands], [NO_CAP, *bands].index(was) if was in bands else 0, key=edit.key("cap", what),
            format_func=_capped, disabled=not edit.may, width=320,
        )  # fmt: skip
        if cap != was:
            others = {name: band for name, band in edit.card.caps.items() if name != what}
            edit.card = replace(edit.card, caps=others | ({what: cap} if cap else {}))


def _capped(band: str) -> str:
    return tr("at most {band}", band=band_called(band)) if band else tr("no limit")


def _limits(edit: Editor) -> None:
    st.subheader(tr("Exceptions of your own"), anchor=False)
    st.caption(
        tr("If a measure lies below or above a value, the account is at most in a band. Where the measure is not known, it does not hold.")
    )
    for at in range(len(edit.card.limits)):
        _limit(edit, at)
    if edit.may and st.button(tr("Add an exception"), key=edit.key("limit-add"), icon=":material/add:", type="tertiary"):
        bands = [name for name, _ in edit.card.bands]
        first = replace(FIRST_LIMIT, at_most=bands[min(1, len(bands) - 1)])
        edit.anew(with_limit(edit.card, len(edit.card.limits), _named(edit, len(edit.card.limits), first)))


def _named(edit: Editor, at: int, limit: Limit) -> Limit:
    """An exception by the name that it gives itself: accounts that it holds for are told so."""
    return replace(limit, name=limit_named(limit, {one.name for place, one in enumerate(edit.card.limits) if place != at}))


def _limit(edit: Editor, at: int) -> None:
    """One exception as a sentence of fields."""
    was, bands = edit.card.limits[at], [name for name, _ in edit.card.bands]
    more: dict[str, Any] = {"disabled": not edit.may, "label_visibility": "collapsed"}
    with st.container(horizontal=True, gap="small", vertical_alignment="center", border=True, key=edit.key("limit", at)):
        measure = st.selectbox(
            tr("Measure of exception {n}", n=at + 1), MEASURES, MEASURES.index(was.measure), format_func=title_of, width=165,
            key=edit.key("limit-of", at), **more,
        )  # fmt: skip
        side = st.selectbox(
            tr("Side of exception {n}", n=at + 1), list(ENDS), int(was.above is not None), format_func=ENDS.__getitem__, width=115,
            key=edit.key("limit-side", at), **more,
        )  # fmt: skip
        value = was.below if was.above is None else was.above
        given = edit.number(tr("Value of exception {n}", n=at + 1), value, "limit-value", at, measure, share=is_share(measure), width=100)
        st.markdown(tr("%: at most") if is_share(measure) else tr(": at most"), width="content")
        band = st.selectbox(
            tr("Band of exception {n}", n=at + 1), bands, bands.index(was.at_most) if was.at_most in bands else 0, format_func=band_called,
            width=125, key=edit.key("limit-band", at), **more,
        )  # fmt: skip
        if edit.may and edit.remove(tr("Take exception {n} out", n=at + 1), "limit-out", at):
            edit.anew(without_limit(edit.card, at))
    ends = {"below": None, "above": None, side: value if given is None else given}
    now = replace(was, measure=measure, at_most=band, **ends)
    if replace(now, at_most=was.at_most) != was:
        now = _named(edit, at, now)
    edit.card = with_limit(edit.card, at, now)
