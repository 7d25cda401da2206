"""In what shape does it go out where a figure comes from?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from api.events_out import event_out
from api.figures_out import FigureOut, figure_out, finite
from api.models import Answer
from api.models_events import EventOut
from api.times import iso
from engine.explain.evidence import StatementUse
from engine.explain.explainer import Explanation, PointUse
from registry import Edition, FactorRow
from registry.text import Text


class ClauseOut(Answer):
    """The rule behind a figure."""

    text: Text
    source: str = Field(examples=["GB/T 2589-2008 / 2020, E = Σ(Eᵢ × kᵢ)"])
    confidence: Literal["sure", "unsure"]


class FactorOut(Answer):
    """A row of the factor book."""

    carrier: str = Field(examples=["electricity"])
    quantity: str = Field(description="coal or co2.", examples=["coal"])
    basis: str = Field(description="equivalent, equal or both.", examples=["equivalent"])
    value: float = Field(examples=[0.1229])
    unit: str = Field(examples=["kgce/kWh"])
    edition: str = Field(examples=["GB/T 2589-2008"])
    valid_from: str | None = Field(description="Of the row, else of its edition; null: open.", examples=["2015-01-01"])
    valid_to: str | None = Field(description="First day it no longer holds.", examples=["2021-04-01"])
    own_from: str | None = Field(description="Of the row alone, for naming it.", examples=[None])
    own_to: str | None = Field(examples=[None])
    source: str = Field(examples=["GB/T 2589 Table A.2; 860/7000"])
    confidence: Literal["sure", "unsure"]
    plant: str | None = Field(description="Only for this plant.", examples=[None])
    note: str = Field(examples=[""])


class StatementOut(Answer):
    """A statement that went in."""

    plant: str = Field(examples=["wx-dyeing"])
    item: str = Field(examples=["value_added"])
    period: str = Field(examples=["2018-03"])
    value: float = Field(examples=[2436.27])
    unit: str = Field(examples=["10k_yuan"])
    status: str = Field(examples=["provisional"])
    source: str = Field(examples=["monthly report"])
    imported: str = Field(examples=["2018-04-20T02:00:00Z"])
    editions: int = Field(description="How many there are of it by now.", examples=[2])


class EdgeOut(Answer):
    """A reading at an end of the period, in the point's own unit."""

    time: str = Field(examples=["2017-12-31T16:00:00Z"])
    time_ms: int = Field(examples=[1514736000000])
    value: float | None = Field(examples=[4711.25])


class PointUseOut(Answer):
    """A point that went in."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    name: Text
    coverage: float | None = Field(description="null: it stands behind a load only.", examples=[0.998])
    estimated: float = Field(examples=[0.01])
    first: EdgeOut | None = Field(description="First reading in the period that has a value.")
    last: EdgeOut | None
    readings: int = Field(description="How many lie in the period and are still there.", examples=[10_232])
    unit: str = Field(description="Of the readings.", examples=["kWh"])


class ExplanationOut(Answer):
    """A figure and everything it rests on."""

    id: str = Field(examples=["plant:wx-dyeing/ytd/energy_tce"])
    name: Text
    figure: FigureOut
    formula: str = Field(examples=["E = Σ Eᵢ · kᵢ"])
    clause: ClauseOut
    factors: list[FactorOut]
    statements: list[StatementOut]
    points: list[PointUseOut]
    events: list[EventOut]
    text: Text = Field(description="What it is and how sure, in a sentence or two.")
    as_of: str = Field(description="What was known then.", examples=["2018-09-01T00:00:00Z"])


def explanation_out(found: Explanation) -> ExplanationOut:
    """Everything that `engine.explain.explainer` tells."""
    return ExplanationOut(
        id=found.asked.id,
        name=found.name,
        figure=figure_out(found.figure),
        formula=found.clause.formula,
        clause=ClauseOut(text=found.clause.text, source=found.clause.source, confidence=found.clause.confidence),
        factors=[factor_out(found.registry.factors.editions, row) for row in found.factors],
        statements=[_statement_out(use) for use in found.statements],
        points=[_point_out(use) for use in found.points],
        events=[event_out(entry) for entry in found.events],
        text=found.text,
        as_of=iso(found.as_of_ms),
    )


def factor_out(editions: Sequence[Edition], row: FactorRow) -> FactorOut:
    """A row, with the time its edition gives it where it has none of its own."""
    edition = next((e for e in editions if e.name == row.edition), None)
    valid_from = row.valid_from or (edition.valid_from if edition is not None else None)
    valid_to = row.valid_to or (edition.valid_to if edition is not None else None)
    return FactorOut(
        carrier=row.carrier,
        quantity=row.quantity,
        basis=row.basis,
        value=row.value,
        unit=row.unit,
        edition=row.edition,
        valid_from=None if valid_from is None else valid_from.isoformat(),
        valid_to=None if valid_to is None else valid_to.isoformat(),
        own_from=None if row.valid_from is None else row.valid_from.isoformat(),
        own_to=None if row.valid_to is None else row.valid_to.isoformat(),
        source=row.source,
        confidence=row.confidence,
        plant=row.plant,
        note=row.note,
    )


def _statement_out(use: StatementUse) -> StatementOut:
    said = use.statement
    return StatementOut(
        plant=said.plant,
        item=said.item,
        period=said.period,
        value=said.value,
        unit=said.unit,
        status=said.status,
        source=said.source,
        imported=iso(said.imported_ms),
        editions=use.editions,
    )


def _point_out(use: PointUse) -> PointUseOut:
    return PointUseOut(
        point=use.point.full_id,
        name=use.point.name,
        coverage=finite(use.coverage),
        estimated=use.estimated,
        first=_edge_out(use.first),
        last=_edge_out(use.last),
        readings=use.readings,
        unit=use.point.unit,
    )


def _edge_out(edge: tuple[int, float] | None) -> EdgeOut | None:
    return None if edge is None else EdgeOut(time=iso(edge[0]), time_ms=edge[0], value=finite(edge[1]))
