"""What counts otherwise for some accounts, of the draft: by segment, part of the lifecycle, or days since the start."""

from dataclasses import replace

import streamlit as st

from language import tr
from metrics.scorecard import LIFECYCLE, Curve, Variant
from metrics.scorecard_edits import with_variant, without_variant
from pages.parts import health_curve, health_measures
from pages.parts.health_draft import Editor
from pages.ui import loaders, text
from reports.words import health_words
from reports.words.health_words import for_whom, free_name, group_called
from reports.words.titles import title as title_of


def show(edit: Editor) -> None:
    """Each thing that counts otherwise, for whom first; those further down hold over those above where an account is of both."""
    st.caption(
        tr(
            "Weights and curves that hold for some accounts in place of the others: of a segment, while onboarding, in the first 60 days. "
            "Where an account is of several, the one further down holds. An empty weight is the same as for all."
        )
    )
    if not edit.card.variants:
        st.info(tr("The score counts the same for every account."), icon=":material/group:")
    for at in range(len(edit.card.variants)):
        with st.container(border=True, key=edit.key("variant", at)):
            _variant(edit, at)
    if edit.may and st.button(tr("Let something count otherwise for some"), key=edit.key("variant-add"), icon=":material/add:"):
        at = len(edit.card.variants)
        edit.anew(with_variant(edit.card, at, _named(edit, at, Variant("", lifecycle=LIFECYCLE[0]))))


def _variant(edit: Editor, at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{text.literal(_first_large(for_whom(edit.card.variants[at])))}**", width="stretch")
        if edit.may and st.button(tr("Take it out"), key=edit.key("variant-out", at), icon=":material/delete:", type="tertiary"):
            edit.anew(without_variant(edit.card, at))
    _whom(edit, at)
    _groups(edit, at)
    _measures(edit, at)


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]


def _put(edit: Editor, at: int, **other: object) -> None:
    edit.card = with_variant(edit.card, at, replace(edit.card.variants[at], **other))


def _whom(edit: Editor, at: int) -> None:
    """Segment, part of the lifecycle, and days since the start; what is left empty says nothing."""
    was, off = edit.card.variants[at], not edit.may
    known = sorted({*loaders.values(edit.choice.company, "segment", edit.choice.viewer), *([was.segment] if was.segment else [])})
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        segment = st.selectbox(
            tr("Segment"), known, known.index(was.segment) if was.segment else None, key=edit.key("segment", at), placeholder=tr("any"),
            disabled=off, width=180,
        )  # fmt: skip
        part = st.selectbox(
            tr("Part of the lifecycle"), LIFECYCLE, LIFECYCLE.index(was.lifecycle) if was.lifecycle in LIFECYCLE else None, width=250,
            key=edit.key("lifecycle", at), format_func=health_words.LIFECYCLE.__getitem__, placeholder=tr("any"), disabled=off,
        )  # fmt: skip
        low, high = (
            edit.number(
                label,
                was.age_days[end],
                "age",
                at,
                end,
                width=150,
                whole=True,
                min_value=0,
                label_visibility="visible",
                placeholder=tr("any"),
            )
            for end, label in enumerate((tr("From day"), tr("Before day")))
        )
    days = (None if low is None else int(low), None if high is None else int(high))
    if (segment, part, days) != (was.segment, was.lifecycle, was.age_days):
        now = replace(was, segment=segment, lifecycle=part, age_days=days)
        edit.card = with_variant(edit.card, at, _named(edit, at, now))


def _named(edit: Editor, at: int, variant: Variant) -> Variant:
    """By the name that it gives itself: accounts of which it is are told so."""
    return replace(variant, name=free_name(for_whom(variant), {one.name for place, one in enumerate(edit.card.variants) if place != at}))


def _groups(edit: Editor, at: int) -> None:
    """The weight of each group; empty where it is as for all."""
    st.caption(tr("Weights of groups"))
    own = edit.card.variants[at].groups
    with st.container(horizontal=True, gap="small"):
        typed = {
            group.name: edit.number(
                group_called(group.name), own.get(group.name), "variant-group", at, group.name, min_value=0.0, label_visibility="visible",
                placeholder=f"{group.weight:g}", width=130,
            )
            for group in edit.card.groups
            if not group.share
        }  # fmt: skip
    _put(edit, at, groups={name: weight for name, weight in typed.items() if weight is not None})


def _measures(edit: Editor, at: int) -> None:
    """Measures that weigh otherwise or have a curve of their own, and those that could."""
    was = edit.card.variants[at]
    names = [one.name for one in edit.card.measures]
    st.caption(tr("Measures that weigh otherwise, or have a curve of their own"))
    for name in [one for one in names if one in was.weights or one in was.scales]:
        _measure(edit, at, name)
    left = [one for one in names if one not in was.weights and one not in was.scales]
    if edit.may and left:
        with st.popover(tr("Choose a measure"), icon=":material/add:", type="tertiary", key=edit.key("variant-add", at)):
            for name in left:
                _offered(edit, at, name)


def _offered(edit: Editor, at: int, name: str) -> None:
    if st.button(title_of(name), key=edit.key("variant-add", at, name), type="tertiary", icon=":material/add:", help=text.meaning(name)):
        own = next(one for one in edit.card.measures if one.name == name)
        _put(edit, at, weights={**edit.card.variants[at].weights, name: own.weight})
        edit.anew(edit.card)


def _measure(edit: Editor, at: int, name: str) -> None:
    """Weight of a measure for these accounts, whether it has a curve of its own, and the curve."""
    was, usual = edit.card.variants[at], next(one for one in edit.card.measures if one.name == name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(text.literal(title_of(name)), width="stretch")
        weight = edit.number(
            tr("Weight of {name}", name=title_of(name)), was.weights.get(name), "variant-weight", at, name, min_value=0.0,
            placeholder=f"{usual.weight:g}",
        )  # fmt: skip
        own = st.checkbox(tr("Own curve"), name in was.scales, key=edit.key("own-curve", at, name), disabled=not edit.may)
        if edit.may and st.button(tr("As for all"), key=edit.key("as-for-all", at, name), icon=":material/close:", type="tertiary"):
            weights, scales = ({key: one for key, one in said.items() if key != name} for said in (was.weights, was.scales))
            _put(edit, at, weights=weights, scales=scales)
            edit.anew(edit.card)
    _weigh(edit, at, name, weight)
    if own:
        _curve(edit, at, name, was.scales.get(name, usual.scale))
    elif name in was.scales:
        _put(edit, at, scales={key: one for key, one in was.scales.items() if key != name})


def _weigh(edit: Editor, at: int, name: str, weight: float | None) -> None:
    """Without a weight of its own it weighs as for all."""
    own = {key: one for key, one in edit.card.variants[at].weights.items() if key != name}
    if weight is not None:
        own = {**edit.card.variants[at].weights, name: weight}
    if own != edit.card.variants[at].weights:
        _put(edit, at, weights=own)


def _curve(edit: Editor, at: int, name: str, scale: Curve) -> None:
    def put(typed: Curve) -> None:
        _put(edit, at, scales={**edit.card.variants[at].scales, name: typed})

    if name not in edit.card.variants[at].scales:
        put(scale)
    health_curve.edited(edit, ("own", at, name), name, scale, health_measures.values(edit)[name], put)
