"""In what shape does a plant's balance go out: each meter against those right below it?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.models import Answer
from api.times import iso
from engine.balance import BalanceNode
from registry.text import Text


class BalanceNodeOut(Answer):
    """A meter, and how it compares with those right below it."""

    point: str = Field(examples=["wx-dyeing/el.in"])
    name: Text
    carrier: str | None = Field(examples=["electricity"])
    unit: str = Field(description="Of all amounts.", examples=["kWh"])
    amount: float | None = Field(description="null: nothing is known.", examples=[1000.0])
    coverage: float = Field(description="Known share of the time, 0 to 1.", examples=[1.0])
    estimated: float = Field(description="Share of the known time whose amount was spread.", examples=[0.0])
    class_percent: float = Field(description="Largest error of the meter in percent.", examples=[0.5])
    class_assumed: bool = Field(description="The plate does not say; class 2 is assumed.", examples=[False])
    children: list[BalanceNodeOut]
    children_amount: float | None = Field(description="Sum of the children.", examples=[950.0])
    difference: float | None = Field(description="Point less its children.", examples=[50.0])
    lo: float | None = Field(description="Least difference, whatever is missing; null: unbounded.", examples=[49.9])
    hi: float | None = Field(description="Largest difference, whatever is missing.", examples=[50.1])
    share_percent: float | None = Field(description="Difference in percent of the point.", examples=[5.0])
    tolerance: float | None = Field(description="What the classes explain at worst; decides.", examples=[14.5])
    tolerance_rss: float | None = Field(description="What they make likely (root of squares).", examples=[8.6])
    verdict: Literal["within", "unmetered", "impossible", "unknown"] | None = Field(
        description="null: nothing is below it.", examples=["unmetered"]
    )


class BalanceOut(Answer):
    """The trees of a plant's meters over one period."""

    plant: str = Field(examples=["wx-dyeing"])
    from_: str = Field(alias="from", examples=["2018-08-31T16:00:00Z"])
    to: str = Field(examples=["2018-09-01T16:00:00Z"])
    nodes: list[BalanceNodeOut]


def balance_out(plant: str, from_ms: int, to_ms: int, nodes: list[BalanceNode]) -> BalanceOut:
    """All trees of a plant."""
    shown = [_node_out(node) for node in nodes]
    return BalanceOut.model_validate({"plant": plant, "from": iso(from_ms), "to": iso(to_ms), "nodes": shown})


def _node_out(node: BalanceNode) -> BalanceNodeOut:
    return BalanceNodeOut.model_validate(
        {
            "point": node.point.full_id,
            "name": node.point.name,
            "carrier": node.point.carrier,
            "unit": node.unit,
            "amount": node.amount,
            "coverage": node.coverage,
            "estimated": node.estimated,
            "class_percent": node.class_percent,
            "class_assumed": node.class_assumed,
            "children": [_node_out(child) for child in node.children],
            "children_amount": node.children_amount,
            "difference": node.difference,
            "lo": node.lo,
            "hi": node.hi,
            "share_percent": node.share_percent,
            "tolerance": node.tolerance,
            "tolerance_rss": node.tolerance_rss,
            "verdict": node.verdict,
        }
    )
