"""In what shape does the API answer about limits, exceedances, reported loads and the tax?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.figures_out import FigureOut, figure_out, finite
from api.models import Answer
from api.nouns import duration
from api.times import iso
from engine.outlets.exceedances import Exceedance
from engine.outlets.limitstates import LimitState
from engine.outlets.loads_reported import ReportedLoad
from registry import Limit
from registry.limitpresets import limit_presets
from registry.text import Text


class LimitRuleOut(Answer):
    """The limit itself, with how sure it is."""

    value: float = Field(examples=[150.0])
    unit: str = Field(examples=["mg/m3"])
    averaging: str = Field(description="Length of the mean: 1d is one local day.", examples=["1h"])
    standard: str = Field(examples=["GB 13271-2014"])
    class_: str = Field(alias="class", examples=["special/gas"])
    class_name: Text | None = Field(description="Its name where it is a preset's; null: as the plant file writes it.")
    confidence: Literal["sure", "unsure"] = Field(description="unsure: the plant's permit decides.")
    o2_ref: float | None = Field(description="Reference oxygen; null: as measured. [%]", examples=[3.5])
    monthly_share: float | None = Field(description="Share of a month's means that must keep it.", examples=[None])
    source: str = Field(description="Where a preset's numbers come from.", examples=["GB 13271-2014, tables 1 to 3"])


class ExceedanceOut(Answer):
    """A run of hours or days over a limit, none of them missing."""

    plant: str = Field(examples=["wx-dyeing"])
    outlet: str = Field(examples=["st"])
    outlet_name: Text
    point: str = Field(examples=["wx-dyeing/st.nox"])
    pollutant: str = Field(examples=["NOx"])
    limit: LimitRuleOut
    start: str = Field(examples=["2018-07-09T03:00:00Z"])
    end: str = Field(examples=["2018-07-09T04:00:00Z"])
    start_ms: int = Field(examples=[1531105200000])
    end_ms: int = Field(examples=[1531108800000])
    open: bool = Field(description="The newest period that is over belongs to it: it may go on.", examples=[False])
    peak: float = Field(description="Largest mean, as compared.", examples=[162.4])
    peak_time: str = Field(description="Start of the period of the peak.", examples=["2018-07-09T03:00:00Z"])
    mean: float = Field(description="Mean of the means.", examples=[158.0])
    periods: int = Field(description="Hours or days over the limit.", examples=[2])
    excess_kg: float | None = Field(
        description="Mass above what the limit allows; null: no flow known.", examples=[1.2]
    )


class CountOut(Answer):
    """What was over a limit."""

    periods: int = Field(examples=[3])
    runs: int = Field(description="Exceedances.", examples=[2])


class LimitStateOut(Answer):
    """How one limit stands."""

    outlet: str | None = Field(examples=["st"])
    outlet_name: Text | None
    medium: Literal["water", "air"] | None = Field(examples=["air"])
    point: str = Field(examples=["wx-dyeing/st.nox"])
    pollutant: str = Field(examples=["NOx"])
    limit: LimitRuleOut
    current: FigureOut = Field(description="Mean of the hour or day that runs, so far, as it is compared.")
    use: float | None = Field(description="Share of the limit.", examples=[0.81])
    state: int = Field(description="0 kept, 1 warning (above 90 %), 2 exceeded, 3 unknown.", examples=[0])
    valid: int = Field(description="Valid periods of this quarter.", examples=[1480])
    due: int = Field(description="Periods of this quarter in which the source ran.", examples=[1488])
    capture: float | None = Field(description="valid / due; 0.75 is required.", examples=[0.995])
    not_judged: int = Field(description="Valid periods of this year with oxygen close to air.", examples=[12])
    month: CountOut
    year: CountOut
    month_share: float | None = Field(description="Share of this month's periods that kept it.", examples=[None])
    year_start: str = Field(description="First local day of `days`.", examples=["2018-01-01"])
    days: str = Field(
        description="A letter a local day: 0 kept, 2 over, 3 unknown, 4 stopped.", examples=["000002000444003"]
    )


class ReportedLoadOut(Answer):
    """The load of one pollutant of one outlet: as measured, and as it is reported with its gaps filled."""

    outlet: str = Field(examples=["ww"])
    outlet_name: Text
    medium: Literal["water", "air"]
    pollutant: str = Field(examples=["COD"])
    measured: FigureOut
    reported: FigureOut
    substituted_share: float | None = Field(description="Share of the reported mass.", examples=[0.02])
    substituted_hours: int = Field(examples=[12])
    capture: float | None = Field(description="Valid share of the hours due in the range.", examples=[0.98])
    classes: dict[str, int] = Field(description="Hours of each class.", examples=[{"normal": 732, "missing": 12}])
    rule: str = Field(description="hj75_2017, hj356_2019 or hjt356_2007.", examples=["hjt356_2007"])


def limit_rule_out(limit: Limit) -> LimitRuleOut:
    """A limit."""
    preset = limit_presets().get(f"{limit.standard}/{limit.limit_class}")
    return LimitRuleOut.model_validate(
        {
            "value": limit.value.value,
            "unit": limit.value.unit,
            "averaging": duration(limit.averaging_ms),
            "standard": limit.standard,
            "class": limit.limit_class,
            "class_name": None if preset is None else preset.name,
            "confidence": limit.confidence,
            "o2_ref": limit.reference_o2,
            "monthly_share": limit.monthly_share,
            "source": limit.source,
        }
    )


def exceedance_out(found: Exceedance) -> ExceedanceOut:
    """An exceedance."""
    return ExceedanceOut(
        plant=found.outlet.plant,
        outlet=found.outlet.id,
        outlet_name=found.outlet.name,
        point=found.limit.full_point,
        pollutant=found.pollutant,
        limit=limit_rule_out(found.limit),
        start=iso(found.start_ms),
        end=iso(found.end_ms),
        start_ms=found.start_ms,
        end_ms=found.end_ms,
        open=found.open,
        peak=found.peak,
        peak_time=iso(found.peak_ms),
        mean=found.mean,
        periods=found.periods,
        excess_kg=finite(found.excess_kg),
    )


def limit_state_out(found: LimitState, year_start: str) -> LimitStateOut:
    """How a limit stands; `year_start` is the local date of its first day."""
    value, outlet = finite(found.current.value), found.outlet
    return LimitStateOut(
        outlet=None if outlet is None else outlet.id,
        outlet_name=None if outlet is None else outlet.name,
        medium=None if outlet is None else outlet.medium,
        point=found.limit.full_point,
        pollutant=found.pollutant,
        limit=limit_rule_out(found.limit),
        current=figure_out(found.current),
        use=None if value is None else value / found.limit.value.value,
        state=found.state,
        valid=found.valid,
        due=found.due,
        capture=found.valid / found.due if found.due else None,
        not_judged=found.not_judged,
        month=CountOut(periods=found.month[0], runs=found.month[1]),
        year=CountOut(periods=found.year[0], runs=found.year[1]),
        month_share=found.month_share,
        year_start=year_start,
        days=found.days,
    )


def reported_load_out(found: ReportedLoad) -> ReportedLoadOut:
    """A load as measured and as reported."""
    return ReportedLoadOut(
        outlet=found.outlet.id,
        outlet_name=found.outlet.name,
        medium=found.outlet.medium,
        pollutant=found.pollutant,
        measured=figure_out(found.measured),
        reported=figure_out(found.reported),
        substituted_share=finite(found.substituted_share),
        substituted_hours=found.substituted_hours,
        capture=finite(found.capture),
        classes=dict(found.classes),
        rule=found.rule,
    )
