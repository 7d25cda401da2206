"""In what shape does it go out which figures of a plant are others than they were?"""

from __future__ import annotations

from pydantic import Field

from api.explain_out import FactorOut, factor_out
from api.figures_out import finite
from api.models import Answer
from api.times import iso
from engine.plantchanges import ChangedFigure, PlantChanges, Restated
from registry import FactorRow, Statement


class ChangedFigureOut(Answer):
    """A figure then and now."""

    name: str = Field(description="As in figures.", examples=["energy_tce"])
    unit: str = Field(examples=["tce"])
    then: float | None = Field(description="null: not known.", examples=[1650.5])
    now: float | None = Field(examples=[1702.0])
    difference: float | None = Field(examples=[51.5])
    coverage_then: float | None = Field(examples=[0.97])
    coverage_now: float | None = Field(examples=[1.0])


class EditionOut(Answer):
    """What a statement said."""

    value: float = Field(examples=[4200.0])
    unit: str = Field(examples=["10k_yuan"])
    status: str = Field(examples=["final"])
    source: str = Field(examples=["monthly report"])
    imported_ms: int = Field(examples=[1535940660000])


class RestatedOut(Answer):
    """A statement of which another edition holds now."""

    item: str = Field(examples=["value_added"])
    period: str = Field(examples=["2018-08"])
    then: EditionOut | None
    now: EditionOut | None


class RefactoredOut(Answer):
    """A factor row of which another edition holds now."""

    then: FactorOut | None
    now: FactorOut | None


class PlantChangesOut(Answer):
    """Figures, statements and factors of a plant that are others now."""

    plant: str = Field(examples=["wx-dyeing"])
    since: str = Field(examples=["2018-09-01T16:00:00Z"])
    since_ms: int = Field(examples=[1535817600000])
    from_ms: int = Field(examples=[1533052800000])
    to_ms: int = Field(examples=[1535731200000])
    figures: list[ChangedFigureOut]
    statements: list[RestatedOut]
    factors: list[RefactoredOut]


def plant_changes_out(changes: PlantChanges) -> PlantChangesOut:
    """Everything that `engine.plantchanges` tells."""
    return PlantChangesOut(
        plant=changes.plant,
        since=iso(changes.since_ms),
        since_ms=changes.since_ms,
        from_ms=changes.from_ms,
        to_ms=changes.to_ms,
        figures=[_figure_out(figure) for figure in changes.figures],
        statements=[_restated_out(restated) for restated in changes.statements],
        factors=[RefactoredOut(then=_factor_out(r.then), now=_factor_out(r.now)) for r in changes.factors],
    )


def _factor_out(row: FactorRow | None) -> FactorOut | None:
    return None if row is None else factor_out((), row)


def _figure_out(changed: ChangedFigure) -> ChangedFigureOut:
    return ChangedFigureOut(
        name=changed.name,
        unit=changed.now.unit,
        then=finite(changed.then.value),
        now=finite(changed.now.value),
        difference=finite(changed.difference),
        coverage_then=finite(changed.then.coverage),
        coverage_now=finite(changed.now.coverage),
    )


def _restated_out(restated: Restated) -> RestatedOut:
    return RestatedOut(
        item=restated.item, period=restated.period, then=_edition_out(restated.then), now=_edition_out(restated.now)
    )


def _edition_out(statement: Statement | None) -> EditionOut | None:
    if statement is None:
        return None
    return EditionOut(
        value=statement.value,
        unit=statement.unit,
        status=statement.status,
        source=statement.source,
        imported_ms=statement.imported_ms,
    )
