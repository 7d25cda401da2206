"""A works with an electricity meter, a gas temperature and a switch, and files that are imported into its journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analytics.columns import Ranges, Readings
from collector.bulk import FileDone, FileMap, Intake, RefusedRows, import_file, keys_of, load_file_map
from collector.bulk.layout import Layout, layout
from registry import Registry, load_plant_files
from storage import Store

NOW_MS = 1_577_836_800_000
"""2020-01-01 UTC."""

T0_MS = 1_535_731_200_000
"""2018-08-31T16:00Z, midnight in Shanghai."""

PLANT = """
[plant]
id = "works"
name = { zh = "试验工厂", en = "Test Works" }
city = "wuxi"
sector = "C33"
size = "small"

[[points]]
id = "el.in"
name = { zh = "总进线", en = "Incomer" }
kind = "register"
unit = "kWh"
carrier = "electricity"
every = "15min"

[[points]]
id = "hall"
name = { zh = "车间", en = "Hall" }
kind = "register"
unit = "kWh"
carrier = "electricity"
every = "15min"

[[points]]
id = "gas.t"
name = { zh = "烟温", en = "Gas temperature" }
kind = "state"
unit = "degC"
every = "15min"
"""


_registries: list[Registry] = []


def registry(folder: Path) -> Registry:
    """The works; read once, since its presets take longer to load than most tests to run."""
    if not _registries:
        path = folder / "works.toml"
        path.write_text(PLANT, encoding="utf-8")
        _registries.append(Registry.of_files(load_plant_files([path], ["sunan-2019"])))
    return _registries[0]


def file_map(folder: Path, toml: str) -> FileMap:
    path = folder / "map.toml"
    path.write_text(toml, encoding="utf-8")
    return load_file_map(path)


def layout_of(folder: Path, toml: str, header: list[str]) -> Layout:
    return layout(file_map(folder, toml), header, folder / "data.csv", registry(folder))


@dataclass
class Imported:
    """What an import did, and what the journal holds then: point, UTC ms, value, quality bits."""

    done: FileDone
    refused: RefusedRows
    rows: list[tuple[str, int, float, int]]

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Place, column and the kind of the reason of each refused row."""
        return [(row.place, row.column, row.reason.split(":")[0]) for _, row in self.refused.listed]


def import_text(folder: Path, text: str, toml: str = "", **more: object) -> Imported:
    """Import a CSV of this text into the journal of the folder."""
    path = folder / "data.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return import_path(folder, path, toml, **more)


def import_path(folder: Path, path: Path, toml: str = "", *, again: bool = False) -> Imported:
    nouns, refused = registry(folder), RefusedRows()
    with Store.open(folder / "data") as store:
        intake = Intake(store, keys_of(nouns), lambda: NOW_MS)
        done = import_file(path, file_map(folder, toml) if toml else FileMap(), nouns, intake, refused, again=again)
        return Imported(done, refused, rows_of(store, nouns))


def rows_of(store: Store, nouns: Registry) -> list[tuple[str, int, float, int]]:
    """All readings of the journal, by point and time."""
    found = readings_of(store)
    names = [nouns.by_key[key].id for key in found.point.tolist()]
    return list(zip(names, found.time_ms.tolist(), found.value.tolist(), found.flag.tolist(), strict=True))


def readings_of(store: Store) -> Readings:
    ranges, _ = store.dirty(0)
    return store.readings(Ranges(ranges.point, ranges.from_ms, ranges.to_ms))
