"""May a thing in Grafana be written, or did a person change it?

::

    there  differs  touched since the push  newer than the push   then
    no                                                            create
    yes    no                                                     same
    yes    yes      no                      no                    same (Grafana writes it its own way)
    yes    yes      no                      yes                   update
    yes    yes      yes                     no                    left: the person's, and there is nothing new
    yes    yes      yes                     yes                   held: only with --force
    yes    yes      nobody knows            nobody knows          held

Whether it was touched is told by a mark that the push leaves: the fingerprint of what it wrote and of what Grafana made
of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dashboards.difference import Change, fingerprint

Json = dict[str, Any]
Kind = Literal["folder", "data source", "contact point", "dashboard", "alert rule"]
Action = Literal["create", "update", "same", "left", "held", "denied"]

_MARK = re.compile(r"^([0-9a-f]{16})\.([0-9a-f]{16})$")


@dataclass(frozen=True)
class Touch:
    """What the mark on a thing tells.

    Attributes
    ----------
    pushed : str
        Fingerprint of what the last push wanted.
    untouched : bool
        Whether it is still as that push left it.
    """

    pushed: str
    untouched: bool


@dataclass(frozen=True)
class Step:
    """One thing, and what is to be done with it.

    Attributes
    ----------
    kind : str
    uid, title : str
    action : str
        See the table above; ``denied``: the token may not even read it.
    changes : tuple of Change
        What stands there and what would.
    why : str
        Why it is left, held or denied, or overwritten all the same.
    body : dict
        What would be written.
    found : dict or None
        What stands there.
    """

    kind: Kind
    uid: str
    title: str
    action: Action
    changes: tuple[Change, ...] = ()
    why: str = ""
    body: Json = field(default_factory=dict)
    found: Json | None = None

    @property
    def writes(self) -> bool:
        """Whether something would be written."""
        return self.action in ("create", "update")

    @property
    def done(self) -> bool:
        """Whether Grafana has, or will have, what was wanted or what a person wanted."""
        return self.action not in ("held", "denied")


def decided(step: Step, touch: Touch | None, wanted: str, *, locked: str = "", force: bool = False) -> Step:
    """The step with its action.

    Parameters
    ----------
    step : Step
        With what was found and how it differs.
    touch : Touch or None
        What the mark tells; None: there is none, so nobody knows who wrote it.
    wanted : str
        Fingerprint of what is wanted now.
    locked : str
        Why Grafana would refuse to write it, whoever asks; "" where it would not.
    force : bool
        Overwrite what persons changed.
    """
    if step.found is None:
        return replace(step, action="create")
    if not step.changes or (touch is not None and touch.untouched and touch.pushed == wanted):
        return replace(step, action="same", changes=())
    if locked:
        return replace(step, action="held", why=locked)
    if touch is not None and touch.untouched:
        return replace(step, action="update")
    unknown = "nothing tells whether a person changed it"
    who = unknown if touch is None else "changed by a person since the last push"
    if force:
        return replace(step, action="update", why=f"{who}; overwritten")
    if touch is not None and touch.pushed == wanted:
        return replace(step, action="left", why=f"{who}; left as it is")
    return replace(step, action="held", why=f"{who}; --force overwrites it")


def mark(wanted: Any, kept: Any) -> str:
    """What the push leaves on a thing: fingerprints of what it wanted and of what Grafana keeps."""
    return f"{fingerprint(wanted)}.{fingerprint(kept)}"


def touch_of(written: Any, kept: Any) -> Touch | None:
    """What a mark tells about a thing as Grafana keeps it now; None if it is no mark."""
    found = _MARK.match(str(written))
    return None if found is None else Touch(found[1], found[2] == fingerprint(kept))
