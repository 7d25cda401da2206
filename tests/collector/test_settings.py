from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collector import MqttSettings


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"host": ""}, r"host \(''\) must be a host name or an address"),
        ({"host": "mqtt://broker"}, r"host \('mqtt://broker'\) must be a host name or an address, without scheme"),
        ({"host": "a..b"}, r"host \('a\.\.b'\) must be"),
        ({"port": 0}, r"port \(0\) must be from 1 to 65535"),
        ({"port": 70_000}, r"port \(70000\) must be from 1 to 65535"),
        ({"client_id": ""}, "client_id must not be empty"),
        ({"protocol": "4"}, r"protocol \('4'\) must be 'auto', '5' or '3.1.1'"),
        ({"password": "x"}, "password is set without username"),
        ({"receive_maximum": 0}, r"receive_maximum \(0\) must be from 1"),
        ({"keepalive_s": 1}, r"keepalive_s \(1\) must be from 5"),
        ({"tls_cert": Path(__file__)}, "tls_cert and tls_key must be set together"),
        ({"tls_ca": Path("nowhere.pem")}, r"tls_ca \(nowhere.pem\) must be a PEM file that exists"),
    ],
)
def test_every_wrong_setting_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MqttSettings(**wrong)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(MqttSettings(username="u", password="secret"))
