"""How is an event of a meter shown, and how is one named by a request?"""

from __future__ import annotations

from analytics.columns import Flag
from api.errors import invalid
from api.figures_out import finite
from api.models_events import DecisionOut, EventOut, MonthOut
from api.times import iso
from engine.events.entries import NAMES, Decision, Entry

FLAG_OF = {name: flag for flag, name in NAMES.items()}
"""Doubts by the words of the API."""


def flag_of(what: str) -> Flag:
    """The finding that `what` names.

    Raises
    ------
    ApiError
        422 if it names none.
    """
    if what not in FLAG_OF:
        raise invalid(f"what {what!r} cannot be decided; wanted one of {', '.join(FLAG_OF)}", "body.what")
    return FLAG_OF[what]


def event_out(entry: Entry) -> EventOut:
    """A doubt or a declared event."""
    return EventOut.model_validate(
        {
            "id": entry.id,
            "point": entry.point.full_id,
            "plant": entry.point.plant,
            "what": entry.what,
            "state": entry.state,
            "from": iso(entry.from_ms),
            "until": iso(entry.until_ms),
            "from_ms": entry.from_ms,
            "until_ms": entry.until_ms,
            "before": finite(entry.before),
            "after": finite(entry.after),
            "unit": entry.unit,
            "proposal": dict(entry.proposal),
            "effect": finite(entry.effect),
            "amount_unit": entry.amount_unit,
            "decision": None if entry.decision is None else _decision_out(entry.decision),
            "months": None
            if entry.months is None
            else [MonthOut(month=m.month, before=finite(m.before), after=finite(m.after)) for m in entry.months],
            "history": [_decision_out(decision) for decision in entry.history],
        }
    )


def _decision_out(decision: Decision) -> DecisionOut:
    return DecisionOut(
        id=decision.id,
        decision=decision.decision,
        who=decision.who,
        why=decision.why,
        at=iso(decision.at_ms),
        at_ms=decision.at_ms,
        values={name: finite(value) for name, value in decision.values.items()},
        withdrawn=decision.withdrawn,
    )
