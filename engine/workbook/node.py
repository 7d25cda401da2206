"""What does a rule know of the figure whose formula it looks for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.figure import Figure
from engine.workbook.sheets import Ref

Child = tuple[Figure, Ref]


@dataclass(frozen=True)
class Node:
    """A figure of the tree.

    Attributes
    ----------
    figure : Figure
    plant : str
        "" in a group.
    children : sequence of (Figure, Ref)
        Its inputs with the cells they stand in; an input that is not known has no number (NaN).
    above : str
        Name of the figure it is an input of.
    """

    figure: Figure
    plant: str
    children: Sequence[Child]
    above: str
