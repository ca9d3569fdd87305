"""Today: what needs me, and why?"""

from language import tr
from pages.parts import churn_answers, day_summary, people_cover, silence, team_list, today_aside, today_tasks
from pages.parts import today as today_parts
from pages.ui import filters, folds, header, loaders, states, tables
from pages.ui.figures import row

choice = filters.bar()
report = loaders.report(choice.company, "today", choice.viewer, choice.question)
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.question)

header.show(choice, tr("Today"), accounts)
if not states.empty(choice, accounts):
    tasks = today_tasks.report(choice)
    with states.finding(today_parts.headline(report, tasks)):
        states.record(choice)
        states.unknown(report)
    silence.notice(choice)
    row(today_parts.figures(report))
    day_summary.show(choice)
    if tasks:
        today_tasks.show(choice, tasks)
        today_tasks.done(choice, tasks)
    churn_answers.today(choice, report.parameters["as_of"])
    today_parts.items(choice, report, tasks)
    today_aside.show(choice, report)
    team_list.show(choice)
    if report.rows.height:
        folds.fold(
            tr("All items as a table"),
            "all-items",
            lambda: tables.table(report, "today", columns=today_parts.TABLE),
            ":material/table_rows:",
        )
    if tasks:
        today_tasks.every(tasks)
people_cover.own(choice)
