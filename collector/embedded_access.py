"""Who may use the embedded broker?

Everybody on this machine. The broker's own plug-in for that marks sessions as anonymous and then forgets them with the
connection; this one does not, so a collector that comes back finds its messages.
"""

from __future__ import annotations

from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session


class LoopbackAccess(BaseAuthPlugin):  # type: ignore[misc, unused-ignore] # amqtt has no complete types
    """Lets every client in and keeps its session."""

    async def authenticate(self, *, session: Session) -> bool | None:
        """True: the socket is bound to the loopback address."""
        return True
