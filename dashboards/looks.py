"""Which colours, words and units stand for which values?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.sdk import board, model
from dashboards.words import LIMIT_STATES, NO_DATA, TARGET_STATES, Say

GREEN, BLUE, AMBER, RED, GREY = "#5a9e5f", "#4c84b8", "#d9a13b", "#c4514b", "#8e8e8e"

SHARE = "percentunit"
TCE, TONNES_CO2 = "suffix: tce", "suffix: tCO2"
VALUE = ("suffix: 10⁴ CNY", "suffix: 万元")
TCE_PER_VALUE = ("suffix: tce/10⁴ CNY", "suffix: tce/万元")
WATER_PER_VALUE = ("suffix: m³/10⁴ CNY", "suffix: m³/万元")
WATER, AIR = "suffix: mg/L", "conmgm3"
M3, M3_PER_H, KG = "m3", "suffix: m³/h", "suffix: kg"
KW, KWH, SECONDS, COUNT, HOURS = "kwatt", "kwatth", "s", "none", "h"
AGE = "dateTimeFromNow"
NUMBER = "locale"
"""Digits in groups, at most three after the point: for columns whose rows have units of their own."""

Steps = Sequence[tuple[float | None, str]]
"""Colours from a value on; None: from below all."""

FULL_ABOVE: Steps = ((None, RED), (0.75, AMBER), (0.95, GREEN))
"""Coverage; below 75 % a target is not assessed (programme file, `min_coverage`)."""

LIMIT_USE: Steps = ((None, GREEN), (0.9, AMBER), (1.0, RED))
"""Share of a limit; the product warns from 90 %."""

NONE_BAD: Steps = ((None, GREEN), (1.0, RED))
"""Counters of which none is wanted."""

PLAIN: Steps = ((None, BLUE),)


def thresholds(steps: Steps) -> board.ThresholdsConfig:
    """Colours by absolute value."""
    made = [model.Threshold(value=value, color=color) for value, color in steps]
    return board.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(made)


def no_data(t: Say) -> list[model.ValueMapping]:
    """Null has its own word and colour: it is no zero."""
    result = model.ValueMappingResult(text=t(*NO_DATA), color=GREY, index=9)
    options = model.DashboardSpecialValueMapOptions(match=model.SpecialValueMatch.NULL_AND_NAN, result=result)
    return [model.SpecialValueMap(options=options)]


def _states(t: Say, names: Sequence[tuple[str, str]], colors: Sequence[str]) -> list[model.ValueMapping]:
    told = {
        str(i): model.ValueMappingResult(text=t(*name), color=color, index=i)
        for i, (name, color) in enumerate(zip(names, colors, strict=True))
    }
    return [model.ValueMap(options=told), *no_data(t)]


def target_states(t: Say) -> list[model.ValueMapping]:
    """Words and colours of the status of a target."""
    return _states(t, TARGET_STATES, (GREEN, BLUE, RED, GREY))


def own_target_states(t: Say) -> list[model.ValueMapping]:
    """The same in a matrix: a target that is there has a status always, so null is a target that the plant has not."""
    result = model.ValueMappingResult(text=t("no target", "无此目标"), color=GREY, index=9)
    options = model.DashboardSpecialValueMapOptions(match=model.SpecialValueMatch.NULL_AND_NAN, result=result)
    return [target_states(t)[0], model.SpecialValueMap(options=options)]


def limit_states(t: Say) -> list[model.ValueMapping]:
    """Words and colours of the state of a limit."""
    return _states(t, LIMIT_STATES, (GREEN, AMBER, RED, GREY))


def yes_no(t: Say, good: int) -> list[model.ValueMapping]:
    """Words for 1 and 0; `good` is the one that is wanted."""
    names = (("no", "否"), ("yes", "是"))
    return _states(t, names, (GREEN, RED) if good == 0 else (RED, GREEN))


def verdicts(t: Say) -> list[model.ValueMapping]:
    """Words for -1, 0 and 1 of a trend."""
    told = {
        "-1": model.ValueMappingResult(text=t("falls", "下降"), color=GREEN, index=0),
        "0": model.ValueMappingResult(text=t("no more than noise", "与波动无异"), color=BLUE, index=1),
        "1": model.ValueMappingResult(text=t("rises", "上升"), color=RED, index=2),
    }
    return [model.ValueMap(options=told), *no_data(t)]


def called(t: Say, names: Mapping[str, tuple[str, str]]) -> list[model.ValueMapping]:
    """Names in place of ids; what has none is shown by its id."""
    return [
        model.ValueMap(options={id_: model.ValueMappingResult(text=t(*name), index=i)})
        for i, (id_, name) in enumerate(names.items())
    ]


def empty(text: str) -> model.ValueMapping:
    """A word for a text that is empty: a tag that does not apply."""
    result = model.ValueMappingResult(text=text, index=0)
    return model.SpecialValueMap(
        options=model.DashboardSpecialValueMapOptions(match=model.SpecialValueMatch.EMPTY, result=result)
    )


def without(prefix: str) -> model.ValueMapping:
    """Texts without what they all begin with."""
    result = model.ValueMappingResult(text="$1", index=0)
    return model.RegexMap(options=model.DashboardRegexMapOptions(pattern=f"^{prefix}(.*)$", result=result))


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    field : str
        As the query calls it.
    title : str
    unit : str
    mappings : sequence
        Words for values; "no data" for null is there without asking where there is a unit.
    steps : sequence
        Colours of the cell's background. Coloured words stand in the middle.
    link : tuple of str, optional
        Title and address.
    width : int
        0: as wide as needed. [px]
    decimals : int, optional
    """

    field: str
    title: str
    unit: str = ""
    mappings: Sequence[model.ValueMapping] = ()
    steps: Steps = ()
    link: tuple[str, str] | None = None
    width: int = 0
    decimals: int | None = None

    def properties(self, t: Say) -> list[model.DynamicConfigValue]:
        """What of the field is other than the panel's default."""
        # Older versions than 12.2 do not know of wrapping and cut a long title off.
        told: dict[str, object] = {"displayName": self.title, "custom.wrapHeaderText": True}
        if self.unit:
            told["unit"] = self.unit
        mappings = list(self.mappings) or (no_data(t) if self.unit else [])
        if mappings:
            told["mappings"] = mappings
        if self.steps:
            told["thresholds"] = thresholds(self.steps).build()
        if self.steps or any(self._colored(mapping) for mapping in self.mappings):
            told["custom.cellOptions"] = {"type": "color-background", "mode": "basic"}
            if self.mappings:
                told["custom.align"] = "center"
        if self.link is not None:
            told["links"] = [{"title": self.link[0], "url": self.link[1], "targetBlank": False}]
        if self.width:
            told["custom.width"] = self.width
        if self.decimals is not None:
            told["decimals"] = self.decimals
        return [model.DynamicConfigValue(id_val=name, value=value) for name, value in told.items()]

    @staticmethod
    def _colored(mapping: model.ValueMapping) -> bool:
        return isinstance(mapping, model.ValueMap) and any(r.color is not None for r in mapping.options.values())
