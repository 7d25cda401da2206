"""How is the page served beside everything else, and what if its port is taken?"""

from __future__ import annotations

import errno
import socket
import threading

import uvicorn

from api import create_app
from api.services import Services
from taihu.settings import SettingsError


class Page:
    """The HTTP server in a thread of its own.

    Parameters
    ----------
    services : Services
        What the page asks for.
    host, port : str, int
        Where to listen; port 0 takes any free one.

    Raises
    ------
    SettingsError
        On `start`, if the port is taken or the address is not of this machine.
    """

    def __init__(self, services: Services, host: str, port: int) -> None:
        self._host, self._port = host, port
        config = uvicorn.Config(
            create_app(services), log_level="warning", access_log=False, timeout_graceful_shutdown=2, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None
        self.url = ""

    def start(self) -> None:
        listening = _listen(self._host, self._port)
        port = listening.getsockname()[1]
        self.url = f"http://{'127.0.0.1' if self._host in ('0.0.0.0', '::') else self._host}:{port}/"
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="page", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(5)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else starts, so that a taken port is said at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            mend = "is another taihu running? Wanted a free port: set [http] port, --port or TAIHU_HTTP__PORT (0: any)"
        else:
            mend = "wanted in [http] host an address of this machine: 127.0.0.1, or 0.0.0.0 for the whole network"
        raise SettingsError(f"http: cannot listen on {host}:{port} ({error.strerror or error}); {mend}") from None
    listening.listen(128)
    return listening
