"""How is a value written down for InfluxDB?

Line protocol is ``measurement,tag=x field=1.5 1535731200000``: one line a point in time. `series` makes the part before
the first blank, `fields` the part after it, and both know the names of `sinks.schema` only, so nothing leaves under a
name that no page explains.

Of the rules of the protocol three bite: a text that ends with a backslash would swallow the comma after it, a line
break ends the line wherever it stands, and an empty tag is refused. The text in the tag gives way in all three.
"""

from __future__ import annotations

import math

from sinks.schema import Measurement

_TAG = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\ ", "\r": r"\ ", "\t": r"\ ", "\0": r"\ "})
_TEXT = str.maketrans({'"': r"\"", "\\": r"\\", "\n": " ", "\r": " ", "\0": " "})


def series(measurement: Measurement, **tags: str | None) -> str:
    """Measurement and tags, sorted and escaped: what tells one series from another.

    Parameters
    ----------
    measurement : Measurement
    **tags : str or None
        By the names of the schema; None and an empty text leave the tag out. Line breaks become blanks, and backslashes
        at the end are dropped: they cannot be written.

    Raises
    ------
    ValueError
        If the measurement has no such tag.

    Examples
    --------
    >>> from sinks.schema import LOAD
    >>> series(LOAD, plant="wx", outlet="ww 1", medium="water", series=None)
    'load,medium=water,outlet=ww\\\\ 1,plant=wx'
    """
    _known_names("tag", measurement, tags.keys() - measurement.tags.keys())
    parts = [measurement.name]
    for name in sorted(tags):
        text = (tags[name] or "").rstrip("\\")
        if text:
            parts.append(f"{name}={text.translate(_TAG)}")
    return ",".join(parts)


def fields(measurement: Measurement, **values: float | str | None) -> str:
    """The fields of a line, in the order given; all numbers as floats.

    A field that is left out keeps its former value in InfluxDB, so a line is known with all of its fields or not at
    all: where one has no value, `known` is 0 and only what is always there is told.

    Parameters
    ----------
    measurement : Measurement
    **values : float, str or None
        By the names of the schema; those that are always there must be among them. None, NaN and infinities are no
        value: the protocol has no word for them.

    Raises
    ------
    ValueError
        If the measurement has no such field, or one that is always there has no value.

    Examples
    --------
    >>> from sinks.schema import MEAN
    >>> fields(MEAN, value=12.5, known=0.5, allowed=50, judged=1, over=0)
    'value=12.5,known=0.5,allowed=50.0,judged=1.0,over=0.0'
    >>> fields(MEAN, value=float("nan"), known=0.5, allowed=50, judged=1, over=0)
    'known=0.0'
    """
    _known_names("field", measurement, values.keys() - measurement.fields.keys())
    there = {name: value for name, value in values.items() if value is not None and _is_there(value)}
    if missing := sorted(measurement.always - there.keys()):
        told = ", ".join(f"{name} = {values.get(name)!r}" for name in missing)
        raise ValueError(f"a line of {measurement.name} carries {told}; wanted a value, always")
    if there["known"] == 0 or measurement.fields.keys() - measurement.may_lack - there.keys():
        there = {name: value for name, value in there.items() if name in measurement.always} | {"known": 0.0}
    return ",".join(f"{name}={_field(value)}" for name, value in there.items())


def line(series: str, fields: str, time_ms: int) -> str:
    """A whole line, without its end."""
    return f"{series} {fields} {time_ms}"


def _is_there(value: float | str) -> bool:
    return isinstance(value, str) or math.isfinite(value)


def _field(value: float | str) -> str:
    return f'"{value.translate(_TEXT)}"' if isinstance(value, str) else repr(float(value))


def _known_names(what: str, measurement: Measurement, strange: set[str]) -> None:
    if strange:
        wanted = measurement.tags if what == "tag" else measurement.fields
        raise ValueError(f"{measurement.name} has no {what} {', '.join(sorted(strange))}; wanted {', '.join(wanted)}")
