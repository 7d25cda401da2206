"""Are nouns kept, keys never moved, and nothing changed by saving the same twice? On SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest

from analytics.columns import Kind
from registry import Database, FactorBook, PlantFile, Registry, load_factors, load_plant_files, load_programmes

EXAMPLES = Path(__file__).parents[2] / "examples" / "plants"


def without(plant: PlantFile, *ids: str) -> PlantFile:
    return dataclasses.replace(plant, points=tuple(p for p in plant.points if p.id not in ids), outlets=(), limits=())


def keys(database: Database) -> dict[str, int]:
    return {name: point.key for name, point in database.snapshot().points.items()}


def test_what_was_saved_comes_back(database: Database, plant: PlantFile) -> None:
    report = database.save([plant])
    assert report.added["points"] == 4 and report.changes == sum(report.added.values())
    found = database.snapshot()
    assert found.plants == {"p1": plant.plant}
    assert found.sources == plant.sources
    assert found.meters == {"p1/E01": plant.meters[0]}
    assert found.outlets("p1") == plant.outlets
    assert found.limits("p1") == plant.limits
    assert tuple(found.programmes.values()) == load_programmes()
    assert found.factors == load_factors()
    for spec, point in zip(plant.points, found.plant_points("p1"), strict=True):
        assert {k: v for k, v in point if k != "key"} == dict(spec)
        assert found.points[spec.full_id] is point and found.by_key[point.key] is point


def test_the_same_twice_changes_nothing(database: Database, plant: PlantFile) -> None:
    database.save([plant])
    before = database.snapshot()
    again = database.save([plant])
    assert (again.changes, str(again)) == (0, "nothing changed")
    assert database.snapshot() == before


def test_all_examples_keep_their_keys(database: Database) -> None:
    files = load_plant_files([EXAMPLES])
    database.save(files)
    before = keys(database)
    assert len(before) == sum(len(file.points) for file in files)
    assert len(set(before.values())) == len(before)
    assert database.save(files[::-1]).changes == 0
    assert keys(database) == before


def test_a_changed_point_keeps_its_key(database: Database, plant: PlantFile) -> None:
    database.save([plant])
    before = keys(database)
    first, *rest = plant.points
    changed = dataclasses.replace(plant, points=(first.model_copy(update={"multiplier": 6000.0}), *rest))
    report = database.save([changed])
    assert dict(report.changed) == {"points": 1} and report.changes == 1
    assert database.snapshot().points["p1/el.in"].multiplier == 6000.0
    assert keys(database) == before


def test_a_point_that_is_gone_is_retired_and_its_key_never_given_again(database: Database, plant: PlantFile) -> None:
    database.save([plant])
    before = keys(database)
    report = database.save([without(plant, "ww.COD", "ww.cod")])
    assert dict(report.retired) == {"points": 2, "outlets": 1, "limits": 1}
    found = database.snapshot()
    assert set(found.points) == {"p1/el.in", "p1/ww.flow"}
    assert {p.full_id: key for key, p in found.retired.items()} == {
        "p1/ww.cod": before["p1/ww.cod"],
        "p1/ww.COD": before["p1/ww.COD"],
    }
    fresh = plant.points[0].model_copy(update={"id": "el.new"})
    database.save([dataclasses.replace(without(plant, "ww.COD", "ww.cod"), points=(*plant.points[:2], fresh))])
    assert keys(database)["p1/el.new"] > max(before.values())
    database.save([plant])  # it returns, under its old key
    assert keys(database) == before


def test_plants_of_no_file_stay_unless_the_files_are_all(database: Database, plant: PlantFile) -> None:
    other = dataclasses.replace(
        plant,
        plant=plant.plant.model_copy(update={"id": "p2"}),
        sources=(),
        meters=(),
        outlets=(),
        limits=(),
        points=(plant.points[0].model_copy(update={"plant": "p2", "source": None, "channel": None}),),
    )
    database.save([plant, other])
    before = keys(database)
    assert database.save([plant]).changes == 0
    assert dict(database.save([plant], complete=True).retired) == {"plants": 1}
    found = database.snapshot()
    assert list(found.plants) == ["p1"] and "p2/el.in" not in found.points
    assert before["p2/el.in"] in found.retired
    assert database.plant_ids() == ("p1",)
    database.save([plant, other])
    assert keys(database) == before


def test_loads_have_keys_and_know_what_they_are_made_of(database: Database, plant: PlantFile) -> None:
    database.save([plant])
    found = database.snapshot()
    (outlet,) = found.outlets("p1")
    load = found.points[f"p1/{outlet.load_id('COD')}"]
    assert found.points[f"p1/{outlet.flow}"].id == "ww.flow"
    assert found.points[f"p1/{outlet.pollutants['COD']}"].id == "ww.cod"
    assert (load.id, load.kind, found.by_key[load.key]) == ("ww.COD", Kind.LOAD, load)


def test_a_changed_factor_takes_the_old_ones_place(database: Database, plant: PlantFile) -> None:
    book = load_factors()
    database.save([plant], factors=book)
    first = book.rows[0].model_copy(update={"value": 0.123})
    report = database.save([plant], factors=FactorBook((first, *book.rows[1:]), book.editions))
    assert (dict(report.added), dict(report.retired)) == ({"factors": 1}, {"factors": 1})
    assert database.snapshot().factors.lookup("electricity", "coal", "equivalent", 2018).value == 0.123


def test_a_failed_save_leaves_nothing_behind(database: Database, plant: PlantFile) -> None:
    with pytest.raises(AttributeError):
        database.save([plant, None])  # type: ignore[list-item]
    assert database.snapshot().plants == {}


def test_two_writers_at_once_give_one_key_each(database_url: str, plant: PlantFile) -> None:
    errors: list[BaseException] = []
    start = threading.Barrier(2)

    def write() -> None:
        try:
            with Database(database_url) as mine:
                start.wait(timeout=30)
                mine.upgrade()
                mine.save([plant])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    with Database(database_url) as database:
        assert sorted(keys(database).values()) == [1, 2, 3, 4]


def test_a_snapshot_without_a_store_is_the_same_but_for_the_keys(database: Database, plant: PlantFile) -> None:
    database.save([plant])
    assert Registry.of_files([plant]) == database.snapshot()  # the first points of a new store count from 1, too


def test_a_snapshot_cannot_be_changed(plant: PlantFile) -> None:
    found = Registry.of_files([plant])
    with pytest.raises(TypeError):
        found.points["x"] = found.by_key[1]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.plants = {}  # type: ignore[misc]
    with pytest.raises(KeyError):
        found.plant_points("nowhere")
