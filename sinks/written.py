"""What does one look at everything want to write down?

It is looked at in parts: one that cannot be looked at leaves nothing by half, and the others are told all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from storage import Matter, Notice


@dataclass
class Written:
    """What is to be written down in one transaction.

    Attributes
    ----------
    notices : list of (Notice, list of str)
        Each with the webhooks that shall have it.
    matters : list of Matter
    forgotten : list of str
        Ids of matters.
    errors : list of Exception
        Why parts could not be looked at.
    """

    notices: list[tuple[Notice, list[str]]] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.notices or self.matters or self.forgotten)

    def part(self, work: Callable[[Written], None]) -> bool:
        """Take over what `work` writes, all of it or nothing; whether it came to its end."""
        own = Written()
        try:
            work(own)
        except Exception as error:
            # Not swallowed: who looks raises it when the other parts are written down.
            self.errors.append(error)
            return False
        self.notices += own.notices
        self.matters += own.matters
        self.forgotten += own.forgotten
        return True
