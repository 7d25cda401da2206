"""In what bytes does the overview of thousands of plants go out?

Columns instead of objects, a row a plant and a column an indicator, made once for everybody who asks: compressed, and
with a tag by which a browser learns that it has them already.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Float64
from analytics.verdict import STATUSES, Reason
from engine.figure import Period as PeriodName
from engine.fleet.scoreboard import Board
from engine.targets.indicators import PERIODS, comparison
from registry import Programme, Registry

DECIMALS = 6
"""Of shares: a millionth. The tree of one figure has all digits."""
LEVEL = 5
"""Of compression: the size of level 9 within a few percent, in a third of the time."""

AT_ONCE = 50
"""So many rows are written before other threads get their turn."""

_REASONS = [Reason(code).key if code in set(Reason) else "" for code in range(max(Reason) + 1)]
_SHARES = ("change", "progress", "coverage", "provisional")


@dataclass(frozen=True)
class Ready:
    """An answer as it goes out.

    Attributes
    ----------
    tag : str
        Of this content; another content has another.
    plain, zipped : bytes
        JSON, and the same by gzip.
    """

    tag: str
    plain: bytes
    zipped: bytes


def overview(found: Board, programme: Programme, registry: Registry, period: PeriodName, now_ms: int) -> Ready:
    """The overview of one programme in one kind of period.

    Parameters
    ----------
    found : Board
    programme : Programme
    registry : Registry
        Names of the plants.
    period : str
    now_ms : int
        As of when. [ms UTC]
    """
    at = PERIODS.index(period)
    names = tuple(found.standings)
    columns = _columns(found, names, at)
    plants = [registry.plants[scope.removeprefix("plant:")] for scope in found.scopes[: found.n_plants]]
    zone = plants[0].zone
    when = comparison(period, found.when.today, programme.base_year, zone)
    reached = {
        "programme": programme.id,
        "period": period,
        "base": {"from": iso(when.base.from_ms), "to": iso(when.base.to_ms)},
        "current": {"from": iso(when.current.from_ms), "to": iso(when.current.to_ms)},
        "pace": float(found.when.pace[at]),
        "indicators": names,
    }
    rows = [
        {"id": p.id, "name": {"zh": p.name.zh, "en": p.name.en}, "city": p.city, "sector": p.sector} for p in plants
    ]
    parts = [_json(reached)[:-1], f'"plants":{_listed(rows)}']
    parts += [f'"{name}":{_rows(table[: found.n_plants])}' for name, table in columns.items()]
    parts.append(f'"groups":{_groups(found, columns)}')
    body = ",".join(parts) + "}"
    # The tag is of what is told, not of when: an hour later the same may still be true.
    tag = hashlib.sha256(body.encode()).hexdigest()[:24]
    plain = (_json({"time": iso(now_ms), "time_ms": now_ms})[:-1] + "," + body[1:]).encode()
    return Ready(tag, plain, gzip.compress(plain, LEVEL, mtime=0))


def iso(time_ms: int) -> str:
    """An instant as text.

    Examples
    --------
    >>> iso(1535731200000)
    '2018-08-31T16:00:00Z'
    """
    return str(np.datetime_as_string(np.datetime64(time_ms, "ms"), unit="s", timezone="UTC"))


def _columns(found: Board, names: tuple[str, ...], at: int) -> dict[str, NDArray[Any]]:
    """Each quantity of all scopes, shape (n_scopes, n_indicators); null of a target that a scope does not have."""
    counted = np.stack([found.counted[name] for name in names], axis=-1)
    of = [found.standings[name] for name in names]
    tables: dict[str, NDArray[Any]] = {}
    for share in _SHARES:
        values: Float64 = np.stack([getattr(one, share)[:, at] for one in of], axis=-1)
        tables[share] = np.where(counted, np.round(values, DECIMALS) + 0.0, np.nan)
    for name, keys in (("status", STATUSES), ("reason", _REASONS)):
        codes: NDArray[np.int8] = np.stack([getattr(one, name)[:, at] for one in of], axis=-1)
        words = np.array(keys, object)[codes]
        words[~counted] = None
        tables[name] = words
    return tables


def _groups(found: Board, columns: dict[str, NDArray[Any]]) -> str:
    """Each group's numbers by its scope."""
    rows = range(found.n_plants, len(found.scopes))
    told = (
        f'"{found.scopes[row]}":{{' + ",".join(f'"{name}":{_rows(t[row])}' for name, t in columns.items()) + "}"
        for row in rows
    )
    return "{" + ",".join(told) + "}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rows(values: NDArray[Any]) -> str:
    """Numbers and words as JSON, row by row; not known is null."""
    return _listed(values).replace("NaN", "null")


def _listed(rows: Sequence[Any] | NDArray[Any]) -> str:
    """A list as JSON. Some rows at a time, and others go first: who asks shall not wait for this."""
    some = []
    for at in range(0, len(rows), AT_ONCE):
        chunk = rows[at : at + AT_ONCE]
        some.append(_json(chunk.tolist() if isinstance(chunk, np.ndarray) else chunk)[1:-1])
        time.sleep(0)
    return "[" + ",".join(some) + "]"
