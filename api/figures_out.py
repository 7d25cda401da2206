"""In what shape does the API answer with figures and indicators?

A figure goes out whole: value, unit, period, coverage, provisional share, factors, formula, and the figures it was made
from.
"""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from api.models import Answer
from api.times import iso
from engine.figure import Figure, Indicator
from registry.text import Text


class FigureOut(Answer):
    """One value and how it came about."""

    name: str = Field(description="Stable key, e.g. energy_tce or point:wx-dyeing/el.in.", examples=["energy_tce"])
    value: float | None = Field(description="null: not known; note says why.", examples=[1234.5])
    unit: str = Field(examples=["tce"])
    from_: str = Field(alias="from", examples=["2017-12-31T16:00:00Z"])
    to: str = Field(examples=["2018-08-31T16:00:00Z"])
    coverage: float | None = Field(description="Known share of the period, 0 to 1.", examples=[0.997])
    estimated: float = Field(description="Share of the time whose amount was spread.", examples=[0.01])
    provisional: float = Field(description="Share that rests on provisional statements.", examples=[0.25])
    factors: str | None = Field(description="Edition of the factor book.", examples=["GB/T 2589-2008"])
    formula: str = Field(examples=["Σ Eᵢ · kᵢ"])
    inputs: list[FigureOut]
    note: str = Field(description="Key of a remark.", examples=[""])
    scope: str = Field(description="Whose; empty: that of the figure it is an input of.", examples=["plant:wx-dyeing"])


class IndicatorOut(Answer):
    """One target held against its base year."""

    id: str = Field(examples=["energy_per_value_added"])
    scope: str = Field(examples=["plant:wx-dyeing"])
    base: FigureOut
    current: FigureOut
    change: float | None = Field(description="current / base - 1; negative is a reduction.", examples=[-0.146])
    target: float = Field(examples=[-0.18])
    progress: float | None = Field(description="Ratio of logarithms; 1 is the target reached.", examples=[0.795])
    pace: float = Field(description="Progress that the even pace asks for by now.", examples=[0.75])
    status: Literal["met", "on_pace", "behind", "not_assessable"]
    reason: str = Field(description="Key that says why it cannot be assessed.", examples=[""])
    parts: list[IndicatorOut]
    beside: list[FigureOut] = Field(description="Other readings of the target, without weight in the verdict.")


class NowOut(Answer):
    """A plant's current figures."""

    plant: str = Field(examples=["wx-dyeing"])
    time: str = Field(examples=["2018-08-31T16:00:00Z"])
    time_ms: int = Field(examples=[1535731200000])
    figures: dict[str, FigureOut]


class TargetOut(Answer):
    """What a programme asks for."""

    id: str = Field(examples=["energy_per_value_added"])
    name: Text
    reduction: float = Field(examples=[0.18])


class ProgrammeOut(Answer):
    """A base year, a target year and what has to become less."""

    id: str = Field(examples=["sunan-2019"])
    name: Text
    base_year: int = Field(examples=[2015])
    target_year: int = Field(examples=[2019])
    indicators: list[TargetOut]


def finite(value: float | None) -> float | None:
    """NaN and infinity have no place in JSON; both mean "not known"."""
    return None if value is None or not math.isfinite(value) else float(value)


def figure_out(figure: Figure, *, inputs: bool = True) -> FigureOut:
    """A figure with its whole tree of inputs, or without: where many are sent, each explains itself by its id."""
    return FigureOut.model_validate(
        {
            "name": figure.name,
            "value": finite(figure.value),
            "unit": figure.unit,
            "from": iso(figure.from_ms),
            "to": iso(figure.to_ms),
            "coverage": finite(figure.coverage),
            "estimated": figure.estimated,
            "provisional": figure.provisional,
            "factors": figure.factors,
            "formula": figure.formula,
            "inputs": [figure_out(part) for part in figure.inputs] if inputs else [],
            "note": figure.note,
            "scope": figure.scope,
        }
    )


def now_out(plant: str, figures: dict[str, Figure], time_ms: int) -> NowOut:
    """A plant's figures as of an instant. [ms UTC]"""
    shown = {key: figure_out(figure) for key, figure in figures.items()}
    return NowOut(plant=plant, time=iso(time_ms), time_ms=time_ms, figures=shown)


def indicator_out(indicator: Indicator, *, inputs: bool = True) -> IndicatorOut:
    """An indicator with the parts of its group; its figures with or without what they were made from."""
    return IndicatorOut(
        id=indicator.id,
        scope=indicator.scope,
        base=figure_out(indicator.base, inputs=inputs),
        current=figure_out(indicator.current, inputs=inputs),
        change=finite(indicator.change),
        target=indicator.target,
        progress=finite(indicator.progress),
        pace=indicator.pace,
        status=indicator.status,
        reason=indicator.reason,
        parts=[indicator_out(part, inputs=inputs) for part in indicator.parts],
        beside=[figure_out(reading, inputs=inputs) for reading in indicator.beside],
    )
