"""What stands in InfluxDB, and under which names?

The only place that names a measurement, a tag or a field: what writes lines and what asks for them (the dashboards)
both take the names from here, and `docs/influxdb.md` is checked against it.

InfluxDB keeps the newest value of each field at a series and time; it has no way to say that a value is not known any
more: a field that is left out keeps what it had. So every line carries ``known`` (share of the time that is known, or 1
and 0), always; a line that is known carries all fields, and one that is not carries nothing but what is always there
(`sinks.lineprotocol.fields` sees to both). Ask with ``WHERE known > 0``. What can be unknown beside something known is
a series of its own, with a ``known`` of its own.

All fields are floats (one stray integer would be refused from then on) but for the texts of `place`; all times are
milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One kind of line.

    Attributes
    ----------
    name : str
    time : str
        What the time of a line is.
    tags, fields : dict of str to str
        What each name means; a tag that does not apply is absent.
    always : frozenset of str
        Fields that stand on lines that are not known, too.
    may_lack : frozenset of str
        Fields that a known line may be without: what its series had at the same time would still be true.
    """

    name: str
    time: str
    tags: dict[str, str]
    fields: dict[str, str]
    always: frozenset[str] = frozenset({"known"})
    may_lack: frozenset[str] = frozenset()


_POINT = {
    "plant": "the plant",
    "meter": "the meter",
    "medium": "carrier or medium of the point (electricity, water, air ...)",
    "series": "the point within its plant, e.g. el.in",
}

_SCOPE = {
    "scope": "whose figure it is: plant:ID, city:ID, sector:C31 or programme:ID",
    "series": "the figure's name, e.g. energy_tce, load:COD; of a target its id",
}

_LIMIT = {
    "plant": "the plant",
    "medium": "water or air",
    "outlet": "the outlet",
    "series": "the pollutant",
    "limit": "standard, class and averaging, e.g. GB 13271-2014/special/gas 1h",
}

_IN_UNIT = _LIMIT | {"unit": "of means and limit, whatever unit the limit is given in: mg/L of water, mg/m3 of air"}

_OUTLET = {name: text for name, text in _LIMIT.items() if name != "limit"}

_KNOWN = "1 or 0: whether there is a value"

_QUALITY = {
    "coverage": "share of the period's time that is known, 0 to 1",
    "estimated": "share of the value that was spread, 0 to 1",
    "provisional": "share of the value that rests on provisional statements, 0 to 1",
}

READING = Measurement(
    "reading",
    "of the reading at its source",
    _POINT,
    {"value": "as received", "known": "1, or 0 for a reading without a value", "flag": "quality flag of the reading"},
)

INTERVAL = Measurement(
    "interval",
    "start of the 15 minutes",
    _POINT,
    {
        "amount": "what the point amounted to, in its canonical unit (kWh, m3, kg ...); a mean for levels",
        "known": "share of the 15 minutes that is known",
        "measured": "measured share of the 15 minutes",
        "estimated": "estimated share of the 15 minutes",
        "peak": "largest rate or level; the mean one where none was seen",
        "below": "how far the truth can lie below the amount; 3.4e38 where nothing bounds it",
        "above": "how far the truth can lie above the amount; 3.4e38 where nothing bounds it",
        "flags": "flags of the interval",
    },
)

NOW = Measurement(
    "now",
    "when it was so",
    _SCOPE | {"unit": "of the value"},
    {"value": "the figure: power_kw, today_kwh, month_tce, year_water_m3, month_load_kg:COD ...", "known": _KNOWN}
    | _QUALITY,
)

MONTH = Measurement(
    "month",
    "start of the local month",
    _SCOPE | {"unit": "of the value"},
    {"value": "energy_tce, water_m3, co2_t, value_added, load:COD, energy_per_value_added ...", "known": _KNOWN}
    | _QUALITY,
)

YEAR = Measurement(
    "year",
    "start of the local year; the running year counts up to yesterday",
    _SCOPE | {"unit": "of the value"},
    {"value": "as of a month, and energy_tce by carrier: coal:electricity ...", "known": _KNOWN} | _QUALITY,
)

