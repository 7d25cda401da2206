"""By which rule is a figure made, and who wrote the rule?

One clause a kind of figure, found by the head of its name (``coal`` of ``coal:diesel``). A rule whose source is one
weak one, or our own choice, is unsure, and the reader is told.
"""

from __future__ import annotations

from engine.explain.clauselist import CLAUSES, SUM, Clause
from engine.explain.savingclauses import saving_clause
from registry import CARRIERS, MATERIALS, Programme

_CO2_SUMS = ("co2_scope1", "co2_scope2", "co2_process")


def clause_of(name: str, programme: Programme | None = None) -> Clause:
    """The clause of a figure, by its name.

    Parameters
    ----------
    name : str
        `Figure.name`.
    programme : Programme, optional
        Whose targets' ids are names too.

    Examples
    --------
    >>> clause_of("coal:diesel").formula
    'Eᵢ · kᵢ'
    >>> clause_of("air_pollutants_equivalents").source
    'Environmental Protection Tax Law (2018), annex 2'
    >>> clause_of("co2:C31").formula, clause_of("co2:coal").formula
    ('E(now) ≤ E(base), for each sector', 'E = AD · EF')
    """
    head, _, rest = name.partition(":")
    saving = saving_clause(head)
    if saving is not None:
        return saving
    if head.startswith("tax"):
        return CLAUSES["tax"]
    if head == "co2" and rest not in CARRIERS and rest not in MATERIALS:
        return CLAUSES["zero_growth"]
    if head == "factor_co2":
        return CLAUSES["factor"]
    if head in CLAUSES:
        return CLAUSES[head]
    if head.endswith("_equivalents"):
        return CLAUSES["equivalents"]
    if head in _CO2_SUMS:
        return CLAUSES["co2_t"]
    for target in programme.indicators if programme is not None else ():
        if target.id == head:
            return {"intensity": CLAUSES["intensity"], "load": CLAUSES["loads"]}.get(target.kind, CLAUSES["co2_t"])
    return SUM
