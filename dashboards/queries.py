"""What do the panels and the alert rules ask InfluxDB?

All InfluxQL is made here, from the names of `sinks.schema`; a name that is not there is refused when the dashboards are
built. Only what versions 1, 2 and 3 have in common is used: selectors, sums, ``GROUP BY time()``, ``fill()``, ``tz()``
and one level of sub-query.

A line may be taken back: written again with ``known=0`` at the same time, where its other fields stay as they were. So

* `lines` asks for every line that is known,
* `newest` for the newest line of each series, and for nothing where that one is not known: not for an older one,
* `held` for the newest line as it is, for what is always there (states, counters),
* `steps` for one value a step of time, empty steps as null so that gaps stay gaps.

Grafana puts in ``$timeFilter``, ``$__interval`` and the dashboard's variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.shipped import ZONE
from sinks.schema import INTERVAL, Measurement

TIME = "$timeFilter"
STEP = "$__interval"

Fields = Sequence[str | tuple[str, str]]
"""Names of fields, or name and what it is called in the answer."""

Where = Mapping[str, str]
"""Tag to what it must be: a text, ``/regex/`` or ``!/regex/``."""


def lines(measurement: Measurement, fields: Fields, where: Where, by: Sequence[str] = (), time: str = TIME) -> str:
    """Every line that is known.

    Parameters
    ----------
    measurement : Measurement
    fields : sequence
    where : Mapping
    by : sequence of str
        Tags that tell the series of the answer apart.
    time : str
        Condition on the time; "" for all times.

    Raises
    ------
    ValueError
        If the measurement has no such tag or field; so do all functions here.

    Examples
    --------
    >>> from sinks.schema import SAVING
    >>> lines(SAVING, ["value"], {"scope": "$scope"}, ["scope"])
    'SELECT "value" FROM "saving" WHERE "known" > 0 AND "scope" = \\'$scope\\' AND $timeFilter GROUP BY "scope"'
    """
    asked = ", ".join(_named(measurement, field) for field in fields)
    told = _where(measurement, where, time, known=True)
    return f'SELECT {asked} FROM "{measurement.name}"{told}{_by(measurement, by)}'


def newest(measurement: Measurement, fields: Fields, where: Where, by: Sequence[str] = (), time: str = TIME) -> str:
    """The newest line of each series where it is known, else nothing."""
    return _of_newest(measurement, fields, where, by, time, ' WHERE "known" > 0')


def held(measurement: Measurement, fields: Fields, where: Where, by: Sequence[str] = (), time: str = TIME) -> str:
    """The newest line of each series, known or not."""
    return _of_newest(measurement, fields, where, by, time, "")


def first(measurement: Measurement, field: str, where: Where) -> str:
    """The value of the oldest line of all times, nothing where that one is not known: not a later one."""
    asked, told = _named(measurement, field), _where(measurement, where, "", known=False)
    oldest = f'SELECT first("known") AS "known", {asked} FROM "{measurement.name}"{told}'
    return f'SELECT "{field}" FROM ({oldest}) WHERE "known" > 0'


def last(
    measurement: Measurement,
    field: str,
    where: Where,
    by: Sequence[str],
    *,
    known: bool = False,
    below: float | None = None,
) -> str:
    """The newest value of a field: for alert rules, which take one number a series.

    Parameters
    ----------
    known : bool
        Only of lines that are known.
    below : float, optional
        Only values below it.
    """
    _named(measurement, field)
    time = TIME if below is None else f'"{field}" < {below:g} AND {TIME}'
    told = _where(measurement, where, time, known=known)
    return f'SELECT last("{field}") AS "{field}" FROM "{measurement.name}"{told}{_by(measurement, by)}'


def steps(
    measurement: Measurement,
    how: str,
    fields: Fields,
    where: Where,
    by: Sequence[str] = (),
    step: str = STEP,
    *,
    known: bool = True,
    empty: str = "null",
) -> str:
    """One value a step of time, null where there is none.

    Parameters
    ----------
    how : str
        ``last``, ``max``, ``mean``, ``sum`` or ``count``.
    step : str
        Length of a step; whole days are those of the plants' zone.
    known : bool
        Only of lines that are known.
    empty : str
        Value of a step without a line, e.g. ``0`` for a count.
    """
    asked = ", ".join(_named(measurement, field, how) for field in fields)
    told = _where(measurement, where, TIME, known=known)
    return f'SELECT {asked} FROM "{measurement.name}"{told}{_by(measurement, by, step, empty)}'


def rates(where: Where, by: Sequence[str]) -> str:
    """Mean rate per hour of intervals over the time that is known: kW of kWh, m3/h of m3.

    Four quarters make an hour, and a quarter of which half is known counts half.
    """
    told = _where(INTERVAL, where, TIME, known=True)
    for field in ("amount", "known"):
        _named(INTERVAL, field)
    rate = 'sum("amount") / sum("known") * 4 AS "rate"'
    return f'SELECT {rate} FROM "{INTERVAL.name}"{told}{_by(INTERVAL, by, STEP)}'


def tag_values(measurement: Measurement, tag: str, where: Where | None = None) -> str:
    """What a variable offers: the values of a tag.

    Examples
    --------
    >>> from sinks.schema import LIMIT
    >>> tag_values(LIMIT, "series", {"plant": "$plant"})
    'SHOW TAG VALUES FROM "limit" WITH KEY = "series" WHERE "plant" = \\'$plant\\''
    """
    _tag(measurement, tag)
    told = [_condition(measurement, name, value) for name, value in (where or {}).items()]
    chosen = f" WHERE {' AND '.join(told)}" if told else ""
    return f'SHOW TAG VALUES FROM "{measurement.name}" WITH KEY = "{tag}"{chosen}'


def _of_newest(
    measurement: Measurement, fields: Fields, where: Where, by: Sequence[str], time: str, chosen: str
) -> str:
    inner = ", ".join(_named(measurement, field) for field in fields)
    outer = ", ".join(f'"{field if isinstance(field, str) else field[1]}"' for field in fields)
    groups = _by(measurement, by)
    told = _where(measurement, where, time, known=False)
    newest_line = f'SELECT last("known") AS "known", {inner} FROM "{measurement.name}"{told}{groups}'
    return f"SELECT {outer} FROM ({newest_line}){chosen}{groups}"


def _named(measurement: Measurement, field: str | tuple[str, str], how: str = "") -> str:
    name, called = (field, field) if isinstance(field, str) else field
    if name not in measurement.fields:
        raise ValueError(f"{measurement.name} has no field {name!r}; wanted one of {', '.join(measurement.fields)}")
    asked = f'{how}("{name}")' if how else f'"{name}"'
    return f'{asked} AS "{called}"' if how or called != name else asked


def _tag(measurement: Measurement, name: str) -> str:
    if name not in measurement.tags:
        raise ValueError(f"{measurement.name} has no tag {name!r}; wanted one of {', '.join(measurement.tags)}")
    return f'"{name}"'


def _condition(measurement: Measurement, name: str, value: str) -> str:
    tag = _tag(measurement, name)
    if value.startswith("!/"):
        return f"{tag} !~ {value[1:]}"
    return f"{tag} =~ {value}" if value.startswith("/") else f"{tag} = '{value}'"


def _where(measurement: Measurement, where: Where, time: str, *, known: bool) -> str:
    told = ['"known" > 0'] if known else []
    told += [_condition(measurement, name, value) for name, value in where.items()]
    told += [time] if time else []
    return f" WHERE {' AND '.join(told)}" if told else ""


def _by(measurement: Measurement, by: Sequence[str], step: str = "", empty: str = "null") -> str:
    groups = [f"time({step})"] if step else []
    groups += [_tag(measurement, name) for name in by]
    grouped = f" GROUP BY {', '.join(groups)}" if groups else ""
    return f"{grouped} fill({empty}) tz('{ZONE}')" if step else grouped
