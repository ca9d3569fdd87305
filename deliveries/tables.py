"""Into a table of a database: rows and a marker of the delivery in one transaction, so that it is known after any outage what is there."""

import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sql
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from deliveries.description import Delivery, SqlTable
from deliveries.failing import DeliveryFailed, Sent
from deliveries.journal import GONE
from deliveries.parcel import Parcel, Row, digest_of, flat
from language import tr
from sources.secrets import hidden

MARKERS = "holdfast_deliveries"
TRIES, FIRST_WAIT = 3, 1.0
MOST_TOLD = 6  # columns that do not fit, of which each is told
KEYS = 500  # that are asked for at once
WHOLE, FRACTION, TEXT, DAY, INSTANT, FLAG = "whole number", "number", "text", "day", "instant", "flag"
FAMILY = {"money": FRACTION, "ratio": FRACTION, "number": FRACTION, "decimal": FRACTION, "score": FRACTION, "count": WHOLE, "day": DAY,
          "month": DAY, "instant": INSTANT, "flag": FLAG}  # fmt: skip
FITS = {
    WHOLE: (WHOLE, FRACTION),
    FRACTION: (FRACTION,),
    TEXT: (TEXT,),
    DAY: (DAY, INSTANT, TEXT),
    INSTANT: (INSTANT, TEXT),
    FLAG: (FLAG, WHOLE),
}
"""Which columns of a database hold what without loss."""


