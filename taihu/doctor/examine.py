"""What does the doctor look at, in which order?

Servers are asked at the same time, each with its own patience, so a dead one costs its own wait and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from registry import ConfigError, Registry, load_plant_files
from taihu.doctor.broker import broker_checks
from taihu.doctor.database import registry_checks
from taihu.doctor.finding import Finding, Words
from taihu.doctor.folder import Free, folder_checks, free_bytes
from taihu.doctor.grafana import grafana_checks
from taihu.doctor.influx import influx_checks
from taihu.doctor.webhooks import webhook_checks
from taihu.influxsettings import target_settings
from taihu.settings import Settings, SettingsError, plant_files, programmes
from taihu.webhooksettings import webhooks_of

_AT_ONCE = 8


def examine(settings: Settings, now_ms: Callable[[], int], free: Free = free_bytes) -> list[Finding]:
    """Look at everything the settings name; nothing is changed anywhere.

    Parameters
    ----------
    settings : Settings
    now_ms : callable
        This machine's clock. [ms UTC]
    free : callable
        Tells the free space of a folder. [bytes]
    """
    plants, registry = _plants(settings)
    parts: list[Callable[[], list[Finding]]] = [
        lambda: folder_checks(settings, registry, now_ms, free),
        lambda: registry_checks(settings),
        lambda: broker_checks(settings, registry, now_ms),
        *(lambda one=one: influx_checks(one, now_ms) for one in target_settings(settings.influx)),
        lambda: grafana_checks(settings, now_ms),
        *(lambda one=one: webhook_checks(one, now_ms) for one in webhooks_of(settings.webhooks)),
    ]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="doctor") as pool:
        found = list(pool.map(lambda part: part(), parts))
    return [*plants, *(finding for part in found for finding in part)]


def _plants(settings: Settings) -> tuple[list[Finding], Registry | None]:
    try:
        known = programmes(settings)
        files = load_plant_files(plant_files(settings), [programme.id for programme in known])
    except (ConfigError, SettingsError) as error:
        first, _, rest = str(error).partition("\n")
        more = f" (+{rest.count(chr(10)) + 1})" if rest else ""
        told = Words(f"有错误：{first}{more}", f"{first}{more}")
        return [Finding("plants", "files", "bad", told, Words("运行 taihu check", "run taihu check"))], None
    registry = Registry.of_files(files, known)
    if not files:
        told = Words("没有工厂文件", "no plant is described")
        todo = Words("在设置中写 plants = [...]", "name plant files in the settings, plants = [...]")
        return [Finding("plants", "files", "warn", told, todo)], registry
    points = len(registry.points)
    plants = "1 plant" if len(files) == 1 else f"{len(files)} plants"
    told = Words(f"{len(files)} 个工厂，{points} 个计量点", f"{plants} with {points} points")
    return [Finding("plants", "files", "ok", told)], registry
