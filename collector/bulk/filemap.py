"""How is a file of readings to be read, when its columns are not named `time`, `point`, `value`?

A map says it, one TOML file a kind of export, in the words of a replay profile::

    [file]    encoding, delimiter, decimal mark, lines before the header, texts that mean "no value"
    [time]    which columns hold the time, its format and zone, and whose day 00:00 is
    [long]    one value a row: which columns name the point, the value, the flag
    [points]  ... and which point a name is, where it is not a full id
    [columns] or many values a row: column -> point
    [values]  what an empty cell is

Without a map a file is long, its times are ISO 8601, and names are full ids.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from collector.bulk.target import MapTable, Named
from collector.bulk.zones import Zone
from collector.times import SCALES
from registry import ConfigError, Problem
from registry.problems import problems_of, wanted
from registry.tomlfile import read_toml


class FileFormat(MapTable):
    """How the text of a CSV is read."""

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
            raise wanted('a text encoding such as "utf-8", "utf-8-sig" or "gb18030"') from None
        return encoding


class TimeFormat(MapTable):
    """Which instant a row names."""

    column: tuple[str, ...] = Field(
        ("time",), min_length=1, description='the column of the time, or several to join, e.g. ["date", "clock"]'
    )
    format: str = Field(
        "iso", description='"iso", "s", "ms", "us" or "ns" since 1970, or a strptime format such as "%d/%m/%Y %H:%M"'
    )
    zone: str | None = Field(None, description='the zone of times without an offset, e.g. "Asia/Shanghai" or "UTC"')
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
        if text == "iso" or text in SCALES:
            return text
        # Neither a zone nor "now" is involved: the sample is written and read back by the same format.
        sample = datetime(2018, 12, 31)  # noqa: DTZ001
        try:
            same = "%" in text and datetime.strptime(sample.strftime(text), text).replace(tzinfo=None) == sample  # noqa: DTZ007
        except ValueError:
            same = bool(re.search(r"%z", text))  # written without an offset, it cannot be read back
        if not same:
            raise wanted('"iso", "s", "ms", "us", "ns" or a strptime format with year, month and day')
        return text

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        try:
            return None if name is None else Zone(name).name
        except ValueError:
            raise wanted('a time zone by its IANA name, e.g. "Asia/Shanghai"') from None


class Long(MapTable):
    """One value a row."""

    point: str = Field("point", min_length=1, description="the column that names the point")
    plant: str | None = Field(None, description="a column of plant ids, put before the name: plant/point")
    value: str = Field("value", min_length=1, description="the column of the value")
    flag: str | None = Field(None, description='a column of flags: empty, "good" or 0; "bad" or 1')
    others: Literal["refuse", "skip"] = Field(
        "refuse", description='"skip" where rows of names that are not in [points] are only counted, else "refuse"'
    )


class Values(MapTable):
    """What a cell without a value is."""

    empty: Literal["omit", "null"] = Field(
        "omit", description='"omit" (no reading) or "null" (the meter said that it had no value)'
    )


class FileMap(MapTable):
    """How one kind of file is read.

    Attributes
    ----------
    source : str
        File the map came from, for messages; "" for what holds without a map.
    """

    source: str = ""
    file: FileFormat = Field(default_factory=FileFormat, description="the table [file]")
    time: TimeFormat = Field(default_factory=TimeFormat, description="the table [time]")
    long: Long | None = Field(None, description="the table [long]")
    points: dict[str, Named] = Field(default_factory=dict, description='the table [points], "name" = "PLANT/POINT"')
    columns: dict[str, Named] = Field(default_factory=dict, description='the table [columns], "column" = "PLANT/POINT"')
    values: Values = Field(default_factory=Values, description="the table [values]")

    @property
    def is_long(self) -> bool:
        """Whether a row holds one value."""
        return not self.columns

    def with_zone(self, zone: str | None) -> FileMap:
        """The same map for times of a zone that was named beside it; the map's own goes before."""
        if zone is None or self.time.zone is not None:
            return self
        return self.model_copy(update={"time": self.time.model_copy(update={"zone": zone})})

    @model_validator(mode="after")
    def _long_or_wide(self) -> FileMap:
        if self.columns and (self.long is not None or self.points):
            raise wanted("either [long] with [points], or [columns]: a file has one value a row, or many")
        if self.long is not None and self.long.others == "skip" and not self.points:
            raise wanted('names under [points] beside others = "skip": else every row would be skipped')
        return self


def load_file_map(path: Path) -> FileMap:
    """Read a map.

    Raises
    ------
    registry.ConfigError
        With file, table and key, what came and what was wanted, one line a mistake.
    """
    problems: list[Problem] = []
    tables = read_toml(path, problems)
    if tables is not None:
        try:
            return FileMap.model_validate({**tables, "source": str(path)})
        except ValidationError as error:
            problems += problems_of(error, str(path), FileMap)
    raise ConfigError(problems)
