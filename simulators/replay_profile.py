"""How does a CSV file become messages of a gateway?

A profile says it, one TOML file a data set::

    [file]    encoding, delimiter, decimal mark, lines before the header, texts that mean "no value"
    [time]    which columns hold the label, its format and zone, and whose day 00:00 is
    [publish] topic, payload shape, unit of time, QoS, and what an empty cell sends
    [columns] CSV column -> device/key

Everything that can be wrong without the data file is found when the profile is loaded, all of it at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails


class ReplayError(Exception):
    """Base of everything that ends a replay; the text is for the person who started it."""


class ProfileError(ReplayError):
    """A profile that cannot be used, alone or with this data file; its text has one line a mistake."""


class Channel(NamedTuple):
    """Where the values of one CSV column go."""

    device: str
    key: str


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileFormat(_Table):
    """How the text is read."""

    encoding: str = Field("utf-8-sig", description='a text encoding such as "utf-8", "utf-8-sig" or "gb18030"')
    delimiter: str = Field(",", min_length=1, max_length=1, description='one character, e.g. "," or ";"')
    decimal: Literal[".", ","] = Field(".", description='the decimal mark, "." or ","')
    skip_lines: int = Field(0, ge=0, description="how many lines stand before the header, a whole number from 0")
    missing: tuple[str, ...] = Field((), description='texts that mean no value besides the empty cell, e.g. ["n/a"]')

    @field_validator("missing", mode="before")
    @classmethod
    def _as_tuple(cls, came: object) -> object:
        return tuple(came) if isinstance(came, list) else came

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError('wanted a text encoding such as "utf-8", "utf-8-sig" or "gb18030"') from None
        return encoding


class TimeFormat(_Table):
    """Which instant a row names."""

    column: tuple[str, ...] = Field(
        min_length=1, description='the column of the label, or several to join, e.g. ["year", "month", "day"]'
    )
    format: str = Field("iso", description='"iso" or a strptime format such as "%d/%m/%Y %H:%M"')
    zone: str = Field(description='the time zone of labels without an offset, e.g. "Asia/Seoul" or "UTC"')
    midnight: Literal["opens", "closes"] = Field(
        "opens", description='"closes" where 00:00 carries the date of the day that ends then, else "opens"'
    )

    @field_validator("column", mode="before")
    @classmethod
    def _one_or_more(cls, came: object) -> object:
        return (came,) if isinstance(came, str) else tuple(came) if isinstance(came, list) else came

    @field_validator("format")
    @classmethod
    def _names_a_day(cls, text: str) -> str:
        if text == "iso":
            return text
        # Neither a zone nor "now" is involved: the sample is written and read back by the same format.
        sample = datetime(2018, 12, 31)  # noqa: DTZ001
        try:
            same = "%" in text and datetime.strptime(sample.strftime(text), text) == sample  # noqa: DTZ007
        except ValueError:
            same = False
        if not same:
            raise ValueError('wanted "iso" or a strptime format with year, month and day, such as "%d/%m/%Y %H:%M"')
        return text

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('wanted a time zone by its IANA name, e.g. "Asia/Seoul"') from None
        return name


class Publish(_Table):
    """What is sent."""

    topic: str = Field(min_length=1, description='the topic, e.g. "plant/{device}/up"')
    shape: Literal["values", "single", "bare"] = Field(
        description='"values" (one message a row and device), "single" (one a value) or "bare" (the number alone)'
    )
    time_unit: Literal["s", "ms", "us", "ns", "iso"] = Field("ms", description="one of s, ms, us, ns, iso")
    qos: Literal[0, 1] = Field(1, description="0 or 1")
    empty: Literal["omit", "null"] = Field("omit", description='"omit" (nothing is sent) or "null"')

    @field_validator("topic")
    @classmethod
    def _known_parts(cls, topic: str) -> str:
        odd = set(re.findall(r"\{[^}]*\}?", topic)) - {"{device}", "{key}"}
        if odd or any(sign in topic for sign in "+#\0"):
            raise ValueError("wanted a topic without wildcards whose only placeholders are {device} and {key}")
        return topic


def _channel(came: object) -> Channel:
    """``"E01/kwh"`` -> device E01, key kwh; both may become part of a topic, hence no wildcards."""
    if not isinstance(came, str) or not re.fullmatch(r"[^/+#]+/[^/+#]+", came):
        raise ValueError('wanted "device/key" without + and #')
    return Channel(*came.split("/"))


class Profile(_Table):
    """One data set's way to the broker.

    Attributes
    ----------
    source : str
        File the profile came from, for messages.
    """

    source: str
    file: FileFormat = Field(default_factory=FileFormat, description="the table [file]")
    time: TimeFormat = Field(description="the table [time]")
    publish: Publish = Field(description="the table [publish]")
    columns: dict[str, Annotated[Channel, BeforeValidator(_channel)]] = Field(
        min_length=1, description='the table [columns] with at least one "CSV column" = "device/key"'
    )

    def topic_of(self, channel: Channel) -> str:
        """The topic on which a channel's values are published."""
        return self.publish.topic.replace("{device}", channel.device).replace("{key}", channel.key)

    @model_validator(mode="after")
    def _channels_apart(self) -> Profile:
        """Two columns must not come out as the same channel: the receiver could not tell them apart."""
        if self.publish.shape == "values" and "{key}" in self.publish.topic:
            raise ValueError('[publish] topic: wanted no {key} with shape "values", whose payload holds the keys')
        taken: dict[tuple[str, str], str] = {}
        for column, channel in self.columns.items():
            mark = (self.topic_of(channel), channel.key if self.publish.shape == "values" else "")
            if mark in taken:
                raise ValueError(
                    f'[columns] "{column}" and "{taken[mark]}" both go to topic {mark[0]}'
                    f"{' as ' + mark[1] if mark[1] else ''}: wanted a topic or key for each"
                )
            taken[mark] = column
        return self


