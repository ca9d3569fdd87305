"""Groups and measures of the draft, each with its weight and its share of the whole; the measure that is opened with its curve."""

from dataclasses import replace

import polars as pl
import streamlit as st

from language import tr
from metrics.account_measures import MEASURES
from metrics.registry import METRICS
from metrics.scorecard import Curve, Group, Measure
from metrics.scorecard_edits import shares, with_group, with_measure, with_new_group, without_group, without_measure
from pages.parts import health_curve
from pages.parts.health_draft import Editor
from pages.ui import address, loaders, text
from reports.health.preview import first_curve
from reports.words.health_words import group_called
from reports.words.titles import title as title_of

OPENED = "measure"
AGING = ("nps_answer",)  # measures that are known once, and grow old
GROUP_LONGEST = 40


def show(edit: Editor) -> None:
    """Every group with its measures."""
    st.caption(
        tr(
            "Weights are held against each other, they need not total 100. The share says how much of the whole score it is where "
            "everything is known; what is not known of an account gives its weight to the rest. Click a measure to see and change its "
            "curve."
        )
    )
    opened = address.opened_one(OPENED, MEASURES)
    of_groups, of_measures = shares(edit.card)
    _columns()
    for group in edit.card.groups:
        with st.container(border=True, key=edit.key("group", group.name), gap="xsmall"):
            _group(edit, group, of_groups[group.name])
            for measure in [one for one in edit.card.measures if one.group == group.name]:
                _measure(edit, measure, of_measures[measure.name], measure.name == opened)
    if edit.may:
        _add_group(edit)


def _columns() -> None:
    with st.container(horizontal=True, gap="small", key="score-columns"):
        st.caption(tr("Group and measures"), width="stretch")
        st.caption(tr("Weight"), width=110)
        st.caption(tr("Share"), width=72)


def _group(edit: Editor, group: Group, share: float) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="stretch"):
            st.markdown(f"**{text.literal(group_called(group.name))}**", width="content")
            if edit.may:
                _beside(edit, group)
        weight = _weight_of(edit, group)
        st.markdown(f"**{text.percent(share)}**", width=60)
    if weight != (group.share or group.weight):
        edit.card = with_group(edit.card, group.name, **{"share" if group.share else "weight": weight})


def _weight_of(edit: Editor, group: Group) -> float:
    """The weight of a group against the others, or its fixed share of the whole, in percent."""
    name = group_called(group.name)
    if group.share:
        label, about = (
            tr("Share of {name} in the whole, %", name=name),
            tr("A fixed share of the whole, in percent, whatever the others weigh."),
        )
        return (
            edit.number(label, group.share, "share-of", group.name, share=True, min_value=0.1, max_value=100.0, help=about) or group.share
        )
    return edit.number(tr("Weight of {name}", name=name), group.weight, "weight-of", group.name, min_value=0.0) or 0.0


def _measure(edit: Editor, measure: Measure, share: float, opened: bool) -> None:
    name = title_of(measure.name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=edit.key("row", measure.name)):
        icon = ":material/expand_less:" if opened else ":material/expand_more:"
        with st.container(width="stretch"):
            if st.button(name, key=edit.key("open", measure.name), icon=icon, type="tertiary", help=text.meaning(measure.name)):
                address.open_one(OPENED, None if opened else measure.name)
                st.rerun()
        weight = edit.number(tr("Weight of {name}", name=name), measure.weight, "measure", measure.name, min_value=0.0)
        st.markdown(text.percent(share), width=60)
    if weight != measure.weight:
        edit.card = with_measure(edit.card, replace(measure, weight=weight or 0.0))
    if opened:
        _opened(edit, next(one for one in edit.card.measures if one.name == measure.name))


def _opened(edit: Editor, measure: Measure) -> None:
    """A measure with its curve, its group, and how long it counts."""

    def put(scale: Curve) -> None:
        now = next(one for one in edit.card.measures if one.name == measure.name)
        edit.card = with_measure(edit.card, replace(now, scale=scale))

    st.caption(text.literal(METRICS[measure.name].definition) if measure.name in METRICS else "")
    health_curve.edited(edit, ("curve", measure.name), measure.name, measure.scale, values(edit)[measure.name], put)
    if edit.may:
        _more(edit, measure)


def values(edit: Editor) -> pl.DataFrame:
    """What today's customers have of each measure."""
    return loaders.measured_values(edit.choice.company, edit.choice.viewer, edit.choice.now)


def _more(edit: Editor, measure: Measure) -> None:
    """In which group it counts, how long, and the button that takes it out."""
    groups = [one.name for one in edit.card.groups]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        group = st.selectbox(
            tr("Counts in"), groups, groups.index(measure.group), format_func=group_called, key=edit.key("in", measure.name), width=200
        )
        days = measure.max_age_days
        if measure.name in AGING or days is not None:
            days = edit.number(
                tr("Counts for days"), days, "age", measure.name, width=160, whole=True, min_value=1, label_visibility="visible",
                placeholder=tr("any time"), help=tr("An older answer says nothing of today, and gives up its weight."),
            )  # fmt: skip
        if st.button(tr("Take it out"), key=edit.key("out", measure.name), icon=":material/delete:", type="tertiary"):
            edit.anew(without_measure(edit.card, measure.name))
    now = next(one for one in edit.card.measures if one.name == measure.name)
    other = replace(now, max_age_days=None if days is None else int(days), group=group)
    if group != measure.group:
        edit.anew(with_measure(edit.card, other))
    edit.card = with_measure(edit.card, other)


def _beside(edit: Editor, group: Group) -> None:
    """What can be added to a group, and the button that takes it out."""
    left = [one for one in MEASURES if one not in {measure.name for measure in edit.card.measures}]
    about = tr("Add a measure, or take the group out")
    with st.popover(":material/more_horiz:", type="tertiary", key=edit.key("add-to", group.name), help=about):
        st.caption(tr("Add a measure") if left else tr("Every measure that there is counts already."))
        for one in left:
            _offered(edit, group, one)
        if len(edit.card.groups) > 1 and st.button(
            tr("Take the group out"), key=edit.key("group-out", group.name), icon=":material/delete:", type="tertiary"
        ):
            edit.anew(without_group(edit.card, group.name))


def _offered(edit: Editor, group: Group, name: str) -> None:
    if st.button(title_of(name), key=edit.key("add", group.name, name), type="tertiary", icon=":material/add:", help=text.meaning(name)):
        address.open_one(OPENED, name)
        edit.anew(with_measure(edit.card, Measure(name, group.name, 50.0, first_curve(name, values(edit)[name]))))


def _add_group(edit: Editor) -> None:
    with st.popover(tr("Add a group"), icon=":material/add:", key=edit.key("add-group")), st.form(edit.key("new-group"), border=False):
        name = st.text_input(tr("What it is called"), max_chars=GROUP_LONGEST, key=edit.key("group-name"))
        if st.form_submit_button(tr("Add it"), type="primary"):
            if with_new_group(edit.card, name) == edit.card:
                st.error(tr("Give it a name that no other group has."), icon=":material/error:")
            else:
                edit.anew(with_new_group(edit.card, name))
