"""In what shape does the API answer what was saved?

Figures go out without what they were made from: hundreds of plants over several years, each opens by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from api.figures_out import FigureOut, figure_out, finite
from api.models import Answer
from engine.figure import Figure
from engine.savings.savings import PlantSaving, Saved, YearSaving, first_counted
from registry import Programme
from registry.lists import Confidence
from registry.text import Text

Counts = Literal["yearly", "fixed_base"]


class SavedOut(Answer):
    """More of one view of a year's savings."""

    of_sums: FigureOut = Field(description="Of the scope's summed intensity: another view, never added.")
    final: FigureOut = Field(description="The part that rests on final statements and enough coverage.")
    final_share: float | None = Field(description="That part by size, 0 to 1.", examples=[0.86])
    total: FigureOut | None = Field(description="Added up since `from_year`; null before it.")
    total_final: FigureOut | None


class PlantYearOut(Answer):
    """One plant in one year."""

    year: int = Field(examples=[2018])
    fixed_base: FigureOut
    yearly: FigureOut
    final: bool = Field(description="Both rest on final statements and enough coverage.", examples=[True])
    reason: str = Field(description="Key that says why it is left out of the sums.", examples=[""])


class PlantSavingsOut(Answer):
    """One plant in every year."""

    plant: str = Field(examples=["wx-dyeing"])
    years: list[PlantYearOut]


class YearSavingOut(Answer):
    """One year; positive is a saving."""

    year: int = Field(examples=[2018])
    running: bool = Field(description="Counts up to yesterday, against the same dates.", examples=[True])
    fixed_base: FigureOut = Field(description="The plants' savings against the base year. [tce]")
    yearly: FigureOut = Field(description="The plants' savings against the year before. [tce]")
    fixed_base_more: SavedOut
    yearly_more: SavedOut
    final_share: float | None = Field(description="Of what counts towards the goal.", examples=[0.86])
    counted: int = Field(description="Plants in the sums.", examples=[5])


class SavingsOut(Answer):
    """What a scope saved since the base year."""

    scope: str = Field(examples=["city:wuxi"])
    programme: str = Field(examples=["sunan-2019"])
    base_year: int = Field(examples=[2015])
    from_year: int = Field(description="The first year that is added up.", examples=[2016])
    counts: Counts = Field(description="Which savings are added up.", examples=["yearly"])
    goal_tce: float | None = Field(description="null: this scope has no goal of its own.", examples=[1_000_000.0])
    goal_confidence: Confidence | None = Field(examples=["unsure"])
    goal_source: Text | None = Field(description="Where the goal comes from.")
    goal_scope: str = Field(description="Whose goal the programme names; empty: none.", examples=["city:wuxi"])
    cumulative: FigureOut | None = Field(description="The total of the last year, of what counts. [tce]")
    cumulative_final: FigureOut | None
    years: list[YearSavingOut]
    plants: list[PlantSavingsOut] = Field(description="All plants of the scope, also those that are left out.")


def savings_out(programme: Programme, scope: str, years: Sequence[YearSaving]) -> SavingsOut:
    """All years of a scope, with the programme's goal where it is this scope's."""
    named, goal = programme.savings, programme.goal_of(scope)
    counts: Counts = "yearly" if named is None else named.counts
    last = _counting(years[-1], counts) if years else None
    return SavingsOut(
        scope=scope,
        programme=programme.id,
        base_year=programme.base_year,
        from_year=first_counted(programme),
        counts=counts,
        goal_tce=None if goal is None else goal.goal_tce,
        goal_confidence=None if goal is None else goal.confidence,
        goal_source=None if goal is None else goal.source,
        goal_scope="" if named is None else named.scope or f"programme:{programme.id}",
        cumulative=None if last is None else _maybe(last.total),
        cumulative_final=None if last is None else _maybe(last.total_final),
        years=[_year_out(year, counts) for year in years],
        plants=[_plant_out(found) for found in zip(*(_years_of(year) for year in years), strict=True)],
    )


def _counting(year: YearSaving, counts: Counts) -> Saved:
    return year.by_year if counts == "yearly" else year.by_base


def _year_out(year: YearSaving, counts: Counts) -> YearSavingOut:
    return YearSavingOut(
        year=year.year,
        running=year.is_running,
        fixed_base=_bare(year.fixed_base),
        yearly=_bare(year.yearly),
        fixed_base_more=_saved_out(year.by_base),
        yearly_more=_saved_out(year.by_year),
        final_share=finite(_counting(year, counts).final_share),
        counted=sum(not plant.reason for plant in year.plants),
    )


def _saved_out(saved: Saved) -> SavedOut:
    return SavedOut(
        of_sums=_bare(saved.of_sums),
        final=_bare(saved.final),
        final_share=finite(saved.final_share),
        total=_maybe(saved.total),
        total_final=_maybe(saved.total_final),
    )


def _years_of(year: YearSaving) -> list[tuple[int, PlantSaving]]:
    return [(year.year, plant) for plant in year.plants]


def _plant_out(found: Sequence[tuple[int, PlantSaving]]) -> PlantSavingsOut:
    years = [
        PlantYearOut(
            year=year,
            fixed_base=_bare(saved.fixed_base),
            yearly=_bare(saved.yearly),
            final=saved.is_final,
            reason=saved.reason,
        )
        for year, saved in found
    ]
    return PlantSavingsOut(plant=found[0][1].plant, years=years)


def _bare(figure: Figure) -> FigureOut:
    return figure_out(figure, inputs=False)


def _maybe(figure: Figure | None) -> FigureOut | None:
    return None if figure is None else _bare(figure)
