"""Can the registry be read and written, and is it of our version?"""

from __future__ import annotations

from registry import RegistryError
from registry.condition import Condition, condition
from taihu.doctor.finding import Finding, Words
from taihu.importing import registry_url
from taihu.settings import Settings

AREA = "registry"


def registry_checks(settings: Settings) -> list[Finding]:
    """Whether the database answers, knows our tables, and lets us write them."""
    try:
        found = condition(registry_url(settings))
    except RegistryError as error:
        text = " ".join(str(error).split())
        return [
            Finding(
                AREA,
                "reachable",
                "bad",
                Words(f"打不开：{text}", text),
                Words(
                    "检查 registry_url、用户和密码、pg_hba.conf；驱动：pip install 'taihu[postgresql]'",
                    "check registry_url, user and password, pg_hba.conf; the driver: pip install 'taihu[postgresql]'",
                ),
            )
        ]
    reached = Words(f"{found.server}（{found.shown}）", f"{found.server} at {found.shown}")
    return [Finding(AREA, "reachable", "ok", reached), _version(found), _rights(found)]


def _version(found: Condition) -> Finding:
    if found.newer:
        return Finding(
            AREA,
            "version",
            "bad",
            Words(
                f"数据表是更新版本写的（{found.revision}，本版本到 {found.head}）",
                f"its tables are of a newer version ({found.revision}; this one knows up to {found.head})",
            ),
            Words("安装那个版本的太湖，或恢复旧备份", "install that version of Taihu, or restore an older backup"),
        )
    if found.revision is None:
        return Finding(
            AREA, "version", "ok", Words("数据表将在首次启动时建立", "its tables will be made at the first start")
        )
    if found.revision != found.head:
        return Finding(
            AREA,
            "version",
            "ok",
            Words(
                f"数据表版本 {found.revision}，下次启动时升级到 {found.head}",
                f"tables of revision {found.revision}, brought up to {found.head} at the next start",
            ),
            Words("先备份：taihu backup；升级后不能退回", "make a backup first (taihu backup): there is no way back"),
        )
    return Finding(AREA, "version", "ok", Words(f"数据表版本 {found.revision}", f"tables of revision {found.revision}"))


def _rights(found: Condition) -> Finding:
    if not found.lacking:
        return Finding(AREA, "rights", "ok", Words("可读可写", "may be read and written"))
    lacking = "; ".join(found.lacking)
    return Finding(
        AREA,
        "rights",
        "bad",
        Words(f"缺少权限：{lacking}", f"rights are missing: {lacking}"),
        Words(
            "PostgreSQL：让该用户拥有数据库（ALTER DATABASE ... OWNER TO ...）；SQLite：让运行太湖的用户拥有文件",
            "PostgreSQL: make the user owner of the database (ALTER DATABASE ... OWNER TO ...); "
            "SQLite: let the user who runs Taihu own the file",
        ),
    )