TARGET = Measurement(
    "target",
    "start of the local day of the judgement; the newest line holds",
    _SCOPE | {"period": "ytd, rolling12 or full_year"},
    {
        "known": _KNOWN + " of a change; status is there always",
        "status": "0 met, 1 on pace, 2 behind, 3 cannot be assessed",
        "change": "current / base - 1; of a group of pollutants its worst member's",
        "target": "required change",
        "pace": "progress that an even pace asks for by now",
    },
    always=frozenset({"known", "status"}),
)

COMPARED = Measurement(
    "compared",
    "as of a target",
    _SCOPE | {"period": "ytd, rolling12 or full_year", "unit": "of base and current"},
    {
        "known": "1 or 0: whether both are known",
        "base": "the base period's figure",
        "current": "the current period's figure",
    }
    | _QUALITY,
)

PROGRESS = Measurement(
    "progress",
    "as of a target",
    _SCOPE | {"period": "ytd, rolling12 or full_year"},
    {
        "value": "ln(1 + change) / ln(1 + target); 1 is the target reached",
        "known": '1 or 0: whether there is a value; "no growth" has none',
    },
)

FORECAST = Measurement(
    "forecast",
    "as of a target",
    _SCOPE | {"unit": "of value, low and high"},
    {
        "known": "1 or 0: whether there is a forecast and a base year to hold it against",
        "value": "the target year's figure as forecast",
        "low": "lower end of the 80 % interval",
        "high": "upper end of the 80 % interval",
        "change": "forecast change against the base year",
        "change_low": "lower end of the 80 % interval",
        "change_high": "upper end of the 80 % interval",
        "probability": "that the target is met, 0 to 1",
    },
)

NEEDED = Measurement(
    "needed",
    "as of a target",
    _SCOPE,
    {"known": _KNOWN, "change": "change that is still needed", "month": "the same a month, evenly"},
)

BUDGET = Measurement(
    "budget",
    "as of a target",
    _SCOPE | {"unit": "of the value"},
    {"value": "what may be used each month that is left", "known": _KNOWN},
)

PLACE = Measurement(
    "place",
    "as of a target",
    {
        "scope": "plant:ID or city:ID",
        "plant": "of a plant: its id, as the other measurements have it",
        "city": "the city",
        "sector": "of a plant: GB/T 4754 division",
    },
    {
        "known": "1",
        "name_en": "name in English (text)",
        "name_zh": "name in Chinese (text)",
        "lat": "latitude of the city [degrees]",
        "lon": "longitude of the city [degrees]",
        "plants": "plants in the scope",
        "status": "the worst status of its targets over the year to date, where any can be assessed; else 3",
        "behind": "targets behind",
        "met": "targets met or on pace",
        "not_assessable": "targets that cannot be assessed",
    },
    may_lack=frozenset({"lat", "lon"}),  # of a city that the product knows no place of
)

LIMIT = Measurement(
    "limit",
    "when it was so",
    _IN_UNIT,
    {
        "known": _KNOWN + " of the mean; state is there always",
        "state": "0 kept, 1 warning, 2 exceeded, 3 unknown",
        "value": "mean of the period that runs, as compared",
        "allowed": "the limit itself",
        "use": "value / allowed",
        "valid": "valid periods of this quarter",
        "due": "periods of this quarter in which the source ran",
        "over_month": "periods over the limit this month",
        "over_year": "periods over the limit this year",
    },
    always=frozenset({"known", "state"}),
)

MEAN = Measurement(
    "mean",
    "start of the hour or the local day",
    _IN_UNIT,
    {
        "known": "share of the period that is known",
        "value": "mean of the period, as compared",
        "allowed": "the limit itself",
        "judged": "1 where the period is held against the limit, else 0",
        "over": "1 where it is over the limit, else 0",
    },
)

EXCEEDANCE = Measurement(
    "exceedance",
    "start of the exceedance",
    _IN_UNIT,
    {
        "known": "1; 0 where it was none after all",
        "hours": "length [h]",
        "peak": "largest mean",
        "mean": "mean of the means",
        "periods": "hours or days over the limit",
        "open": "1 while it may go on, else 0",
    },
)

