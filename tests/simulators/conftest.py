from __future__ import annotations

import pytest

from simulators import Plant, load_simulated


@pytest.fixture(scope="session")
def plants() -> dict[str, Plant]:
    """The six plants; their arrays are built once."""
    return {plant.id: plant for plant in load_simulated()}