def send(url: str, delivery: Delivery, target: SqlTable, parcel: Parcel, *, gone_from: Collection[str], everything: bool,
         sleep: Callable[[float], None] = time.sleep) -> Sent:  # fmt: skip
    """Write the rows and the marker of the delivery in one transaction; tried again where the connection breaks.

    gone_from: keys of the rows that are to be deleted. everything: also where the same was appended before. Raises DeliveryFailed.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with _engine(url) as engine, _prepared(engine, target).begin() as connection:
                return replace(_write(connection, delivery, target, parcel, gone_from, everything), attempts=attempt)
        except (OperationalError, InterfaceError) as error:
            if attempt == TRIES:
                raise _unreachable(error, url, attempt) from None
            sleep(FIRST_WAIT * 2 ** (attempt - 1))
        except SQLAlchemyError as error:
            raise _refused(error, url, attempt) from None
        except DeliveryFailed as failed:
            raise _after(failed, attempt) from None
    raise AssertionError("every try returns or raises")


def _after(failed: DeliveryFailed, attempts: int) -> DeliveryFailed:
    return DeliveryFailed(failed.reason, failed.what_to_do, attempts, failed.try_again_at)


def has(url: str, target: SqlTable, name: str, delivery_id: str) -> bool:
    """Whether that delivery arrived: its marker is the newest of this delivery. Raises DeliveryFailed."""
    with _looking(url) as connection:
        if not sql.inspect(connection).has_table(MARKERS, schema=target.schema_name):
            return False
        marker = _marker(connection, _markers(target), name)
        return marker is not None and marker["delivery_id"] == delivery_id


def is_there(url: str, target: SqlTable) -> bool:
    """Whether the database has the table. Raises DeliveryFailed."""
    with _looking(url) as connection:
        return sql.inspect(connection).has_table(target.table, schema=target.schema_name)


def lacks(url: str, target: SqlTable, key: Sequence[str], known: Collection[str]) -> bool:
    """Whether rows that were delivered are not in the table any more, since somebody deleted them or filled it anew. known: digests of
    their keys. Raises DeliveryFailed."""
    with _looking(url) as connection:
        there = {one["name"] for one in sql.inspect(connection).get_columns(target.table, schema=target.schema_name)}
        if not {*key} <= there:
            return False  # which is told with the other columns that do not fit
        table = sql.table(target.table, *map(sql.column, key), schema=target.schema_name)
        return bool({*known} - {digest_of([*row]) for row in connection.execute(table.select())})


def check(url: str, delivery: Delivery, target: SqlTable, parcel: Parcel) -> bool:
    """Whether the table is there. Raises DeliveryFailed where it cannot be reached, or has other columns. Nothing is written."""
    with _looking(url) as connection:
        return _known(connection, delivery, target, parcel) is not None


@contextmanager
def _looking(url: str) -> Generator[Connection]:
    """A connection on which nothing is written. Raises DeliveryFailed for what it cannot."""
    try:
        with _engine(url) as engine, engine.connect() as connection:
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise _unreachable(error, url, 1) from None
    except SQLAlchemyError as error:
        raise _refused(error, url, 1) from None


@contextmanager
def _engine(url: str) -> Generator[Engine]:
    try:
        engine = sql.create_engine(url, poolclass=sql.NullPool, hide_parameters=True)
    except (NoSuchModuleError, ImportError):
        raise DeliveryFailed(
            tr("The database's driver is not installed here."),
            tr("Install the one that its URL names, such as psycopg for postgresql+psycopg://, into the server's environment."), 0,
        ) from None  # fmt: skip
    except ArgumentError:
        what_to_do = tr("Write it as SQLAlchemy has it: postgresql+psycopg://user:password@host/database.")
        raise DeliveryFailed(tr("The secret is no URL of a database."), what_to_do, 0) from None
    try:
        yield engine
    finally:
        engine.dispose()


def _prepared(engine: Engine, target: SqlTable) -> Engine:
    """With the table of markers, which several deliveries may want to make at once; where it cannot be made, the next step says why."""
    with suppress(ProgrammingError, IntegrityError), engine.begin() as connection:
        _markers(target).create(connection, checkfirst=True)
    return engine


def _write(
    connection: Connection, delivery: Delivery, target: SqlTable, parcel: Parcel, gone_from: Collection[str], everything: bool
) -> Sent:
    """Within the transaction: nothing where the marker says that it is there already."""
    markers = _markers(target)
    marker = _marker(connection, markers, parcel.delivery, lock=True)
    if marker and marker["delivery_id"] == parcel.delivery_id:
        return Sent(marker["rows"])
    table = _known(connection, delivery, target, parcel)
    if table is None:
        table = _made(delivery, target, parcel)
        table.create(connection)
    elif target.write == "append" and marker and marker["digest"] == parcel.digest and not everything:
        return Sent(0)
    _put(connection, table, target, parcel, gone_from)
    _check_all_are_there(connection, table, target, parcel)
    _mark(connection, markers, parcel, known=marker is not None)
    return Sent(len(parcel.rows))


def _put(connection: Connection, table: Table, target: SqlTable, parcel: Parcel, gone_from: Collection[str]) -> None:
    rows = [_bound(row, parcel.columns, connection.dialect.name) for row in parcel.rows]
    if target.write == "replace":
        connection.execute(table.delete())
    if target.write == "upsert":
        _upsert(connection, table, parcel.key, [row for row, said in zip(rows, parcel.digests, strict=True) if said != GONE])
        for row in (row for row, said in zip(rows, parcel.digests, strict=True) if said == GONE):
            connection.execute(table.update().where(*(table.c[name] == row[name] for name in parcel.key)), row)
        if gone_from:
            _delete_gone(connection, table, parcel, gone_from)
    elif rows:
        connection.execute(table.insert(), rows)


def _check_all_are_there(connection: Connection, table: Table, target: SqlTable, parcel: Parcel) -> None:
    """Raises DeliveryFailed where a row was written over another one's, since the database takes their keys for equal, or by a trigger not
    at all. Of keys that are text: others come back in another form than they went."""
    if target.write != "upsert" or any(FAMILY.get(parcel.columns[name], TEXT) != TEXT for name in parcel.key):
        return
    sent = [
        tuple(str(row[name]).rstrip() for name in parcel.key) for row, said in zip(parcel.rows, parcel.digests, strict=True) if said != GONE
    ]
    columns = [table.c[name] for name in parcel.key]
    for first in range(0, len(sent), KEYS):
        some = sent[first : first + KEYS]
        asked = sql.select(*columns).where(columns[0].in_([key[0] for key in some]))
        there = {tuple(str(value).rstrip() for value in row) for row in connection.execute(asked)}
        if lost := next((key for key in some if key not in there), None):
            raise DeliveryFailed(
                tr("The table {there} does not have the row {key} after it was written.", there=target.table, key=", ".join(lost)),
                tr(
                    "Nothing was written. Either the key is compared without regard to case or accents there, so that two rows are one, "
                    "or a trigger leaves rows out."
                ),
            )


def _upsert(connection: Connection, table: Table, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Where the database can, in its own words; else by an update, and an insert of what was not there."""
    if not rows:
        return
    values = [name for name in rows[0] if name not in key]
    if connection.dialect.name in ("postgresql", "sqlite"):
        statement = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
        told = {name: statement.excluded[name] for name in values}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=told) if told else statement.on_conflict_do_nothing()
        connection.execute(statement, list(rows))
        return
    for row in rows:
        same = [table.c[name] == row[name] for name in key]
        found = connection.execute(table.select().where(*same)).first()
        connection.execute(table.insert() if found is None else table.update().where(*same), row)


