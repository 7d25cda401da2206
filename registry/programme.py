"""Which targets does a programme set, and against which year?

A programme is data: its file says base year, target year and indicators (`registry/data/programme-*.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from registry.factors import Basis
from registry.lists import POLLUTANTS, Confidence, Medium
from registry.problems import ConfigError, Problem, one_of, problems_of, shown, wanted
from registry.text import Frozen, Text
from registry.tomlfile import read_toml

PROGRAMMES_FOLDER = Path(__file__).parent / "data"


class Indicator(Frozen):
    """One target of a programme.

    Attributes
    ----------
    id : str
    name : Text
    kind : str
        ``intensity``: a quantity per value added; ``load``: a mass discharged.
    quantity : str or None
        energy or water, for an intensity.
    medium : str or None
        water or air, for a load.
    pollutants : tuple of str
        For a load.
    group : str or None
        ``every``: each pollutant has to reach the target.
    reduction : float
        Required reduction against the base year, 0 to 1.
    source : str
    confidence : str
        sure or unsure.
    """

    id: str = Field(min_length=1, description="an id")
    name: Text = Field(description='a name in both languages, { zh = "...", en = "..." }')
    kind: Literal["intensity", "load"] = Field(description="intensity or load")
    quantity: Literal["energy", "water"] | None = None
    medium: Medium | None = None
    pollutants: tuple[str, ...] = ()
    group: Literal["every"] | None = None
    reduction: float = Field(gt=0, lt=1, description="a share above 0 and below 1")
    source: str = Field(min_length=1, description="where the target comes from")
    confidence: Confidence = Field(description="sure or unsure")

    @model_validator(mode="after")
    def _complete(self) -> Indicator:
        if self.kind == "intensity" and self.quantity is None:
            raise wanted("quantity = energy or water, for an intensity")
        if self.kind == "load" and (self.medium is None or not self.pollutants or self.group is None):
            raise wanted("medium, pollutants and group, for a load")
        for pollutant in self.pollutants:
            if pollutant not in POLLUTANTS:
                raise wanted(f"pollutants: {one_of(pollutant, list(POLLUTANTS))}")
        return self


class Programme(Frozen):
    """Targets for a year against a base year.

    Attributes
    ----------
    id : str
    name : Text
    base_year, target_year : int
    energy_basis : str
        ``equivalent`` (当量值) or ``equal`` (等价值).
    factor_edition : str
        Edition used at both ends of the comparison.
    min_coverage : float
        Coverage below which a figure is not assessed, 0 to 1.
    indicators : tuple of Indicator
    """

    id: str = Field(min_length=1, description="an id")
    name: Text = Field(description='a name in both languages, { zh = "...", en = "..." }')
    base_year: int = Field(ge=1990, le=2100, description="a year")
    target_year: int = Field(ge=1990, le=2100, description="a year")
    energy_basis: Basis = Field(description="equivalent or equal")
    factor_edition: str = Field(min_length=1, description='an edition, e.g. "GB/T 2589-2008"')
    min_coverage: float = Field(0.75, ge=0, le=1, description="a share from 0 to 1")
    indicators: tuple[Indicator, ...] = Field(default=(), description="[[indicators]] tables")

    @model_validator(mode="after")
    def _ordered(self) -> Programme:
        if self.target_year <= self.base_year:
            raise wanted(f"target_year after base_year ({self.base_year}), not {self.target_year}")
        return self


def load_programmes(paths: Iterable[Path] | None = None) -> tuple[Programme, ...]:
    """Programmes from TOML files.

    Parameters
    ----------
    paths : iterable of Path, optional
        Default: the programmes that come with the product.

    Raises
    ------
    ConfigError
        With every problem of every file.
    """
    found: list[Programme] = []
    problems: list[Problem] = []
    for path in sorted(PROGRAMMES_FOLDER.glob("programme-*.toml")) if paths is None else paths:
        document = read_toml(path, problems)
        if document is not None:
            found += _programme(document, str(path), problems)
    if problems:
        raise ConfigError(problems)
    return tuple(found)


def _programme(document: dict[str, Any], where: str, problems: list[Problem]) -> list[Programme]:
    indicators: list[Indicator] = []
    before = len(problems)
    for key in sorted(set(document) - {"programme", "indicators"}):
        problems.append(Problem(where, key, "...", "a known table: one of programme, indicators"))
    for number, table in enumerate(_tables(document, where, problems), 1):
        here = f"{where}: indicators[{number}]"
        try:
            indicators.append(Indicator.model_validate(table))
        except ValidationError as error:
            problems += problems_of(error, here, Indicator)
    try:
        programme = Programme.model_validate({**_head(document, where, problems), "indicators": tuple(indicators)})
    except ValidationError as error:
        problems += problems_of(error, f"{where}: programme", Programme)
        return []
    return [programme] if len(problems) == before else []


def _tables(document: dict[str, Any], where: str, problems: list[Problem]) -> list[Any]:
    tables = document.get("indicators", [])
    if isinstance(tables, list):
        return tables
    problems.append(Problem(where, "indicators", shown(tables), "tables, [[indicators]]"))
    return []


def _head(document: dict[str, Any], where: str, problems: list[Problem]) -> dict[str, Any]:
    head = document.get("programme", {})
    if isinstance(head, dict):
        return head
    problems.append(Problem(where, "programme", shown(head), "a table, [programme]"))
    return {}
