"""In what shape do proposed factors and statements come in, and what they would change go out?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from api.figures_out import finite
from api.models import Answer
from api.models_events import Who, Why
from engine.preview import Preview

MOST_ROWS = 5000


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FactorIn(_Asked):
    """A row of the factor book; about the same as an earlier one, it supersedes it."""

    carrier: str = Field(examples=["electricity"])
    quantity: str = Field("coal", description="coal or co2.", examples=["coal"])
    basis: str = Field("both", description="equivalent, equal or both.", examples=["equivalent"])
    value: FiniteFloat = Field(examples=[0.1230])
    unit: str = Field(examples=["kgce/kWh"])
    valid_from: str | None = Field(None, description="First day, YYYY-MM-DD.", examples=["2018-01-01"])
    valid_to: str | None = Field(None, description="First day it no longer holds.", examples=[None])
    edition: str = Field(description="Of the book, any, or plant.", examples=["GB/T 2589-2008"])
    source: str = Field(examples=["lab report 7"])
    confidence: str = Field("unsure", examples=["sure"])
    plant: str | None = Field(None, description="Only for this plant.", examples=[None])
    note: str = Field("", examples=[""])


class StatementIn(_Asked):
    """A statement; of the same plant, item and period as an earlier one, it supersedes it."""

    plant: str = Field(examples=["wx-dyeing"])
    period: str = Field(description="YYYY-MM or YYYY.", examples=["2018-08"])
    item: str = Field(examples=["value_added"])
    value: FiniteFloat = Field(examples=[2500.0])
    unit: str = Field(examples=["10k_yuan"])
    status: str = Field("provisional", description="final, provisional or plan.", examples=["provisional"])
    source: str = Field("", examples=["monthly report"])


Factors = Annotated[list[FactorIn], Field(max_length=MOST_ROWS)]
Statements = Annotated[list[StatementIn], Field(max_length=MOST_ROWS)]


class ProposalIn(_Asked):
    """What to try."""

    factors: Factors = []
    statements: Statements = []


class FactorsIn(_Asked):
    """Factor rows to keep."""

    rows: Annotated[Factors, Field(min_length=1)]
    who: Who
    why: Why


class StatementsIn(_Asked):
    """Statements to keep."""

    rows: Annotated[Statements, Field(min_length=1)]
    who: Who
    why: Why


class ChangedSumOut(Answer):
    """A sum before and after."""

    id: str = Field(description="Of the figure.", examples=["plant:wx-dyeing/2018-01-01..2018-09-01/energy_tce"])
    scope: str = Field(examples=["plant:wx-dyeing"])
    name: str = Field(examples=["energy_tce"])
    unit: str = Field(examples=["tce"])
    before: float | None = Field(description="null: not known.", examples=[16_486.6])
    after: float | None = Field(examples=[16_489.5])
    difference: float | None = Field(examples=[2.9])


class ChangedTargetOut(Answer):
    """An indicator before and after."""

    id: str = Field(examples=["energy_per_value_added"])
    scope: str = Field(examples=["plant:wx-dyeing"])
    period: Literal["ytd", "full_year"]
    unit: str = Field(examples=["tce/10k_yuan"])
    base_before: float | None = Field(examples=[1.231])
    base_after: float | None = Field(examples=[1.231])
    before: float | None = Field(description="Current side.", examples=[0.9588])
    after: float | None = Field(examples=[0.9590])
    change_before: float | None = Field(examples=[-0.1396])
    change_after: float | None = Field(examples=[-0.1398])
    status_before: str = Field(examples=["on_pace"])
    status_after: str = Field(examples=["on_pace"])


class PreviewOut(Answer):
    """What would change, or did; what would not is absent."""

    figures: list[ChangedSumOut]
    indicators: list[ChangedTargetOut]


def preview_out(found: Preview) -> PreviewOut:
    """Everything that `engine.preview` tells."""
    return PreviewOut(
        figures=[
            ChangedSumOut(
                id=one.id,
                scope=one.scope,
                name=one.name,
                unit=one.unit,
                before=finite(one.before),
                after=finite(one.after),
                difference=finite(one.difference),
            )
            for one in found.figures
        ],
        indicators=[
            ChangedTargetOut.model_validate(
                {
                    "id": one.after.id,
                    "scope": one.after.scope,
                    "period": one.period,
                    "unit": one.after.current.unit,
                    "base_before": finite(one.before.base.value),
                    "base_after": finite(one.after.base.value),
                    "before": finite(one.before.current.value),
                    "after": finite(one.after.current.value),
                    "change_before": finite(one.before.change),
                    "change_after": finite(one.after.change),
                    "status_before": one.before.status,
                    "status_after": one.after.status,
                }
            )
            for one in found.indicators
        ],
    )
