"""What would real factories send, if we knew the truth about them?

Six plants of southern Jiangsu, 2015 to 2019: physical balances that publish over MQTT as gateways do, with their truth
and their statements on request. This room knows neither collector nor storage.
"""

from simulators.fleet import WORKS, load_simulated
from simulators.history import Chunk, history
from simulators.plant import Fault, Plant, Series, Works
from simulators.publish import Publisher
from simulators.statements import statements, write_statements
from simulators.truth import Truth, truth, write_truth

__all__ = [
    "WORKS",
    "Chunk",
    "Fault",
    "Plant",
    "Publisher",
    "Series",
    "Truth",
    "Works",
    "history",
    "load_simulated",
    "statements",
    "truth",
    "write_statements",
    "write_truth",
]
