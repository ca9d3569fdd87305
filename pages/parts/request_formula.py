"""The formula by which requests are ranked: its numbers in words, and changing them with a preview of what that changes."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import EDIT, VIEW
from data.work import request_formula as formula
from data.work.request_formula import Changes, Rules
from language import again, mark, tr, tr_n
from pages.parts import task_dialogs
from pages.ui import folds, loaders, text
from pages.ui.choice import Choice, unfiltered
from reports.report import Report
from reports.requests.formula import PARTS, would_change
from reports.words.request_words import DECISIONS, VALUES

PLACE = "request-formula"
MOST_SHOWN = 8


def show(choice: Choice) -> None:
    """The formula, folded away; what was changed last is told below it."""
    if not choice.viewer.may(VIEW, "plays"):
        return
    report = loaders.report(choice.company, "request-formula", choice.viewer, unfiltered(choice.now))
    label = tr("How requests are ranked")
    if report.totals["changed"]:
        label = tr("{label}, changed by your team", label=label)
    task_dialogs.last_done(choice, PLACE)
    if report.rows.height:
        folds.fold(label, "request-formula", partial(_draw, choice, report), ":material/functions:")


def _draw(choice: Choice, report: Report) -> None:
    st.markdown(tr(ABOUT))
    rows = report.rows.to_dicts()
    left, right = st.columns(2)
    for at, part in enumerate(PARTS):
        own = [row for row in rows if row["rule"].partition(".")[0] == part and (row["setting"] or row["is_changed"])]
        with right if at > 2 else left:
            lines = [f"- {text.literal(row['in_words'])}{_came(row)}" for row in own]
            st.markdown(f"**{text.literal(own[0]['part'])}**\n" + "\n".join(lines))
    if choice.viewer.may(EDIT, "plays") and choice.question.known_at is None:
        _buttons(choice, rows)


def _came(row: Mapping[str, Any]) -> str:
    """What came with the product, where the team changed it."""
    if not row["is_changed"] or row["setting"] is None:
        return ""
    came = tr("came as {setting}", setting=_setting(row["as_shipped"])) if row["as_shipped"] else tr("added")
    return f" :violet-badge[{text.literal(came)}]"


def _setting(said: str) -> str:
    return DECISIONS.get(said, said)


ABOUT = mark(
    "Points for reach, value and effort add up; the sum makes the priority, and the priority what is to be done. More person-days than the "
    "last step have no points; fewer points than P2 needs are P3."
)


def _buttons(choice: Choice, rows: list[dict[str, Any]]) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Change the formula"), icon=":material/edit:", key="change-formula"):
            st.dialog(tr("Change the formula"), width="large")(_form)(choice, rows)
        if any(row["is_changed"] for row in rows) and st.button(
            tr("Back to how it came"), icon=":material/undo:", key="formula-as-shipped", type="tertiary"
        ):
            st.dialog(tr("Back to how it came"))(_back)(choice, rows)


def _back(choice: Choice, rows: list[dict[str, Any]]) -> None:
    changes = {row["rule"]: formula.shipped().get(row["rule"]) for row in rows if row["is_changed"]}
    if _previewed(choice, changes) and st.button(tr("Back to how it came"), type="primary", key="save-as-shipped"):
        _save(choice, changes, rows)


def _rules(rows: Sequence[Mapping[str, Any]]) -> dict[str, int | str]:
    """The formula as the report tells it."""
    holding = {row["rule"]: row["setting"] for row in rows if row["setting"] is not None}
    return {rule: int(said) if said.isdecimal() else said for rule, said in holding.items()}


def _form(choice: Choice, rows: list[dict[str, Any]]) -> None:
    """Every number, and below what the priority of which request would become."""
    rules = _rules(rows)
    said = _points(rules) | _values(rules) | _thresholds(rules) | _decisions(rules)
    changes = _differing(said, rules)
    if _previewed(choice, changes) and st.button(tr("Save"), type="primary", key="save-formula"):
        _save(choice, changes, rows)


def _differing(said: Rules, rules: Rules) -> dict[str, int | str | None]:
    """What is to be written so that the formula says this: None for a step that is gone."""
    gone: dict[str, int | str | None] = {rule: None for rule in rules if rule not in said}
    return gone | {rule: one for rule, one in said.items() if rules.get(rule) != one}


def _points(rules: Rules) -> dict[str, int | str]:
    """Steps of reach and of effort, in two tables to which rows are added."""
    left, right = st.columns(2)
    with left:
        reach = _steps(rules, "reach", tr("Customers from"), tr("Points for reach"))
    with right:
        effort = _steps(rules, "effort", tr("Person-days up to"), tr("Points for effort"))
    return reach | effort


def _steps(rules: Rules, part: str, named: str, title: str) -> dict[str, int | str]:
    _heading(title)
    columns = {
        "at": st.column_config.NumberColumn(named, required=True),
        "points": st.column_config.NumberColumn(tr("Points"), required=True, step=1),
    }  # fmt: skip
    rows = [{"at": at, "points": own} for at, own in formula.steps(rules, part)]
    found = st.data_editor(rows, num_rows="dynamic", hide_index=True, column_config=columns, key=f"steps-of-{part}", width="stretch")
    return {f"{part}.{one['at']:g}": int(one["points"]) for one in found if one.get("at") is not None and one.get("points") is not None}


def _heading(words: str) -> None:
    st.markdown(f"**{text.literal(words)}**")


def _values(rules: Rules) -> dict[str, int | str]:
    _heading(tr("Points for value"))
    return {f"value.{key}": _number(column, rules, f"value.{key}", VALUES[key]) for column, key in zip(st.columns(5), VALUES, strict=True)}


def _thresholds(rules: Rules) -> dict[str, int | str]:
    _heading(tr("Priorities: the least points"))
    columns = st.columns(4)
    found: dict[str, int | str] = {
        f"priority.{key}": _number(column, rules, f"priority.{key}", key)
        for column, key in zip(columns, formula.PRIORITIES[:-1], strict=False)
    }
    found["individual.up_to"] = _number(columns[3], rules, "individual.up_to", tr("Individual up to"))
    return found


def _number(column: Any, rules: Rules, rule: str, label: str) -> int:
    return int(column.number_input(label, 0, formula.MOST, int(rules[rule]), 1, key=f"rule-{rule}"))


def _decisions(rules: Rules) -> dict[str, int | str]:
    """What is to be done by priority, of common and of individual requests."""
    _heading(tr("What is to be done"))
    found: dict[str, int | str] = {}
    for part, title in (("common", tr("asked for by many")), ("individual_decision", tr("asked for by one"))):
        for column, key in zip(st.columns(4), formula.PRIORITIES, strict=True):
            rule, codes = f"{part}.{key}", list(DECISIONS)
            label = tr("{priority}, {of}", priority=key, of=title)
            chosen = column.selectbox(label, codes, codes.index(str(rules[rule])), format_func=DECISIONS.__getitem__, key=f"rule-{rule}")
            found[rule] = chosen
    return found


def _previewed(choice: Choice, changes: Changes) -> bool:
    """Say what the changes would do; whether there are any, and they can be saved."""
    if not changes:
        st.caption(tr("Nothing is changed yet."))
        return False
    try:
        found, notes = would_change(open_stores.store(choice.company), choice.viewer, unfiltered(choice.now), changes)
    except EditRefused as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return False
    moved = found.to_dicts()
    st.info(preview(moved), icon=":material/compare_arrows:")
    st.markdown("\n".join(f"- {text.literal(in_words(row))}" for row in moved[:MOST_SHOWN]))
    for note in notes:
        st.caption(text.literal(note))
    return True


def preview(moved: Sequence[Mapping[str, Any]]) -> str:
    """Of how many requests the priority, or what is to be done alone, would change."""
    other = sum(row["priority"] != row["priority_before"] for row in moved)
    said = tr_n("Would change the priority of {n:,} request", "Would change the priority of {n:,} requests", other)
    alone = len(moved) - other
    return (
        tr_n("{said}, and the decision alone of {n:,} more", "{said}, and the decision alone of {n:,} more", alone, said=said)
        if alone
        else said
    )


def in_words(row: Mapping[str, Any]) -> str:
    """What one request was, and would be."""
    was, now = (_place(row[f"priority{end}"], row[f"decision{end}"]) for end in ("_before", ""))
    return tr("{title}: {was} → {now}", title=row["title"], was=was, now=now)


def _place(priority: str | None, decision: str | None) -> str:
    return tr("{priority}, {decision}", priority=priority, decision=DECISIONS[decision]) if priority and decision else tr("no priority")


def _save(choice: Choice, changes: Changes, rows: Sequence[Mapping[str, Any]]) -> None:
    seen = {row["rule"]: row["batch"] for row in rows if row["batch"]}
    deed = partial(formula.change, open_stores.store(choice.company), choice.viewer, changes, seen)
    task_dialogs.do(deed, PLACE, tr("The formula was changed"))
