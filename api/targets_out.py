"""In what shape does the API answer with a target, its forecast and what is still needed?"""

from __future__ import annotations

from pydantic import Field

from api.figures_out import IndicatorOut, finite, indicator_out
from api.models import Answer
from api.times import iso
from engine.targets.strip import Forecast, Needed, TargetLine


class ForecastOut(Answer):
    """The indicator over the whole target year."""

    value: float | None = Field(description="Median, in the unit of the base figure.", examples=[0.612])
    low: float | None = Field(examples=[0.571])
    high: float | None = Field(examples=[0.656])
    change: float | None = Field(description="The median against the base year.", examples=[-0.171])
    change_low: float | None = Field(examples=[-0.226])
    change_high: float | None = Field(examples=[-0.111])
    probability: float | None = Field(description="Of meeting the target, 0 to 1.", examples=[0.38])
    level: float = Field(description="Share of such intervals that hold the truth.", examples=[0.8])
    from_: str = Field(alias="from", description="The target year.", examples=["2018-12-31T16:00:00Z"])
    to: str = Field(examples=["2019-12-31T16:00:00Z"])
    from_ms: int = Field(examples=[1546272000000])
    to_ms: int = Field(examples=[1577808000000])
    months_known: int = Field(description="Known months of the whole history.", examples=[44])
    months_ahead: int = Field(description="Months of the target year that are forecast.", examples=[12])
    method: str = Field(description="walk, known (the year is over) or every_lowest_part.", examples=["walk"])
    reason: str = Field(description="Key of what is missing; empty: nothing.", examples=[""])
    of: str = Field(
        description="Member whose forecast it is, where a group is forecast as its least likely one; empty: its own.",
        examples=[""],
    )


class NeededOut(Answer):
    """What is left to do."""

    change: float | None = Field(
        description="Against the last twelve months; not negative: nothing.", examples=[-0.043]
    )
    per_month: float | None = Field(description="The same as an even change a month.", examples=[-0.0027])
    months: int = Field(description="Whole months up to the end of the target year.", examples=[16])
    budget: float | None = Field(
        description="What each open month of the target year may take, at the expected value added.", examples=[1720.5]
    )
    budget_unit: str = Field(examples=["tce/month"])
    budget_months: int = Field(description="Open months of the target year.", examples=[12])


class TargetLineOut(Answer):
    """One target over three periods, where it is heading and what is needed."""

    id: str = Field(examples=["energy_per_value_added"])
    scope: str = Field(examples=["plant:wx-dyeing"])
    ytd: IndicatorOut
    rolling12: IndicatorOut
    full_year: IndicatorOut
    forecast: ForecastOut
    needed: NeededOut
    parts: list[TargetLineOut]


def target_line_out(line: TargetLine) -> TargetLineOut:
    """A line with the parts of its group; what its figures were made from is told by their explanation."""
    return TargetLineOut(
        id=line.id,
        scope=line.scope,
        ytd=indicator_out(line.ytd, inputs=False),
        rolling12=indicator_out(line.rolling12, inputs=False),
        full_year=indicator_out(line.full_year, inputs=False),
        forecast=_forecast_out(line.forecast),
        needed=_needed_out(line.needed),
        parts=[target_line_out(part) for part in line.parts],
    )


def _forecast_out(said: Forecast) -> ForecastOut:
    return ForecastOut.model_validate(
        {
            "value": finite(said.value),
            "low": finite(said.low),
            "high": finite(said.high),
            "change": finite(said.change),
            "change_low": finite(said.change_low),
            "change_high": finite(said.change_high),
            "probability": finite(said.probability),
            "level": said.level,
            "from": iso(said.from_ms),
            "to": iso(said.to_ms),
            "from_ms": said.from_ms,
            "to_ms": said.to_ms,
            "months_known": said.months_known,
            "months_ahead": said.months_ahead,
            "method": said.method,
            "reason": said.reason,
            "of": said.of,
        }
    )


def _needed_out(needed: Needed) -> NeededOut:
    return NeededOut(
        change=finite(needed.change),
        per_month=finite(needed.per_month),
        months=needed.months,
        budget=finite(needed.budget),
        budget_unit=needed.budget_unit,
        budget_months=needed.budget_months,
    )