def _delete_gone(connection: Connection, table: Table, parcel: Parcel, gone_from: Collection[str]) -> None:
    """Rows that this delivery put there and that the report has no more; rows of others stay."""
    for row in connection.execute(table.select().with_only_columns(*(table.c[name] for name in parcel.key))).mappings().all():
        one = digest_of([row[name] for name in parcel.key])
        if one in gone_from:
            connection.execute(table.delete().where(*(table.c[name] == row[name] for name in parcel.key)))


def _bound(row: Row, columns: Mapping[str, str], dialect: str) -> Row:
    """Values as the database takes them; SQLite has no exact decimals, and no zones."""
    found = {name: flat(row[name]) for name in columns}
    if dialect != "sqlite":
        return found
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in found.items()}


def _known(connection: Connection, delivery: Delivery, target: SqlTable, parcel: Parcel) -> Table | None:
    """The table as the database has it; None where there is none. Raises DeliveryFailed where its columns do not take the rows."""
    look = sql.inspect(connection)
    if not look.has_table(target.table, schema=target.schema_name):
        return None
    there = {one["name"]: one for one in look.get_columns(target.table, schema=target.schema_name)}
    wrong = [told for name, unit in parcel.columns.items() if (told := _differs(name, unit, there, connection))]
    wrong += [
        tr("{name} must have a value there, and is not delivered.", name=name)
        for name, one in there.items()
        if name not in parcel.columns and not one["nullable"] and one.get("default") is None and one.get("autoincrement") is not True
    ]
    if GONE in parcel.digests:
        _check_can_be_emptied(target, parcel, there)
    if wrong:
        more = [tr("So are others: {n}.", n=len(wrong) - MOST_TOLD)] if len(wrong) > MOST_TOLD else []
        raise DeliveryFailed(
            " ".join([tr("The table {there} has other columns.", there=target.table), *wrong[:MOST_TOLD], *more]),
            tr("Nothing was written. Change the table, say in `columns` what goes where, or name another table: it is made if missing."),
        )  # fmt: skip
    if target.write == "upsert" and connection.dialect.name in ("postgresql", "sqlite"):
        _check_unique(look, target, parcel.key)
    made = _made(delivery, target, parcel)
    return made


def _check_can_be_emptied(target: SqlTable, parcel: Parcel, there: Mapping[str, Any]) -> None:
    values = [name for name in parcel.columns if name not in parcel.key and name not in parcel.trace]
    if must := [name for name in values if name in there and not there[name]["nullable"]]:
        told = tr(
            "{column} of the table {there} cannot be empty, as it would be of rows that the report has no more.",
            column=must[0], there=target.table,
        )  # fmt: skip
        raise DeliveryFailed(
            told, tr('Nothing was written. Let it be empty (alter table), or say gone = "delete" or gone = "keep" under [target].')
        )


def _differs(name: str, unit: str, there: Mapping[str, Any], connection: Connection) -> str:
    """What is wrong with a column, with what would put it right; empty where it fits."""
    kind = _type(unit, key=False).compile(dialect=connection.dialect)
    if name not in there:
        return tr("{name} is missing (alter table ... add column {name} {kind}).", name=name, kind=kind)
    needs, found = FAMILY.get(unit, TEXT), _family(there[name]["type"])
    if found and found not in FITS[needs]:
        return tr("{name} is {found} there and would have to be {kind}.", name=name, found=there[name]["type"], kind=kind)
    return ""


