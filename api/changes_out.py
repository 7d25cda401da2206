"""In what shape does it go out why a figure is another one than it was?"""

from __future__ import annotations

from pydantic import Field

from analytics.columns import FOREVER_MS, Flag
from api.models import Answer
from api.times import iso
from engine.causes import Delivery, Saying
from engine.changes import ChangedStep, Changes
from engine.events.entries import NAMES


class ChangedStepOut(Answer):
    """What was known of a local day or month then, and what is known now."""

    from_: str = Field(alias="from", examples=["2018-08-31T16:00:00Z"])
    from_ms: int = Field(examples=[1535731200000])
    to_ms: int = Field(examples=[1535817600000])
    then: float | None = Field(description="null: nothing was known.", examples=[14_000.5])
    now: float | None = Field(examples=[14_400.0])
    difference: float | None = Field(examples=[399.5])
    coverage_then: float = Field(examples=[0.97])
    coverage_now: float = Field(examples=[1.0])


class DeliveryOut(Answer):
    """Readings that came one after the other."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    received_ms: int = Field(examples=[1535817700000])
    received_until_ms: int = Field(examples=[1535817700500])
    first_ms: int = Field(description="Earliest time of a reading.", examples=[1535731200000])
    last_ms: int = Field(examples=[1535767200000])
    count: int = Field(examples=[600])
    first_value: float | None = Field(description="Sender's unit.", examples=[4711.25])
    last_value: float | None = Field(examples=[4712.5])


class SayingOut(Answer):
    """What a person said."""

    id: int = Field(examples=[3])
    point: str = Field(examples=["wx-dyeing/el.in"])
    what: str = Field(description="As in the list of events.", examples=["swap"])
    decision: str = Field(description="accept, correct, reject, declared, withdraw.", examples=["correct"])
    who: str = Field(examples=["王芳"])
    why: str = Field(examples=["换表记录 17"])
    at_ms: int = Field(examples=[1535940660000])
    from_ms: int = Field(examples=[1535731200000])
    to_ms: int | None = Field(description="null: for good.", examples=[1535731260000])


class ChangesOut(Answer):
    """Then and now, step by step, and everything that came in between."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    unit: str = Field(examples=["kWh"])
    step: str = Field(description="day, or month for a long time.", examples=["day"])
    since: str = Field(examples=["2018-09-01T16:00:00Z"])
    since_ms: int = Field(examples=[1535817600000])
    steps: list[ChangedStepOut]
    total: ChangedStepOut
    deliveries: list[DeliveryOut]
    sayings: list[SayingOut]


def changes_out(changes: Changes) -> ChangesOut:
    """Everything that `engine.changes` tells."""
    return ChangesOut(
        point=changes.point.full_id,
        unit=changes.unit,
        step=changes.step,
        since=iso(changes.since_ms),
        since_ms=changes.since_ms,
        steps=[_step_out(step) for step in changes.steps],
        total=_step_out(changes.total),
        deliveries=[_delivery_out(delivery) for delivery in changes.deliveries],
        sayings=[_saying_out(saying) for saying in changes.sayings],
    )


def _step_out(step: ChangedStep) -> ChangedStepOut:
    return ChangedStepOut.model_validate(
        {
            "from": iso(step.from_ms),
            "from_ms": step.from_ms,
            "to_ms": step.to_ms,
            "then": step.then,
            "now": step.now,
            "difference": step.difference,
            "coverage_then": step.coverage_then,
            "coverage_now": step.coverage_now,
        }
    )


def _delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(
        point=delivery.point,
        received_ms=delivery.received_ms,
        received_until_ms=delivery.received_until_ms,
        first_ms=delivery.first_ms,
        last_ms=delivery.last_ms,
        count=delivery.count,
        first_value=delivery.first_value,
        last_value=delivery.last_value,
    )


def _saying_out(saying: Saying) -> SayingOut:
    said = saying.said
    about = (saying.withdrawn or said).event
    return SayingOut(
        id=said.id,
        point=saying.point,
        what=NAMES[Flag(about.about_what)] if about.about_what else f"declared:{about.note}",
        decision=said.event.decision,
        who=said.event.who,
        why=said.event.why,
        at_ms=said.received_ms,
        from_ms=about.from_ms,
        to_ms=None if about.to_ms >= FOREVER_MS else about.to_ms,
    )
