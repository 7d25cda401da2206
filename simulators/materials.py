"""What does a simulated plant process or put into its product, beside what its meters count?

Materials whose carbon becomes CO2, or stays in the product, as tonnes per unit of output: exact, hour by hour. The
books state them month by month, rounded.
"""

from __future__ import annotations

import numpy as np

from simulators import workdays
from simulators.noise import Float64
from simulators.plant import Plant
from simulators.workdays import FIRST_YEAR


def material_t(plant: Plant, name: str) -> Float64:
    """True amount of a material in each hour, shape (HOURS,). [t]

    Raises
    ------
    KeyError
        If the plant processes no such material.
    """
    per_output = plant.works.materials[name]
    middles = [FIRST_YEAR + 0.5 + i for i in range(len(per_output))]
    return np.asarray(plant.flows["output"].amount * np.interp(workdays.days().year[:-1], middles, per_output))