def _family(kind: Any) -> str:
    """What a column of a database holds; empty for what is not known here, which the database itself refuses or takes."""
    of = ((sql.Boolean, FLAG), (sql.DateTime, INSTANT), (sql.Date, DAY), (sql.Integer, WHOLE), (sql.Numeric, FRACTION), (sql.String, TEXT))
    return next((family for one, family in of if isinstance(kind, one)), "")


def _check_unique(look: Any, target: SqlTable, key: Sequence[str]) -> None:
    place = {"table_name": target.table, "schema": target.schema_name}
    known = [look.get_pk_constraint(**place)["constrained_columns"]]
    known += [one["column_names"] for one in look.get_unique_constraints(**place)]
    known += [one["column_names"] for one in look.get_indexes(**place) if one["unique"]]
    if not any({*one} == {*key} for one in known if one):
        columns = ", ".join(key)
        raise DeliveryFailed(
            tr("The table {there} has no unique key on {columns}, by which rows are known again.", there=target.table, columns=columns),
            tr("Nothing was written. Make one: create unique index on {there} ({columns}).", there=target.table, columns=columns),
        )


def _made(delivery: Delivery, target: SqlTable, parcel: Parcel) -> Table:
    """The table as it is made where it is missing."""
    by_key = target.write == "upsert"
    columns = [
        sql.Column(name, _type(unit, key=name in parcel.key), primary_key=by_key and name in parcel.key, autoincrement=False)
        for name, unit in parcel.columns.items()
    ]
    return sql.Table(target.table, sql.MetaData(schema=target.schema_name), *columns)


def _type(unit: str, *, key: bool) -> Any:
    family = FAMILY.get(unit, TEXT)
    if unit == "money":
        return sql.Numeric(18, 2).with_variant(sql.Double(), "sqlite")
    plain = {WHOLE: sql.BigInteger, FRACTION: sql.Double, DAY: sql.Date, FLAG: sql.Boolean}
    if family == INSTANT:
        return sql.DateTime(timezone=True)
    return plain[family]() if family in plain else sql.String(255) if key else sql.Text()


def _markers(target: SqlTable) -> Table:
    """Of each delivery the newest that arrived in this database."""
    return sql.Table(
        MARKERS, sql.MetaData(schema=target.schema_name), sql.Column("delivery", sql.String(60), primary_key=True),
        sql.Column("delivery_id", sql.String(120), nullable=False), sql.Column("digest", sql.String(64), nullable=False),
        sql.Column("rows", sql.BigInteger, nullable=False), sql.Column("as_of", sql.Date), sql.Column("data_version", sql.BigInteger),
        sql.Column("delivered_at", sql.DateTime(timezone=True), nullable=False),
    )  # fmt: skip


def _marker(connection: Connection, markers: Table, name: str, *, lock: bool = False) -> Mapping[str, Any] | None:
    query = markers.select().where(markers.c.delivery == name)
    return connection.execute(query.with_for_update() if lock else query).mappings().first()


def _mark(connection: Connection, markers: Table, parcel: Parcel, *, known: bool) -> None:
    said = {
        "delivery": parcel.delivery, "delivery_id": parcel.delivery_id, "digest": parcel.digest, "rows": len(parcel.rows),
        "as_of": parcel.as_of, "data_version": parcel.data_version, "delivered_at": datetime.now(UTC),
    }  # fmt: skip
    connection.execute(markers.update().where(markers.c.delivery == parcel.delivery) if known else markers.insert(), said)


def _unreachable(error: Exception, url: str, attempts: int) -> DeliveryFailed:
    told = tr("The database did not do it. It says: “{said}”.", said=_without(str(getattr(error, "orig", None) or error), url))
    return DeliveryFailed(
        told, tr("Nothing was written. It is tried again; see that the database runs, has room and lets Holdfast in."), attempts
    )


def _refused(error: Exception, url: str, attempts: int) -> DeliveryFailed:
    told = tr("The database refused it. It says: “{said}”.", said=_without(str(getattr(error, "orig", None) or error), url))
    return DeliveryFailed(
        told,
        tr("Nothing was written. See what the database says; the user of its URL needs the right to create and change that table."),
        attempts,
    )


def _without(told: str, url: str) -> str:
    """What an error says, in one line, without the URL and its password."""
    secrets = [url, str(make_url(url).password or "")]
    return " ".join(hidden(told, secrets).split())[:300].rstrip(".")
