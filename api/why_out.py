"""In what shape does the API say why an indicator moved?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.figures_out import FigureOut, figure_out, finite
from api.models import Answer
from engine.why.answer import Why
from registry.text import Text


class PartOut(Answer):
    """What an effect is made of."""

    name: str = Field(description="plant:ID, a carrier, or a key such as flow.", examples=["natural_gas"])
    text: Text = Field(description="What it is called.", examples=[{"zh": "天然气", "en": "Natural gas"}])
    amount: float = Field(description="In the unit of the indicator.", examples=[-0.021])


class EffectOut(Answer):
    """One cause of the change."""

    key: Literal[
        "volume",
        "structure",
        "product_value",
        "efficiency",
        "carrier_mix",
        "process",
        "weather",
        "factors",
        "data",
        "unsplit",
    ]
    name: Text = Field(description="What it is called.", examples=[{"zh": "能效", "en": "efficiency"}])
    amount: float = Field(description="In the unit of the indicator.", examples=[-0.1886])
    share: float | None = Field(description="Of the base value; the shares sum to the change.", examples=[-0.1591])
    parts: list[PartOut]


class MeterOut(Answer):
    """One meter's contribution."""

    point: str = Field(examples=["wx-dyeing/gas.in"])
    name: Text = Field(examples=[{"zh": "天然气", "en": "Natural gas"}])
    plant: str = Field(examples=["wx-dyeing"])
    role: Literal["import", "production", "export", "internal", "outlet"] = Field(
        description="internal: a sub-meter, inside of what is above it."
    )
    base: float = Field(description="In the unit of the indicator.", examples=[0.9558])
    current: float = Field(examples=[0.7479])
    amount: float = Field(description="current - base.", examples=[-0.2079])


class NoteOut(Answer):
    """What limits the answer."""

    key: str = Field(examples=["provisional"])
    text: Text = Field(examples=[{"zh": "本期有 25 % 依据暂估数", "en": "25 % of the current period is provisional"}])


class WhyOut(Answer):
    """The change of one indicator between two periods, split."""

    scope: str = Field(examples=["plant:wx-dyeing"])
    indicator: str = Field(examples=["energy_per_value_added"])
    name: Text = Field(examples=[{"zh": "单位工业增加值能耗", "en": "Energy per value added"}])
    unit: str = Field(examples=["tce/10k_yuan"])
    base: FigureOut
    current: FigureOut
    change: float | None = Field(description="current - base; null where one is not known.", examples=[-0.2262])
    effects: list[EffectOut] = Field(description="They sum to the change.")
    residual: float = Field(description="What the effects leave of the change: rounding.", examples=[1e-16])
    sentence: Text = Field(
        examples=[
            {
                "zh": "单位工业增加值能耗比2015年同期下降19.1 %：能效 −15.9、产品价值 −3.0、天气 −0.2 个百分点。",
                "en": "Energy per value added is 19.1 % below the same dates of 2015: efficiency −15.9, product value "
                "−3.0, weather −0.2 points.",
            }
        ]
    )
    meters: list[MeterOut] = Field(description="The largest first.")
    notes: list[NoteOut]


def why_out(found: Why) -> WhyOut:
    """The answer with both figures' trees."""
    return WhyOut(
        scope=found.scope,
        indicator=found.indicator,
        name=found.name,
        unit=found.unit,
        base=figure_out(found.base),
        current=figure_out(found.current),
        change=finite(found.change),
        effects=[
            EffectOut.model_validate(
                {
                    "key": effect.key,
                    "name": found.effect_names[effect.key],
                    "amount": effect.amount,
                    "share": finite(effect.share),
                    "parts": [
                        PartOut(name=part.name, text=found.part_names[part.name], amount=part.amount)
                        for part in effect.parts
                    ],
                }
            )
            for effect in found.effects
        ],
        residual=found.residual,
        sentence=found.sentence,
        meters=[
            MeterOut.model_validate(
                {
                    "point": meter.point,
                    "name": meter.name,
                    "plant": meter.plant,
                    "role": meter.role,
                    "base": meter.base,
                    "current": meter.current,
                    "amount": meter.amount,
                }
            )
            for meter in found.meters
        ],
        notes=[NoteOut(key=note.key, text=note.text) for note in found.notes],
    )
