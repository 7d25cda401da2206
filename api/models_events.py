"""In what shape do events of meters go out and come in?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from api.models import Answer
from engine.events.declaration import DeclareKind

State = Literal["open", "accepted", "corrected", "rejected", "declared", "withdrawn", "clear"]

Who = Annotated[str, Field(min_length=1, max_length=200, description="Who says so.", examples=["王芳"])]
Why = Annotated[str, Field(min_length=1, max_length=2000, description="In words.", examples=["换表记录 17"])]
PointId = Annotated[str, Field(description="Full id, plant/point.", examples=["wx-dyeing/el.in"])]
InstantMs = Annotated[int, Field(ge=0, le=4_102_444_800_000, examples=[1535731200000])]


class DecisionOut(Answer):
    """What a person said, and when."""

    id: int = Field(description="Number of the decision; a withdrawal names it.", examples=[3])
    who: str = Field(examples=["王芳"])
    why: str = Field(examples=["换表记录 17"])
    at: str = Field(examples=["2018-09-03T02:11:00Z"])
    at_ms: int = Field(examples=[1535940660000])
    decision: str = Field(description="accept, correct, reject, declared, withdraw.", examples=["correct"])
    values: dict[str, float | None] = Field(
        description="The numbers that were said, e.g. amount, end_value, start_value.", examples=[{"amount": 41.5}]
    )
    withdrawn: bool = Field(description="Whether it was taken back; of a withdrawal true.", examples=[False])


class MonthOut(Answer):
    """What a local month amounted to before a decision and after it."""

    month: str = Field(examples=["2018-09"])
    before: float | None = Field(description="null: nothing was known.", examples=[812_345.5])
    after: float | None = Field(examples=[812_387.0])


class EventOut(Answer):
    """A doubt about a meter or a declared event, how it is read, and what was decided."""

    id: str = Field(description="Stable.", examples=["17-8-1535731200000-1535731260000"])
    point: str = Field(examples=["wx-dyeing/el.in"])
    plant: str = Field(examples=["wx-dyeing"])
    what: str = Field(
        description="swap, reset, rollover, spike, zero, impossible, conflict, clock, silent, stuck, "
        "late_for_closed, or declared:KIND.",
        examples=["spike"],
    )
    state: State
    from_: str = Field(alias="from", examples=["2018-08-31T16:00:00Z"])
    until: str = Field(examples=["2018-08-31T16:01:00Z"])
    from_ms: int = Field(examples=[1535731200000])
    until_ms: int = Field(examples=[1535731260000])
    before: float | None = Field(description="Reading before, sender's unit.", examples=[81_234.5])
    after: float | None = Field(description="Reading after.", examples=[12.3])
    unit: str = Field(description="Of the readings.", examples=["kWh"])
    proposal: dict[str, str | float | None] = Field(
        description="How the readings are taken without a decision: kind, and its numbers.", examples=[{"kind": "swap"}]
    )
    effect: float | None = Field(description="Amount given to the step; null: missing.", examples=[4.2])
    amount_unit: str = Field(description="Of effect and months.", examples=["kWh"])
    decision: DecisionOut | None = Field(description="The one in force, or the one withdrawn.")
    months: list[MonthOut] | None = Field(description="Months that the last thing said about it changed.")
    history: list[DecisionOut] = Field(description="Everything that was ever said about it, oldest first.")


class Asked(BaseModel):
    """Base of all bodies: a member that nobody reads is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Correction(Asked):
    """Either what flowed between the two readings, or what the old meter ended at and the new one began with."""

    amount: FiniteFloat | None = Field(None, description="Canonical unit.", examples=[41.5])
    end_value: FiniteFloat | None = Field(None, description="Sender's unit.", examples=[81_240.0])
    start_value: FiniteFloat | None = Field(None, description="Sender's unit.", examples=[0.0])


class Decide(Asked):
    """A decision about one doubt."""

    point: PointId
    what: str = Field(description="As in the list of events.", examples=["spike"])
    from_ms: InstantMs
    until_ms: InstantMs
    decision: Literal["accept", "correct", "reject"]
    who: Who
    why: Why
    correction: Correction | None = None


class Declare(Asked):
    """An event that no reading tells."""

    point: PointId
    kind: DeclareKind
    at_ms: InstantMs
    to_ms: int | None = Field(None, ge=0, le=4_102_444_800_000, examples=[1535731200000])
    end_value: FiniteFloat | None = Field(None, description="Register of the old meter, sender's unit.", examples=[9.5])
    start_value: FiniteFloat | None = Field(None, description="Register of the new meter.", examples=[0.0])
    ratio: FiniteFloat | None = Field(None, gt=0, description="One unit counts as so many.", examples=[1.5])
    shift_ms: int | None = Field(None, description="So much later than labelled.", examples=[-3_600_000])
    who: Who
    why: Why


class Reopen(Asked):
    """Settling a closed range anew, from what is left of its readings and what came late."""

    point: PointId
    from_ms: InstantMs
    to_ms: InstantMs
    who: Who
    why: Why


class ReopenedOut(Answer):
    """The range as it is settled now."""

    entry: EventOut
    lost: list[str] = Field(
        description="What thinned readings cannot tell any more: peaks, bounds, excursions.", examples=[["peaks"]]
    )


class Withdraw(Asked):
    """Taking back what was decided or declared."""

    id: int = Field(ge=1, description="`decision.id` of the event.", examples=[3])
    who: Who
    why: Why


class BadLine(Answer):
    """A cell that cannot be entered."""

    line: int = Field(examples=[2])
    column: str = Field(description="Empty: the line as a whole.", examples=["at"])
    reason: str = Field(examples=["'yesterday' is no time"])


class SheetOut(Answer):
    """What became of a CSV: with any failing line nothing is entered."""

    accepted: int = Field(examples=[12])
    failed: list[BadLine]
