"""What is kept of a message that could not be used?"""

from __future__ import annotations

from typing import NamedTuple


class DeadLetter(NamedTuple):
    """A message, or the part of one, that is no reading.

    Attributes
    ----------
    received_ms : int
        By the product's clock. [ms UTC]
    source : str
        ``plant/source``, "" where no source matched.
    topic : str
    payload : bytes
    reason : str
        ``kind: detail``; the kind is one of a short list and can be counted.
    """

    received_ms: int
    source: str
    topic: str
    payload: bytes
    reason: str
