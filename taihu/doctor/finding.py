"""What is one finding of the doctor, in both languages?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

State = Literal["ok", "warn", "bad"]


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what was found.

    Attributes
    ----------
    area : str
        The part of the settings it is about: ``data``, ``mqtt``, ``influx.main`` ...
    check : str
        What was asked, by a name that stays: ``reachable``, ``rights``, ``clock`` ...
    state : {"ok", "warn", "bad"}
        bad: something will not work; warn: it works, and not as it should or not for long.
    found : Words
    todo : Words or None
        What to do, or what else to know.
    """

    area: str
    check: str
    state: State
    found: Words
    todo: Words | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "area": self.area,
            "check": self.check,
            "state": self.state,
            "found": self.found._asdict(),
            "todo": None if self.todo is None else self.todo._asdict(),
        }
