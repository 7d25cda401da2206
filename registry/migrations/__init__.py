"""How do the tables of an older version become those of this one? One file a step, in `versions`.

Steps lead forward only: what a newer version keeps has no place in older tables, and would be lost on the way back.
"""

from __future__ import annotations

from typing import NoReturn

from registry.database import RegistryError


def no_step_back(revision: str) -> NoReturn:
    """Refuse to undo a step.

    Raises
    ------
    registry.RegistryError
        Always.
    """
    raise RegistryError(
        f"the registry's database is at revision {revision} and there is no step back, it would lose what was kept "
        "since: restore the backup that was made before the upgrade (taihu restore)"
    )
