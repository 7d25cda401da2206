"""Can the broker be read?"""

from __future__ import annotations

from collections.abc import Callable

from collector import Decoder, Probed, probe
from registry import Registry
from taihu.doctor.finding import Finding, Words
from taihu.settings import Settings, SettingsError, mqtt_settings

AREA = "mqtt"

# What `collector.trouble` begins its messages with.
_KINDS = {
    "unknown host": Words("找不到主机名", "check mqtt.host"),
    "port closed": Words("该端口没有服务：检查 mqtt.host、mqtt.port 和防火墙", "check mqtt.host, mqtt.port, firewall"),
    "no connection": Words("网络不通：检查地址、路由和防火墙", "check address, route and firewall"),
    "no answer": Words("该端口不回答 MQTT：检查 mqtt.port", "check mqtt.port: what listens there is no MQTT"),
    "no MQTT": Words("该端口不是 MQTT，或需要 TLS", "check mqtt.port; does it want TLS (mqtt.tls_ca)?"),
    "connection lost": Words("连接随即中断：看代理服务器的日志", "see the broker's log"),
    "TLS": Words("检查 mqtt.tls_ca、证书名称和端口", "check mqtt.tls_ca, the name in the certificate, the port"),
    "bad credentials": Words("检查 mqtt.username 和 mqtt.password", "check mqtt.username and mqtt.password"),
    "not authorised": Words("检查用户名、密码和代理服务器的权限", "check user, password and the broker's access list"),
    "protocol": Words('设 mqtt.protocol = "auto"', 'set mqtt.protocol = "auto"'),
    "client id": Words("换一个 mqtt.client_id", "choose another mqtt.client_id"),
}
_OTHER = Words("看代理服务器的日志", "see the broker's log")


def broker_checks(settings: Settings, registry: Registry | None, now_ms: Callable[[], int]) -> list[Finding]:
    """Whether the broker lets us in and lets us read every source's topic."""
    if settings.mqtt is None:
        return [
            Finding(
                AREA,
                "reachable",
                "ok",
                Words(
                    "没有 [mqtt]：使用内置代理，只供本机",
                    "no [mqtt]: a broker is started inside, for this machine only",
                ),
                Words("工厂请用 mosquitto 等独立代理", "a plant should have a broker of its own, e.g. mosquitto"),
            )
        ]
    filters = () if registry is None else Decoder.from_registry(registry).filters
    try:
        wanted = mqtt_settings(settings.mqtt)
        probed = probe(wanted, filters, now_ms)
    except (SettingsError, ValueError) as error:
        told = Words(f"设置不可用：{error}", str(error))
        return [Finding(AREA, "settings", "bad", told, Words("改正 [mqtt]", "mend [mqtt]"))]
    if probed.protocol is None:
        return [_refused(probed.error or "")]
    found = [_reached(wanted.where, probed)]
    if not wanted.uses_tls and wanted.host not in ("127.0.0.1", "::1", "localhost"):
        found.append(
            Finding(
                AREA,
                "encryption",
                "warn",
                Words("未加密，密码以明文传输", "not encrypted: the password goes in clear"),
                Words("设 mqtt.tls_ca 和端口 8883", "set mqtt.tls_ca and port 8883"),
            )
        )
    return [*found, *_topics(filters, probed), *_queue(probed)]


def _refused(error: str) -> Finding:
    todo = _KINDS.get(error.partition(":")[0], _OTHER)
    return Finding(AREA, "reachable", "bad", Words(f"连不上：{error}", error), todo)


def _reached(where: str, probed: Probed) -> Finding:
    name = f", {probed.version}" if probed.version else ""
    spoken = f"MQTT {probed.protocol}{name}"
    return Finding(AREA, "reachable", "ok", Words(f"{where} 接受连接（{spoken}）", f"{where} lets us in ({spoken})"))


def _topics(filters: tuple[str, ...], probed: Probed) -> list[Finding]:
    if not filters:
        return []
    refused = ", ".join(probed.refused)
    if probed.refused:
        return [
            Finding(
                AREA,
                "topics",
                "bad",
                Words(f"拒绝订阅：{refused}", f"refuses to let us read {refused}"),
                Words(
                    "在代理服务器上授予读权限（taihu broker-acl）；NATS 2.9 不接受含点或空格的主题",
                    "grant it in the broker (taihu broker-acl); NATS 2.9 takes no topic with a dot or a space",
                ),
            )
        ]
    if probed.unanswered:
        told = Words("订阅没有得到回答", "the subscriptions were not answered")
        return [Finding(AREA, "topics", "bad", told, _OTHER)]
    count = len(filters)
    granted = "1 topic is granted" if count == 1 else f"{count} topics are granted"
    return [Finding(AREA, "topics", "ok", Words(f"订阅了 {count} 个主题", granted))]


def _queue(probed: Probed) -> list[Finding]:
    """What cannot be asked and loses data where it is wrong."""
    if probed.version is None or "mosquitto" not in probed.version:
        return []
    return [
        Finding(
            AREA,
            "queue",
            "ok",
            Words(
                "mosquitto 在我们离线时存多少消息无法查询：默认只存 1000 条",
                "how much mosquitto keeps while we are away cannot be asked: 1000 messages by default",
            ),
            Words(
                "确认 mosquitto.conf 中有 max_queued_messages 0 和 persistence true",
                "see that mosquitto.conf has max_queued_messages 0 and persistence true",
            ),
        )
    ]
