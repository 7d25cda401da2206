"""How do the answers of several queries become one table?

Grafana's transformations, as far as they are used here; each function makes one step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dashboards.looks import Column
from dashboards.sdk import model
from dashboards.words import Say

Step = model.DataTransformerConfig


def without_time() -> Step:
    """Leaves out the time of each line: the newest one's is of no interest."""
    return Step(id_val="filterFieldsByName", options={"exclude": {"pattern": "^Time$"}})


def joined(by: str) -> Step:
    """Rows of several queries side by side, where a field is equal."""
    return Step(id_val="joinByField", options={"byField": by, "mode": "outer"})


def merged() -> Step:
    """Rows of several queries as one, where all fields that they share are equal."""
    return Step(id_val="merge", options={})


def spread(query: str, rows: str, columns: str, value: str) -> list[Step]:
    """The rows of one query as a matrix; the column of its row names keeps its name.

    Parameters
    ----------
    query : str
        Which one, by its name.
    rows, columns, value : str
        Fields.
    """
    only = model.MatcherConfig(id_val="byRefId", options=query)
    options = {"columnField": columns, "rowField": rows, "valueField": value, "emptyValue": "null"}
    renamed = {"renameByName": {f"{rows}\\{columns}": rows}, "excludeByName": {}, "indexByName": {}}
    return [
        Step(id_val="groupingToMatrix", filter_val=only, options=options),
        # The matrix bears no query's name any more (Grafana 11 to 13), so this looks at all; only one has the field.
        Step(id_val="organize", options=renamed),
    ]


def ordered(columns: Sequence[Column], hidden: Sequence[str] = ()) -> Step:
    """Columns in the order they are told, without the hidden ones."""
    return Step(
        id_val="organize",
        options={
            "indexByName": {column.field: i for i, column in enumerate(columns)},
            "excludeByName": dict.fromkeys(hidden, True),
            "renameByName": {},
        },
    )


def renamed(pattern: str, name: str) -> Step:
    """Series whose name fits a regular expression are called otherwise."""
    return Step(id_val="renameByRegex", options={"regex": pattern, "renamePattern": name})


def named(names: Mapping[str, tuple[str, str]], t: Say, before: str = "") -> list[Step]:
    """Series that are called by an id get its name; others keep the id.

    Parameters
    ----------
    names : Mapping
        English and Chinese name by id.
    t : Say
    before : str
        What stands before the id in the name of a series, and goes.
    """
    told = [renamed(f"^{re.escape(before + id_)}$", t(*name)) for id_, name in names.items()]
    return [*told, renamed(f"^{re.escape(before)}(.*)$", "$1")] if before else told


def threshold_from(query: str, field: str, onto: str) -> Step:
    """The value of one query as the threshold of another, e.g. the base year's as a line.

    Parameters
    ----------
    query, field : str
        Where the value comes from: a table, since a series is called ``year.value`` and is not found by its field.
    onto : str
        Query that gets it.
    """
    return Step(
        id_val="configFromData",
        options={
            "configRefId": query,
            "mappings": [{"fieldName": field, "handlerKey": "threshold1"}],
            "applyTo": {"id": "byFrameRefID", "options": onto},
        },
    )
