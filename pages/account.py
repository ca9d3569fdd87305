"""Account: how is it, why, and what now?"""

import streamlit as st

from language import tr
from pages.parts import account as account_parts
from pages.parts import account_changes, account_now, account_open, account_people, churn_answers
from pages.ui import address, filters, header, loaders, states, text
from pages.ui.figures import Figure, row
from reports.narrow import only

choice = filters.bar()
everyone = loaders.report(choice.company, "accounts", choice.viewer, choice.question)
if not everyone.rows.height:
    header.show(choice, tr("Account"), everyone)
    states.empty(choice, everyone)
    st.stop()
names = dict(zip(everyone.rows["account_id"], everyone.rows["name"], strict=True))
account = address.account(names)
if account is None:
    header.show(choice, tr("Account"), everyone)
    st.info(tr("That account is not among those that you see. Choose one here, or clear a filter."), icon=":material/search_off:")
    address.choose_account(names, None)
    st.stop()
report = only(everyone, account)
about = report.rows.row(0, named=True)

header.show(choice, about["name"], report)
account_parts.head(names, account, about)
row(
    [
        Figure(tr("Health"), text.score(about["score"]), text.score_change(about["change"]), tr("in 30 days"), text.meaning("health")),
        Figure(tr("ARR"), text.money(report.shown("arr", about["arr"]), report.currency), about=text.meaning("arr")),
        Figure(
            tr("Monthly actives"),
            text.of_seats(about["mau"], about["seats"]),
            about=text.meaning("mau"),
            past=account_parts.weekly_actives(choice, account),
            line=tr("weekly actives"),
        ),
        account_parts.next_end(about),
    ]
)
left, right = st.columns([3, 2], gap="large")
with left:
    account_now.now(choice, account)
    account_changes.changed(choice, account)
    account_open.opened(choice, account)
with right:
    churn_answers.of_account(choice, account, report.parameters["as_of"])
    account_parts.health(choice, account)
    account_people.show(choice, account)
account_parts.over_time(choice, account)
account_parts.plan(choice, account)
left, right = st.columns([3, 2], gap="large")
with left:
    account_parts.usage(choice, account, about["usage_state"])
with right:
    account_parts.contracts(choice, account)
account_parts.records(choice, account, about)
