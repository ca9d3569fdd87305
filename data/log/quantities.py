"""SQL for sums of quantities that do not depend on the order of events, nor on which file brought which.

Quantities are kept as they were read, in floating point, whose sums depend on order. They are added up as decimals, to PLACES places: a
quantity that was written with no more of them counts as it was written, so that whatever is taken away again leaves what was there before.
"""

PLACES = 9
DECIMAL = f"decimal(38, {PLACES})"
ONE = f"decimal(28, {PLACES})"  # room for one, and for how often it is there
MOST = 10**18
"""A quantity of this size or more cannot be added up exactly: its event counts as one that says no quantity."""
SURE = 10**6  # below which a decimal comes out of floating point as it was written; above, its shortest spelling says it


def has_quantity(quantity: str) -> str:
    """SQL condition: there is a quantity that can be added up."""
    return f"abs({quantity}) < {MOST}"


def exactly(quantity: str) -> str:
    """SQL for a quantity that can be added up, as the decimal that was written. Read alike by DuckDB and Spark (data/rollups)."""
    return f"""case when {quantity} = floor({quantity}) then {quantity}::bigint::{ONE}
        when abs({quantity}) < {SURE} then {quantity}::{ONE} else {quantity}::string::{ONE} end"""


def summed(quantity: str) -> str:
    """SQL for what rollups keep of events that all have a quantity: how many these are, the sum, and the sum of the negative ones."""
    exact = exactly(quantity)
    return f"count(*) as n, sum({exact}) as total, coalesce(sum({exact}) filter (where {quantity} < 0), 0)::{DECIMAL} as below"


def worked_out(moment: str) -> tuple[str, str]:
    """Statements for a store that has kept events, but no sums of their quantities yet: the sums, and which batches let go of events whose
    quantities nobody knows any more. moment: SQL for an event's moment in the store's time zone."""
    return (
        f"""insert into usage_quantities select e.batch, subject, event_no, {moment}::date as day, coalesce(holder, 0) as holder, {summed("quantity")}
        from usage_events e join users using (user_no) left join held_events h on h.batch = e.batch and h.line = e.line
        where {has_quantity("quantity")} group by all order by 1, 4""",
        """insert into quantities_lost select batch, max(kept_from) from reduced join batches using (batch)
        where list_contains(columns, 'quantity') group by 1""",
    )
