"""How is the change of an indicator split among its effects, exactly?

For plant p and its member m (its energy, its water, its processes, the load of one outlet)::

    amount = V · Vs/V · Vp/Vs · Q/Vp · Q°/Q · H°/Q° · H/H° · A/H · amount/A

    V   value added of the scope at base-year prices          -> volume (absolute indicators only)
    Vs  of the plant's sector, Vp of the plant                -> structure, between sectors and between plants
    Q   output, where all of it is stated in one unit         -> product value
    Q°  output weighted with what each product takes          -> structure, between products
    H   level: standard coal at fixed equivalent values, m3   -> efficiency; of outlets the flow
    H°  the level without what the weather made of it         -> weather
    A   amount in the indicator's unit, completed in time     -> carrier mix and factors; of outlets the concentration
    amount / A  the part that is known                        -> data

An indicator per value added divides by the V that is stated, so volume falls away and V over what is stated of it
stands among the data. The product is split by LMDI-I (`analytics.lmdi.decompose`), its factor A/H, the mean of what a
unit of each carrier counts for, by shares and rates (`mean_split`): nested like this, a carrier may come, go or be sent
out, and a mix of carriers that all count the same has no effect, exactly. A plant that opens or closes is structure.

What has no logarithm (a plant whose value added changes its sign) keeps its change whole, as ``unsplit``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analytics.columns import Float64
from analytics.lmdi import decompose, log_mean, mean_split
from analytics.ratio import ratio
from engine.why.loads import BY_FLOW
from engine.why.parts import (
    DATA,
    EFFICIENCY,
    FACTORS,
    KEYS,
    MIX,
    PROCESSES,
    PRODUCT,
    STRUCTURE,
    UNSPLIT,
    VOLUME,
    WEATHER,
    Effect,
    Member,
    Part,
)
from engine.why.terms import ENERGY, NOTHING, PROCESS, WATER, Earned, Stream

_NO_VALUE = Earned(1.0, 1.0, None)
_NONE = 1e-9
"""Effects below this share of the indicator are rounding."""


class _Sums:
    """Effects by key and part."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def add(self, key: str, part: str, amount: float) -> None:
        self.parts[key][part] += amount

    def effects(self, base: float) -> list[Effect]:
        found = []
        size = max(abs(base), *(abs(sum(parts.values())) for parts in self.parts.values()), 0.0)
        for key in KEYS:
            parts = {name: v for name, v in self.parts.get(key, {}).items() if abs(v) > _NONE * size}
            if parts:
                amount = sum(self.parts[key].values())
                own = len(parts) == 1 and next(iter(parts)).startswith("plant:")
                shown = () if own else tuple(Part(name, v) for name, v in parts.items())
                found.append(Effect(key, amount, amount / base if base > 0.0 else None, shown))
        return found


def split(members: Sequence[Member], *, absolute: bool) -> list[Effect]:
    """The effects; they sum to the change of the indicator.

    Parameters
    ----------
    members : sequence of Member
    absolute : bool
        True for an amount, False for an amount per value added.
    """
    if absolute and without_value(members):
        members = [replace(member, earned=(_NO_VALUE, _NO_VALUE)) for member in members]
    tables = [_factors(members, end, absolute) for end in (0, 1)]
    whole = [_values(members, end, absolute) for end in (0, 1)]
    done = decompose(*tables)
    sums = _Sums()
    for i, member in enumerate(members):
        products = ((done.base[i], whole[0][i]), (done.current[i], whole[1][i]))
        is_product = all(abs(product - value) <= _NONE * abs(value) for product, value in products)
        if not is_product or not np.isfinite(done.effects[i]).all():
            sums.add(UNSPLIT, f"plant:{member.plant}", float(whole[1][i] - whole[0][i]))
            continue
        _add(sums, member, done.effects[i], float(log_mean(done.current[i], done.base[i])))
    return sums.effects(float(whole[0].sum()))


def without_value(members: Sequence[Member]) -> bool:
    """Whether a plant has an amount and no positive value added: an absolute amount is then split without it."""
    return any(
        term.amount != 0.0 and not own.value > 0.0
        for member in members
        for term, own in zip(member.terms, member.earned, strict=True)
    )


def _values(members: Sequence[Member], end: int, absolute: bool) -> Float64:
    amount = np.array([member.terms[end].amount for member in members])
    return amount if absolute else ratio(amount, _stated(members, end))


def _plants(members: Sequence[Member], end: int) -> dict[str, Earned]:
    return {member.plant: member.earned[end] for member in members}


