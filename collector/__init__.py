"""From messages of gateways to checked readings: brokers, payloads, acknowledgement.

`Collector` keeps the connection and hands batches to a sink; `Decoder` alone turns messages into columns; `check`
asks of any readings, live or imported, whether they can be true.
"""

from collector.check import EARLIEST_MS, MAX_AHEAD_MS, Rejected, Why, check
from collector.decoder import Decoder
from collector.embedded import EMBEDDED_PROTOCOL, BrokerStartError, EmbeddedBroker
from collector.message import Message
from collector.mqtt import Collector, Sink
from collector.probe import Probed, probe
from collector.route import Route, SourceSpec, Target, routes_from_registry
from collector.settings import MqttSettings

__all__ = [
    "EARLIEST_MS",
    "EMBEDDED_PROTOCOL",
    "MAX_AHEAD_MS",
    "BrokerStartError",
    "Collector",
    "Decoder",
    "EmbeddedBroker",
    "Message",
    "MqttSettings",
    "Probed",
    "Rejected",
    "Route",
    "Sink",
    "SourceSpec",
    "Target",
    "Why",
    "check",
    "probe",
    "routes_from_registry",
]
