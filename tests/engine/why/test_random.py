"""Do the effects sum to the change of every indicator, whatever plants do: gaps, bills, late meters, own power sold?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.figures import Figures
from engine.why.answer import Why
from tests.engine.random_plants import now_ms, random_plants


def _all(figures: Figures, scope: str, period: str) -> list[Why]:
    found = []
    for whole in figures.indicators(scope, period):
        for one in (whole, *whole.parts):
            why = figures.why(scope, one.id, period)
            assert (why.base, why.current) == (one.base, one.current)
            found.append(why)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_left_over(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    registry, kept, today = random_plants(tmp_path, rng, n_plants=int(rng.integers(1, 6)))
    figures = Figures(kept, lambda: registry, lambda: now_ms(today))
    period = str(rng.choice(["ytd", "rolling12", "full_year"]))
    known = 0
    for scope in ("programme:sunan-2019", *(f"plant:{plant}" for plant in registry.plants)):
        for why in _all(figures, scope, period):
            before, now = why.base.value, why.current.value
            if before is None or now is None:
                assert (why.change, why.effects, why.meters) == (None, (), ())
                assert why.notes
                continue
            known += 1
            assert np.isfinite([effect.amount for effect in why.effects]).all()
            assert abs(why.residual) <= 1e-9 * max(abs(before), abs(now)), (scope, why.indicator)
            assert why.sentence.zh and why.sentence.en
    assert known
