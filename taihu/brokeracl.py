"""Who may publish and who may read which topics, for a broker that shall know it?

Two kinds of users, made from the topics of the plants' sources::

    taihu                the collector: reads every source topic, writes nothing
    gateway-PLANT        the gateway of a plant: writes that plant's topics, reads nothing

Everything else is forbidden, as both brokers do where nothing allows it.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from collector.topics import TopicPattern
from registry import Database, Source, load_plant_files
from registry.topics import topics_overlap
from taihu.importing import registry_url
from taihu.settings import Settings, SettingsError, plant_files, programmes

COLLECTOR = "taihu"
"""User of the collector where `mqtt.username` names none."""

VERSION_TOPIC = "$SYS/broker/version"
"""What `taihu doctor` reads of a mosquitto, beside the source topics."""


@dataclass(frozen=True)
class Access:
    """What the users of one instance may do.

    Attributes
    ----------
    collector : str
        User that reads `filters`.
    gateways : tuple of (str, tuple of str)
        Each plant's user and the filters it may write, by plant.
    shared : tuple of (str, str, str)
        Filter, and two plants whose gateways may both write to it.
    """

    collector: str
    gateways: tuple[tuple[str, tuple[str, ...]], ...]
    shared: tuple[tuple[str, str, str], ...] = ()

    @property
    def filters(self) -> tuple[str, ...]:
        """Everything any gateway writes, each filter once."""
        return tuple(dict.fromkeys(one for _, filters in self.gateways for one in filters))


def access_of(settings: Settings) -> Access:
    """What the plants of the settings need.

    Parameters
    ----------
    settings : Settings
        The plant files count; without any, what the registry holds.

    Raises
    ------
    SettingsError
        If no plant is known.
    registry.ConfigError, registry.RegistryError
        If a plant file or the registry cannot be read.
    """
    sources = _sources(settings)
    if not sources:
        raise SettingsError(
            f"no plant is known in {settings.data}: wanted settings that name plant files, plants = [...]"
        )
    user = COLLECTOR if settings.mqtt is None or settings.mqtt.username is None else settings.mqtt.username
    return access(user, sources)


def access(collector: str, sources: Sequence[Source]) -> Access:
    """What a collector and the gateways of some sources need."""
    topics: dict[str, list[str]] = {}
    for source in sources:
        topics.setdefault(source.plant, []).append(source.topic)
    gateways = tuple(
        (f"gateway-{plant}", tuple(dict.fromkeys(TopicPattern(topic).filter for topic in its)))
        for plant, its in sorted(topics.items())
    )
    names = sorted(topics)
    shared = tuple(
        (TopicPattern(topic).filter, one, other)
        for row, one in enumerate(names)
        for other in names[row + 1 :]
        for topic in topics[one]
        if any(topics_overlap(topic, theirs) for theirs in topics[other])
    )
    return Access(collector, gateways, shared)


def _sources(settings: Settings) -> Sequence[Source]:
    known = [programme.id for programme in programmes(settings)]
    files = load_plant_files(plant_files(settings), known)
    if files:
        return [source for file in files for source in file.sources]
    with Database(registry_url(settings)) as database:
        database.upgrade()
        return database.snapshot().sources


def mosquitto(wanted: Access) -> str:
    """An ``acl_file`` of mosquitto 2."""
    lines = [
        "# Made by `taihu broker-acl` from the topics of the plants: make it again after a plant file changed.",
        "# What no line allows is refused.",
        *_warnings(wanted),
        "",
        f"user {wanted.collector}",
        *(f"topic read {one}" for one in wanted.filters),
        f"topic read {VERSION_TOPIC}",
    ]
    for user, filters in wanted.gateways:
        lines += ["", f"user {user}", *(f"topic write {one}" for one in filters)]
    return "\n".join(lines) + "\n"


def rabbitmq(wanted: Access, vhost: str = "/") -> str:
    """A shell script of ``rabbitmqctl`` calls; the users must be there.

    The MQTT plugin turns a topic into a routing key of ``amq.topic`` (``/`` becomes ``.`` and ``.`` becomes ``/``) and
    subscriptions into queues ``mqtt-subscription-CLIENT...`` (RabbitMQ, MQTT plugin, "Topic permissions").
    """
    queue = "^mqtt-subscription-.*"
    lines = [
        "#!/bin/sh",
        "# Made by `taihu broker-acl --format rabbitmq` from the topics of the plants: make and run it again after a",
        "# plant file changed. Each user must be there: rabbitmqctl add_user NAME",
        *_warnings(wanted),
        "set -e",
        _call("set_permissions", vhost, wanted.collector, queue, queue, f"{queue}|^amq\\.topic$"),
        _call("set_topic_permissions", vhost, wanted.collector, "amq.topic", "^$", _pattern(wanted.filters)),
    ]
    for user, filters in wanted.gateways:
        lines += [
            # It makes and reads no queue: the collector's session is a queue, too.
            _call("set_permissions", vhost, user, "^$", "^amq\\.topic$", "^$"),
            _call("set_topic_permissions", vhost, user, "amq.topic", _pattern(filters), "^$"),
        ]
    return "\n".join(lines) + "\n"


def _warnings(wanted: Access) -> list[str]:
    return [
        f"# Attention: gateway-{one} and gateway-{other} both may write {shared}: their plants share these topics."
        for shared, one, other in wanted.shared
    ]


def _call(command: str, vhost: str, *words: str) -> str:
    return shlex.join(["rabbitmqctl", command, "-p", vhost, *words])


def _pattern(filters: Sequence[str]) -> str:
    """A regular expression of the routing keys of some MQTT filters."""
    keys = ("\\.".join(map(_level, one.split("/"))) for one in filters)
    return "|".join(f"^{key}$" for key in keys)


def _level(level: str) -> str:
    """One level; the plugin swaps dots and slashes, so a level with a dot holds a slash."""
    if level == "+":
        return "[^.]*"
    return "".join(char if char.isalnum() or char in "-_/" else f"\\{char}" for char in level.replace(".", "/"))
