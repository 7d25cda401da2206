"""How is a mistake in a configuration told to the person who made it?

As a `Problem`: where it is, what came, what was wanted. Checking collects all of them; nobody fixes one mistake a run.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One mistake.

    Attributes
    ----------
    where : str
        File, with line and column or with the table, e.g. ``x.toml: points[3] "el.in"``.
    key : str
        Key inside the table ("" where the mistake is not about one key).
    came : str or None
        What stands there, as TOML; None where the key is missing.
    wanted : str
        What should stand there.
    """

    where: str
    key: str
    came: str | None
    wanted: str

    def __str__(self) -> str:
        if not self.key:
            return f"{self.where}: {self.came}: wanted {self.wanted}"
        if self.came is None:
            return f"{self.where}: {self.key} is missing: wanted {self.wanted}"
        return f"{self.where}: {self.key} = {self.came}: wanted {self.wanted}"


class ConfigError(Exception):
    """Configuration that cannot be used; its text lists every problem, one a line.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shown(value: object) -> str:
    """A value as it stands in TOML, shortened.

    Examples
    --------
    >>> shown("kWhh"), shown(True), shown(1.5), shown([1, 2])
    ('"kWhh"', 'true', '1.5', '[1, 2]')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, str | list | dict):
        text = json.dumps(value, ensure_ascii=False, default=str)
        return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 4] + " ..."
    return str(value)


def did_you_mean(came: object, options: Iterable[str]) -> str:
    """`` (did you mean X?)``, or nothing where nothing is near.

    Examples
    --------
    >>> did_you_mean("KWH", ["Wh", "kWh"])
    ' (did you mean kWh?)'
    """
    by_lower = {option.lower(): option for option in options}
    near = get_close_matches(str(came).lower(), by_lower, n=1, cutoff=0.6)
    return f" (did you mean {by_lower[near[0]]}?)" if near else ""


def one_of(came: object, options: Sequence[str], most: int = 40) -> str:
    """``one of A, B, C (did you mean B?)``; long lists are cut, the nearest word is still named."""
    listed = ", ".join(options[:most]) + (", ..." if len(options) > most else "")
    return f"one of {listed}{did_you_mean(came, options)}"


def wanted(text: str) -> PydanticCustomError:
    """The error a validator raises to say in its own words what was wanted."""
    return PydanticCustomError("wanted", "{wanted}", {"wanted": text})


_WORDS: Mapping[str, str] = {
    "string_type": 'text in quotes, "..."',
    "string_too_short": "text that is not empty",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "list_type": "a list, [ ... ]",
    "tuple_type": "a list, [ ... ]",
    "dict_type": "a table, { key = value }",
    "model_type": "a table, { key = value }",
    "date_type": "a date, 2018-12-31",
    "too_short": "more entries",
    "too_long": "fewer entries",
}


def problems_of(error: ValidationError, where: str, model: type[BaseModel]) -> list[Problem]:
    """Pydantic's errors about one table as problems.

    Parameters
    ----------
    error : ValidationError
    where : str
        File and table.
    model : type
        The model the table was held against; its field descriptions say what a missing key should hold.
    """
    return [_problem(details, where, model) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, where: str, model: type[BaseModel]) -> Problem:
    loc = details["loc"]
    key = _key(loc)
    kind = details["type"]
    field = _field(model, str(loc[0])) if loc else None
    description = (field.description if field else None) or "a value"
    if kind == "missing":
        return Problem(where, key, None, description if len(loc) == 1 else "a value")
    if kind == "extra_forbidden":
        known = keys_of(model) if len(loc) == 1 else _nested_keys(model, str(loc[0]))
        return Problem(where, key, shown(details["input"]), f"a known key: {one_of(loc[-1], known)}")
    return Problem(where, key, shown(details["input"]), _wanted(kind, details, description))


def keys_of(model: type[BaseModel]) -> list[str]:
    """Keys of a table as a file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    return dict(zip(keys_of(model), model.model_fields.values(), strict=True)).get(key)


def _key(loc: tuple[int | str, ...]) -> str:
    """``("name", "zh")`` -> ``name.zh``; list positions count from 1."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part != "[key]":
            text += f".{part}" if text else part
    return text


def _nested_keys(model: type[BaseModel], field: str) -> list[str]:
    annotation = model.model_fields[field].annotation
    return list(annotation.model_fields) if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []


def _wanted(kind: str, details: ErrorDetails, description: str) -> str:
    context: dict[str, Any] = details.get("ctx", {})
    if kind == "wanted":
        return str(context["wanted"])
    if kind == "literal_error":
        return one_of(details["input"], re.findall(r"'([^']*)'", str(context["expected"])))
    if kind == "greater_than":
        return f"a number above {context['gt']:g}"
    if kind == "greater_than_equal":
        return f"a number of at least {context['ge']:g}"
    if kind == "less_than_equal":
        return f"a number of at most {context['le']:g}"
    return _WORDS.get(kind, description)