def load_profile(path: Path) -> Profile:
    """Read a profile.

    Raises
    ------
    ProfileError
        With the file, the table and key, what came and what was wanted, one line a mistake.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read: {error.strerror}; wanted a profile in TOML") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: not TOML: {error}") from error
    try:
        return Profile.model_validate({**tables, "source": str(path)})
    except ValidationError as error:
        raise ProfileError("\n".join(f"{path}: {_told(details)}" for details in error.errors())) from None


def nearest(came: str, options: Sequence[str]) -> str:
    """`` (did you mean X?)``, or nothing where nothing is near."""
    near = get_close_matches(came, options, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _told(details: ErrorDetails) -> str:
    """One of pydantic's errors as table, key, what came, what was wanted."""
    if not details["loc"]:
        return details["msg"].removeprefix("Value error, ")
    table, *rest = (str(part) for part in details["loc"])
    model = _TABLES.get(table)
    key = rest[0] if rest else ""
    place = f"[{table}]" + (f' "{key}"' if table == "columns" and key else f" {key}" if key else "")
    if details["type"] == "extra_forbidden":
        known = list(model.model_fields) if model and key else [f"[{name}]" for name in (*_TABLES, "columns")]
        return f"{place} is unknown: wanted one of {', '.join(known)}{nearest(key or place, known)}"
    if details["type"] == "value_error":
        return f"{place} = {_shown(details['input'])}: {details['msg'].removeprefix('Value error, ')}"
    field = (model or Profile).model_fields.get(key if model and key else table)
    wanted = f"wanted {field.description}" if field else details["msg"]
    if details["type"] == "missing":
        return f"{place} is missing: {wanted}"
    return f"{place} = {_shown(details['input'])}: {wanted}"


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


_TABLES: dict[str, type[_Table]] = {"file": FileFormat, "time": TimeFormat, "publish": Publish}
