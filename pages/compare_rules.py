"""Compare rules: what would ARR be under other rules, and which contracts make the difference?"""

from dataclasses import replace

import streamlit as st

from language import tr
from pages.parts import compare_rules as rules_words
from pages.ui import filters, header, loaders, states, tables, text
from pages.ui.figures import Figure, row
from reports.report import PARAMETERS

COLUMNS = ("name", "product", "cause", "arr_one", "arr_other", "difference", "contract_id")

choice = filters.bar()
against = rules_words.other_rules(PARAMETERS["against"].choices, choice.question.rules)
report = loaders.report(choice.company, "compare-rules", choice.viewer, replace(choice.question, against=against))
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Compare rules"), arr)
if not states.empty(choice, arr):
    one, other, currency = report.total("arr_one"), report.total("arr_other"), report.currency
    st.header(rules_words.headline(report))
    row(
        [
            Figure(tr("ARR, {rules}", rules=report.rules), text.money(one, currency), about=text.meaning("arr")),
            Figure(
                tr("ARR, {against}", against=against),
                text.money(other, currency),
                text.more(other, one, currency),
                tr("against {rules}", rules=report.rules),
                better="neither",
            ),
        ]
    )
    for note in report.notes:
        st.markdown(f"- {note}")
    if report.rows.height:
        tables.table(report, "compare-rules", columns=COLUMNS)
    with st.expander(tr("What each rule decides, and who uses it so")):
        st.dataframe(rules_words.choices(report.rules, against), hide_index=True, alt=tr("Every choice of the rules"))
