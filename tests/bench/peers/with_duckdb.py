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

QUARTERS = """
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
    select *, lead(first_ms) over () - last_ms as leaving_ms, lead(first_value) over () as next_value,
        case when lead(point) over () = point
            then (lead(first_value) over () - last_value) / (lead(first_ms) over () - last_ms) end as leaving_per_ms
    from cells
),
entering as (
    select *, lag(leaving_ms) over () as entering_ms,
        case when lag(point) over () = point then lag(leaving_per_ms) over () end as entering_per_ms
    from leaving
),
ends as (
    select *, quarter * 900000 as start_ms,
        coalesce(last_value + leaving_per_ms * ((quarter + 1) * 900000 - last_ms), last_value) as end_value,
        coalesce(first_value - entering_per_ms * (first_ms - quarter * 900000), first_value) as begin_value,
        case when leaving_per_ms is null then last_ms else (quarter + 1) * 900000 end as end_ms,
        case when entering_per_ms is null then first_ms else quarter * 900000 end as begin_ms,
        -- a step that ends on the edge does not touch the quarter that begins there; greatest passes over nulls
        greatest(peak_per_ms, case when first_ms > quarter * 900000 then entering_per_ms end)
            * factor * 3600000 as peak
    from entering join points using (point)
),
quarters as (
    select *, (end_value - begin_value) * factor as amount, (end_ms - begin_ms) / 1000.0 as measured_s,
        coalesce(doubtful, false) or peak > rating_per_h as is_doubtful
    from ends where end_ms > begin_ms
)
"""

PLAIN = "select point, start_ms, amount, measured_s, peak, is_doubtful as doubtful from quarters"

# What the step that leaves the quarter may have counted before the edge, and the one that enters it after.
WITH_BOUNDS = """,
parts as (
    select *, rating_per_h / 3600000 as most_per_ms,
        leaving_per_ms * factor * leaving_ms as leaving_kwh, end_ms - last_ms as begun_ms,
        leaving_per_ms * factor * (end_ms - last_ms) as begun_kwh,
        entering_per_ms * factor * entering_ms as entering_kwh, first_ms - begin_ms as going_ms,
        entering_per_ms * factor * (first_ms - begin_ms) as going_kwh,
        factor * (
            greatest(3 * resolution, pow(2, floor(log2(first_value)) - 23))
            + greatest(3 * resolution, pow(2, floor(log2(case when leaving_per_ms is null then last_value
                else next_value end)) - 23))
        ) as blur
    from quarters
)
select point, start_ms, amount, measured_s, peak, is_doubtful as doubtful,
    least(amount, blur
        + coalesce(begun_kwh - greatest(0, leaving_kwh - most_per_ms * (leaving_ms - begun_ms)), 0)
        + coalesce(going_kwh - greatest(0, entering_kwh - most_per_ms * (entering_ms - going_ms)), 0))::float as below,
    (blur + coalesce(least(most_per_ms * begun_ms, leaving_kwh) - begun_kwh, 0)
        + coalesce(least(most_per_ms * going_ms, entering_kwh) - going_kwh, 0))::float as above
from parts
"""


def threads() -> int:
    return THREADS


def load(points: Points, readings: Readings) -> duckdb.DuckDBPyConnection:
    held = duckdb.connect(config={"threads": THREADS})
    known = {name: getattr(points, name) for name in ("factor", "rating_per_h", "resolution")} | {"point": points.key}
    columns = {name: getattr(readings, name) for name in ("point", "time_ms", "value", "flag")}
    held.execute("create table points as select * from known")
    held.execute("create table readings as select * from columns")
    del known, columns  # DuckDB found both by their names
    return held


def settle(held: duckdb.DuckDBPyConnection, with_bounds: bool) -> duckdb.DuckDBPyConnection:
    return held.execute(QUARTERS + (WITH_BOUNDS if with_bounds else PLAIN))


def answer(result: duckdb.DuckDBPyConnection) -> Answer:
    return Answer(**result.execute("select * from result order by point, start_ms").fetchnumpy())
