"""Where made-up figures come from, and what another factor would change: as little as the page needs."""

from __future__ import annotations

from dataclasses import replace

from engine.explain.clauses import clause_of
from engine.explain.evidence import StatementUse, factors_of, owned, points_of
from engine.explain.explainer import Explanation, PointUse
from engine.explain.names import figure_text
from engine.explain.resolve import Asked, UnknownFigure
from engine.explain.text import text_of
from engine.figure import Figure, Indicator
from engine.period import Period
from engine.preview import ChangedSum, ChangedTarget, Preview, Proposal
from registry import Registry, Statement
from tests.api.fake_figures import FakeFigures

ZONE = "Asia/Shanghai"


class FakeExplainer:
    """Opens the figures of `FakeFigures` by their names."""

    def __init__(self, registry: Registry, figures: FakeFigures) -> None:
        self._registry, self._figures = registry, figures
        self.asked: list[tuple[str, str, str, int | None]] = []

    def explain(self, scope: str, period: str, name: str, as_of_ms: int | None = None) -> Explanation:
        self.asked.append((scope, period, name, as_of_ms))
        figure = self._find(scope, name)
        if figure is None:
            raise UnknownFigure("name", f"{scope} has no figure {name!r} over {period}; known are energy_tce")
        figure = replace(figure, scope=scope)
        registry, clause = self._registry, clause_of(name, next(iter(self._registry.programmes.values())))
        said = Statement(
            plant="wx-dyeing", period="2018-03", item="value_added", value=2436.27, unit="10k_yuan",
            status="provisional", source="monthly report", imported_ms=figure.from_ms,
        )  # fmt: skip
        uses = tuple(
            PointUse(point, part.coverage, part.estimated, 10_153, (part.from_ms, 3120.5), (part.to_ms, 6810.25))
            for point, part in points_of(registry, figure).items()
        )
        factors = factors_of(registry, figure)
        return Explanation(
            asked=Asked(scope, period, name, None, (), Period(0, 1, figure.from_ms, figure.to_ms)),
            figure=figure,
            name=figure_text(registry, name),
            clause=clause,
            factors=factors,
            statements=(StatementUse(said, 2),),
            points=uses,
            events=(),
            text=text_of(registry, figure, ZONE, clause, factors),
            as_of_ms=self._figures.now_ms,
            registry=registry,
        )

    def _find(self, scope: str, name: str) -> Figure | None:
        trees = list(self._figures.now(scope[6:]).values()) if scope.startswith("plant:") else []
        for indicator in self._figures.indicators(scope):
            trees += [one.current for one in (indicator, *indicator.parts)]
        trees += [figure for year in self._figures.savings(scope) for figure in (year.fixed_base, year.yearly)]
        return next((one.figure for tree in trees for one in owned(tree) if one.figure.name == name), None)


def made_up_preview(figures: FakeFigures, proposal: Proposal) -> Preview:
    """One sum and one target move by one percent for each row of the proposal."""
    share = 1.0 + 0.01 * (len(proposal.factors) + len(proposal.statements))
    before: Indicator = figures.indicators("plant:wx-dyeing")[0]
    current = replace(before.current, value=(before.current.value or 0.0) * share)
    after = replace(before, current=current, change=share * (1.0 + (before.change or 0.0)) - 1.0)
    one = ChangedSum(
        "plant:wx-dyeing/2018-01-01..2018-09-01/energy_tce",
        "plant:wx-dyeing",
        "energy_tce",
        "tce",
        100.0,
        100.0 * share,
    )
    return Preview((one,), (ChangedTarget("ytd", before, after),))
