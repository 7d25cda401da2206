"""Which tables are in the file, and how does an older file become a current one?

`MIGRATIONS[n]` leads from version n to version n + 1; a new file walks the whole way. What was released is never
edited, only followed by another entry.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from storage import notices
from storage.database import Cursor, Database
from storage.errors import StoreError, StoreTooNew

FIRST = (
    # `arrival` counts readings over the life of the journal: of two readings of one time the later is the one with the
    # higher number. `batch` numbers the appends; both only grow, so the newest part is found without reading the rest.
    """create table readings (
        point integer not null, time_ms bigint not null, value double, flag utinyint not null,
        received_ms bigint not null, batch bigint not null, arrival bigint not null)""",
    # The last reading of each point as of batch `state.kept_batch`: opening reads only what came after.
    """create table latest (
        point integer not null, first_ms bigint not null,
        time_ms bigint not null, value double, flag utinyint not null, received_ms bigint not null)""",
    """create table intervals (
        point integer not null, start_ms bigint not null, amount double,
        measured_s float, estimated_s float, peak double,
        flags usmallint not null, span_from_ms bigint not null, span_to_ms bigint not null)""",
    """create table days (
        point integer not null, day integer not null, amount double,
        measured_s float, estimated_s float, length_s float, peak double, flags usmallint not null)""",
    """create table findings (
        point integer not null, time_ms bigint not null, until_ms bigint not null, what usmallint not null,
        before double, "after" double, effect double)""",
    """create table dead_letters (
        id bigint not null, batch bigint not null, received_ms bigint not null,
        source varchar not null, topic varchar not null, payload blob not null,
        size bigint not null, reason varchar not null)""",
    "create table dead_counts (reason varchar not null, count bigint not null)",
    "create table state (key varchar not null, number bigint not null)",
    "create table meta (key varchar not null, text varchar not null)",
)

SECOND = (
    # What was settled without bounds is thrown away and settled again from the journal.
    "drop table intervals",
    # One row stands for `quarters` intervals that differ in nothing but their start; a span that is NULL is each
    # quarter's own edges (storage/runs.py).
    """create table intervals (
        point integer not null, start_ms bigint not null, quarters utinyint not null, amount double,
        measured_s float, estimated_s float, peak double,
        flags usmallint not null, span_from_ms bigint, span_to_ms bigint, below float, above float)""",
    "delete from days",
    "delete from findings",
    "delete from state where key = 'settled_batch'",
    # What persons said about meters. `batch` is of the same sequence as that of the readings; `withdraws` is 0 where
    # the event takes none back.
    """create table meter_events (
        id bigint not null, batch bigint not null, received_ms bigint not null,
        point integer not null, from_ms bigint not null, to_ms bigint not null, what utinyint not null,
        value double, end_value double, start_value double, decision varchar not null,
        about_what usmallint not null, about_from_ms bigint not null, about_until_ms bigint not null,
        withdraws bigint not null, who varchar not null, why varchar not null, note varchar not null)""",
    # Readings before this time were thinned: what was settled there cannot be settled again in full.
    "create table closed (point integer not null, before_ms bigint not null)",
    # Readings may now be deleted, so their number so far is no longer the number of those that are there.
    """insert into state select 'kept_rows', count(*) from readings
        where batch <= coalesce((select number from state where key = 'kept_batch'), 0)""",
    # Worked out after the event was settled, hence apart from it.
    "create table event_effects (id bigint not null, effect varchar not null)",
)

THIRD = (
    # Lines that the product makes for other servers: of each series and time the newest fields. `number` grows with
    # every row that is written, so that a follower finds what it has not got.
    """create table lines (
        series varchar not null, time_ms bigint not null, fields varchar not null,
        lasting boolean not null, number bigint not null)""",
    # Which intervals were replaced, while somebody follows them; one number a replacement.
    """create table changes (
        number bigint not null, point integer not null, from_ms bigint not null, to_ms bigint not null)""",
    # Up to where each follower has got everything: arrival of the next reading, last change, last line; what it gets of
    # the intervals besides; and the moment (product's clock) up to which it had got all that there was.
    """create table followers (
        name varchar not null, readings boolean not null, intervals boolean not null,
        arrival bigint not null, change bigint not null, line bigint not null,
        refill_from_ms bigint not null, refill_to_ms bigint not null, whole_ms bigint not null)""",
    """create table rejected_lines (
        id bigint not null, target varchar not null, at_ms bigint not null, line varchar not null,
        reason varchar not null, count bigint not null)""",
    "create table rejected_counts (target varchar not null, count bigint not null)",
    *notices.TABLES,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, SECOND, THIRD)


def migrate(database: Database) -> int:
    """Bring the file to the current version, in one transaction.

    Returns
    -------
    int
        The version it had before; 0 for a new file.

    Raises
    ------
    StoreTooNew
        If the file has a version this program does not know.
    StoreError
        If the file is a database of somebody else.
    """

    def work(cursor: Cursor) -> int:
        version = _version(cursor, database.path)
        if version > len(MIGRATIONS):
            raise StoreTooNew(
                f"{database.path} has schema version {version}, this Taihu knows versions up to {len(MIGRATIONS)}; "
                "update Taihu, or choose another data folder"
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                cursor.execute(statement)
        if version < len(MIGRATIONS):
            cursor.execute("update schema_version set version = ?", [len(MIGRATIONS)])
        return version

    found = database.write(work)
    return len(MIGRATIONS) if found is None else found


def _version(cursor: Cursor, path: Path) -> int:
    tables = {name for (name,) in cursor.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables:
        cursor.execute("create table schema_version (version integer not null)")
        cursor.execute("insert into schema_version values (0)")
        return 0
    if "schema_version" not in tables:
        raise StoreError(f"{path} is a database, but not a Taihu journal (it holds {', '.join(sorted(tables)[:5])})")
    try:
        rows = cursor.execute("select version from schema_version").fetchall()
    except duckdb.BinderException as error:
        raise StoreError(f"{path}: table schema_version has no column version; this is not a Taihu journal") from error
    if not rows:
        raise StoreError(f"{path}: table schema_version is empty; this is not a whole Taihu journal")
    return int(rows[0][0])
