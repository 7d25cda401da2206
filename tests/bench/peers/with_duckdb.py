"""The same job in DuckDB's SQL.

Fast because nothing but the cells is hashed and sorted: `lag` and `lead` over the whole table in its own order stream.
On clean registers the first value of a cell is its smallest, which is cheaper to find than the one of the first time.
"""

from __future__ import annotations

import duckdb

from analytics.columns import Points, Readings
from tests.bench.peers import Answer

NAME = f"DuckDB {duckdb.__version__}"
THREADS = 1

SQL = """
create or replace temp table result as
with steps as (
    select point, time_ms // 900000 as quarter, time_ms, value, flag,
        lead(point) over () = point as stays,
        lead(time_ms) over () - time_ms as step_ms,
        lead(value) over () - value as rise
    from readings
),
cells as (
    select point, quarter,
        min(time_ms) as first_ms, max(time_ms) as last_ms, min(value) as first_value, max(value) as last_value,
        max(case when stays then rise / step_ms end) as peak_per_ms,
        bool_or(
            stays and (rise < 0 or step_ms not between 1 and 900000) or flag & 3 <> 0
            or value is null or not isfinite(value)
        ) as doubtful
    from steps group by point, quarter order by point, quarter
),
leaving as (
    select *, case when lead(point) over () = point
        then (lead(first_value) over () - last_value) / (lead(first_ms) over () - last_ms) end as leaving_per_ms
    from cells
),
entering as (
    select *, case when lag(point) over () = point then lag(leaving_per_ms) over () end as entering_per_ms
    from leaving
),
ends as (
    select point, quarter * 900000 as start_ms, factor, rating_per_h, doubtful,
        coalesce(last_value + leaving_per_ms * ((quarter + 1) * 900000 - last_ms), last_value) as end_value,
        coalesce(first_value - entering_per_ms * (first_ms - quarter * 900000), first_value) as begin_value,
        case when leaving_per_ms is null then last_ms else (quarter + 1) * 900000 end as end_ms,
        case when entering_per_ms is null then first_ms else quarter * 900000 end as begin_ms,
        -- a step that ends on the edge does not touch the quarter that begins there; greatest passes over nulls
        greatest(peak_per_ms, case when first_ms > quarter * 900000 then entering_per_ms end)
            * factor * 3600000 as peak
    from entering join points using (point)
)
select point, start_ms, (end_value - begin_value) * factor as amount, (end_ms - begin_ms) / 1000.0 as measured_s, peak,
    coalesce(doubtful, false) or peak > rating_per_h as doubtful
from ends where end_ms > begin_ms
"""


def threads() -> int:
    return THREADS


def load(points: Points, readings: Readings) -> duckdb.DuckDBPyConnection:
    held = duckdb.connect(config={"threads": THREADS})
    known = {"point": points.key, "factor": points.factor, "rating_per_h": points.rating_per_h}
    columns = {name: getattr(readings, name) for name in ("point", "time_ms", "value", "flag")}
    held.execute("create table points as select * from known")
    held.execute("create table readings as select * from columns")
    del known, columns  # DuckDB found both by their names
    return held


def settle(held: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return held.execute(SQL)


def answer(result: duckdb.DuckDBPyConnection) -> Answer:
    return Answer(**result.execute("select * from result order by point, start_ms").fetchnumpy())
