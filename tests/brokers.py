"""RabbitMQ and NATS as Debian ships them, each with folders and ports of its own, beside any that run as a service."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server, free_port

USER, PASSWORD = "taihu", "lake"
"""Who may connect to a broker with ``access="password"``."""

READER = "reader"
"""Another user of RabbitMQ, with the same password, who may read below ``plant`` only."""


ACCEPTED = b"\x20\x02\x00\x00"
"""The answer to `connect_packet` of a broker that has no session and lets the client in (MQTT 3.1.1, 3.2)."""


def connect_packet(name: str) -> bytes:
    """CONNECT of MQTT 3.1.1 (3.1) by `USER`, with a clean session."""
    body = b"\x00\x04MQTT\x04\xc2\x00\x3c" + b"".join(
        len(text).to_bytes(2) + text for text in (name.encode(), USER.encode(), PASSWORD.encode())
    )
    return bytes([0x10, len(body)]) + body


def _rabbit_or_skip() -> str:
    # Debian's /usr/sbin/rabbitmq-server changes to the user rabbitmq and to the folders of the service.
    found = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    if not found:
        pytest.skip("rabbitmq-server is not installed")
    return str(found[-1])


class Rabbit(Server):
    """A RabbitMQ node with its MQTT plug-in and nothing else.

    Parameters
    ----------
    folder : Path
    extra : str
        More lines of rabbitmq.conf.
    access : {"anyone", "password"}
        Whether a client may come without `USER` and `PASSWORD`.
    """

    name = "rabbitmq"
    start_s = 100.0  # five seconds of work, on a machine that may have other things to do

    def __init__(self, folder: Path, extra: str = "", access: str = "anyone") -> None:
        super().__init__(folder)
        self._extra = extra
        self._access = access
        self._node = f"taihu-{secrets.token_hex(4)}@localhost"
        self._names = free_port()  # of epmd, where nodes of Erlang find each other
        self._distribution = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None

    def _command(self) -> list[str]:
        command = _rabbit_or_skip()
        (self.folder / "enabled_plugins").write_text("[rabbitmq_mqtt].\n", encoding="utf-8")
        anyone = "true" if self._access == "anyone" else "false"
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp = none\nmqtt.listeners.tcp.1 = 127.0.0.1:{self.port}\nmqtt.allow_anonymous = {anyone}\n"
            f"mqtt.default_user = {USER}\nmqtt.default_pass = {PASSWORD}\n"
            f"load_definitions = {self.folder}/definitions.json\nloopback_users = none\n{self._extra}",
            encoding="utf-8",
        )
        (self.folder / "definitions.json").write_text(json.dumps(_rights()), encoding="utf-8")
        # Erlang would leave a daemon of its own behind.
        finder = [shutil.which("epmd") or "epmd", "-port", str(self._names), "-address", "127.0.0.1"]
        self._epmd = subprocess.Popen(finder, stderr=subprocess.DEVNULL)
        return [command]

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))},
            "HOME": folder,  # of the cookie
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            # One scheduler that does not spin: the machine has other tests to run.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none "
            "-kernel inet_dist_use_interface {127,0,0,1}",
            "RUNNING_UNDER_SYSTEMD": "1",  # the start script becomes the server, so that our signals reach it
        }

    def _answers(self) -> bool:
        """Whether it lets a client in: it listens before it has started, and hangs up."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(connect_packet("first"))
                return connection.recv(4) == ACCEPTED
        except OSError:
            return False

    def stop(self) -> None:
        """End it in good order."""
        super().stop()
        self._end_epmd()

    def kill(self) -> None:
        """End it as a power cut would."""
        super().kill()
        self._end_epmd()

    def _end_epmd(self) -> None:
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(10)
            self._epmd = None


def _rights() -> dict[str, Any]:
    """Two users: one who may do everything, and one who may read below ``plant`` only."""
    salt = b"salt"
    hashed = base64.b64encode(salt + hashlib.sha256(salt + PASSWORD.encode()).digest()).decode()
    all_rights = {"vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
    users = (USER, READER)
    return {
        "vhosts": [{"name": "/"}],
        "users": [{"name": user, "password_hash": hashed, "tags": ""} for user in users],
        "permissions": [{"user": user, **all_rights} for user in users],
        "topic_permissions": [
            {"user": READER, "vhost": "/", "exchange": "amq.topic", "write": ".*", "read": r"^plant\..*"}
        ],
    }


class Nats(Server):
    """A NATS server with JetStream and MQTT.

    Parameters
    ----------
    folder : Path
    extra : str
        More lines of the ``mqtt`` block.
    access : {"anyone", "password"}
        Whether a client may come without `USER` and `PASSWORD`.
    """

    name = "nats"

    def __init__(self, folder: Path, extra: str = "", access: str = "anyone") -> None:
        super().__init__(folder)
        self._extra = extra
        self._access = access
        self._plain = free_port()

    def _command(self) -> list[str]:
        found = shutil.which("nats-server", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
        if found is None:
            pytest.skip("nats-server is not installed")
        users = f"authorization {{ user: {USER}, password: {PASSWORD} }}\n" if self._access == "password" else ""
        config = self.folder / "nats.conf"
        config.write_text(
            # Without a name of the server MQTT refuses to start.
            f'server_name: taihu\nlisten: "127.0.0.1:{self._plain}"\n{users}'
            f'jetstream {{ store_dir: "{self.folder}/store" }}\n'
            f'mqtt {{\n  listen: "127.0.0.1:{self.port}"\n{self._extra}}}\n',
            encoding="utf-8",
        )
        return [found, "-c", str(config)]
