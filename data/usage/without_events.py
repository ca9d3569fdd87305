"""Accounts with contracts of which no usage has ever come in."""

from collections.abc import Sequence

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list
from data.log.staged import Staged


def without_events(cursor: duckdb.DuckDBPyConnection, staged: Staged, standing: Sequence[int]) -> int:
    """How many accounts with a contract are neither among the people of a staged file of usage nor in an earlier one that stands."""
    if staged.people is None:
        return 0
    batches = batch_list(list(standing))
    lines = cursor.sql(
        f"select distinct account_id, contract_id from rows_contracts where batch in {batches} and account_id is not null"
    ).pl()
    earlier = cursor.sql(
        f"select distinct account_id, contract_id from usage_spans join subjects using (subject) where batch in {batches}"
    ).pl()
    people = pl.concat([pl.read_parquet(staged.people).select("account_id", "contract_id"), earlier], how="vertical_relaxed")
    through = lines.join(people.drop_nulls("contract_id").select("contract_id"), on="contract_id").select("account_id")
    seen = pl.concat([people.select("account_id").drop_nulls(), through])
    return lines.select("account_id").unique().join(seen, on="account_id", how="anti").height
