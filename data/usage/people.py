"""Which user ids are of one person, by what the standing files say."""

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list

PEOPLE = {"user_id": pl.String, "person": pl.String}


def people(cursor: duckdb.DuckDBPyConnection, standing: list[int]) -> pl.DataFrame:
    """Each user id that is one of several of a person, with the id that stands for all of them: user_id, person.

    A device belongs to the first user who was seen on it. The person goes by the first, in order, of the ids that users have.
    """
    query = f"select one, other, device, min(since) as since from user_links where batch in {batch_list(standing)} group by 1, 2, 3"
    links = cursor.sql(query).pl()
    owned = links.filter("device").sort("since", "one", nulls_last=True).unique("other", keep="first", maintain_order=True)
    pairs = pl.concat([links.filter(~pl.col("device")), owned]).select("one", "other")
    return _named(pairs) if pairs.height else pl.DataFrame(schema=PEOPLE)


def _named(pairs: pl.DataFrame) -> pl.DataFrame:
    from scipy.sparse import coo_array  # only here: half a second that most commands need not wait
    from scipy.sparse.csgraph import connected_components

    ids = pl.concat([pairs["one"], pairs["other"]]).unique().sort()
    place = {"old": ids, "new": pl.int_range(len(ids), eager=True)}
    one, other = (pairs[name].replace_strict(**place, return_dtype=pl.Int64).to_numpy() for name in ("one", "other"))
    groups = connected_components(coo_array(([1] * len(one), (one, other)), shape=(len(ids), len(ids))), directed=False)[1]
    known = pl.DataFrame({"user_id": ids, "group": groups}).with_columns(own=pl.col("user_id").is_in(pairs["one"].implode()))
    first = known.sort(~pl.col("own"), "user_id").group_by("group", maintain_order=True).first()
    return known.join(first.select("group", person="user_id"), on="group").select("user_id", "person")
