"""Which version of MQTT does the broker speak?

MQTT 5 lets us say how much may be under way and how long the broker shall keep messages for us, so it is tried first.
A broker that does not know it says so (NATS 2.9: reason "unsupported protocol version") or just ends the connection
(RabbitMQ before 3.13 does); then 3.1.1 is tried at once, and kept. Sessions survive the change: both versions ask the
broker to keep them under the same client id.
"""

from __future__ import annotations

from collector.settings import Protocol, Version

_UNWELL = 3  # a broker that has spoken a version may end so many connections in a row before it is doubted


class Dialect:
    """The version that is spoken now, and what follows from the broker's answers.

    Parameters
    ----------
    wanted : {"auto", "5", "3.1.1"}
        ``auto`` finds out.

    Attributes
    ----------
    version : {"5", "3.1.1"}
    found : bool
        Whether the broker made us change from the version we would rather speak.

    Examples
    --------
    >>> dialect = Dialect("auto")
    >>> dialect.not_understood(said=True), dialect.version
    (True, '3.1.1')
    """

    def __init__(self, wanted: Protocol) -> None:
        self.version: Version = "5" if wanted == "auto" else wanted
        self._may_change = wanted == "auto"
        self._known = False
        self._silent = 0

    @property
    def found(self) -> bool:
        """Whether it speaks 3.1.1 because the broker wants that."""
        return self._may_change and self.version == "3.1.1"

    def answered(self) -> None:
        """The broker has understood, whether or not it accepted us."""
        self._known, self._silent = True, 0

    def not_understood(self, *, said: bool) -> bool:
        """The broker has refused the version, or has ended the connection without an answer.

        Parameters
        ----------
        said : bool
            True where it named the version as the reason.

        Returns
        -------
        at_once : bool
            Whether the other version is worth trying without waiting.
        """
        if not self._may_change:
            return False
        self._silent += not said
        if self._known and not said and self._silent < _UNWELL:
            return False
        was_first = self.version == "5"
        self.version = "3.1.1" if was_first else "5"
        self._known, self._silent = False, 0
        return was_first
