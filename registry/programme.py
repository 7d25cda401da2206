"""Which targets does a programme set, and against which year?

A programme is data: its file says base year, target year and indicators (`registry/data/programme-*.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from analytics.pollutants import ORGANIC_SUMS
from registry.factors import Basis
from registry.lists import POLLUTANTS, Confidence, Medium
from registry.problems import ConfigError, Problem, one_of, problems_of, shown, wanted
from registry.text import Frozen, Text
from registry.tomlfile import read_toml

PROGRAMMES_FOLDER = Path(__file__).parent / "data"

_TABLES = {"programme", "indicators", "savings"}
_SECTOR = re.compile(r"[A-T][0-9]{2,4}")


class Indicator(Frozen):
    """One target of a programme.

    Attributes
    ----------
    id : str
    name : Text
    kind : str
        ``intensity``: a quantity per value added; ``load``: a mass discharged; ``carbon``: tonnes of CO2.
    quantity : str or None
        energy or water, for an intensity.
    medium : str or None
        water or air, for a load.
    pollutants : tuple of str
        For a load.
    group : str or None
        For a load. ``every``: each pollutant has to reach the target; ``equivalents``: their pollution equivalents
        together.
    sectors : tuple of str
        For carbon: divisions of GB/T 4754-2017 that have to reach the target, each by itself.
    uncertainty : float
        For carbon: of the data, as a share; a smaller change is not told from none. 0 where none is stated.
    reduction : float
        Required reduction against the base year, 0 to 1; 0 is "no growth" and for carbon only.
    source : str
    confidence : str
        sure or unsure.
    """

    id: str = Field(min_length=1, description="an id")
    name: Text = Field(description='a name in both languages, { zh = "...", en = "..." }')
    kind: Literal["intensity", "load", "carbon"] = Field(description="intensity, load or carbon")
    quantity: Literal["energy", "water"] | None = None
    medium: Medium | None = None
    pollutants: tuple[str, ...] = ()
    group: Literal["every", "equivalents"] | None = None
    sectors: tuple[str, ...] = ()
    uncertainty: float = Field(0.0, ge=0, lt=1, description="a share from 0 to below 1")
    reduction: float = Field(0.0, ge=0, lt=1, description="a share of at least 0 and below 1")
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
        organic = [name for name in ORGANIC_SUMS if name in self.pollutants]
        if self.group == "equivalents" and self.medium == "water" and len(organic) > 1:
            raise wanted(f"only one of {', '.join(organic)} in a group of equivalents: they count the same matter")
        return self

    @model_validator(mode="after")
    def _carbon(self) -> Indicator:
        if self.kind != "carbon" and not self.reduction > 0:
            raise wanted("reduction, a share above 0 and below 1")
        if self.kind != "carbon" and (self.sectors or self.uncertainty):
            raise wanted("sectors and uncertainty for carbon only")
        if self.kind == "carbon" and not self.sectors:
            raise wanted('sectors, e.g. ["C30", "C31"], for carbon')
        for sector in self.sectors:
            if not _SECTOR.fullmatch(sector):
                raise wanted(f'sectors of GB/T 4754-2017, e.g. "C31", not {shown(sector)}')
        return self


class SavingsGoal(Frozen):
    """How many tonnes of standard coal shall be saved in all.

    Attributes
    ----------
    goal_tce : float
    from_year : int
        The first year that counts.
    scope : str
        Whose goal it is, e.g. ``city:wuxi``; "" for the whole programme.
    counts : str
        Which savings add up to it: ``yearly`` (each year against the year before) or ``fixed_base`` (each against the
        base year).
    source : Text
    confidence : str
        sure or unsure.
    """

    goal_tce: float = Field(gt=0, description="tonnes of standard coal, above 0")
    from_year: int = Field(ge=1990, le=2100, description="a year")
    scope: str = Field("", pattern="^((city|sector|plant):.+)?$", description='"city:ID", "sector:CODE" or "plant:ID"')
    counts: Literal["yearly", "fixed_base"] = Field(description="yearly or fixed_base")
    source: Text = Field(description='where the goal comes from, { zh = "...", en = "..." }')
    confidence: Confidence = Field(description="sure or unsure")


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
        Edition of standard coal used at both ends of the comparison.
    co2_edition : str or None
        Edition of CO2 used at both ends; None: of each year the edition in force, and a comparison across two is
        refused.
    min_coverage : float
        Coverage below which a figure is not assessed, 0 to 1.
    allow_declared_base : bool
        Whether loads declared in the base year may be held against measured ones.
    indicators : tuple of Indicator
    savings : SavingsGoal or None
        What shall be saved in all; None where nobody said.
    """

    id: str = Field(min_length=1, description="an id")
    name: Text = Field(description='a name in both languages, { zh = "...", en = "..." }')
    base_year: int = Field(ge=1990, le=2100, description="a year")
    target_year: int = Field(ge=1990, le=2100, description="a year")
    energy_basis: Basis = Field(description="equivalent or equal")
    factor_edition: str = Field(min_length=1, description='an edition, e.g. "GB/T 2589-2008"')
    co2_edition: str | None = Field(None, min_length=1, description='an edition, e.g. "NDRC 2013-2015"')
    min_coverage: float = Field(0.75, ge=0, le=1, description="a share from 0 to 1")
    allow_declared_base: bool = Field(False, description="true or false")
    indicators: tuple[Indicator, ...] = Field(default=(), description="[[indicators]] tables")
    savings: SavingsGoal | None = Field(None, description="a table, [savings]")

    @model_validator(mode="after")
    def _ordered(self) -> Programme:
        if self.target_year <= self.base_year:
            raise wanted(f"target_year after base_year ({self.base_year}), not {self.target_year}")
        if self.savings is not None and self.savings.from_year <= self.base_year:
            raise wanted(f"savings.from_year after base_year ({self.base_year}), not {self.savings.from_year}")
        return self

    def goal_of(self, scope: str) -> SavingsGoal | None:
        """The goal, if it is this scope's."""
        goal = self.savings
        return goal if goal is not None and scope == (goal.scope or f"programme:{self.id}") else None


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
    for key in sorted(set(document) - _TABLES):
        problems.append(Problem(where, key, "...", f"a known table: one of {', '.join(sorted(_TABLES))}"))
    for number, table in enumerate(_tables(document, where, problems), 1):
        here = f"{where}: indicators[{number}]"
        try:
            indicators.append(Indicator.model_validate(table))
        except ValidationError as error:
            problems += problems_of(error, here, Indicator)
    head = _head(document, where, problems) | {"indicators": tuple(indicators)}
    if "savings" in document:
        try:
            head["savings"] = SavingsGoal.model_validate(document["savings"])
        except ValidationError as error:
            problems += problems_of(error, f"{where}: savings", SavingsGoal)
    try:
        programme = Programme.model_validate(head)
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
