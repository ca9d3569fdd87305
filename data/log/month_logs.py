"""Logs of months in the store: contract lines made of what each account paid in each month, whichever files told it.

A file of a log speaks for the months that it covers. Of several standing files of a feed that cover a month, the newest decides: an
account that it does not have paid nothing in that month. A line is an unbroken stretch of months of the same amount; it ends where the
next covered month says something else, and the last one runs on.
"""

from data.log.staged import Staged
from data.log.tables import quoted_paths

# The file that decides on each month of a feed, and the month's place among those that the feed covers.
_MONTHS = """
    select feed, month, decides, lead(month) over (partition by feed order by month) as next_month,
           row_number() over (partition by feed order by month) as place
    from (select feed, month, max(batch) as decides from (
              select feed, batch, unnest(generate_series(covers_from, covers_to, interval 1 month))::date as month
              from month_logs where batch in {standing}) group by all)"""
_DECIDED = """
    select r.* from rows_contracts r join month_logs l using (batch)
    join ({months}) m on m.feed = l.feed and m.month = r.starts_on and m.decides = r.batch"""
OWN = ("account_id", "contract_id", "line_id", "product", "currency")
MADE = ("starts_on", "ends_on", "amount")


def month_lines(standing: str, columns: tuple[str, ...]) -> str:
    """SQL for the lines of all standing logs: row_key, the columns of contracts, batch and line of their first month.

    standing: the standing batches as an SQL list. What else the rows say is as the last month of a line says it.
    """
    own = ", ".join(OWN)
    others = [name for name in columns if name not in (*OWN, *MADE)]
    last = "".join(f', arg_max_null("{name}", starts_on) as "{name}"' for name in others)
    summed = "".join(f', arg_min_null("{name}", r.line) as "{name}"' for name in others)
    return f"""
        with months as ({_MONTHS.format(standing=standing)}),
        paid as (
            select m.feed, m.place, r.starts_on, m.next_month, {", ".join(f"r.{name}" for name in OWN)}, sum(r.amount)::decimal(18, 4) as amount,
                   arg_min(r.row_key, r.line) as row_key, min(r.batch) as batch, min(r.line) as line{summed}
            from rows_contracts r join month_logs l using (batch)
            join months m on m.feed = l.feed and m.month = r.starts_on and m.decides = r.batch
            where r.amount > 0 group by all),
        stretches as (
            select *, place - row_number() over (partition by feed, {own}, amount order by place) as stretch from paid)
        select arg_min(row_key, starts_on) as row_key, {own}, min(starts_on) as starts_on,
               arg_max_null(next_month, starts_on) as ends_on, amount{last},
               arg_min(batch, starts_on) as batch, arg_min(line, starts_on) as line
        from stretches group by feed, {own}, amount, stretch"""


def known_lines(standing: str, staged: Staged) -> str:
    """SQL for how many lines of a staged log say nothing new: each of their months stands in the feed, the one parameter, as they say it."""
    same = " and ".join(f's."{name}" is not distinct from d."{name}"' for name in staged.columns)
    decided = _DECIDED.format(months=_MONTHS.format(standing=standing))
    return f"""
        select count(*) from (
            select s.line from read_parquet([{quoted_paths(staged.parts)}]) s
            left join ({decided} where l.feed = ?) d using (row_key)
            group by s.line having bool_and(d.row_key is not null and {same}))"""