def _stated(members: Sequence[Member], end: int) -> float:
    return sum(one.known for one in _plants(members, end).values())


def _factors(members: Sequence[Member], end: int, absolute: bool) -> Float64:
    """Shape (n_members, 10), in the order of the identity, the known share of V before it."""
    earned = _plants(members, end)
    total = sum(one.value for one in earned.values())
    by_sector: dict[str, float] = defaultdict(float)
    for plant, sector in {member.plant: member.sector for member in members}.items():
        by_sector[sector] += earned[plant].value
    rows = [_row(member, end, total, by_sector[member.sector]) for member in members]
    table = np.array(rows)
    if absolute:
        table[:, 0] = 1.0
    else:
        table[:, 0] = _over(total, _stated(members, end))
        table[:, 1] = 1.0
    return table


def _row(member: Member, end: int, total: float, sector: float) -> list[float]:
    term, own = member.terms[end], member.earned[end]
    made = _outputs(member)
    per = own.value if made is None else made[end]
    warmed = member.weather.current if end else member.weather.base
    level = term.level
    heavy = 1.0 if made is None else (member.products.current if end else member.products.base)
    mild = level - warmed if level > max(warmed, 0.0) else level  # nothing is not made by the weather
    return [
        1.0,
        total,
        _over(sector, total),
        _over(own.value, sector),
        1.0 if made is None else _over(per, own.value),
        heavy,
        _over(mild, per * heavy),
        _over(level, mild),
        _over(term.completed, level),
        _over(term.amount, term.completed),
    ]


def _over(top: float, bottom: float) -> float:
    """A quotient; NaN where it has no value, whatever the sign."""
    return top / bottom if bottom != 0.0 else float("nan")


def _outputs(member: Member) -> tuple[float, float] | None:
    """Output at both ends; None where it is not known at an end at which the plant earned something."""
    made = []
    for own in member.earned:
        if own.output is None or own.output <= 0.0:
            if own.value != 0.0:
                return None
            made.append(0.0)
        else:
            made.append(own.output)
    return made[0], made[1]


def _add(sums: _Sums, member: Member, effects: Float64, weight: float) -> None:
    """One member's ten effects under their keys."""
    known, volume, sector, plant, product, mix, level, warm, rate, data = effects.tolist()
    whose = f"plant:{member.plant}"
    flows = member.name.endswith(BY_FLOW)
    sums.add(DATA, "value_added", known)
    sums.add(VOLUME, whose, volume)
    sums.add(STRUCTURE, "between_sectors", sector)
    sums.add(STRUCTURE, "between_plants", plant)
    sums.add(STRUCTURE, "between_products", mix)
    sums.add(PRODUCT, whose, product)
    sums.add(PROCESSES if member.name == PROCESS else EFFICIENCY, "flow" if flows else whose, level)
    sums.add(WEATHER, whose, warm)
    sums.add(DATA, "meters", data)
    if member.name in (ENERGY, WATER, PROCESS):
        for key, name, amount in _rates(member, rate, weight):
            sums.add(key, name, amount)
    elif flows:
        sums.add(EFFICIENCY, "concentration", rate)


def _rates(member: Member, effect: float, weight: float) -> Iterator[tuple[str, str, float]]:
    """The effect of what a unit of the level counts for, split into the carriers' shares and their own rates."""
    ends = [{stream.name: stream for stream in term.streams} for term in member.terms]
    names = list(dict.fromkeys([*ends[0], *ends[1]]))
    levels = [term.level for term in member.terms]
    if NOTHING in member.terms or not all(levels) or weight == 0.0:
        yield MIX, member.name, effect
        return
    shares = [[end[n].level / levels[i] if n in end else 0.0 for n in names] for i, end in enumerate(ends)]
    rates = [[_rate(end, name) for name in names] for end in ends]
    means = [term.completed / term.level for term in member.terms]
    mix, own = mean_split(shares[0], shares[1], rates[0], rates[1])
    # d(effect) = L(member) / L(mean rate) for each part of the mean rate's change; a sum of parts is exact.
    scale = weight / float(log_mean(means[1], means[0]))
    for name, of_mix, of_rate in zip(names, (mix * scale).tolist(), (own * scale).tolist(), strict=True):
        yield MIX, name, of_mix
        yield FACTORS, name, of_rate


def _rate(end: Mapping[str, Stream], name: str) -> float:
    return _over(end[name].amount, end[name].level) if name in end else float("nan")
