"""In what shape does the overview of all plants go out?"""

from __future__ import annotations

from pydantic import Field

from api.models import Answer
from registry.text import Text


class SpanOut(Answer):
    """A half-open range of time."""

    from_: str = Field(alias="from", examples=["2014-12-31T16:00:00Z"])
    to: str = Field(examples=["2015-08-31T16:00:00Z"])


class RowOut(Answer):
    """Whose row it is."""

    id: str = Field(examples=["wx-dyeing"])
    name: Text
    city: str = Field(examples=["wuxi"])
    sector: str = Field(examples=["C17"])


class GroupOut(Answer):
    """The numbers of one city, sector or programme, in the order of the indicators."""

    change: list[float | None] = Field(examples=[[-0.146]])
    progress: list[float | None] = Field(examples=[[0.795]])
    coverage: list[float | None] = Field(examples=[[0.997]])
    provisional: list[float | None] = Field(examples=[[0.25]])
    status: list[str | None] = Field(examples=[["on_pace"]])
    reason: list[str | None] = Field(examples=[[""]])


class OverviewOut(Answer):
    """All plants of a programme as columns: a row a plant, in it a column an indicator."""

    time: str = Field(examples=["2018-08-31T16:00:00Z"])
    time_ms: int = Field(examples=[1535731200000])
    programme: str = Field(examples=["sunan-2019"])
    period: str = Field(examples=["ytd"])
    base: SpanOut
    current: SpanOut
    pace: float = Field(description="Progress that the even pace asks for by now.", examples=[0.75])
    indicators: list[str] = Field(
        description="Targets; a pollutant stands behind its group.",
        examples=[["energy_per_value_added", "water_pollutants", "water_pollutants:COD"]],
    )
    plants: list[RowOut]
    change: list[list[float | None]] = Field(
        description="current / base - 1, to a millionth; negative is a reduction.", examples=[[[-0.146]]]
    )
    progress: list[list[float | None]] = Field(
        description="Ratio of logarithms; 1 is the target reached.", examples=[[[0.795]]]
    )
    coverage: list[list[float | None]] = Field(description="Known share of the current period.", examples=[[[0.997]]])
    provisional: list[list[float | None]] = Field(description="Share of provisional statements.", examples=[[[0.25]]])
    status: list[list[str | None]] = Field(
        description="met, on_pace, behind or not_assessable; null: the plant does not have this target.",
        examples=[[["on_pace"]]],
    )
    reason: list[list[str | None]] = Field(description="Why it cannot be assessed.", examples=[[[""]]])
    groups: dict[str, GroupOut] = Field(description="By scope: programme:ID, city:ID, sector:ID.")
