"""Which plants are there to simulate?"""

from __future__ import annotations

from collections.abc import Iterable

from simulators.plant import Plant, Works
from simulators.works import cz_steel, nj_chem, sz_fab, wx_dyeing, wx_plating, zj_cement

WORKS: dict[str, Works] = {
    works.id: works
    for works in (
        wx_dyeing.WORKS,
        cz_steel.WORKS,
        zj_cement.WORKS,
        nj_chem.WORKS,
        sz_fab.WORKS,
        wx_plating.WORKS,
    )
}
"""All simulated works by id."""


def load_simulated(ids: Iterable[str] | None = None, seed: int = 2015) -> list[Plant]:
    """The simulated plants among some ids, in the order of `WORKS`.

    Parameters
    ----------
    ids : iterable of str or None
        Plant ids; those that no simulation knows are left out, so a plant of one's own may stand beside them. None
        means all.
    seed : int
        Same seed, same plants.
    """
    wanted = set(WORKS) if ids is None else set(ids)
    return [Plant(works, seed) for works in WORKS.values() if works.id in wanted]
