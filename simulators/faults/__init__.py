"""In which ways do meters break?

Each fault of the corpus takes columns of many cases at once and gives them back broken, together with what nobody can
know any more and what must be found. `corpus` is the table of all rows.
"""

from simulators.faults.cases import ZONES, Cases, Wanted, as_displayed, faultless_cases
from simulators.faults.corpus import Row, broken, cases_of, corpus, faults_of
from simulators.faults.place import Fault, Place, Slot, Stage
from simulators.faults.truth import Line, Truth

__all__ = [
    "ZONES",
    "Cases",
    "Fault",
    "Line",
    "Place",
    "Row",
    "Slot",
    "Stage",
    "Truth",
    "Wanted",
    "as_displayed",
    "broken",
    "cases_of",
    "corpus",
    "faultless_cases",
    "faults_of",
]