EXCESS = Measurement(
    "excess",
    "start of the exceedance",
    _LIMIT | {"unit": "of the value"},
    {"value": "mass above what the limit allows", "known": "1 or 0: whether any flow was known in the exceedance"},
)

LOAD = Measurement(
    "load",
    "start of the local month",
    _OUTLET | {"of": "measured, or reported: gaps filled by the rule", "unit": "of the value"},
    {"value": "the mass", "known": _KNOWN}
    | _QUALITY
    | {"valid": "valid hours of the month", "due": "hours of the month in which the source ran"},
)

_TESTED = _OUTLET | {
    "series": "the pollutant, or energy_per_value_added",
    "of": "load, concentration or energy_per_value_added",
}

TREND = Measurement(
    "trend",
    "as of a target",
    _TESTED,
    {
        "known": _KNOWN,
        "p": "of the seasonal Kendall test",
        "verdict": "-1 falls, 0 no more than noise or below the analyser's error, 1 rises",
    },
)

SLOPE = Measurement(
    "slope",
    "as of a target",
    _TESTED,
    {
        "value": "seasonal Sen slope a year, as a share of the base year's mean month",
        "known": "1 or 0: whether there is a trend and a base year",
        "low": "lower end of its confidence interval",
        "high": "upper end of its confidence interval",
    },
)

SAVING = Measurement(
    "saving",
    "start of the local year; the running year counts up to yesterday",
    {
        "scope": "plant:ID, city:ID or programme:ID",
        "series": "the saving's name: saving_yearly against the year before, saving_fixed_base against the base year,"
        " saving_fixed_base_final the part of it that rests on final statements and measured energy; with _total"
        " (saving_yearly_total, saving_fixed_base_total, saving_fixed_base_total_final) added up over the years that"
        " count so far; goal: the programme's goal, where the scope has one",
        "unit": "of the value",
    },
    {"value": "tonnes of standard coal; positive is a saving", "known": _KNOWN} | _QUALITY,
)

QUALITY = Measurement(
    "quality",
    "when it was so",
    {"plant": "the plant"},
    {
        "known": "1, or 0 for a plant without points",
        "coverage": "known share of yesterday's time, mean over the points",
        "estimated": "estimated share of yesterday's time, mean over the points",
        "silent": "points without a reading for longer than they usually are",
        "points": "points of the plant",
        "doubts": "findings that wait for a decision",
    },
)

HEARTBEAT = Measurement(
    "heartbeat",
    "when it was so",
    {"instance": "the sending Taihu"},
    {
        "known": "1",
        "readings": "readings in the journal",
        "dead_letters": "messages that could not be understood, ever",
        "rejected_lines": "lines that a target refused, ever",
        "lag_s": "how long after its own time a reading is settled, 99th percentile",
        "collecting": "1 while the broker is connected, else 0",
        "settling": "1 while settling works, else 0",
    },
    may_lack=frozenset({"lag_s"}),  # until a reading was settled; one told before a restart in the same minute was true
)

SINK = Measurement(
    "sink",
    "when it was so",
    {"target": "the target's name in the settings"},
    {
        "known": "1",
        "unsent_s": "age of the oldest line that was not sent; 0 with none",
        "stopped": "1 while it was stopped by an answer that waiting does not mend, else 0",
        "rejected": "lines it refused, ever",
        "sent": "lines it took since the start",
    },
)

MEASUREMENTS: tuple[Measurement, ...] = (
    READING,
    INTERVAL,
    NOW,
    MONTH,
    YEAR,
    TARGET,
    COMPARED,
    PROGRESS,
    FORECAST,
    NEEDED,
    BUDGET,
    PLACE,
    LIMIT,
    MEAN,
    EXCEEDANCE,
    EXCESS,
    LOAD,
    TREND,
    SLOPE,
    SAVING,
    QUALITY,
    HEARTBEAT,
    SINK,
)
