"""Why is there no connection, in words a plant engineer can act on?"""

from __future__ import annotations

import socket
import ssl

from collector.settings import MqttSettings


def connect_trouble(error: Exception, settings: MqttSettings) -> str:
    """What kept the connection from being made: what failed, where, what is wanted."""
    where = settings.where
    if isinstance(error, socket.gaierror):
        return f"unknown host: {settings.host} has no address; wanted the name or address of an MQTT broker"
    if isinstance(error, ConnectionRefusedError):
        return f"port closed: nothing listens at {where}; wanted an MQTT broker there"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"TLS: the certificate of {where} is not trusted ({error.verify_message}); wanted one of tls_ca's authority"
        )
    if isinstance(error, ssl.SSLError) or (settings.uses_tls and isinstance(error, ConnectionResetError)):
        return f"TLS: no encrypted connection to {where} ({error.strerror or error}); does this port speak TLS?"
    if isinstance(error, TimeoutError):
        return f"no answer: {where} does not answer; wanted an MQTT broker there"
    if isinstance(error, OSError):
        return f"no connection: {where}: {error.strerror or error}"
    return f"no connection: {where}: {type(error).__name__}: {error}"


def lost_trouble(error: Exception, settings: MqttSettings) -> str:
    """What ended a connection that had been made."""
    if isinstance(error, TimeoutError):
        return f"no answer: {settings.where} accepts connections and does not answer; wanted an MQTT broker there"
    if isinstance(error, OSError):
        return f"connection lost: {settings.where}: {error.strerror or error}"
    return f"connection lost: {settings.where}: {type(error).__name__}: {error}"


# Texts of paho's reason codes (MQTT 5, 3.2.2.2 and 3.14.2.1), which also stand for the codes of 3.1.1.
_REFUSED = {
    "Bad user name or password": "bad credentials: {where} refuses user {user}; wanted a valid username and password",
    "Not authorized": "not authorised: {where} refuses client {client} (user {user}); wanted the right to connect",
    "Unsupported protocol version": 'protocol: {where} does not speak MQTT {protocol}; protocol = "auto" finds out',
    "Client identifier not valid": "client id: {where} refuses the client id {client}; choose another client_id",
    "Server unavailable": "broker unavailable: {where} says that it cannot serve now",
    "Server busy": "broker busy: {where} says that it cannot serve now",
    "Banned": "banned: {where} has banned client {client}",
    "Session taken over": "session taken over: another client uses the client id {client} at {where}; "
    "give each collector its own client_id",
    "Keep alive timeout": "no answer: {where} was silent for longer than the keepalive allows",
    "Packet too large": "packet too large: {where} refuses what was sent",
    "Server shutting down": "broker stopping: {where} shuts down",
}


def refusal(reason: str, settings: MqttSettings, *, soon: bool = False) -> str:
    """What the broker said when it refused or ended the connection.

    Parameters
    ----------
    reason : str
        Text of the MQTT reason code.
    settings : MqttSettings
    soon : bool
        True where the connection had hardly begun.
    """
    text = _REFUSED.get(reason, "connection lost: {where} ended the connection ({reason})")
    if reason == "Unspecified error" and soon:
        # Not every broker tells the one that is thrown out (MQTT 3.1.1 cannot).
        text += "; does another client use the client id {client}?"
    return text.format(
        where=settings.where,
        user=settings.username or "(none)",
        client=settings.client_id,
        protocol="5 or 3.1.1" if settings.protocol == "auto" else settings.protocol,
        reason=reason,
    )
