"""Why did an indicator move between two periods, and which meters carry it?

The figures at both ends are those of `engine.targets.indicators`; their difference is split by `engine.why.split`, and
what it says is told in both languages by `engine.why.text`. A decomposition says where a change sits in the books, not
who caused it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.accounts import Accounts
from engine.figure import Figure, Indicator
from engine.period import Period
from engine.targets.indicators import Indicators
from engine.why.loads import at_ends, loads
from engine.why.meters import MeterShare, meters
from engine.why.notes import Note, notes
from engine.why.parts import Effect, Member
from engine.why.products import ONE_PRODUCT, ProductMix, product_mix
from engine.why.question import Question
from engine.why.split import split
from engine.why.terms import ENERGY, WATER, Term, earned, terms
from engine.why.text import Said, effect_name, indicator_name, part_name, sentence
from engine.why.weather import Weather, weather
from registry import Indicator as Target
from registry.text import Text


@dataclass(frozen=True)
class Why:
    """The change of one indicator between two periods, split.

    Attributes
    ----------
    scope, indicator : str
    name : Text
        Of the indicator.
    unit : str
    base, current : Figure
    change : float or None
        ``current - base``; None where one is not known.
    effect_names : mapping of str to Text
        What each effect is called for this indicator, by its key.
    part_names : mapping of str to Text
        What the parts of the effects are called, by their names.
    effects : tuple of Effect
        They sum to the change; empty where it is not known.
    residual : float
        What they leave of it: rounding.
    sentence : Text
    meters : tuple of MeterShare
        The largest first.
    notes : tuple of Note
        What limits the answer.
    """

    scope: str
    indicator: str
    name: Text
    unit: str
    base: Figure
    current: Figure
    change: float | None
    effect_names: Mapping[str, Text]
    part_names: Mapping[str, Text]
    effects: tuple[Effect, ...]
    residual: float
    sentence: Text
    meters: tuple[MeterShare, ...]
    notes: tuple[Note, ...]


def why(question: Question) -> Why:
    """Split the change of an indicator.

    Raises
    ------
    KeyError
        If the scope has no such indicator; the text names those there are.
    """
    found = _indicator(question)
    target = next(t for t in question.programme.indicators if t.id == found.id.partition(":")[0])
    base, current = found.base, found.current
    members = list(_members(question, target, found))
    before, now = base.value, current.value
    effects: list[Effect] = []
    carried: list[MeterShare] = []
    change = None
    if before is not None and now is not None:
        change = now - before
        effects = split(members, absolute=target.kind != "intensity")
        carried = meters(question, target, found, members)
    said = Said(indicator_name(target, found.id), question.when, question.period, before, now)
    names = {plant.id: plant.name for plant, _ in question.plants}
    return Why(
        scope=question.scope,
        indicator=found.id,
        name=said.name,
        unit=current.unit,
        base=base,
        current=current,
        change=change,
        effect_names={effect.key: effect_name(effect.key, target) for effect in effects},
        part_names={part.name: part_name(part.name, names) for effect in effects for part in effect.parts},
        effects=tuple(effects),
        residual=(change or 0.0) - sum(effect.amount for effect in effects),
        sentence=sentence(said, target, effects, carried, names),
        meters=tuple(carried),
        notes=tuple(notes(question, target, found, members, effects)),
    )


def _indicator(question: Question) -> Indicator:
    """The indicator itself; the programme's others are not computed."""
    name = question.indicator.partition(":")[0]
    targets = tuple(target for target in question.programme.indicators if target.id == name)
    known = [target.id for target in question.programme.indicators]
    if targets:
        only = question.programme.model_copy(update={"indicators": targets})
        accounts = [books for _, books in question.plants]
        wholes = Indicators(only, question.scope, accounts, question.when).all()
        each = {one.id: one for whole in wholes for one in (whole, *whole.parts)}
        if question.indicator in each:
            return each[question.indicator]
        known = [one for one in each if ":" in one] or [other for other in known if other != name]
    raise KeyError(f"{question.scope} has no indicator {question.indicator!r}; there are {', '.join(known)}")


def pollutants_of(found: Indicator) -> tuple[str, ...]:
    """The pollutants of a load indicator: its own one, or those that count in the group's equivalents."""
    _, colon, one = found.id.partition(":")
    if colon:
        return (one,)
    return tuple(figure.name.partition(":")[2] for figure in found.current.inputs)


def _members(question: Question, target: Target, found: Indicator) -> Iterator[Member]:
    """Every member of the sum; a plant that has none at either end is left out."""
    named = found.id.partition(":")[2]
    sectors = ((named,) if named else target.sectors) if target.kind == "carbon" else ("",)
    for plant, accounts in question.plants:
        if not plant.sector.startswith(sectors):
            continue
        ends = (question.when.base, question.when.current)
        own = (earned(accounts, ends[0]), earned(accounts, ends[1]))
        for name, pair in _terms(question, target, found, accounts, ends).items():
            yield Member(plant.id, plant.sector, name, pair, own, *_months(question, accounts, name, ends))


def _terms(
    question: Question, target: Target, found: Indicator, accounts: Accounts, ends: tuple[Period, Period]
) -> dict[str, tuple[Term, Term]]:
    """What one plant's part of the indicator is the sum of, at both ends."""
    if target.kind != "load":
        return at_ends((terms(accounts, target, ends[0]), terms(accounts, target, ends[1])))
    pollutants, in_kg = pollutants_of(found), ":" in found.id
    return at_ends(loads(accounts, target, pollutants, in_kg, ends, question.sums))


def _months(
    question: Question, accounts: Accounts, name: str, ends: tuple[Period, Period]
) -> tuple[Weather, ProductMix]:
    """What the months since the base year tell of a plant's energy or water; of loads and processes they are not
    asked."""
    if name not in (ENERGY, WATER):
        return Weather(), ONE_PRODUCT
    book = question.book(accounts.ledger.plant)
    return weather(accounts, book, name, *ends), product_mix(accounts, book, name, *ends)
