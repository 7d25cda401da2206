"""What is a message, once it is off the network?"""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """One MQTT message as the network thread hands it on.

    Attributes
    ----------
    topic : str
    payload : bytes
        Cut to a readable head where the whole was larger than allowed; see `size`.
    received_ms : int
        By the product's clock. [ms UTC]
    retain : bool
        Delivered because of a new subscription; may be old.
    size : int
        Length of the whole payload. [bytes]
    qos, mid, connection : int
        Quality of service, packet id, and the number of the connection on which that id means something.
    """

    topic: str
    payload: bytes
    received_ms: int
    retain: bool
    size: int
    qos: int = 0
    mid: int = 0
    connection: int = 0

    @classmethod
    def of(cls, topic: str, payload: bytes, received_ms: int = 0, *, retain: bool = False) -> Message:
        """A whole message that needs no acknowledgement."""
        return cls(topic, payload, received_ms, retain, len(payload))
