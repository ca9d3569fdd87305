"""Whom contracts and usage name, so that accounts can be told of which no usage has ever come in."""

from collections.abc import Sequence

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list


def named_by_contracts(cursor: duckdb.DuckDBPyConnection, standing: Sequence[int]) -> pl.DataFrame:
    """What standing contract lines name, as written: account_id, contract_id."""
    batches = batch_list(list(standing))
    return cursor.sql(
        f"select distinct account_id, contract_id from rows_contracts where batch in {batches} and account_id is not null"
    ).pl()


def named_by_usage(cursor: duckdb.DuckDBPyConnection, standing: Sequence[int]) -> pl.DataFrame:
    """What standing events name, as written: account_id, contract_id, each empty where they name the other alone."""
    batches = batch_list(list(standing))
    return cursor.sql(
        f"select distinct account_id, contract_id from usage_spans join subjects using (subject) where batch in {batches}"
    ).pl()
