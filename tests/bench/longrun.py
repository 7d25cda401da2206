"""Does streaming still equal one batch to the bit after an hour of random plants?

``python -m tests.bench.longrun --minutes 5 --seed 1`` makes case after case, prints how many were equal, and stops with
exit status 1 at the first that is not, with its number: ``--seed N --cases 1`` repeats it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from registry import Registry
from tests.engine.cases import at_once, differences, make_case, registry_of, streamed

HOURS = (2.0, 10.0, 30.0, 100.0, 900.0)
"""Lives of a plant; only the longest have whole weeks to go by when a silence is shared out."""


def one_case(registry: Registry, seed: int, folder: Path) -> list[str]:
    """What differs between the two ways of one case; nothing, as it should be."""
    rng = np.random.default_rng(seed)
    case = make_case(registry, rng, float(rng.choice(HOURS, p=[0.4, 0.35, 0.15, 0.05, 0.05])))
    found = streamed(folder / "streamed", registry, case, rng)
    return differences(found, at_once(folder / "once", registry, case))


def run(minutes: float, first_seed: int, most_cases: int) -> tuple[int, list[str]]:
    """How many cases were equal, and what differed in the one after them."""
    until = time.monotonic() + 60.0 * minutes
    with tempfile.TemporaryDirectory(prefix="longrun-") as plant:
        registry = registry_of(Path(plant))
        for count in range(most_cases):
            if time.monotonic() >= until:
                return count, []
            with tempfile.TemporaryDirectory(prefix="longrun-") as folder:
                wrong = one_case(registry, first_seed + count, Path(folder))
            if wrong:
                return count, [f"seed {first_seed + count}:", *wrong]
    return most_cases, []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.longrun", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=sys.maxsize)
    chosen = parser.parse_args()
    count, wrong = run(chosen.minutes, chosen.seed, chosen.cases)
    print(f"{count} random plants streamed and settled at once: equal to the bit")
    print("\n  ".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
