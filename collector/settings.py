"""Which broker, as whom, and how much at once?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Version = Literal["5", "3.1.1"]
Protocol = Literal["auto", "5", "3.1.1"]

_WEEK_S = 604_800


@dataclass(frozen=True)
class MqttSettings:
    """How the collector reaches its broker.

    Attributes
    ----------
    host : str
    port : int
        1 to 65535; 1883 is usual, 8883 with TLS.
    client_id : str
        Fixed: the broker keeps the session under this name. Two collectors with one id throw each other out.
    username, password : str or None
    tls_ca : Path or None
        Certificate authority to trust, PEM. With it, or with `tls` alone (the system's authorities), TLS is used.
    tls_cert, tls_key : Path or None
        Own certificate and key, both or none, PEM.
    tls : bool
        Use TLS even where no file is named.
    protocol : str
        ``5``, ``3.1.1``, or ``auto``: 5 where the broker speaks it, else 3.1.1.
    receive_maximum : int
        Most messages under way without acknowledgement, 1 to 65535. With 3.1.1 the broker decides
        (mosquitto: max_inflight_messages).
    batch_ms : int
        How long the first message of a batch may wait for more. [ms]
    max_payload_bytes : int
        Larger payloads become dead letters. [bytes]
    max_waiting_bytes : int
        Memory that messages not yet stored may take; beyond it nothing is read, the broker keeps the rest. [bytes]
    keepalive_s : int
        A silent connection is asked after this and given up after twice this, 5 to 65535. [s]
    session_expiry_s : int
        How long the broker keeps messages for an absent collector (MQTT 5; with 3.1.1 the broker decides). [s]

    Raises
    ------
    ValueError
        Names the setting, what came and what was wanted.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    client_id: str = "taihu-collector"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls: bool = False
    protocol: Protocol = "auto"
    receive_maximum: int = 2000
    batch_ms: int = 50
    max_payload_bytes: int = 1 << 20
    max_waiting_bytes: int = 64 << 20
    keepalive_s: int = 30
    session_expiry_s: int = _WEEK_S

    def __post_init__(self) -> None:
        self._check_host()
        if not self.client_id:
            raise ValueError("client_id must not be empty: a persistent session needs a name")
        if self.protocol not in ("auto", "5", "3.1.1"):
            raise ValueError(f"protocol ({self.protocol!r}) must be 'auto', '5' or '3.1.1'")
        if self.password is not None and self.username is None:
            raise ValueError("password is set without username; set both")
        for name, lowest, highest in (
            ("port", 1, 65_535),
            ("receive_maximum", 1, 65_535),
            ("batch_ms", 0, 10_000),
            ("max_payload_bytes", 1, 1 << 28),
            ("max_waiting_bytes", 1, 1 << 40),
            ("keepalive_s", 5, 65_535),
            ("session_expiry_s", 0, 0xFFFF_FFFF),
        ):
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise ValueError(f"{name} ({value}) must be from {lowest} to {highest}")
        self._check_files()

    def _check_host(self) -> None:
        try:
            self.host.encode("idna")
        except UnicodeError as error:
            raise ValueError(f"host ({self.host!r}) must be a host name or an address: {error}") from error
        if not self.host or "/" in self.host or " " in self.host:
            raise ValueError(f"host ({self.host!r}) must be a host name or an address, without scheme and port")

    def _check_files(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key must be set together")
        for name in ("tls_ca", "tls_cert", "tls_key"):
            path = getattr(self, name)
            if path is not None and not Path(path).is_file():
                raise ValueError(f"{name} ({path}) must be a PEM file that exists")

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.tls or self.tls_ca is not None or self.tls_cert is not None

    @property
    def where(self) -> str:
        """The broker as messages name it, ``host:port``."""
        return f"{self.host}:{self.port}"
