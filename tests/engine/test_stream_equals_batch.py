"""Do readings in any order, any often, in any batches, with any restart, leave the same bits as all at once?

The rule that carries everything: a figure is a pure function of the journal. `python -m tests.bench.longrun` asks the
same for as long as one likes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import Registry
from tests.engine.cases import at_once, differences, make_case, registry_of, streamed


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return registry_of(tmp_path_factory.mktemp("plant"))


@settings(max_examples=12, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), hours=st.sampled_from([2.0, 8.0, 20.0]))
def test_streaming_equals_one_batch_to_the_bit(registry: Registry, seed: int, hours: float) -> None:
    rng = np.random.default_rng(seed)
    case = make_case(registry, rng, hours)
    with tempfile.TemporaryDirectory() as folder:
        found = streamed(Path(folder) / "streamed", registry, case, rng)
        wanted = at_once(Path(folder) / "once", registry, case)
    assert differences(found, wanted) == []


def test_sums_over_any_split_are_the_same(registry: Registry, tmp_path: Path) -> None:
    held = at_once(tmp_path / "once", registry, make_case(registry, np.random.default_rng(11), 30.0))
    intervals, days = held["intervals"].as_dict(), held["days"].as_dict()
    for key in np.unique(intervals["point"]):
        amount = intervals["amount"][intervals["point"] == key]
        total = days["amount"][days["point"] == key].sum()
        assert total == pytest.approx(amount.sum(), rel=1e-9, abs=1e-12)
        for k in (2, 3, 7):
            assert sum(part.sum() for part in np.array_split(amount, k)) == pytest.approx(amount.sum(), rel=1e-9)
